import { sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'

/** Somebody of whom nothing is known, and by what others may be close to them; '' where nothing can be said. */
export interface Stranger {
  address: string
  /** Their mail domain, unless everybody has an address there. */
  domain: string
  /** The folded name, as duplicates are found by it. */
  nameKey: string
  /** The company their domain speaks of, folded likewise. */
  companyKey: string
}

export interface NearRow {
  address: string
  id: string
  module: ModuleKey
  name: string
  why: 'same_domain' | 'similar_name'
}

/** Of one domain at most so many addresses are looked at. */
const mostOfDomain = 50

/**
 * Records close to each stranger, the closest first, at most `limit` each: accounts of their mail domain, by the account's
 * domain or its contacts' addresses; people and accounts of the same name; people of the domain who have no account.
 */
export async function recordsNear(
  q: Queryable,
  viewer: Viewer,
  strangers: readonly Stranger[],
  limit: number,
): Promise<NearRow[]> {
  if (strangers.length === 0) return []
  const column = (key: keyof Stranger) => sql`${strangers.map((one) => one[key])}::text[]`
  const { rows } = await sql<NearRow>`
    with asked as (select * from unnest(${column('address')}, ${column('domain')}, ${column('nameKey')},
      ${column('companyKey')}) as asked(address, domain, name_key, company_key)),
    close as (
      select asked.address, k.record_id as id, 1 as rank, 'same_domain' as why from asked
        join record_keys k on k.org_id = ${viewer.orgId} and k.kind = 'domain' and k.key = asked.domain
      union all
      select asked.address, coalesce(c.account_id, c.id), case when c.account_id is null then 3 else 1 end, 'same_domain'
        from asked cross join lateral (
          select r.id, r.account_id from record_addresses a join records r on r.id = a.record_id
          where a.org_id = ${viewer.orgId} and asked.domain <> '' and split_part(a.address, '@', 2) = asked.domain
            and r.deleted_at is null limit ${mostOfDomain}::int) c
      union all
      select asked.address, k.record_id, 2, 'similar_name' from asked
        join record_keys k on k.org_id = ${viewer.orgId} and k.kind = 'name'
          and k.key in (asked.name_key, asked.company_key) and k.key <> ''
    ),
    placed as (
      select distinct on (close.address, r.id) close.address, r.id, r.module, r.name, close.why, close.rank, r.updated_at
      from close join records r on r.id = close.id
      where r.org_id = ${viewer.orgId} and r.deleted_at is null and ${visibleTo(viewer, 'r')}
      order by close.address, r.id, close.rank
    )
    select address, id, module, name, why from (
      select *, row_number() over (partition by address order by rank, updated_at desc, id) as place from placed
    ) numbered where place <= ${limit}::int order by place`.execute(q)
  return rows
}

/** How many records of each address the viewer may not open; asked only where there can be some. */
export async function countHidden(
  q: Queryable,
  viewer: Viewer,
  addresses: readonly string[],
): Promise<Map<string, number>> {
  if (addresses.length === 0 || (viewer.closed.length === 0 && !viewer.customClosed)) return new Map()
  const { rows } = await sql<{ address: string; hidden: number }>`
    select a.address, count(distinct r.id)::int as hidden
    from record_addresses a join records r on r.id = a.record_id
    where a.org_id = ${viewer.orgId} and a.address = any(${[...addresses]}::text[]) and r.deleted_at is null
      and not ${visibleTo(viewer, 'r')} and r.module <> all(${[...(viewer.hidden ?? [])]}::text[])
    group by a.address`.execute(q)
  return new Map(rows.map((row) => [row.address, row.hidden]))
}
