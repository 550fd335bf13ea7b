import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Trx } from '../../storage/database.ts'
import {
  analyzeRecords,
  clearProblems,
  type ImportRow,
  insertProblems,
  loadImport,
  lockImport,
  moveImport,
} from '../../storage/imports.ts'
import { listConnectedMailboxes } from '../../storage/mail/mailboxes.ts'
import { batchContacts } from '../../storage/record-batch.ts'
import { lockRecords, takeTurn } from '../../storage/record-writes.ts'
import { selectRecords } from '../../storage/records.ts'
import type { Task } from '../../storage/tasks.ts'
import { viewerOf } from '../access.ts'
import type { Deps } from '../context.ts'
import { scopesFor } from '../scopes.ts'
import { lookForKnown } from '../sync/backfill.ts'
import { type Decided, decide, type Held } from './decide.ts'
import { type FileRow, readRows } from './file.ts'
import { breathMs, type Job, openJob, renewJob } from './job.ts'
import { type Resolved, resolveRows } from './resolve.ts'
import { readRow } from './rows.ts'
import { saveDrafts } from './save.ts'
import { tellImport, tellRecords } from './tell.ts'
import { takeBack } from './undo.ts'

/**
 * Rows of one transaction. On the embedded database nobody else is answered meanwhile, so they are few enough to be written
 * within some 100 ms.
 */
const batchRows = 250
/** Characters of one batch, so that rows of any size stay bounded in memory. */
const batchLength = 2 * 1024 * 1024
const mostRows = 1_000_000
/** Batches after which the planner's figures are far off. */
const analyzeEvery = 80

/**
 * Does whatever an import waits for: trying its rows, writing them, taking them back. Can be killed at any moment and run
 * again: every batch is one transaction together with how far it came.
 */
export async function runImport(deps: Deps, task: Task, signal: AbortSignal): Promise<undefined> {
  for (;;) {
    const row = await loadImport(deps.db, task.key)
    if (row === undefined || !['checking', 'running', 'undoing'].includes(row.status)) return undefined
    try {
      const job = await openJob(deps, row)
      if (row.status === 'undoing') await takeBack(job, signal)
      else await readThrough(job, signal)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      await fail(deps, row, error)
    }
  }
}

/**
 * Ends the import; the reason, and for a broken file the line, can be read among its problems. What it wrote can be taken back
 * later: one whose module was deleted meanwhile must not keep all others waiting.
 */
async function fail(deps: Deps, row: ImportRow, { reason, facts }: Refusal): Promise<void> {
  const now = new Date(deps.clock.now())
  await deps.db.transaction().execute(async (trx) => {
    // `row` is from before its batches.
    const current = await lockImport(trx, row.id, row.status)
    if (current === undefined) return
    const wrote = row.status === 'undoing' || (row.status === 'running' && current.cursor > 0)
    const change = { status: 'failed', reason, ...(wrote && { finished_at: current.finished_at ?? now }) }
    const moved = await moveImport(trx, { id: row.id, from: [row.status], now }, change)
    if (moved === undefined) return
    const line = Number(facts['line'] ?? 0)
    await insertProblems(trx, row.id, [{ row: line, seq: 0, field: '', reason, value: '' }])
    await tellImport(trx, deps, moved)
  })
}

/** First counts, so that progress has an end and a broken table is refused before anything is written. */
async function readThrough(job: Job, signal: AbortSignal): Promise<void> {
  const { row } = job
  const status = job.writes ? 'running' : 'checking'
  if (row.total === 0 || !job.writes) {
    const total = await countRows(job, signal)
    const found = await advance(
      job,
      status,
      {
        total,
        ...(!job.writes && { done: 0, created: 0, updated: 0, unchanged: 0, failed: 0, accounts: 0 }),
      },
      !job.writes,
    )
    if (!found) return
  }
  let batchesDone = 0
  for await (const batch of batches(job, signal)) {
    signal.throwIfAborted()
    await renewJob(job)
    if (!(await (job.writes ? writeBatch(job, batch) : tryBatch(job, batch)))) return
    batchesDone += 1
    if (job.writes && batchesDone % analyzeEvery === 0) await analyzeRecords(job.ctx.db)
    await pause(breathMs)
  }
  if (job.writes && batchesDone > 1) await analyzeRecords(job.ctx.db)
  await finish(job, status)
}

async function countRows(job: Job, signal: AbortSignal): Promise<number> {
  let total = job.plan.format.hasHeader ? -1 : 0
  for await (const _ of readRows(job.file, job.plan.format, signal)) {
    total += 1
    if (total > mostRows) throw new Refusal('invalid', 'too_many', { max: mostRows })
  }
  return Math.max(total, 0)
}

/** Rows after the last one that is in, a batch at a time. */
async function* batches(job: Job, signal: AbortSignal): AsyncGenerator<FileRow[]> {
  const { format } = job.plan
  let rows: FileRow[] = []
  let length = 0
  let first = format.hasHeader
  const after = job.writes ? job.row.cursor : 0
  for await (const one of readRows(job.file, format, signal)) {
    const isHeader = first
    first = false
    if (isHeader || one.row <= after) continue
    rows.push(one)
    length += one.cells.reduce((sum, cell) => sum + cell.length, 0)
    if (rows.length < batchRows && length < batchLength) continue
    yield rows
    rows = []
    length = 0
  }
  if (rows.length > 0) yield rows
}

