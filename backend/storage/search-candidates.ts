import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { SearchQuery } from '../../lib/domain/search-rank.ts'
import type { Queryable } from './database.ts'
import { type RecordRow, selectAnyRecords, selectRecords, type Viewer, visibleTo } from './records.ts'

/** A record that may be what is looked for; the rules decide (`lib/domain/search-rank`). */
export interface Candidate {
  id: string
  sortName: string
  text: string
  updatedAt: Date
}

/** Rows read of a search: enough that nobody misses a better one, few enough to stay fast where thousands match. */
const newestCandidates = 300
const namedCandidates = 40

interface Search {
  query: SearchQuery
  module: string | undefined
}

/**
 * Records in which every word stands: the newest of them, and those whose name begins so, which are looked up by name and
 * are found however many newer ones there are.
 */
export async function findCandidates(q: Queryable, viewer: Viewer, input: Search): Promise<Candidate[]> {
  const { words } = input.query
  const name = words.map((word) => word.text).join(' ')
  const { rows } = await sql<Candidate>`
    (select ${columns} from records where ${scope(viewer, input)} and ${holdsAll(input.query)}
      order by records.updated_at desc limit ${newestCandidates})
    union all
    (select ${columns} from records where ${scope(viewer, input)}
      and records.sort_name >= ${name} and records.sort_name < ${`${name}\u{10ffff}`}
      order by records.sort_name limit ${namedCandidates})`.execute(q)
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

/** Records that hold nearly the same words, each with at most one slip. */
export async function findNearCandidates(q: Queryable, viewer: Viewer, input: Search): Promise<Candidate[]> {
  const all = input.query.words.map(
    ({ grams, near }) => sql<SqlBool>`(${sql.join([grams, ...near].map(holds), sql` or `)})`,
  )
  const { rows } = await sql<Candidate>`
    select ${columns} from records where ${scope(viewer, input)} and ${sql.join(all, sql` and `)}
    order by records.updated_at desc limit ${newestCandidates}`.execute(q)
  return rows
}

/** What was touched last, by this person first. */
export async function findRecent(
  q: Queryable,
  viewer: Viewer,
  input: { module: string | undefined; limit: number },
): Promise<RecordRow[]> {
  let query = selectRecords(q, viewer).orderBy('records.updated_at', 'desc').limit(input.limit)
  if (input.module !== undefined) query = query.where(sql<boolean>`records.module = ${input.module}`)
  return query.execute()
}

/** These records, those in the bin included, in no order. */
export async function findAnyRecordsById(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<RecordRow[]> {
  if (ids.length === 0) return []
  return selectAnyRecords(q, viewer)
    .where(sql<boolean>`records.id = any(${[...ids]}::uuid[])`)
    .execute()
}

const columns = sql`records.id, records.sort_name as "sortName", records.search_text as text,
  records.updated_at as "updatedAt"`

function scope(viewer: Viewer, { module }: Search): RawBuilder<SqlBool> {
  const inModule = module === undefined ? sql`` : sql`and records.module = ${module}`
  return sql<SqlBool>`records.org_id = ${viewer.orgId} and records.deleted_at is null ${inModule} and ${visibleTo(viewer)}`
}

/** Condition on `records`: every word of the search stands in it, or the phone number does. */
export function holdsAll({ words, phone }: SearchQuery): RawBuilder<SqlBool> {
  if (words.length === 0) return sql<SqlBool>`false`
  const likes = words.map(({ like }) => sql<SqlBool>`records.search_text like ${like}`)
  const grams = [...new Set(words.flatMap((word) => word.grams))]
  const text = sql<SqlBool>`${holds(grams)} and ${sql.join(likes, sql` and `)}`
  if (phone === undefined) return sql<SqlBool>`(${text})`
  return sql<SqlBool>`((${text}) or records.id in (
    select k.record_id from record_keys k where k.org_id = records.org_id and k.kind = 'phone' and k.key = ${phone}))`
}

function holds(grams: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`records.bigrams @> ${[...grams]}::text[]`
}
