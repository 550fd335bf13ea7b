import { type RawBuilder, sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import { gatherMail, holdMail, type MovedMail, moveMail, returnMail } from './mail/moves.ts'
import { contactsLink } from './record-links.ts'

/** Tables whose rows stand on a record and move as they are. */
type Standing = 'filings' | 'notes' | 'todos' | 'sends' | 'attachments'

/** By which column a record names another. */
const relations = { accountId: 'account_id', mainContactId: 'main_contact_id', dealId: 'deal_id' } as const
type Relation = keyof typeof relations

/** What went from one record to another, exactly enough to bring it back. Ids unless said otherwise. */
export interface Moved {
  attachments: string[]
  filings: string[]
  notes: string[]
  todos: string[]
  sends: string[]
  picks: { userId: string; address: string }[]
  /** Records whose relation named the one and names the other now. */
  relations: { id: string; field: Relation }[]
  /** The same by a lookup or among a deal's contacts; `doubled`: that deal had the other one already. */
  links: { id: string; field: string; doubled: boolean }[]
  /** Deals of which the other one became the main contact; it stood among their further ones and does no more. */
  mains: string[]
  /** Absent in merges from before mail could be put on records by hand. */
  mail?: MovedMail
}

export interface Road {
  from: string
  to: string
  now: Date
  /** Addresses that were taken off `from` before. */
  came?: readonly string[]
}

/**
 * Moves everything that stands on `from` or names it to `to`. A file both have stays where it is, hidden with its record;
 * of two filings of one part under way one is cancelled. `lookups` false: an admin's own lookups, which lead to one module,
 * are left alone.
 */
export async function moveBelongings(trx: Trx, road: Road, lookups: boolean): Promise<Moved> {
  const { from, to, now } = road
  const attachments = await ids(
    trx,
    sql`update attachments a set record_id = ${to} where a.record_id = ${from} and a.deleted_at is null
      and not exists (select 1 from attachments b
        where b.record_id = ${to} and b.sha256 = a.sha256 and b.deleted_at is null)
      returning a.id::text as id`,
  )
  await sql`update filings f set status = 'cancelled', updated_at = ${now}
    where f.record_id = ${from} and f.status in ('waiting', 'running') and exists (
      select 1 from filings o where o.record_id = ${to} and o.status in ('waiting', 'running')
        and o.mailbox_id = f.mailbox_id and o.gmail_message_id = f.gmail_message_id and o.part_id = f.part_id)`.execute(
    trx,
  )
  return {
    attachments,
    // Before anything else names the other one: whose mail stood where decides about switches.
    mail: await moveMail(trx, road, road.came ?? []),
    filings: await moveRows(trx, 'filings', road),
    notes: await moveRows(trx, 'notes', road),
    todos: await moveRows(trx, 'todos', road),
    sends: await moveRows(trx, 'sends', road),
    picks: await movePicks(trx, road),
    relations: await moveRelations(trx, road),
    mains: await dropOwnMains(trx, to),
    links: await moveLinks(trx, road, lookups),
  }
}

/**
 * Holds what {@link moveBelongings} will move, for whoever writes other records first: those tell the organisation's stream,
 * and nobody may wait for a row after that.
 */
export async function holdBelongings(trx: Trx, recordId: string): Promise<void> {
  for (const table of ['attachments', 'filings', 'notes', 'todos', 'sends', 'picks'] as const)
    await sql`select 1 from ${sql.table(table)} where record_id = ${recordId} for update`.execute(trx)
  await holdMail(trx, recordId)
  await sql`select 1 from records r where r.main_contact_id = ${recordId}
    or r.id in (select l.record_id from record_links l where l.target_id = ${recordId})
    order by r.id for no key update`.execute(trx)
}

/** Those of a move that were done: what the histories of the records concerned are told. */
export type Renamed = Pick<Moved, 'relations' | 'links' | 'mains'>

/**
 * Brings back what still stands where {@link moveBelongings} put it, and says which relations and links did. `road` leads
 * from the winner to the loser.
 */
export async function returnBelongings(trx: Trx, road: Road, moved: Moved): Promise<Renamed> {
  for (const table of ['attachments', 'filings', 'notes', 'todos', 'sends'] as const)
    await sql`update ${sql.table(table)} set record_id = ${road.to}
      where id = any(${moved[table]}::uuid[]) and record_id = ${road.from}`.execute(trx)
  if (moved.mail !== undefined) await returnMail(trx, road, moved.mail)
  for (const { userId, address } of moved.picks)
    await trx
      .updateTable('picks')
      .set({ record_id: road.to })
      .where('user_id', '=', userId)
      .where('address', '=', address)
      .where('record_id', '=', road.from)
      .execute()
  const back: Renamed = { relations: [], links: [], mains: [] }
  for (const [field, column] of entries(relations)) {
    const named = moved.relations.filter((one) => one.field === field).map((one) => one.id)
    const returned = await ids(
      trx,
      sql`update records set ${sql.ref(column)} = ${road.to}, version = version + 1, updated_at = ${road.now}
        where id = any(${named}::uuid[]) and ${sql.ref(column)} = ${road.from} returning id::text as id`,
    )
    back.relations.push(...returned.map((id) => ({ id, field })))
  }
  back.mains = await addLinks(trx, moved.mains, contactsLink, road.from)
  for (const [field, links] of Map.groupBy(moved.links, (link) => link.field)) {
    const named = (doubled: boolean) => links.filter((one) => one.doubled === doubled).map((one) => one.id)
    const repointed = await repoint(trx, road, field, named(false))
    const added = await addLinks(trx, named(true), field, road.to)
    back.links.push(
      ...repointed.map((id) => ({ id, field, doubled: false })),
      ...added.map((id) => ({ id, field, doubled: true })),
    )
  }
  return back
}

async function ids(trx: Trx, statement: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await statement.$castTo<{ id: string }>().execute(trx)
  return rows.map((row) => row.id)
}

function moveRows(trx: Trx, table: Standing, { from, to }: Road): Promise<string[]> {
  return ids(
    trx,
    sql`update ${sql.table(table)} set record_id = ${to} where record_id = ${from}
      ${table === 'filings' ? sql`and status <> 'cancelled'` : sql``} returning id::text as id`,
  )
}

function movePicks(trx: Trx, { from, to }: Road): Promise<Moved['picks']> {
  return trx
    .updateTable('picks')
    .set({ record_id: to })
    .where('record_id', '=', from)
    .returning(['user_id as userId', 'address'])
    .execute()
}

async function moveRelations(trx: Trx, { from, to, now }: Road): Promise<Moved['relations']> {
  const moved: Moved['relations'] = []
  for (const [field, column] of entries(relations)) {
    const named = await ids(
      trx,
      sql`update records set ${sql.ref(column)} = ${to}, version = version + 1, updated_at = ${now}
        where ${sql.ref(column)} = ${from} and id not in (${from}, ${to}) returning id::text as id`,
    )
    moved.push(...named.map((id) => ({ id, field })))
  }
  return moved
}

/** Nobody is a deal's main and further contact at once. */
function dropOwnMains(trx: Trx, contactId: string): Promise<string[]> {
  return ids(
    trx,
    sql`delete from record_links l using records r
      where l.target_id = ${contactId} and l.field = ${contactsLink}
        and r.id = l.record_id and r.main_contact_id = ${contactId}
      returning l.record_id::text as id`,
  )
}

async function moveLinks(trx: Trx, road: Road, lookups: boolean): Promise<Moved['links']> {
  const { from, to } = road
  const only = lookups ? sql`` : sql`and l.field = ${contactsLink}`
  const { rows } = await sql<{ id: string; field: string; doubled: boolean }>`
    select l.record_id::text as id, l.field,
      (l.field = ${contactsLink} and (r.main_contact_id is not distinct from ${to}::uuid or exists (
        select 1 from record_links o
        where o.record_id = l.record_id and o.field = l.field and o.target_id = ${to}))) as doubled
    from record_links l join records r on r.id = l.record_id
    where l.target_id = ${from} and l.record_id not in (${from}, ${to}) ${only}
    order by l.record_id for update of l`.execute(trx)
  for (const [field, links] of Map.groupBy(rows, (row) => row.field)) {
    const named = (doubled: boolean) => links.filter((one) => one.doubled === doubled).map((one) => one.id)
    await trx
      .deleteFrom('record_links')
      .where('target_id', '=', from)
      .where('field', '=', field)
      .where(sql<boolean>`record_id = any(${named(true)}::uuid[])`)
      .execute()
    await repoint(trx, road, field, named(false))
    await sql`update records set version = version + 1, updated_at = ${road.now}
      where id = any(${named(true)}::uuid[])`.execute(trx)
  }
  return rows
}

/** The link and, of a lookup, the value in `fields` that it follows; only where both still name `from`. */
async function repoint(trx: Trx, road: Road, field: string, recordIds: readonly string[]): Promise<string[]> {
  const { from, to, now } = road
  const changed = await ids(
    trx,
    sql`update record_links l set target_id = ${to}
      where l.record_id = any(${[...recordIds]}::uuid[]) and l.field = ${field} and l.target_id = ${from}
        and not exists (select 1 from record_links o
          where o.record_id = l.record_id and o.field = l.field and o.target_id = ${to})
      returning l.record_id::text as id`,
  )
  await sql`update records set version = version + 1, updated_at = ${now},
      fields = case when fields->>${field} = ${from} then jsonb_set(fields, array[${field}], to_jsonb(${to}::text)) else fields end
    where id = any(${changed}::uuid[])`.execute(trx)
  return changed
}

async function addLinks(
  trx: Trx,
  recordIds: readonly string[],
  field: string,
  target: string,
): Promise<string[]> {
  return ids(
    trx,
    sql`insert into record_links (record_id, org_id, field, target_id)
      select r.id, r.org_id, ${field}, ${target}::uuid from records r where r.id = any(${[...recordIds]}::uuid[])
      on conflict do nothing returning record_id::text as id`,
  )
}

/**
 * What was put on a record in the very moment in which it went into another one follows it there. Files need
 * none of it: whoever files looks again under the organisation's lock.
 */
export async function gatherStragglers(q: Queryable): Promise<void> {
  for (const table of ['notes', 'todos', 'sends', 'picks'] as const)
    await sql`
      update ${sql.table(table)} t set record_id = coalesce(r.merged_into, r.converted_to) from records r
      where t.record_id = r.id and (r.merged_into is not null or r.converted_to is not null)`.execute(q)
  await gatherMail(q)
}

/** Further contacts of these deals, sorted. */
export async function contactListsOf(
  q: Queryable,
  recordIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await q
    .selectFrom('record_links')
    .select([sql<string>`record_id::text`.as('id'), sql<string>`target_id::text`.as('target')])
    .where('field', '=', contactsLink)
    .where(sql<boolean>`record_id = any(${[...recordIds]}::uuid[])`)
    .orderBy('target_id')
    .execute()
  const lists = Map.groupBy(rows, (row) => row.id)
  return new Map(recordIds.map((id) => [id, (lists.get(id) ?? []).map((row) => row.target)]))
}

function entries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][]
}
