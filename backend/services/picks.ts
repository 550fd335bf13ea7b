import { Refusal } from '../../lib/domain/errors.ts'
import { appendEvent } from '../storage/events.ts'
import { holdsAddress, putPick } from '../storage/picks.ts'
import { requireRecord } from './access.ts'
import type { Context } from './context.ts'

/**
 * Remembers for the actor which of several records an address stands for; null asks again.
 * @throws Refusal not_found `record_missing`, invalid when the record does not hold the address
 */
export async function pickRecord(
  ctx: Context,
  input: { address: string; recordId: string | null },
): Promise<void> {
  const { orgId, userId } = ctx.actor
  const { address, recordId } = input
  if (recordId !== null) {
    await requireRecord(ctx, recordId)
    if (!(await holdsAddress(ctx.db, recordId, address)))
      throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'recordId', reason: 'lookup_missing' }])
  }
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    await putPick(trx, { orgId, userId, address, recordId, now })
    // The actor's other tabs show the same person.
    if (recordId !== null)
      await appendEvent(trx, { orgId, userId, payload: { type: 'record', id: recordId }, at: now })
  })
}
