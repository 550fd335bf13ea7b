import { type RawBuilder, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import { type RecordRow, selectRecords, type Viewer, visibleTo } from './records.ts'

/** A module's records in the order they were made, after this one; an exact walk however rows change meanwhile. */
export async function exportPage(
  q: Queryable,
  viewer: Viewer,
  input: { module: ModuleKey; after: { at: Date; id: string } | undefined; limit: number },
): Promise<RecordRow[]> {
  let query = selectRecords(q, viewer).where('records.module', '=', input.module)
  if (input.after !== undefined)
    query = query.where(
      sql<boolean>`(records.created_at, records.id) > (${input.after.at}, ${input.after.id}::uuid)`,
    )
  return query.orderBy('records.created_at').orderBy('records.id').limit(input.limit).execute()
}

/** Those of these records whose name another record of their module bears too. */
export async function sharedNames(q: Queryable, orgId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select r.id from records r where r.org_id = ${orgId} and r.id = any(${[...ids]}::uuid[]) and exists (
      select 1 from records o where o.org_id = r.org_id and o.module = r.module and o.sort_name = r.sort_name
        and o.deleted_at is null and o.id <> r.id)`.execute(q)
  return new Set(rows.map((row) => row.id))
}

/** What stands around records, one JSON object a row, each with its own `key` to go on from. */
export const surroundings = ['notes', 'tasks', 'history', 'links'] as const
export type Surrounding = (typeof surroundings)[number]

/** True where a key is of an own field that was deleted, or of its currency, on the record of row `x`. */
const ofDeletedField = (key: RawBuilder<unknown>) => sql<boolean>`(left(${key}, 2) = 'x_' and exists (
  select 1 from module_fields f join records r on r.org_id = f.org_id and r.module = f.module
  where r.id = x.record_id and f.deleted_at is not null and f.key in (${key}, regexp_replace(${key}, '_currency$', ''))))`

/** The changes of row `x`, without those of deleted fields. */
const shownChanges = sql`(select coalesce(jsonb_agg(c.one order by c.place), '[]')
  from jsonb_array_elements(x.changes) with ordinality as c(one, place) where not ${ofDeletedField(sql`(c.one->>'field')`)})`

/** Rows of one kind on records the viewer may see; tasks on no record only when they are theirs. */
export async function surroundingPage(
  q: Queryable,
  viewer: Viewer & { all: boolean },
  kind: Surrounding,
  input: { after: string; limit: number },
): Promise<{ key: string; row: Record<string, unknown> }[]> {
  const seen = sql`exists (select 1 from records where records.id = x.record_id and records.org_id = ${viewer.orgId}
    and records.deleted_at is null and ${visibleTo(viewer)})`
  const mine = sql`x.record_id is null and (${viewer.all} or ${viewer.userId} in (x.assignee_id, x.created_by))`
  const from = {
    notes: sql`select x.id::text as key, jsonb_build_object('id', x.id, 'recordId', x.record_id, 'authorId', x.author_id,
      'text', x.text, 'createdAt', x.created_at, 'updatedAt', x.updated_at) as row
      from notes x where x.org_id = ${viewer.orgId} and x.deleted_at is null and ${seen}`,
    tasks: sql`select x.id::text as key, jsonb_build_object('id', x.id, 'recordId', x.record_id, 'title', x.title,
      'dueOn', x.due_on, 'assigneeId', x.assignee_id, 'doneAt', x.done_at, 'createdAt', x.created_at) as row
      from todos x where x.org_id = ${viewer.orgId} and x.deleted_at is null and (${seen} or ${mine})`,
    history: sql`select lpad(x.seq::text, 20, '0') as key, jsonb_build_object('id', x.id, 'recordId', x.record_id, 'at', x.at,
      'byId', x.by_user, 'kind', x.kind, 'changes', ${shownChanges}) as row
      from record_changes x where x.org_id = ${viewer.orgId} and ${seen}`,
    links: sql`select x.record_id || x.field || x.target_id as key, jsonb_build_object('recordId', x.record_id,
      'field', x.field, 'targetId', x.target_id) as row
      from record_links x where x.org_id = ${viewer.orgId} and ${seen} and not ${ofDeletedField(sql`x.field`)}`,
  }[kind]
  const { rows } = await sql<{ key: string; row: Record<string, unknown> }>`
    select * from (${from}) page where key collate "C" > ${input.after} order by key collate "C" limit ${input.limit}`.execute(
    q,
  )
  return rows
}
