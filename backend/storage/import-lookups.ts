import { type RawBuilder, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'

/** A record that a cell may mean. */
export interface Candidate {
  id: string
  name: string
  sortName: string
  addresses: string[]
  accountId: string | null
  mainContactId: string | null
}

/** Records of one module that the viewer may see, by ids, folded names and addresses; one statement for a whole batch. */
export async function findCandidates(
  q: Queryable,
  viewer: Viewer,
  module: ModuleKey,
  by: { ids: readonly string[]; sortNames: readonly string[]; addresses: readonly string[] },
): Promise<Candidate[]> {
  // Value by value through its index (`offset 0` keeps the planner from turning it around): a table that has just grown has no
  // figures yet, and a plan made for a small one reads all of it with every batch.
  const { rows } = await sql<Candidate>`
    with hit(id) as (
      select r.id from unnest(${[...by.sortNames]}::text[]) v(name) cross join lateral (
        select id from records where org_id = ${viewer.orgId} and module = ${module} and deleted_at is null
          and sort_name = v.name offset 0) r
      union select v.id from unnest(${[...by.ids]}::uuid[]) v(id)
      union select a.record_id from unnest(${[...by.addresses]}::text[]) v(address) cross join lateral (
        select record_id from record_addresses where org_id = ${viewer.orgId} and address = v.address offset 0) a)
    select r.*, array(select a.address from record_addresses a where a.record_id = r.id) as addresses
    from hit cross join lateral (
      select records.id, records.name, records.sort_name as "sortName", records.account_id as "accountId",
        records.main_contact_id as "mainContactId"
      from records where records.id = hit.id and records.org_id = ${viewer.orgId} and records.module = ${module}
        and records.deleted_at is null and ${visibleTo(viewer)} offset 0) r`.execute(q)
  return rows
}

/** By what records are recognised: their id, an address, the folded name, a key made of a value, or a field as it is. */
export type MatchBy =
  | { by: 'id' | 'address' | 'name' }
  | { by: 'key'; kind: string }
  | { by: 'field'; key: string }

/** Which records of the module agree with which of these values. */
export async function findMatches(
  q: Queryable,
  viewer: Viewer,
  module: ModuleKey,
  match: MatchBy,
  values: readonly string[],
): Promise<{ id: string; value: string; name: string }[]> {
  if (values.length === 0) return []
  const { rows } = await sql<{ id: string; value: string; name: string }>`
    with hit(id, value) as (${hits(viewer.orgId, module, match, [...values])})
    select distinct r.id, hit.value, r.name from hit cross join lateral (
      select records.id, records.name from records where records.id = hit.id and records.org_id = ${viewer.orgId}
        and records.module = ${module} and records.deleted_at is null and ${visibleTo(viewer)} offset 0) r`.execute(
    q,
  )
  return rows
}

function hits(orgId: string, module: ModuleKey, match: MatchBy, values: string[]): RawBuilder<unknown> {
  switch (match.by) {
    case 'id':
      return sql`select v.id, v.id::text from unnest(${values}::uuid[]) v(id)`
    case 'address':
      return sql`select a.record_id, v.value from unnest(${values}::text[]) v(value) cross join lateral (
        select record_id from record_addresses where org_id = ${orgId} and address = v.value offset 0) a`
    case 'name':
      return sql`select r.id, v.value from unnest(${values}::text[]) v(value) cross join lateral (
        select id from records where org_id = ${orgId} and module = ${module} and deleted_at is null
          and sort_name = v.value offset 0) r`
    case 'key':
      return sql`select k.record_id, v.value from unnest(${values}::text[]) v(value) cross join lateral (
        select record_id from record_keys where org_id = ${orgId} and kind = ${match.kind} and key = v.value offset 0) k`
    case 'field':
      return sql`select id, fields->>${match.key}::text from records where org_id = ${orgId} and module = ${module}
        and deleted_at is null and fields->>${match.key}::text = any(${values}::text[])`
  }
}

/** Every step upward from these records along one lookup, so that a circle is seen before it closes. */
export async function findAncestry(
  q: Queryable,
  field: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; above: string }>`
    with recursive up(id, above) as (
      select l.record_id, l.target_id from record_links l where l.field = ${field} and l.record_id = any(${[...ids]}::uuid[])
      union
      select l.record_id, l.target_id from up join record_links l on l.record_id = up.above and l.field = ${field})
    select id, above from up`.execute(q)
  return new Map(rows.map((row) => [row.id, row.above]))
}