/** One transaction: records, history, search, problems and progress. False when the import is no longer to be written. */
async function writeBatch(job: Job, batch: readonly FileRow[]): Promise<boolean> {
  const read = batch.map((one) => readRow(job.plan, one))
  return job.ctx.db.transaction().execute(async (trx) => {
    const current = await lockImport(trx, job.row.id, 'running')
    // Cancelled, or another worker has gone on with it.
    if (current === undefined || current.cursor !== job.row.cursor) return false
    await takeTurns(trx, job)
    const resolved = await resolveRows(trx, job, read)
    const decided = await decide(trx, job, resolved, await hold(trx, job, resolved))
    const mark = {
      kind: 'imported' as const,
      importId: job.row.id,
      facts: ({ row, fileRow }: { row: unknown; fileRow: number }) => ({
        file: job.row.file_name,
        row: fileRow,
        ...(row === undefined && { created: 1 }),
      }),
    }
    await saveDrafts(trx, job.ctx, decided.accounts, mark)
    await saveDrafts(trx, job.ctx, decided.drafts, mark)
    return progress(trx, job, 'running', decided, batch)
  })
}

/** Two imports or forms at once make one account, and close no circle that neither sees. */
async function takeTurns(trx: Trx, job: Job): Promise<void> {
  const { orgId } = job.ctx.actor
  for (const { field } of job.plan.columns) {
    if (field.key === 'accountId' && job.module.key === 'contacts') await takeTurn(trx, orgId, 'accounts')
    if (field.type === 'lookup' && field.lookup === job.module.key)
      await takeTurn(trx, orgId, `lookup ${field.key}`)
  }
}

async function hold(trx: Trx, job: Job, { matches }: Resolved): Promise<Held> {
  const ids = [...new Set([...matches.values()].flat().map((one) => one.id))]
  if (job.writes) await lockRecords(trx, job.ctx.actor.orgId, ids)
  return standing(trx, job, ids)
}

async function standing(
  q: Parameters<typeof selectRecords>[0],
  job: Job,
  ids: readonly string[],
): Promise<Held> {
  if (ids.length === 0) return { rows: new Map(), contacts: new Map() }
  const rows = await selectRecords(q, viewerOf(job.ctx))
    .where('records.id', 'in', [...ids])
    .execute()
  const contacts = job.module.key === 'deals' ? await batchContacts(q, ids) : new Map<string, string[]>()
  return { rows: new Map(rows.map((row) => [row.id, row])), contacts }
}

/** The same without writing anything but what came of it. */
async function tryBatch(job: Job, batch: readonly FileRow[]): Promise<boolean> {
  const { db } = job.ctx
  const read = batch.map((one) => readRow(job.plan, one))
  const resolved = await resolveRows(db, job, read)
  const ids = [...new Set([...resolved.matches.values()].flat().map((one) => one.id))]
  const decided = await decide(db, job, resolved, await standing(db, job, ids))
  return db.transaction().execute((trx) => progress(trx, job, 'checking', decided, batch))
}

async function progress(
  trx: Trx,
  job: Job,
  status: string,
  { counts, problems }: Decided,
  batch: readonly FileRow[],
): Promise<boolean> {
  await insertProblems(
    trx,
    job.row.id,
    problems.flatMap(({ row, problems: all }) => all.map((one, seq) => ({ row, seq, ...one }))),
  )
  const { row } = job
  const change = {
    done: row.done + batch.length,
    created: row.created + counts.created,
    updated: row.updated + counts.updated,
    unchanged: row.unchanged + counts.unchanged,
    failed: row.failed + counts.failed,
    accounts: row.accounts + counts.accounts,
    ...(job.writes && { cursor: batch.at(-1)?.row ?? row.cursor }),
  }
  const now = new Date(job.ctx.clock.now())
  const moved = await moveImport(trx, { id: row.id, from: [status], now }, change)
  if (moved === undefined) return false
  job.row = moved
  if (job.writes && counts.created + counts.updated > 0) await tellRecords(trx, job.ctx, moved)
  await tellImport(trx, job.ctx, moved)
  return true
}

async function advance(
  job: Job,
  status: string,
  change: Parameters<typeof moveImport>[2],
  forgetProblems: boolean,
): Promise<boolean> {
  const now = new Date(job.ctx.clock.now())
  return job.ctx.db.transaction().execute(async (trx) => {
    const moved = await moveImport(trx, { id: job.row.id, from: [status], now }, change)
    if (moved === undefined) return false
    if (forgetProblems) await clearProblems(trx, moved.id)
    job.row = moved
    await tellImport(trx, job.ctx, moved)
    return true
  })
}

/** Done: mail of the new addresses is looked for at once for all of them, not one by one. */
async function finish(job: Job, status: 'running' | 'checking'): Promise<void> {
  const { ctx, row } = job
  const now = new Date(ctx.clock.now())
  const [readScope = ''] = scopesFor(['read'])
  await ctx.db.transaction().execute(async (trx) => {
    const change = job.writes ? { status: 'done', finished_at: now } : { status: 'checked' }
    const moved = await moveImport(trx, { id: row.id, from: [status], now }, change)
    if (moved === undefined) return
    const hasAddresses = job.plan.columns.some(({ field }) => field.type === 'email')
    if (job.writes && hasAddresses && row.created + row.updated > 0)
      for (const mailbox of await listConnectedMailboxes(trx, ctx.actor.orgId, readScope))
        await lookForKnown(trx, ctx, mailbox, { since: row.created_at.getTime() })
    await tellImport(trx, ctx, moved)
  })
}
