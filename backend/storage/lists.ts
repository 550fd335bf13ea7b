import { setImmediate as nextTurn } from 'node:timers/promises'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ListTest } from '../../lib/domain/list-filter.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { SearchQuery } from '../../lib/domain/search-rank.ts'
import type { Database, Queryable } from './database.ts'
import { holdsTest, type Order } from './list-columns.ts'
import { type Viewer, visibleTo } from './records.ts'
import { holdsAll } from './search-candidates.ts'

/** Which records a list holds. */
export interface ListScope {
  module: ModuleKey
  tests: readonly ListTest[]
  /** Undefined when nothing was typed. */
  search: SearchQuery | undefined
  bin: boolean
  /** What {@link lookThrough} found to hold its texts. */
  ids?: readonly string[]
}

/** Where a page begins: after a row, or at a number from 0. */
type PageStart = { after: PageKey } | { at: number }
/** `value` is the row's sort value as text, null where it has none. */
export interface PageKey {
  value: string | null
  id: string
}

export async function countList(q: Queryable, viewer: Viewer, scope: ListScope): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*)::int as total from records where ${inScope(viewer, scope)}`.execute(q)
  return rows[0]?.total ?? 0
}

/** Rows whose long texts one request may look through. */
export const mostLookedThrough = 200_000
/** Few enough that others wait a tenth of a second at most. */
const lookedAtOnce = 500

/**
 * The scope with the ids of what its texts match in their place: found in small statements, since no index helps and the
 * embedded database answers nobody else meanwhile. Undefined for more than {@link mostLookedThrough} rows.
 */
export async function lookThrough(
  db: Database,
  viewer: Viewer,
  scope: ListScope,
): Promise<ListScope | undefined> {
  const texts = scope.tests.filter(({ column, test }) => test.kind === 'matches' && column.key !== 'name')
  if (texts.length === 0) return scope
  const others = { ...scope, tests: scope.tests.filter((test) => !texts.includes(test)) }
  const all = await sql<{ id: string }>`
    select records.id from records where ${inScope(viewer, others)} limit ${mostLookedThrough + 1}`.execute(
    db,
  )
  if (all.rows.length > mostLookedThrough) return undefined
  const ids: string[] = []
  for (let from = 0; from < all.rows.length; from += lookedAtOnce) {
    const some = all.rows.slice(from, from + lookedAtOnce).map((row) => row.id)
    const { rows } = await sql<{ id: string }>`
      select records.id from records where records.id = any(${some}::uuid[])
      and ${sql.join(texts.map(holdsTest), sql` and `)}`.execute(db)
    ids.push(...rows.map((row) => row.id))
    // The embedded database answers within this process, without ever waiting.
    await nextTurn()
  }
  return { ...others, ids }
}

interface PageAsked {
  order: Order
  descending: boolean
  start: PageStart
  limit: number
}

/**
 * The ids of one page in order, with what the next page goes on from, and how many rows the whole list has. The order is
 * total (the id decides among equals), so that no row is missed or comes twice while others change.
 */
export async function listKeys(
  q: Database,
  viewer: Viewer,
  scope: ListScope,
  page: PageAsked,
): Promise<{ total: number; keys: PageKey[] }> {
  if (scope.tests.length > 0 || scope.search !== undefined || scope.ids !== undefined)
    return filteredKeys(q, viewer, scope, page)
  const total = await countList(q, viewer, scope)
  return { total, keys: await wholeKeys(q, viewer, scope, { ...page, total }) }
}

/** A module's whole list: counted and walked by its index. */
async function wholeKeys(
  q: Database,
  viewer: Viewer,
  scope: ListScope,
  page: PageAsked & { total: number },
): Promise<PageKey[]> {
  const { order, start, limit, total } = page
  // The far half of a long list is walked from its end.
  const fromEnd = 'at' in start && start.at > 1000 && start.at > total / 2
  const length = fromEnd && 'at' in start ? Math.max(0, Math.min(limit, total - start.at)) : limit
  if (length === 0) return []
  const offset = 'at' in start ? (fromEnd ? total - start.at - length : start.at) : 0
  const descending = page.descending !== fromEnd
  const after =
    'after' in start
      ? sql`and ${comesAfter({ ...order, id: sql`records.id` }, start.after, descending)}`
      : sql``
  const { rows } = await sql<PageKey>`
    select id, sorted_by::text as value from (
      select records.id, ${order.by} as sorted_by from records ${order.join}
      where ${inScope(viewer, scope)} ${after}
      order by ${inOrder(order, descending, fromEnd)} limit ${length} offset ${offset}) as page
    order by ${inOrder(order, descending, fromEnd)}`.execute(q)
  return fromEnd ? rows.reverse() : rows
}

/** A filtered list: what it holds is found once, for the page and for the count. */
async function filteredKeys(
  q: Database,
  viewer: Viewer,
  scope: ListScope,
  { order, descending, start, limit }: PageAsked,
): Promise<{ total: number; keys: PageKey[] }> {
  const offset = 'at' in start ? start.at : 0
  const held = { ...order, by: sql`sorted_by`, id: sql`id` }
  const after = 'after' in start ? sql`where ${comesAfter(held, start.after, descending)}` : sql``
  const { rows } = await sql<{ total: number; id: string | null; value: string | null }>`
    with held as materialized (
      select records.id, ${order.by} as sorted_by from records ${order.join} where ${inScope(viewer, scope)})
    select whole.total, page.id, page.sorted_by::text as value
    from (select count(*)::int as total from held) as whole
    left join (select id, sorted_by from held ${after}
      order by ${inOrder(order, descending, false)} limit ${limit} offset ${offset}) as page on true
    order by ${inOrder(order, descending, false)}`.execute(q)
  const keys = rows.flatMap(({ id, value }) => (id === null ? [] : [{ id, value }]))
  return { total: rows[0]?.total ?? 0, keys }
}

function inOrder({ nullable }: Order, descending: boolean, nullsFirst: boolean): RawBuilder<unknown> {
  const way = descending ? sql`desc` : sql`asc`
  const nulls = nullable ? (nullsFirst ? sql`nulls first` : sql`nulls last`) : sql``
  return sql`sorted_by ${way} ${nulls}, id ${way}`
}

function comesAfter(
  { by, id, type, nullable }: Pick<Order, 'by' | 'type' | 'nullable'> & { id: RawBuilder<unknown> },
  { value, id: last }: PageKey,
  descending: boolean,
): RawBuilder<SqlBool> {
  const sign = descending ? sql`<` : sql`>`
  if (value === null) return sql<SqlBool>`(${by} is null and ${id} ${sign} ${last}::uuid)`
  const typed = sql`${value}::${sql.raw(casts[type])}`
  const later = sql<SqlBool>`(${by}, ${id}) ${sign} (${typed}, ${last}::uuid)`
  return nullable ? sql<SqlBool>`(${later} or ${by} is null)` : later
}

const casts: Readonly<Record<Order['type'], string>> = {
  text: 'text',
  numeric: 'numeric',
  timestamptz: 'timestamptz',
  integer: 'integer',
}

/** Ids of a list after `after`, by id, for changes in batches. */
export async function listIds(
  q: Queryable,
  viewer: Viewer,
  scope: ListScope,
  page: { after: string | undefined; limit: number },
): Promise<string[]> {
  const after = page.after === undefined ? sql`` : sql`and records.id > ${page.after}::uuid`
  const { rows } = await sql<{ id: string }>`
    select records.id from records where ${inScope(viewer, scope)} ${after}
    order by records.id limit ${page.limit}`.execute(q)
  return rows.map((row) => row.id)
}

function inScope(viewer: Viewer, { module, tests, search, bin, ids }: ListScope): RawBuilder<SqlBool> {
  // A record that was merged into another, and a lead that was converted, has its own way back.
  const place = bin
    ? sql<SqlBool>`records.deleted_at is not null and records.merged_into is null and records.converted_to is null`
    : sql<SqlBool>`records.deleted_at is null`
  const all = [
    sql<SqlBool>`records.org_id = ${viewer.orgId} and records.module = ${module} and ${place}`,
    visibleTo(viewer),
    ...(ids === undefined ? [] : [sql<SqlBool>`records.id = any(${[...ids]}::uuid[])`]),
    ...tests.map(holdsTest),
    ...(search === undefined ? [] : [holdsAll(viewer, search)]),
  ]
  return sql<SqlBool>`${sql.join(all, sql` and `)}`
}

/** How many records of each module the viewer may see. */
export async function countByModule(
  q: Queryable,
  viewer: Viewer,
): Promise<{ module: ModuleKey; total: number }[]> {
  const { rows } = await sql<{ module: ModuleKey; total: number }>`
    select records.module, count(*)::int as total from records
    where records.org_id = ${viewer.orgId} and records.deleted_at is null and ${visibleTo(viewer)}
    group by records.module`.execute(q)
  return rows
}

/** Sums of open deals by record (as account, main contact or further contact) and currency. */
export async function openDealsOf(
  q: Queryable,
  viewer: Viewer,
  recordIds: readonly string[],
): Promise<{ recordId: string; currency: string; amount: string }[]> {
  const ids = [...recordIds]
  const { rows } = await sql<{ recordId: string; currency: string; amount: string }>`
    select named.record_id as "recordId", coalesce(records.fields->>'currency', '') as currency,
      trim_scale(sum((records.fields->>'amount')::numeric))::text as amount
    from (
      select r.account_id, r.id from records r where r.account_id = any(${ids}::uuid[]) and r.module = 'deals'
      union
      select r.main_contact_id, r.id from records r where r.main_contact_id = any(${ids}::uuid[]) and r.module = 'deals'
      union
      select l.target_id, l.record_id from record_links l where l.target_id = any(${ids}::uuid[]) and l.field = 'contacts'
    ) as named(record_id, deal_id)
    join records on records.id = named.deal_id and records.org_id = ${viewer.orgId} and records.module = 'deals'
      and records.deleted_at is null and ${visibleTo(viewer)}
      and coalesce(records.fields->>'stage', '') not in ('won', 'lost')
      and records.fields->>'amount' ~ '^-?[0-9]+([.][0-9]+)?$'
    group by 1, 2 order by 1, 2`.execute(q)
  return rows
}
