import { setImmediate } from 'node:timers/promises'
import type { TransferStarted } from '../../lib/contract/people.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { appendEvent } from '../storage/events.ts'
import { countAllOwned, findPerson, giveRecords, lockOrganisation } from '../storage/people.ts'
import { noteChanges } from '../storage/record-changes.ts'
import { enqueueTask, taskPayload } from '../storage/tasks.ts'
import { requirePermission } from './access.ts'
import type { Context, Deps } from './context.ts'

const batchSize = 500
const lowest = '00000000-0000-0000-0000-000000000000'

/**
 * All records of one person to another, those in the bin included, in the background. An admin's.
 * @throws Refusal conflict `transfer_running` while theirs are still going to somebody else
 */
export async function transferRecords(
  ctx: Context,
  fromId: string,
  input: { toId: string },
): Promise<TransferStarted> {
  requirePermission(ctx, 'admin')
  const { orgId, userId } = ctx.actor
  if ((await findPerson(ctx.db, orgId, fromId)) === undefined)
    throw new Refusal('not_found', 'person_missing')
  const to = await findPerson(ctx.db, orgId, input.toId)
  if (to?.status !== 'active' || to.id === fromId)
    throw new Refusal('invalid', 'person_missing', {}, [{ field: 'toId', reason: 'person_missing' }])
  const now = new Date(ctx.clock.now())
  const key = `${orgId}/${fromId}`
  const payload = { from: fromId, to: to.id, by: userId }
  await ctx.db.transaction().execute(async (trx) => {
    await lockOrganisation(trx, orgId)
    const waiting = await taskPayload(trx, 'transfer', key)
    if (waiting !== undefined && waiting['to'] !== to.id) throw new Refusal('conflict', 'transfer_running')
    await enqueueTask(trx, { id: ctx.newId(), orgId, kind: 'transfer', key, payload, dueAt: now, now })
  })
  return { records: await countAllOwned(ctx.db, orgId, fromId) }
}

/**
 * One pass over the records of a person, by id, so that two transfers crossing each other both come to an end. Each batch
 * is a transaction of its own: sends go on between two, and a crash goes on where it stopped.
 */
export async function runTransfer(
  deps: Deps,
  task: { orgId: string; payload: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<undefined> {
  const { orgId } = task
  const { from = '', to = '', by = '' } = task.payload
  let after = lowest
  for (;;) {
    signal.throwIfAborted()
    const now = new Date(deps.clock.now())
    const ids = await deps.db.transaction().execute(async (trx) => {
      const given = await giveRecords(trx, { orgId, from, to, after, limit: batchSize, now })
      const changes = [{ field: 'ownerId', old: from, new: to }]
      await noteChanges(
        trx,
        given.map((recordId) => ({
          id: deps.newId(),
          orgId,
          recordId,
          at: now,
          by,
          kind: 'changed',
          changes,
        })),
      )
      if (given.length > 0) await appendEvent(trx, { orgId, payload: { type: 'records' }, at: now })
      return given
    })
    const last = ids.at(-1)
    if (last === undefined || ids.length < batchSize) return
    after = last
    await setImmediate()
  }
}
