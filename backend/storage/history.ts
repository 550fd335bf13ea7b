import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import type { ChangeKind } from './record-changes.ts'
import type { StoredChange } from './record-tables.ts'
import { type RecordRow, selectAnyRecords, type Viewer, visibleTo } from './records.ts'

export interface ChangeRow {
  id: string
  /** Grows with each change, in the order they were made. */
  seq: number
  at: Date
  byId: string | null
  byName: string | null
  kind: ChangeKind
  changes: StoredChange[]
  facts: Record<string, string | number>
}

/** The record also while it is in the bin, its addresses with it: its history is not gone. */
export async function findAnyRecord(
  q: Queryable,
  viewer: Viewer,
  id: string,
): Promise<RecordRow | undefined> {
  const row = await selectAnyRecords(q, viewer).where('records.id', '=', id).executeTakeFirst()
  if (row?.deleted_at == null) return row
  const kept = await q
    .selectFrom('former_addresses')
    .select(['kind', 'address'])
    .where('record_id', '=', id)
    .where('binned', '=', true)
    .execute()
  const held = (kind: 'primary' | 'secondary') => kept.find((one) => one.kind === kind)?.address ?? null
  return {
    ...row,
    primaryAddress: row.primaryAddress ?? held('primary'),
    secondaryAddress: row.secondaryAddress ?? held('secondary'),
  }
}

/** A record's changes, newest first, strictly before `beforeSeq`. */
export async function listChanges(
  q: Queryable,
  input: { orgId: string; recordId: string; beforeSeq: number | undefined; limit: number },
): Promise<ChangeRow[]> {
  let query = selectChanges(q, input)
  if (input.beforeSeq !== undefined) query = query.where('c.seq', '<', input.beforeSeq)
  return query.limit(input.limit).execute()
}

/** Every change after `at`, newest first. */
export async function changesAfter(
  q: Queryable,
  input: { orgId: string; recordId: string; at: Date },
): Promise<ChangeRow[]> {
  return selectChanges(q, input).where('c.at', '>', input.at).execute()
}

/** Every change that may have taken the record away or brought it back, oldest first. */
export async function comingsAndGoings(
  q: Queryable,
  input: { orgId: string; recordId: string },
): Promise<Pick<ChangeRow, 'at' | 'kind' | 'facts' | 'changes'>[]> {
  return q
    .selectFrom('record_changes')
    .select(['at', sql<ChangeKind>`kind`.as('kind'), 'facts', 'changes'])
    .where('org_id', '=', input.orgId)
    .where('record_id', '=', input.recordId)
    .where('kind', 'in', ['deleted', 'restored', 'merged', 'unmerged', 'import_undone'])
    .orderBy('seq')
    .execute()
}

function selectChanges(q: Queryable, { orgId, recordId }: { orgId: string; recordId: string }) {
  return q
    .selectFrom('record_changes as c')
    .leftJoin('users as u', 'u.id', 'c.by_user')
    .select([
      'c.id',
      'c.seq',
      'c.at',
      'c.by_user as byId',
      'u.name as byName',
      sql<ChangeKind>`c.kind`.as('kind'),
      'c.changes',
      'c.facts',
    ])
    .where('c.org_id', '=', orgId)
    .where('c.record_id', '=', recordId)
    .orderBy('c.seq', 'desc')
}

/** Which of these ids are records, those in the bin too; the name is '' where the viewer may not open it. */
export async function nameRecords(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<{ id: string; module: ModuleKey; name: string }[]> {
  if (ids.length === 0) return []
  return q
    .selectFrom('records')
    .select(['id', 'module', sql<string>`case when ${visibleTo(viewer)} then name else '' end`.as('name')])
    .where('org_id', '=', viewer.orgId)
    .where(anyOf(ids))
    .execute()
}

/** Which of these ids are people of the organisation. */
export async function namePeople(
  q: Queryable,
  orgId: string,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return []
  return q.selectFrom('users').select(['id', 'name']).where('org_id', '=', orgId).where(anyOf(ids)).execute()
}

function anyOf(ids: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`id = any(${[...ids]}::uuid[])`
}
