import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { recordsOfAddresses } from '../../storage/mail/addresses.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import type { Deps } from '../context.ts'
import { type Hearing, heardByOthers } from '../links/hear.ts'

/** Whose lists a change concerns: records that hold these addresses or resolve to such, and those named. */
export interface Touched {
  addresses: string[]
  recordIds: string[]
  /** By address when the newest of the mail came that was stored by it: what is older than the record is its owner's alone. */
  newest?: ReadonlyMap<string, Date>
  /** New mail of threads their owner shared by word, whatever their mode, and of those they hid; nothing of it stands above. */
  shown?: Touched
  hidden?: Touched
  /** Who saw or sees mail that left or came back; of it nothing but `hidden` tells its owner. */
  seen?: readonly Hearing[]
}

/** Tells the mailbox's owner, and who sees their new mail, inside the transaction, which records' lists changed. */
export async function announce(trx: Trx, deps: Deps, mailbox: MailboxRow, touched: Touched): Promise<void> {
  const { shown, hidden } = touched
  const groups = [touched, ...(shown === undefined ? [] : [shown]), ...(hidden === undefined ? [] : [hidden])]
  const addresses = groups.flatMap((one) => one.addresses)
  const byAddress = await recordsOfAddresses(trx, mailbox.org_id, [...new Set(addresses)])
  const recordIds = [...new Set([...byAddress, ...groups.flatMap((one) => one.recordIds)])]
  if (recordIds.length === 0) return
  const others = await heardByOthers(trx, mailbox, await seenOn(trx, mailbox, touched))
  if (shown !== undefined)
    others.push(...(await heardByOthers(trx, mailbox, await seenOn(trx, mailbox, shown), 'shared')))
  const all = [{ userId: mailbox.user_id, recordIds }, ...others, ...(touched.seen ?? [])]
  const at = new Date(deps.clock.now())
  for (const [userId, some] of Map.groupBy(all, (one) => one.userId)) {
    const ids = [...new Set(some.flatMap((one) => one.recordIds))]
    const payload = { type: 'emails' as const, recordIds: ids }
    await appendEvent(trx, { orgId: mailbox.org_id, userId, payload, at })
  }
}

/** On which records others may come to see it. */
async function seenOn(trx: Trx, mailbox: MailboxRow, touched: Touched): Promise<string[]> {
  const { newest, recordIds } = touched
  const addresses = [...new Set(touched.addresses)]
  const seen = newest && { newest, ownerId: mailbox.user_id }
  return [...new Set([...(await recordsOfAddresses(trx, mailbox.org_id, addresses, seen)), ...recordIds])]
}
