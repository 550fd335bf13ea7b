import type { EmailRow } from '@/lib/contract/emails.ts'
import { t } from '@/lib/extension/i18n.ts'
import { me } from '../../state.ts'
import { mySharing, type Older } from '../../state-sharing.ts'
import { attempt } from '../core.ts'
import { change } from './mine.ts'

/** A list of the question is no archive: after so many pages of newer mail it ends with a number. */
const pages = 6

/** My mails of a record from before the address stood there, newest first. */
export async function readOlderMails(one: Older): Promise<readonly EmailRow[]> {
  const mine = me.value?.user.id ?? ''
  const before = Date.parse(one.addedAt)
  const found: EmailRow[] = []
  let cursor: string | undefined
  for (let page = 0; page < pages && found.length < one.mails; page += 1) {
    const answer = await attempt(({ backend }) =>
      backend.emails(one.record.id, { people: mine, ...(cursor === undefined ? {} : { cursor }) }),
    )
    if (!answer.ok) {
      mySharing.value = { ...mySharing.value, problem: answer.problem }
      break
    }
    found.push(...answer.value.rows.filter((row) => Date.parse(row.at) < before && isWith(row, one.address)))
    cursor = answer.value.nextCursor ?? undefined
    if (cursor === undefined) break
  }
  return found
}

function isWith(row: EmailRow, address: string): boolean {
  return (
    row.why.address === address || [row.from, ...row.to, ...row.cc].some((one) => one.address === address)
  )
}

/** Lets others see older mail as my sharing says, or not; null puts the question again. */
export function answerOlder(one: Older, agreed: boolean | null): Promise<boolean> {
  const said = agreed === null ? '' : t(agreed ? 'sharing.mine.said_agreed' : 'sharing.mine.said_kept')
  const recordId = one.record.id
  const { address } = one
  return change('older', said, ({ backend }) => backend.answerOlder({ recordId, address, agreed }), {
    ...{ act: 'older', recordId, address, agreed: one.agreed },
  })
}
