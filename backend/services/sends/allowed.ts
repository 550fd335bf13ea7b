import { isMailable } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { findOwnMailbox } from '../../storage/sends.ts'
import { suppressedAmong } from '../../storage/suppressions.ts'
import { requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'

/** Recipients of one mail, all headers together (gmail-api, B4). */
const mostRecipients = 100

/** Decisions 15, S-044: by policy a viewer writes no mail, and who may not schedule may still send now (S-029). */
export function requireSender(ctx: Context, planned = false): void {
  requirePermission(ctx, 'mail.send')
  if (planned) requirePermission(ctx, 'mail.schedule')
}

/** The actor's own connected mailbox with permission to send. Nobody sends as somebody else. */
export async function requireSendingMailbox(ctx: Context, account: string): Promise<MailboxRow> {
  const { orgId, userId } = ctx.actor
  const mailbox = await findOwnMailbox(ctx.db, { orgId, email: account })
  if (mailbox === undefined) throw new Refusal('forbidden', 'mailbox_none', { account })
  if (mailbox.user_id !== userId) throw new Refusal('forbidden', 'wrong_account', { account })
  if (mailbox.status === 'disconnected') throw new Refusal('forbidden', 'mailbox_none', { account })
  if (mailbox.status !== 'connected') throw new Refusal('forbidden', 'mailbox_reauth', { account })
  if (!allows(mailbox.scopes, 'send')) throw new Refusal('forbidden', 'scope_send_missing', { account })
  return mailbox
}

/** At least one recipient, at most what Gmail takes, and each where it sends to. */
export function requireRecipients(mail: Record<'to' | 'cc' | 'bcc', { address: string }[]>): void {
  const count = mail.to.length + mail.cc.length + mail.bcc.length
  if (count === 0) throw new Refusal('invalid', 'no_recipient', {}, [{ field: 'to', reason: 'no_recipient' }])
  if (count > mostRecipients) {
    const facts = { max: mostRecipients, count }
    throw new Refusal('invalid', 'too_many_recipients', facts, [
      { field: 'to', reason: 'too_many_recipients' },
    ])
  }
  for (const field of ['to', 'cc', 'bcc'] as const)
    for (const { address } of mail[field])
      if (!isMailable(address))
        throw new Refusal('invalid', 'address_not_ascii', { address }, [
          { field, reason: 'address_not_ascii' },
        ])
}

/** S-028: who may not be mailed is refused before anything is taken into the queue. */
export async function requireMailable(ctx: Context, parties: readonly { address: string }[]): Promise<void> {
  const addresses = parties.map((party) => party.address)
  const [first] = (await suppressedAmong(ctx.db, ctx.actor.orgId, addresses)).values()
  if (first === undefined) return
  const { address, reason, since } = first
  throw new Refusal('conflict', 'suppressed', { address, why: reason, since: since.toISOString() })
}
