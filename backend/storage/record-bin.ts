import { sql } from 'kysely'
import type { ListCursor } from '../../lib/domain/list-cursor.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable, Trx } from './database.ts'
import { type RecordRow, selectAnyRecords, type Viewer } from './records.ts'

/** Into the bin; false when it is there. */
export async function markDeleted(
  trx: Trx,
  input: { orgId: string; id: string; by: string; now: Date },
): Promise<boolean> {
  const row = await trx
    .updateTable('records')
    .set((eb) => ({
      deleted_at: input.now,
      deleted_by: input.by,
      updated_at: input.now,
      version: eb('version', '+', 1),
    }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Out of the bin; false when it is not there. */
export async function markRestored(
  trx: Trx,
  input: { orgId: string; id: string; now: Date },
): Promise<boolean> {
  const row = await trx
    .updateTable('records')
    .set((eb) => ({
      deleted_at: null,
      deleted_by: null,
      updated_at: input.now,
      version: eb('version', '+', 1),
    }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('deleted_at', 'is not', null)
    .where('merged_into', 'is', null)
    .where('converted_to', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export interface BinnedRow extends RecordRow {
  deleted_at: Date
  deletedById: string | null
  deletedByName: string | null
}

/** What somebody deleted; records that went into others by merging or conversion are not in the bin. */
function selectBinned(q: Queryable, viewer: Viewer) {
  return selectAnyRecords(q, viewer)
    .leftJoin('users as deleter', 'deleter.id', 'records.deleted_by')
    .select(['deleter.id as deletedById', 'deleter.name as deletedByName'])
    .where('records.deleted_at', 'is not', null)
    .where('records.merged_into', 'is', null)
    .where('records.converted_to', 'is', null)
    .$narrowType<{ deleted_at: Date }>()
}

export async function findBinned(q: Queryable, viewer: Viewer, id: string): Promise<BinnedRow | undefined> {
  return selectBinned(q, viewer).where('records.id', '=', id).executeTakeFirst()
}

/** The last deleted first, strictly after the cursor. */
export async function listBinned(
  q: Queryable,
  viewer: Viewer,
  input: { module: ModuleKey | undefined; cursor: ListCursor | undefined; limit: number },
): Promise<BinnedRow[]> {
  const { module, cursor, limit } = input
  let query = selectBinned(q, viewer)
  if (module !== undefined) query = query.where('records.module', '=', module)
  if (cursor !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('records.deleted_at', '<', cursor.at),
        eb.and([
          eb('records.deleted_at', '=', cursor.at),
          eb(sql<string>`records.id::text`, '<', cursor.key),
        ]),
      ]),
    )
  return query
    .orderBy('records.deleted_at', 'desc')
    .orderBy(sql`records.id::text`, 'desc')
    .limit(limit)
    .execute()
}

export async function countBinned(
  q: Queryable,
  viewer: Viewer,
  module: ModuleKey | undefined,
): Promise<number> {
  let query = selectBinned(q, viewer)
  if (module !== undefined) query = query.where('records.module', '=', module)
  const row = await q
    .selectFrom(query.as('binned'))
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('total'))
    .executeTakeFirst()
  return row?.total ?? 0
}
