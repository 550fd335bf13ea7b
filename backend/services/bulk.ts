import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BulkRun, Selection, StartBulk } from '../../lib/contract/lists.ts'
import { type FieldProblem, Refusal } from '../../lib/domain/errors.ts'
import { readValues } from '../../lib/domain/field-values.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import { roleMay } from '../../lib/domain/policy.ts'
import { type BulkRow, endBulk, findBulk, holdBulk, insertBulk, modulesOfRecords } from '../storage/bulk.ts'
import { countList } from '../storage/lists.ts'
import { activePeople } from '../storage/record-writes.ts'
import { enqueueTask, type Task } from '../storage/tasks.ts'
import { requirePermission, viewerOf } from './access.ts'
import { actorNow } from './actor-now.ts'
import { nextBatch } from './bulk-batch.ts'
import type { Context, Deps } from './context.ts'
import { readScope } from './lists.ts'
import { modulesOf } from './modules.ts'
import { requireModule } from './records/create.ts'

/** So many rows are done before the request is answered. */
const atOnce = 100
/** When somebody else goes on with a run whose request was cut off. */
const takeOverMs = 60_000
const mostTries = 5

/**
 * Starts one change of many records. What is wrong with the change itself is refused at once; rows that cannot take it are
 * skipped and named. Up to 100 rows are done when it answers, more go on in the background.
 */
export async function startBulk(ctx: Context, input: StartBulk): Promise<BulkRun> {
  requirePermission(ctx, 'records.write')
  const id = ctx.newId()
  await checkAction(ctx, input)
  const total = await countSelection(ctx, input.selection)
  const now = new Date(ctx.clock.now())
  const isSmall = total <= atOnce
  const { orgId, userId } = ctx.actor
  await ctx.db.transaction().execute(async (trx) => {
    await insertBulk(trx, { id, orgId, userId, ...input, total, now })
    const dueAt = isSmall ? new Date(now.getTime() + takeOverMs) : now
    await enqueueTask(trx, { id: ctx.newId(), orgId, kind: 'bulk', key: id, dueAt, now })
  })
  if (isSmall) await goOn(ctx, { orgId, userId, id })
  return getBulk(ctx, id)
}

/** How far a run is; its own person's, or an admin's to know. @throws Refusal not_found `bulk_missing` */
export async function getBulk(ctx: Context, id: string): Promise<BulkRun> {
  return toRun(await requireRun(ctx, id))
}

/** Stops a run after its present batch: what was changed stays. One that has ended stays as it ended. */
export async function cancelBulk(ctx: Context, id: string): Promise<BulkRun> {
  const { org_id: orgId } = await requireRun(ctx, id)
  await endBulk(ctx.db, { orgId, id, now: new Date(ctx.clock.now()) }, 'cancelled')
  return getBulk(ctx, id)
}

/** Goes on with a run on behalf of whoever started it, with what they may do now. */
export async function runBulk(deps: Deps, task: Task, signal: AbortSignal): Promise<undefined> {
  const { orgId, key: id } = task
  const run = await findBulk(deps.db, orgId, id)
  if (run?.status !== 'running') return
  const at = { orgId, id, now: new Date(deps.clock.now()) }
  if (task.attempts > mostTries) return fail(deps, at)
  try {
    await goOn(deps, { orgId, userId: run.user_id, id }, signal)
  } catch (error) {
    // The module is gone.
    if (!(error instanceof Refusal)) throw error
    await fail(deps, at)
  }
}

async function fail(deps: Deps, at: { orgId: string; id: string; now: Date }): Promise<undefined> {
  await endBulk(deps.db, at, 'failed')
}

/**
 * Batch by batch, each a transaction of its own, until there is no more or the person may no longer write: their rights are
 * read anew each time. @throws when the signal ends
 */
async function goOn(
  deps: Deps,
  { orgId, userId, id }: { orgId: string; userId: string; id: string },
  signal?: AbortSignal,
): Promise<void> {
  const end = (status: 'done' | 'cancelled') =>
    endBulk(deps.db, { orgId, id, now: new Date(deps.clock.now()) }, status)
  for (;;) {
    signal?.throwIfAborted()
    const actor = await actorNow(deps, { orgId, userId })
    if (actor === undefined || !roleMay(actor.policy, actor.role, 'records.write')) return end('cancelled')
    const ctx: Context = { ...deps, actor }
    const modules = await modulesOf(ctx)
    const hasMore = await ctx.db.transaction().execute(async (trx) => {
      const run = await holdBulk(trx, orgId, id)
      return run !== undefined && (await nextBatch(trx, ctx, modules, run))
    })
    if (!hasMore) return end('done')
    await nextTurn()
  }
}

async function requireRun(ctx: Context, id: string): Promise<BulkRow> {
  const { orgId, userId, role } = ctx.actor
  const run = await findBulk(ctx.db, orgId, id)
  if (run === undefined || (run.user_id !== userId && role !== 'admin'))
    throw new Refusal('not_found', 'bulk_missing')
  return run
}

function toRun({ id, status, total, done, changed, skipped }: BulkRow): BulkRun {
  return { id, status, total, done, changed, skipped }
}

/** The change must make sense for every module it is meant for. */
async function checkAction(ctx: Context, { selection, action }: StartBulk): Promise<void> {
  const problems: FieldProblem[] = []
  if ('list' in selection && selection.list.bin !== (action.kind === 'restore'))
    problems.push({ field: 'selection.list.bin', reason: 'field_invalid' })
  if (action.kind === 'owner' && !(await activePeople(ctx.db, ctx.actor.orgId, [action.ownerId])).size)
    problems.push({ field: 'action.ownerId', reason: 'person_missing' })
  if (action.kind === 'set') {
    if (Object.keys(action.fields).length === 0)
      problems.push({ field: 'action.fields', reason: 'field_required' })
    for (const key of await modulesIn(ctx, selection)) {
      const found = readValues(await requireModule(ctx, key), action.fields, { columns: true }).problems
      problems.push(...found.map(({ field, reason }) => ({ field: actionPath(field), reason })))
    }
  }
  const [first] = problems
  if (first !== undefined) throw new Refusal('invalid', first.reason, {}, problems.slice(0, 50))
}

function actionPath(field: string): string {
  return `action.fields.${field.replace(/^fields\./, '')}`
}

async function modulesIn(ctx: Context, selection: Selection): Promise<ModuleKey[]> {
  if ('list' in selection) return [selection.list.module]
  return modulesOfRecords(ctx.db, ctx.actor.orgId, selection.ids)
}

async function countSelection(ctx: Context, selection: Selection): Promise<number> {
  if ('ids' in selection) return new Set(selection.ids).size
  const module = await requireModule(ctx, selection.list.module)
  return countList(ctx.db, viewerOf(ctx), readScope(ctx, module, selection.list))
}
