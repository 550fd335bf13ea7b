import type { Trx } from '../../storage/database.ts'
import { myNewestMail } from '../../storage/mail/my-sharing.ts'
import { type LedgerLine, writeLedger } from '../../storage/mail/share-writes.ts'
import type { Context } from '../context.ts'
import { alikeKey } from './alike.ts'
import { gainsAndLosses, loadFacts, type MailFacts } from './facts.ts'

/** Mails of which each is told who gained or lost it; of the others the one line says by which rule. */
const mostTold = 500

/**
 * Changes what others see of all my mail, or of all of it on a record, and writes it down: in one line for all of it, since a
 * hundred thousand mails need not each be told, and besides for each of the newest who gained and who lost it. `work` answers
 * false when it was so already; then nothing is written.
 */
export async function noted(
  ctx: Context,
  trx: Trx,
  line: Pick<LedgerLine, 'kind' | 'recordId' | 'detail'>,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const { orgId, userId } = ctx.actor
  const { recordId } = line
  const ids = await myNewestMail(trx, { orgId, userId, recordId, limit: mostTold })
  const before = await loadFacts(ctx, trx, ids)
  if (!(await work())) return false
  const after = await loadFacts(ctx, trx, ids)
  const id = ctx.newId()
  const mine = { ...line, ownerId: userId, actorId: userId }
  const ofOne = { ...mine, detail: { ...line.detail, of: id } }
  const lines = [{ ...mine, id, sightingId: null }, ...movesOf(before, after, ofOne)]
  await writeLedger(trx, { orgId, newId: ctx.newId, at: new Date(ctx.clock.now()), lines })
  return true
}

/** Lines for those mails that somebody gained or lost; mails alike are decided once. */
function movesOf(before: MailFacts, after: MailFacts, line: Omit<LedgerLine, 'sightingId'>): LedgerLine[] {
  const known = new Map<string, ReturnType<typeof gainsAndLosses>>()
  const now = new Map(after.mails.map((mail) => [mail.id, mail]))
  return before.mails.flatMap((mail) => {
    const key = alikeKey(mail)
    const moved =
      known.get(key) ?? gainsAndLosses({ facts: before, mail }, { facts: after, mail: now.get(mail.id) })
    known.set(key, moved)
    const isTold = moved.gained.length > 0 || moved.lost.length > 0
    return isTold ? [{ ...line, sightingId: mail.id, detail: { ...line.detail, ...moved } }] : []
  })
}
