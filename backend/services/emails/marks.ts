import type { EmailRow } from '../../../lib/contract/emails.ts'
import { type ShareLevel, shareLevels } from '../../../lib/domain/sharing.ts'
import { everyEmail } from '../../storage/emails/filter.ts'
import { openRecordsOf } from '../../storage/emails/mail-tab.ts'
import { listSendEmails } from '../../storage/emails/sends.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { contactModulesOf } from '../sharing/facts.ts'
import { othersSight, ownMode } from '../sharing/others.ts'
import { emailsScope } from './scope.ts'

const marks = { none: 'only_me', metadata: 'who_and_when', full: 'shared' } as const

/**
 * Says of the actor's own mail and sends what others see of it over all records it stands on, so that a row never says
 * otherwise than the mail's page. A send that lies in the mailbox is seen as that copy.
 */
export async function withMarks<T extends EmailRow>(ctx: Context, rows: readonly T[]): Promise<T[]> {
  const own = rows.filter((row) => row.mailbox.isMine)
  const seen = await othersSight(
    ctx,
    own.flatMap((row) => row.messageId ?? []),
  )
  const sent = await sendsSight(
    ctx,
    own.flatMap((row) => (row.messageId === null ? row.key : [])),
  )
  return rows.map((row) =>
    row.mailbox.isMine
      ? {
          ...row,
          mark: marks[(row.messageId === null ? sent.get(row.key) : seen.get(row.messageId)) ?? 'none'],
        }
      : row,
  )
}

/** What others see of sends of which there is no copy yet; of nothing one's mode keeps back. */
async function sendsSight(ctx: Context, sendIds: readonly string[]): Promise<Map<string, ShareLevel>> {
  const most = new Map<string, ShareLevel>()
  if (sendIds.length === 0 || (await ownMode(ctx)) === 'private') return most
  const contactModules = await contactModulesOf(ctx)
  const scope = { viewer: viewerOf(ctx), mailboxIds: [], contactModules }
  const open = await openRecordsOf(ctx.db, scope, { sightingIds: [], sendIds })
  const { sight } = await emailsScope(
    ctx,
    open.map((one) => one.id),
  )
  const mine = { ...sight, mailboxes: sight.mailboxes.filter((one) => one.mine) }
  const input = { filter: everyEmail, search: undefined, cursor: undefined, limit: sendIds.length, own: true }
  for (const { key, others } of await listSendEmails(ctx.db, mine, { ...input, sendIds }))
    if (shareLevels.indexOf(others) > shareLevels.indexOf(most.get(key) ?? 'none')) most.set(key, others)
  return most
}
