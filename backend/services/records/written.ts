import type { RecordCard } from '../../../lib/contract/records.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { everything, findRecord } from '../../storage/records.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { cardsOf } from './read.ts'

/** A record the actor has just written: also when it is somebody else's now and they may no longer open it. */
export async function writtenRecord(ctx: Context, id: string): Promise<RecordCard> {
  const row = await findRecord(ctx.db, everything(ctx.actor.orgId), id)
  const [card] = row === undefined ? [] : await cardsOf(ctx, [row])
  if (card === undefined) throw new Refusal('not_found', 'record_missing')
  return card
}

/** A call that got no answer is repeated within this time, ms. */
const repeatedWithin = 60 * 60_000

/**
 * What a repeated creating call finds: a record the actor made. One that is no longer theirs to open is answered only as
 * they made it, and soon: the key opens nothing that the policy has closed since.
 */
export async function createdRecord(ctx: Context, id: string): Promise<RecordCard> {
  const row = await findRecord(ctx.db, everything(ctx.actor.orgId), id)
  if (row?.created_by !== ctx.actor.userId) throw new Refusal('not_found', 'record_missing')
  const asMade = row.version === 1 && ctx.clock.now() - row.created_at.getTime() < repeatedWithin
  if (!asMade) await requireRecord(ctx, id)
  return writtenRecord(ctx, id)
}
