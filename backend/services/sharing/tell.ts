import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import type { Context } from '../context.ts'

/** More people than this are told together. */
const manyPeople = 30

/**
 * After a change of sharing, inside its transaction and last in it: the owner's screens read their sharing again, and the
 * lists of these records are read again by those who may see them change. Which mail it was is told to nobody.
 */
export async function tellSharing(
  trx: Trx,
  ctx: Context,
  input: {
    ownerId: string
    /** 'everybody' when nobody counted whose lists change. */
    whose: readonly string[] | 'everybody'
    /** 'many': whatever is shown may have changed. */
    recordIds: readonly string[] | 'many'
    /** Others whose requests changed. */
    also?: readonly string[]
  },
): Promise<void> {
  const { orgId } = ctx.actor
  const at = new Date(ctx.clock.now())
  for (const userId of new Set([input.ownerId, ...(input.also ?? [])]))
    await appendEvent(trx, { orgId, userId, payload: { type: 'sharing' }, at })
  const { recordIds } = input
  if (recordIds === 'many') {
    await appendEvent(trx, { orgId, payload: { type: 'records' }, at })
    return
  }
  if (recordIds.length === 0) return
  const payload = { type: 'emails' as const, recordIds: [...recordIds] }
  if (input.whose === 'everybody' || input.whose.length > manyPeople) {
    await appendEvent(trx, { orgId, payload, at })
    return
  }
  for (const userId of new Set([input.ownerId, ...input.whose]))
    await appendEvent(trx, { orgId, userId, payload, at })
}
