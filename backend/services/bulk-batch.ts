import { StartBulk } from '../../lib/contract/lists.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { readValues } from '../../lib/domain/field-values.ts'
import { advanceBulk, type BulkRow, type SkippedRow } from '../storage/bulk.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import { listIds } from '../storage/lists.ts'
import { findAnyRecordsById } from '../storage/search-candidates.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { readScope } from './lists.ts'
import type { modulesOf } from './modules.ts'
import { binRecord, unbinRecord } from './records/bin.ts'
import { checkRecord } from './records/check.ts'
import { refuse, settle } from './records/create.ts'
import { changeRecord, holdRecord } from './records/write.ts'

/** Rows of one transaction: few, since the embedded database does nothing else meanwhile, and mail has to go out. */
const batchSize = 50

type Action = StartBulk['action']
/** Read before the transaction. */
type Modules = Awaited<ReturnType<typeof modulesOf>>

/**
 * Changes the next rows of a run in the order of their ids, each by the same rules as if it were changed alone, and writes
 * down how far it came in the same transaction. Answers whether there may be more.
 */
export async function nextBatch(trx: Trx, ctx: Context, modules: Modules, run: BulkRow): Promise<boolean> {
  const { selection, action } = StartBulk.parse({ selection: run.selection, action: run.action })
  const ids = await nextIds(trx, ctx, modules, selection, run.cursor ?? undefined)
  const last = ids.at(-1)
  if (last === undefined) return false
  // One event tells of them all.
  const quiet = { ...ctx, quiet: true }
  const refused = new Map<string, string>()
  let changed = 0
  for (const id of ids) {
    const outcome = await changeOne(trx, quiet, modules, { id, action })
    if (outcome === 'changed') changed++
    else if (outcome !== 'same') refused.set(id, outcome.reason)
  }
  const now = new Date(ctx.clock.now())
  const skipped = await named(trx, ctx, refused)
  await advanceBulk(trx, run.id, { done: ids.length, changed, skipped, cursor: last, now })
  if (changed > 0) await appendEvent(trx, { orgId: run.org_id, payload: { type: 'records' }, at: now })
  return ids.length === batchSize
}

async function nextIds(
  trx: Trx,
  ctx: Context,
  modules: Modules,
  selection: StartBulk['selection'],
  after: string | undefined,
): Promise<string[]> {
  if ('ids' in selection)
    return [...new Set(selection.ids)]
      .sort()
      .filter((id) => after === undefined || id > after)
      .slice(0, batchSize)
  const module = modules.get(selection.list.module)
  if (module === undefined) throw new Refusal('invalid', 'module_unknown')
  const scope = readScope(ctx, module, selection.list)
  return listIds(trx, viewerOf(ctx), scope, { after, limit: batchSize })
}

async function changeOne(
  trx: Trx,
  ctx: Context,
  modules: Modules,
  one: { id: string; action: Action },
): Promise<'changed' | 'same' | { reason: string }> {
  try {
    return (await act(trx, ctx, modules, one)) ? 'changed' : 'same'
  } catch (error) {
    // Refusals come before the first write of a row, so the batch stays whole.
    if (error instanceof Refusal) return { reason: error.fields[0]?.reason ?? error.reason }
    throw error
  }
}

async function act(
  trx: Trx,
  ctx: Context,
  modules: Modules,
  { id, action }: { id: string; action: Action },
): Promise<boolean> {
  if (action.kind === 'restore') return unbinRecord(trx, ctx, id)
  if (action.kind === 'delete') {
    await binRecord(trx, ctx, id)
    return true
  }
  const held = await holdRecord(trx, ctx, id)
  const module = modules.get(held.row.module)
  if (module === undefined) throw new Refusal('invalid', 'module_unknown')
  const given = action.kind === 'owner' ? { ownerId: action.ownerId } : action.fields
  const { values, problems } = readValues(module, given, { columns: true })
  refuse(problems)
  const after = settle(module, { ...held.values, ...values })
  refuse(await checkRecord(trx, ctx, module, { id, before: held.values, after }))
  return changeRecord(trx, ctx, held, { module, values: after })
}

/** Rows that stayed as they were, by name as far as the person may see them. */
async function named(trx: Trx, ctx: Context, refused: ReadonlyMap<string, string>): Promise<SkippedRow[]> {
  const rows = await findAnyRecordsById(trx, viewerOf(ctx), [...refused.keys()])
  const names = new Map(rows.map((row) => [row.id, row.name]))
  return [...refused].map(([id, reason]) => ({ id, name: names.get(id) ?? '', reason }))
}
