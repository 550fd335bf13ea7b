import { Refusal } from '../../../lib/domain/errors.ts'
import { mailCap } from '../../../lib/domain/mail-limits.ts'
import { editableStatuses } from '../../../lib/domain/statuses.ts'
import type { Trx } from '../../storage/database.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { holdSend, listSendFiles, type SendFileRow } from '../../storage/send-files.ts'
import type { ShownSend } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'
import { requireSend } from '../sends/read.ts'
import { countedFiles } from './check.ts'

/** S-042: its author and nobody else, admins included; to who may not even look it does not exist. */
export async function requireOwnSend(ctx: Context, sendId: string): Promise<ShownSend> {
  const { row } = await requireSend(ctx, sendId)
  if (row.author_id === ctx.actor.userId) return row
  throw new Refusal('forbidden', 'not_author', { author: row.authorName })
}

/**
 * The actor's own mail, held and still theirs to change: its files, and those that count toward its cap.
 * @throws Refusal conflict once it is on its way
 */
export async function holdOwnSend(
  trx: Trx,
  ctx: Context,
  sendId: string,
): Promise<{ files: SendFileRow[]; counted: SendFileRow[] }> {
  const held = await holdSend(trx, ctx.actor.orgId, sendId)
  if (held === undefined || held.authorId !== ctx.actor.userId)
    throw new Refusal('not_found', 'draft_missing')
  if (!editableStatuses.includes(held.status)) {
    const reason = held.status === 'sending' ? 'already_claimed' : 'already_final'
    throw new Refusal('conflict', reason, { status: held.status })
  }
  const files = await listSendFiles(trx, [sendId])
  return { files, counted: countedFiles(files, held, ctx.clock.now()) }
}

/** Bytes a mail of this mailbox, whose owner the actor is, may carry. */
export async function capOfMailbox(ctx: Context, mailboxId: string): Promise<number> {
  const mailbox = await findMailbox(ctx.db, mailboxId)
  const reads = mailbox !== undefined && allows(mailbox.scopes, 'read')
  return mailCap(ctx.actor.policy, { role: ctx.actor.role, reads })
}
