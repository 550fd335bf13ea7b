import { GoogleError } from '../../google/gateway.ts'
import { appendEvent } from '../../storage/events.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import { disconnectMailbox, eraseMailbox, holdSends } from '../../storage/mail/trust.ts'
import type { Context } from '../context.ts'
import { noteChange } from '../sends/notes.ts'
import { requireMine } from './control.ts'
import { stopWatching } from './watch.ts'
import { tellMailbox } from './work.ts'

/** How long somebody who leaves waits for Gmail, real ms. */
const stopLimitMs = 5_000

/**
 * Takes a mailbox off: its mail is hidden from everybody (S-066), what was scheduled from it is held, and the grant is revoked
 * at Google. Connecting it again brings everything back. `erase`: what was taken from it is deleted, but for files that
 * somebody filed and the receipts of sent mail.
 */
export async function disconnect(
  ctx: Context,
  input: { account: string; erase: boolean },
): Promise<{ mails: number; held: number }> {
  const mailbox = await requireMine(ctx, input.account)
  // Without a good answer Gmail forgets it by itself, and nothing it tells of the mailbox is heard any more.
  await stopWatching(ctx, mailbox, AbortSignal.timeout(stopLimitMs))
  const now = new Date(ctx.clock.now())
  const done = await ctx.db.transaction().execute(async (trx) => {
    // Nothing is being stored while it goes.
    await lockMailboxMail(trx, mailbox.id)
    const sealed = await disconnectMailbox(trx, mailbox.id, input.erase)
    const held = await holdSends(trx, mailbox.id, now)
    for (const row of held)
      await noteChange(trx, row, [{ step: 'held', detail: 'mailbox_disconnected' }], now)
    const mails = input.erase ? await eraseMailbox(trx, mailbox.id) : 0
    await tellMailbox(trx, ctx, { ...mailbox, status: 'disconnected' })
    // Colleagues may have seen some of it.
    await appendEvent(trx, { orgId: mailbox.org_id, payload: { type: 'records' }, at: now })
    return { sealed, mails, held: held.length }
  })
  if (done.sealed !== null)
    await revoke(ctx, mailbox.id, `mailbox:${mailbox.org_id}:${mailbox.email}`, done.sealed)
  return { mails: done.mails, held: done.held }
}

/** The token is forgotten here either way; a Google that does not answer keeps nobody from leaving. */
async function revoke(ctx: Context, mailboxId: string, aad: string, sealed: string): Promise<void> {
  try {
    await ctx.google.revoke(ctx.tokens.open(sealed, aad))
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    ctx.log.warn('mailbox.not_revoked', { mailbox: mailboxId, kind: error.kind })
  }
}
