import type { Send } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { localAt } from '../../../lib/domain/schedule.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'
import { changeSend, dropSendAddresses, lastStep, type ShownSend } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { requireWritten, stale } from './draft.ts'
import { noteChange } from './notes.ts'
import { getSend } from './read.ts'
import { resolveWhen } from './when.ts'

const waiting: readonly SendStatus[] = ['scheduled', 'held']

/**
 * Takes a mail back until a worker has claimed it: it is the draft it was, with its files. A repetition finds the draft.
 * @throws Refusal conflict `undo_gone` with what is true once it is on its way
 */
export async function undoSend(ctx: Context, id: string, input: { version: number }): Promise<Send> {
  const row = await requireWritten(ctx, id)
  if (row.status === 'draft' && (await lastStep(ctx.db, id, 'undone')) === String(input.version))
    return getSend(ctx, id)
  if (row.mass_id !== null || !waiting.includes(row.status)) throw gone(row)
  const now = new Date(ctx.clock.now())
  const back = await ctx.db.transaction().execute(async (trx) => {
    const changed = await changeSend(trx, {
      orgId: ctx.actor.orgId,
      id,
      authorId: ctx.actor.userId,
      version: input.version,
      from: waiting,
      set: {
        ...resolveWhen({ kind: 'now' }, row.created_at.getTime()),
        status: 'draft',
        reason: null,
        not_before: null,
        undo_until: null,
        claimed_at: null,
        overruled: [],
        updated_at: now,
      },
    })
    if (changed === undefined) return false
    // Colleagues who saw it waiting hear of it before the road to them is gone.
    await noteChange(trx, changed, [{ step: 'undone', detail: String(input.version) }], now, true)
    await dropSendAddresses(trx, id)
    return true
  })
  if (back) return getSend(ctx, id)
  const standing = await requireWritten(ctx, id)
  throw waiting.includes(standing.status) ? stale(standing) : gone(standing)
}

function gone(row: ShownSend): Refusal {
  const at = row.claimed_at ?? row.sent_at ?? row.updated_at
  const local = localAt(at.getTime(), row.zone)
  return new Refusal('conflict', 'undo_gone', { status: row.status, claimedAt: at.toISOString(), local })
}
