import { Refusal } from '../../../lib/domain/errors.ts'
import { softDeleteRecord } from '../../storage/records.ts'
import { requireEditable, requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { tellChanged } from './write.ts'

/** Undo of a creation: the row is kept, the addresses no longer match anything. */
export async function deleteRecord(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'records.write')
  const before = await requireEditable(ctx, id)
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await softDeleteRecord(trx, ctx.actor.orgId, id, now)))
      throw new Refusal('not_found', 'record_missing')
    await tellChanged(ctx, trx, [id, before.main_contact_id])
  })
}
