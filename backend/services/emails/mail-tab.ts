import type { EmailsQuery, MailTabPage } from '../../../lib/contract/records.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { listMailboxes } from '../../storage/identity.ts'
import type { Context } from '../context.ts'

/** S-011: exists only while a mailbox is connected. */
export async function listMailTab(ctx: Context, _query: EmailsQuery): Promise<MailTabPage> {
  const mailboxes = await listMailboxes(ctx.db, ctx.actor.orgId, ctx.actor.userId)
  if (mailboxes.every((one) => one.status === 'disconnected')) throw new Refusal('forbidden', 'mailbox_none')
  return { total: 0, people: [], notSearched: [], rows: [], emptyReason: 'no_mail', nextCursor: null }
}
