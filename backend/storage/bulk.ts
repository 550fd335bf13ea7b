import { type Selectable, sql } from 'kysely'
import { type Queryable, storedJson, type Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type BulkRow = Selectable<Tables['bulk_runs']>
export interface SkippedRow {
  id: string
  name: string
  reason: string
}

/** Skipped rows kept by name; more only count. */
const mostNamed = 500

export async function insertBulk(
  trx: Trx,
  run: {
    id: string
    orgId: string
    userId: string
    action: unknown
    selection: unknown
    total: number
    now: Date
  },
): Promise<void> {
  await trx
    .insertInto('bulk_runs')
    .values({
      id: run.id,
      org_id: run.orgId,
      user_id: run.userId,
      action: storedJson(run.action),
      selection: storedJson(run.selection),
      status: 'running',
      total: run.total,
      created_at: run.now,
      updated_at: run.now,
    })
    .execute()
}

export async function findBulk(q: Queryable, orgId: string, id: string): Promise<BulkRow | undefined> {
  return q
    .selectFrom('bulk_runs')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The run while it goes on, held until the transaction ends: nobody else does its next batch or cancels it meanwhile. */
export async function holdBulk(trx: Trx, orgId: string, id: string): Promise<BulkRow | undefined> {
  return trx
    .selectFrom('bulk_runs')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .forUpdate()
    .executeTakeFirst()
}

/** One batch is done; how far it came is written with what it changed. */
export async function advanceBulk(
  trx: Trx,
  id: string,
  batch: { done: number; changed: number; skipped: readonly SkippedRow[]; cursor: string; now: Date },
): Promise<void> {
  const skipped = JSON.stringify(batch.skipped.slice(0, mostNamed))
  await trx
    .updateTable('bulk_runs')
    .set((eb) => ({
      done: eb('done', '+', batch.done),
      changed: eb('changed', '+', batch.changed),
      skipped: sql<string>`case when jsonb_array_length(skipped) < ${mostNamed}::int then skipped || ${skipped}::jsonb else skipped end`,
      cursor: batch.cursor,
      updated_at: batch.now,
    }))
    .where('id', '=', id)
    .execute()
}

/** Ends a run that goes on; a run that ended otherwise stays as it is. */
export async function endBulk(
  q: Queryable,
  at: { orgId: string; id: string; now: Date },
  status: 'done' | 'cancelled' | 'failed',
): Promise<void> {
  await q
    .updateTable('bulk_runs')
    .set((eb) => ({ status, updated_at: at.now, ...(status === 'done' && { total: eb.ref('done') }) }))
    .where('org_id', '=', at.orgId)
    .where('id', '=', at.id)
    .where('status', '=', 'running')
    .execute()
}

/** Modules of these records, standing or in the bin. */
export async function modulesOfRecords(q: Queryable, orgId: string, ids: readonly string[]) {
  const { rows } = await sql<{ module: Tables['records']['module'] }>`
    select distinct module from records where org_id = ${orgId} and id = any(${[...ids]}::uuid[])`.execute(q)
  return rows.map((row) => row.module)
}
