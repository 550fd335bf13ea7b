import { type Selectable, sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'
import type { Tables } from './tables.ts'

export type MergeRow = Selectable<Tables['merges']> & { loserName: string }

export interface StoredAddress {
  kind: 'primary' | 'secondary'
  address: string
  since: Date
}

/**
 * Holds these records, in the bin or not, against everybody, those included who are about to put something on them; always
 * in the same order, so that two merges of the same records wait for each other instead of dead-locking.
 */
export async function lockWhole(trx: Trx, orgId: string, ids: readonly string[]): Promise<void> {
  await trx
    .selectFrom('records')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Takes a record off all lists for the one it went into; null in `into` brings it back. */
export async function retireRecord(
  trx: Trx,
  id: string,
  into: { merged: string } | { converted: string } | null,
  by: { userId: string; at: Date },
): Promise<void> {
  await trx
    .updateTable('records')
    .set((eb) => ({
      deleted_at: into === null ? null : by.at,
      deleted_by: into === null ? null : by.userId,
      merged_into: into !== null && 'merged' in into ? into.merged : null,
      converted_to: into !== null && 'converted' in into ? into.converted : null,
      updated_at: by.at,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
}

export async function addressesOf(q: Queryable, recordId: string): Promise<StoredAddress[]> {
  return q
    .selectFrom('record_addresses')
    .select(['kind', 'address', 'since'])
    .where('record_id', '=', recordId)
    .orderBy('kind')
    .execute()
}

/** Exactly these addresses stand on the record, each with its own moment (decisions 6). */
export async function replaceAddresses(
  trx: Trx,
  orgId: string,
  recordId: string,
  addresses: readonly StoredAddress[],
): Promise<void> {
  await trx.deleteFrom('record_addresses').where('record_id', '=', recordId).execute()
  if (addresses.length === 0) return
  await trx
    .insertInto('record_addresses')
    .values(addresses.map((one) => ({ org_id: orgId, record_id: recordId, ...one })))
    .execute()
}

/** Addresses a record held and holds no more, with since when they first did. */
export async function formerAddressesOf(q: Queryable, recordId: string): Promise<StoredAddress[]> {
  return q
    .selectFrom('former_addresses')
    .select(['kind', 'address', 'since'])
    .where('record_id', '=', recordId)
    .orderBy('address')
    .execute()
}

export async function replaceFormerAddresses(
  trx: Trx,
  orgId: string,
  recordId: string,
  addresses: readonly StoredAddress[],
): Promise<void> {
  await trx.deleteFrom('former_addresses').where('record_id', '=', recordId).execute()
  if (addresses.length === 0) return
  await trx
    .insertInto('former_addresses')
    .values(addresses.map((one) => ({ org_id: orgId, record_id: recordId, ...one })))
    .execute()
}

/**
 * The record counts its addresses from the moment they first stood on it or on the one that went into it, and remembers
 * those it did not take (decisions 6). Call it when its addresses are written.
 */
export async function carryMoments(
  trx: Trx,
  orgId: string,
  recordId: string,
  from: readonly StoredAddress[],
): Promise<void> {
  const current = await addressesOf(trx, recordId)
  const known = [...current, ...(await formerAddressesOf(trx, recordId)), ...from]
  const first = new Map<string, StoredAddress>()
  for (const one of known) {
    const earlier = first.get(one.address)
    if (earlier === undefined || one.since < earlier.since) first.set(one.address, one)
  }
  const since = (one: StoredAddress) => ({ ...one, since: first.get(one.address)?.since ?? one.since })
  await replaceAddresses(trx, orgId, recordId, current.map(since))
  for (const one of current) first.delete(one.address)
  await replaceFormerAddresses(trx, orgId, recordId, [...first.values()])
}

/** When each field of these records was last changed, by their history. */
export async function lastChanges(
  q: Queryable,
  ids: readonly string[],
): Promise<{ recordId: string; field: string; at: Date }[]> {
  const { rows } = await sql<{ recordId: string; field: string; at: Date }>`
    select c.record_id::text as "recordId", one->>'field' as field, max(c.at) as at
    from record_changes c cross join lateral jsonb_array_elements(c.changes) as one
    where c.record_id = any(${[...ids]}::uuid[]) group by c.record_id, one->>'field'`.execute(q)
  return rows
}

/**
 * How many rows of each kind would go along, files that the other one has too left out; of records that name it those the
 * viewer sees.
 */
export async function countBelongings(
  q: Queryable,
  viewer: Viewer,
  from: string,
  to: string,
): Promise<{ attachments: number; notes: number; todos: number; sends: number; related: number }> {
  const { rows } = await sql<{
    attachments: number
    notes: number
    todos: number
    sends: number
    related: number
  }>`
    select
      (select count(*)::int from attachments a where a.record_id = ${from} and a.deleted_at is null
        and not exists (select 1 from attachments b
          where b.record_id = ${to} and b.sha256 = a.sha256 and b.deleted_at is null)) as attachments,
      (select count(*)::int from notes n where n.record_id = ${from} and n.deleted_at is null) as notes,
      (select count(*)::int from todos t where t.record_id = ${from} and t.deleted_at is null) as todos,
      (select count(*)::int from sends s where s.record_id = ${from} and s.status <> 'draft') as sends,
      (select count(*)::int from (
        select r.id from records r where r.deleted_at is null and r.id <> ${to} and ${visibleTo(viewer, 'r')}
          and (r.account_id = ${from} or r.main_contact_id = ${from} or r.deal_id = ${from})
        union
        select r.id from record_links l join records r on r.id = l.record_id
          where l.target_id = ${from} and r.deleted_at is null and r.id not in (${from}, ${to})
            and ${visibleTo(viewer, 'r')}
      ) as named) as related`.execute(q)
  return rows[0] ?? { attachments: 0, notes: 0, todos: 0, sends: 0, related: 0 }
}

export async function insertMerge(
  trx: Trx,
  row: {
    id: string
    orgId: string
    winnerId: string
    loserId: string
    byUser: string
    at: Date
    memory: unknown
  },
): Promise<void> {
  await trx
    .insertInto('merges')
    .values({
      id: row.id,
      org_id: row.orgId,
      winner_id: row.winnerId,
      loser_id: row.loserId,
      by_user: row.byUser,
      at: row.at,
      moved: JSON.stringify(row.memory),
    })
    .execute()
}

function selectMerges(q: Queryable, orgId: string) {
  return q
    .selectFrom('merges')
    .innerJoin('records as loser', 'loser.id', 'merges.loser_id')
    .selectAll('merges')
    .select('loser.name as loserName')
    .where('merges.org_id', '=', orgId)
}

export async function findMergeRow(q: Queryable, orgId: string, id: string): Promise<MergeRow | undefined> {
  return selectMerges(q, orgId).where('merges.id', '=', id).executeTakeFirst()
}

/** The same, held until the transaction ends. */
export async function lockMerge(trx: Trx, orgId: string, id: string): Promise<MergeRow | undefined> {
  return selectMerges(trx, orgId).where('merges.id', '=', id).forUpdate('merges').executeTakeFirst()
}

/** Merges into this record, newest first. */
export async function listMergesInto(q: Queryable, orgId: string, winnerId: string): Promise<MergeRow[]> {
  return selectMerges(q, orgId)
    .where('winner_id', '=', winnerId)
    .orderBy('merges.at', 'desc')
    .orderBy('merges.id')
    .limit(200)
    .execute()
}

/** Whether the one went into the other, which still stands. */
export async function isMergedInto(trx: Trx, loserId: string, winnerId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('records as loser')
    .innerJoin('records as winner', 'winner.id', 'loser.merged_into')
    .select('loser.id')
    .where('loser.id', '=', loserId)
    .where('winner.id', '=', winnerId)
    .where('winner.deleted_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

export async function markUndone(trx: Trx, id: string, by: { userId: string; at: Date }): Promise<void> {
  await trx
    .updateTable('merges')
    .set({ undone_at: by.at, undone_by: by.userId })
    .where('id', '=', id)
    .execute()
}

/** The record if it stands, else the one it went into by merging or converting, however many steps it took. */
export async function successorOf(q: Queryable, orgId: string, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    with recursive road as (
      select id, coalesce(merged_into, converted_to) as next, deleted_at, 0 as step
      from records where id = ${id} and org_id = ${orgId}
      union all
      select r.id, coalesce(r.merged_into, r.converted_to), r.deleted_at, road.step + 1
      from road join records r on r.id = road.next where road.step < 50)
    select id::text from road where deleted_at is null order by step limit 1`.execute(q)
  return rows[0]?.id
}

/** The contact a lead was converted to, if it was. */
export async function conversionOf(q: Queryable, orgId: string, leadId: string): Promise<string | undefined> {
  const row = await q
    .selectFrom('records')
    .select('converted_to')
    .where('org_id', '=', orgId)
    .where('id', '=', leadId)
    .executeTakeFirst()
  return row?.converted_to ?? undefined
}

/** What a conversion by this user made, by the id of its line in the lead's history. */
export async function findConversionFacts(
  q: Queryable,
  by: { orgId: string; userId: string },
  changeId: string,
): Promise<Record<string, string | number> | undefined> {
  const row = await q
    .selectFrom('record_changes')
    .select('facts')
    .where('id', '=', changeId)
    .where('org_id', '=', by.orgId)
    .where('by_user', '=', by.userId)
    .where('kind', '=', 'converted')
    .executeTakeFirst()
  return row?.facts
}
