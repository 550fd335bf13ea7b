import { sql } from 'kysely'
import { duplicateKeys } from '../../lib/domain/duplicate-keys.ts'
import { type Searchable, searchColumns } from '../../lib/domain/search-text.ts'
import type { Queryable, Trx } from './database.ts'

export interface IndexedRecord extends Searchable {
  orgId: string
  id: string
}

/**
 * Makes one record findable: its name to sort by, its search text, and the keys under which duplicates are found. Call it
 * inside the transaction that wrote the record's name, fields, addresses or account.
 */
export async function indexRecord(q: Queryable, record: IndexedRecord): Promise<void> {
  await indexRecords(q, [record])
}

/** The same for many, in one statement; at most 500 at a time keep the database free for others. */
export async function indexRecords(q: Queryable, records: readonly IndexedRecord[]): Promise<void> {
  if (records.length === 0) return
  const rows = records.map((record) => {
    const { sortName, text, grams } = searchColumns(record)
    const keys = duplicateKeys(record)
    return { id: record.id, org_id: record.orgId, sort_name: sortName, search_text: text, grams, keys }
  })
  await sql`
    with x as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as x(id uuid, org_id uuid, sort_name text, search_text text, grams text[], keys jsonb)),
    k as materialized (
      select x.id, x.org_id, k.kind, k.key from x, jsonb_to_recordset(x.keys) as k(kind text, key text)),
    written as (
      update records r set sort_name = x.sort_name, search_text = x.search_text, bigrams = x.grams, indexed = true
      from x where r.id = x.id and r.org_id = x.org_id),
    gone as (
      delete from record_keys old using x
      where old.record_id = x.id and not exists (
        select 1 from k where k.id = old.record_id and k.kind = old.kind and k.key = old.key))
    insert into record_keys (record_id, org_id, kind, key)
    select k.id, k.org_id, k.kind, k.key from k on conflict do nothing`.execute(q)
}

/** Reads these records as they stand now and indexes them; for whoever changed them without having them whole. */
export async function reindexRecords(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await indexRecords(
    trx,
    await searchables(trx)
      .where('r.id', 'in', [...ids])
      .execute(),
  )
}

/**
 * Records whose search columns no longer follow them (rows of an older version, contacts of a renamed account), ready to be
 * indexed and held until the transaction ends; at most `limit`.
 */
export async function takeUnindexed(trx: Trx, limit: number): Promise<IndexedRecord[]> {
  return searchables(trx)
    .where(sql<boolean>`not r.indexed`)
    .orderBy('r.id')
    .limit(limit)
    .forUpdate('r')
    .skipLocked()
    .execute()
}

function searchables(q: Queryable) {
  return q
    .selectFrom('records as r')
    .select(['r.id', 'r.org_id as orgId', 'r.module', 'r.name', 'r.fields'])
    .select((eb) => [
      sql<string[]>`array(select a.address from record_addresses a where a.record_id = r.id)`.as('addresses'),
      eb.fn
        .coalesce(
          eb
            .selectFrom('records as account')
            .select('account.name')
            .whereRef('account.id', '=', 'r.account_id'),
          sql<string>`''`,
        )
        .as('company'),
    ])
}

/** The organisation of some record that waits to be indexed. */
export async function anyUnindexed(q: Queryable): Promise<string | undefined> {
  const row = await q
    .selectFrom('records')
    .select('org_id')
    .where(sql<boolean>`not indexed`)
    .limit(1)
    .executeTakeFirst()
  return row?.org_id
}

/** The account has another name: whoever stands under it is indexed anew by the next pass. */
export async function unindexCompany(q: Queryable, accountId: string): Promise<void> {
  await q
    .updateTable('records')
    .set({ indexed: false })
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .execute()
}
