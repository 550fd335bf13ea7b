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
  const { rows } = await sql<Candidate>`
    with hit(id) as (
      select id from records where org_id = ${viewer.orgId} and module = ${module} and deleted_at is null
        and sort_name = any(${[...by.sortNames]}::text[])
      union select id from records where id = any(${[...by.ids]}::uuid[])
      union select record_id from record_addresses where org_id = ${viewer.orgId}
        and address = any(${[...by.addresses]}::text[]))
    select records.id, records.name, records.sort_name as "sortName", records.account_id as "accountId",
      records.main_contact_id as "mainContactId",
      array(select a.address from record_addresses a where a.record_id = records.id) as addresses
    from records join hit on hit.id = records.id
    where records.org_id = ${viewer.orgId} and records.module = ${module} and records.deleted_at is null
      and ${visibleTo(viewer)}`.execute(q)
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
    select distinct records.id, hit.value, records.name from (${hits(viewer.orgId, module, match, [...values])}) as hit
    join records on records.id = hit.id
    where records.org_id = ${viewer.orgId} and records.module = ${module} and records.deleted_at is null
      and ${visibleTo(viewer)}`.execute(q)
  return rows
}

function hits(orgId: string, module: ModuleKey, match: MatchBy, values: string[]): RawBuilder<unknown> {
  switch (match.by) {
    case 'id':
      return sql`select id, id::text as value from records where id = any(${values}::uuid[])`
    case 'address':
      return sql`select record_id as id, address as value from record_addresses where org_id = ${orgId}
        and address = any(${values}::text[])`
    case 'name':
      return sql`select id, sort_name as value from records where org_id = ${orgId} and module = ${module}
        and deleted_at is null and sort_name = any(${values}::text[])`
    case 'key':
      return sql`select record_id as id, key as value from record_keys where org_id = ${orgId} and kind = ${match.kind}
        and key = any(${values}::text[])`
    case 'field':
      return sql`select id, fields->>${match.key}::text as value from records where org_id = ${orgId} and module = ${module}
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
