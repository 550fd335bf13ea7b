import type { ShareMail, WhoSees } from '../../../lib/contract/sharing.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Trx } from '../../storage/database.ts'
import { endGrants, type LedgerLine, lockSightings, writeLedger } from '../../storage/mail/share-writes.ts'
import { sightingsOfMessage, sightingsOfThread } from '../../storage/mail/shares.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import type { Context } from '../context.ts'
import { loadFacts, type MailFact, type MailFacts } from './facts.ts'
import { tellSharing } from './tell.ts'
import { requireOwnMailbox, whoSeesNow } from './who-sees.ts'
import { giveWord, recordsOf } from './word.ts'

/**
 * The owner's word on a thread, its later mails included, or on one mail of it. Taking it back, or hiding, holds at once
 * and ends what was granted; what was opened stays in the ledger.
 */
export async function shareMail(ctx: Context, input: ShareMail): Promise<WhoSees> {
  const mailbox = await requireOwnMailbox(ctx, input.account)
  return ctx.db.transaction().execute(async (trx) => {
    // No new mail of the thread may come in between its mails and the word on the thread.
    if (input.gmailId === undefined) await lockMailboxMail(trx, mailbox.id)
    const ids = await sightingsOfThread(trx, mailbox.id, input.threadId, input.gmailId)
    if (ids.length === 0) throw new Refusal('not_found', 'message_missing')
    await giveWord(ctx, trx, input.level, { ...input, mailbox }, ids)
    return whoSeesNow(ctx, trx, ids)
  })
}

/** Takes back what was granted of my mail to one person. @throws Refusal not_found `request_missing` */
export async function revokeGrant(ctx: Context, messageId: string, userId: string): Promise<void> {
  const { orgId, userId: me } = ctx.actor
  await ctx.db.transaction().execute(async (trx) => {
    const { facts, mine } = await myCopies(ctx, trx, messageId)
    await lockSightings(
      trx,
      mine.map((mail) => mail.id),
    )
    const at = new Date(ctx.clock.now())
    const ended = await endGrants(
      trx,
      mine.map((mail) => mail.id),
      userId,
      at,
    )
    if (ended.length === 0) throw new Refusal('not_found', 'request_missing')
    const lines = ended.map(
      (one): LedgerLine => ({
        sightingId: one.sightingId,
        ownerId: me,
        actorId: me,
        kind: 'revoked',
        detail: { userId, lost: [userId] },
      }),
    )
    await writeLedger(trx, { orgId, newId: ctx.newId, at, lines })
    const lists = { facts, recordIds: recordsOf(mine) }
    await tellSharing(trx, ctx, { ownerId: me, whose: [userId], lists, also: [userId] })
  })
}

/** My own copies of a message. @throws Refusal not_found `message_missing` */
async function myCopies(
  ctx: Context,
  trx: Trx,
  messageId: string,
): Promise<{ facts: MailFacts; mine: MailFact[] }> {
  const ids = await sightingsOfMessage(trx, ctx.actor.orgId, messageId)
  const facts = await loadFacts(ctx, trx, ids)
  const mine = facts.mails.filter(
    (mail) => mail.shared.ownerId === ctx.actor.userId && mail.shared.mailboxIsConnected,
  )
  if (mine.length === 0) throw new Refusal('not_found', 'message_missing')
  return { facts, mine }
}
