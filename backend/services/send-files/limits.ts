import type { MailLimits } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { largestMailBytes, mailCap, maxMailFiles } from '../../../lib/domain/mail-limits.ts'
import { policyNumber } from '../../../lib/domain/policy.ts'
import { findOwnMailbox } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'

/** What one mail of this account of mine may carry; the screen's meter counts with the same numbers. */
export async function mailLimits(ctx: Context, account: string): Promise<MailLimits> {
  const { orgId, userId, policy, role } = ctx.actor
  const mailbox = await findOwnMailbox(ctx.db, { orgId, email: account })
  if (mailbox?.user_id !== userId) throw new Refusal('forbidden', 'mailbox_none', { account })
  return {
    maxBytes: mailCap(policy, { role, reads: allows(mailbox.scopes, 'read') }),
    maxLibraryFiles: policyNumber(policy, 'mail.maxLibraryFiles'),
    maxFiles: maxMailFiles,
    maxLibraryBytes: largestMailBytes,
  }
}
