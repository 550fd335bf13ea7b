import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { SearchQuery, SearchWord } from '../../lib/domain/search-rank.ts'
import type { Database, Queryable } from './database.ts'
import { type RecordRow, selectAnyRecords, selectRecords, type Viewer, visibleTo } from './records.ts'

/** A record that may be what is looked for; the rules decide (`lib/domain/search-rank`). */
export interface Candidate {
  id: string
  sortName: string
  text: string
  updatedAt: Date
}

/** Rows a search reads at most, so that a word on half of all records is as fast as one on few. */
const bounds = {
  /** Rows that hold every word; beyond these it is a common word, of which the newest are wanted. */
  holding: 800,
  /** The newest rows of all, looked through for the words. */
  newest: 400,
  /** Rows whose name begins so, the exact name first. */
  named: 40,
  near: 500,
  /** Rows handed out to be ranked. */
  ranked: 300,
}

interface Search {
  query: SearchQuery
  module: string | undefined
}

/**
 * Records in which every word stands, those first in which each begins a word, then the newest. All of them as long as they
 * are not thousands; of thousands the newest, and those with exactly this name.
 */
export async function findCandidates(q: Queryable, viewer: Viewer, input: Search): Promise<Candidate[]> {
  const { words, phone } = input.query
  const name = words.map((word) => word.text).join(' ')
  const among = scope(viewer, input)
  const columns = columnsFor(viewer)
  const all = [
    sql`(select ${columns} from records where ${among} and ${holdsWords(viewer, input.query)} limit ${bounds.holding})`,
    sql`(select * from (select ${columns} from records where ${among}
      order by records.updated_at desc limit ${bounds.newest}) as newest where ${likeWords(words, sql`text`)})`,
  ]
  const others = [
    sql`(select ${columns} from records where ${among}
      and records.sort_name >= ${name} and records.sort_name < ${`${name}\u{10ffff}`}
      order by records.sort_name limit ${bounds.named})`,
  ]
  if (phone !== undefined)
    others.push(
      sql`(select ${columns} from records where ${among} and ${hasPhone(viewer, phone)} limit ${bounds.named})`,
    )
  const begins = words.map(({ text }) => sql`text like ${`% ${text}%`}`)
  const { rows } = await sql<Candidate>`
    (select * from (${sql.join(all, sql` union all `)}) as holding
      order by ${sql.join(begins, sql` and `)} desc, "updatedAt" desc limit ${bounds.ranked})
    union all ${sql.join(others, sql` union all `)}`.execute(q)
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

/** Records that hold nearly the same words, each with at most one slip. */
export async function findNearCandidates(db: Database, viewer: Viewer, input: Search): Promise<Candidate[]> {
  const [longest, ...others] = input.query.words.toSorted((a, b) => b.text.length - a.text.length)
  if (longest === undefined) return []
  const text = seenText(viewer)
  const compared = seesAccounts(viewer) ? others : [longest, ...others]
  const among = [
    scope(viewer, input),
    nearlyHolds(longest),
    ...compared.map((word) => nearlyLike(word, text)),
  ]
  const found = sql<Candidate>`
    select * from (select ${columnsFor(viewer)} from records where ${sql.join(among, sql` and `)}
      limit ${bounds.near}) as near
    order by "updatedAt" desc limit ${bounds.ranked}`
  return db.transaction().execute(async (trx) => {
    // So many alternatives look like half of the table to the planner, and hardly any row holds one.
    await sql`set local enable_seqscan = off`.execute(trx)
    await sql`set local enable_indexscan = off`.execute(trx)
    return (await found.execute(trx)).rows
  })
}

/** For the index: the word's pairs, or all but those that one slip spoils. */
function nearlyHolds({ grams, near }: SearchWord): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.join([grams, ...near].map(holds), sql` or `)})`
}

/** The same for rows that are at hand: comparing arrays of text takes fifty times as long. */
function nearlyLike({ grams, near }: SearchWord, text: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const ways = [grams, ...near].map((some) => {
    const pairs = some.map((gram) => sql<SqlBool>`${text} like ${`%${gram}%`}`)
    return sql<SqlBool>`(${sql.join(pairs, sql` and `)})`
  })
  return sql<SqlBool>`(${sql.join(ways, sql` or `)})`
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

function columnsFor(viewer: Viewer): RawBuilder<unknown> {
  return sql`records.id, records.sort_name as "sortName", ${seenText(viewer)} as text,
  records.updated_at as "updatedAt"`
}

function seesAccounts({ closed }: Viewer): boolean {
  return !closed.includes('accounts')
}

/** The search text without the name of an account the viewer may not see, or they could spell it out (lines of `searchParts`). */
function seenText(viewer: Viewer): RawBuilder<unknown> {
  if (seesAccounts(viewer)) return sql`records.search_text`
  return sql`case when records.account_id is null
      or exists (select from records account where account.id = records.account_id and ${visibleTo(viewer, 'account')})
    then records.search_text else regexp_replace(records.search_text, '(^|\n)c [^\n]*', '') end`
}

function scope(viewer: Viewer, { module }: Search): RawBuilder<SqlBool> {
  const inModule = module === undefined ? sql`` : sql`and records.module = ${module}`
  return sql<SqlBool>`records.org_id = ${viewer.orgId} and records.deleted_at is null ${inModule} and ${visibleTo(viewer)}`
}

/** Condition on `records`: every word of the search stands in it, or the phone number does. */
export function holdsAll(viewer: Viewer, query: SearchQuery): RawBuilder<SqlBool> {
  const text = holdsWords(viewer, query)
  return query.phone === undefined ? text : sql<SqlBool>`(${text} or ${hasPhone(viewer, query.phone)})`
}

function holdsWords(viewer: Viewer, { words }: SearchQuery): RawBuilder<SqlBool> {
  if (words.length === 0) return sql<SqlBool>`false`
  const grams = [...new Set(words.flatMap((word) => word.grams))]
  return sql<SqlBool>`(${holds(grams)} and ${likeWords(words, seenText(viewer))})`
}

function likeWords(words: SearchQuery['words'], text: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const likes = words.map(({ like }) => sql<SqlBool>`${text} like ${like}`)
  return sql<SqlBool>`${sql.join(likes, sql` and `)}`
}

function hasPhone(viewer: Viewer, phone: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`records.id = any(array(select k.record_id from record_keys k
    where k.org_id = ${viewer.orgId} and k.kind = 'phone' and k.key = ${phone}))`
}

function holds(grams: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`records.bigrams @> ${[...grams]}::text[]`
}
