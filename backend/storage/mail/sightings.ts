import { type Insertable, type Selectable, sql } from 'kysely'
import type { Queryable, Trx } from '../database.ts'
import type { Tables } from '../tables.ts'

export type SightingRow = Selectable<Tables['sightings']>

/** A sighting about to be stored, with the text that makes its message one across mailboxes. */
export interface NewSighting {
  /** SHA-256 of the message's identity. */
  identity: string
  messageIdHeader: string | null
  /** Of the sighting; its `message_id` is found or made here. */
  row: Omit<Insertable<Tables['sightings']>, 'message_id'>
  /** Parties by which this mail may link to a record. */
  addresses: readonly string[]
}

/** Which of these Gmail ids are stored for the mailbox. */
export async function storedGmailIds(
  q: Queryable,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<Set<string>> {
  if (gmailIds.length === 0) return new Set()
  const rows = await q
    .selectFrom('sightings')
    .select('gmail_id')
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_id', 'in', [...gmailIds])
    .execute()
  return new Set(rows.map((row) => row.gmail_id))
}

/** Every stored mail of the mailbox with its labels, for comparing it with Gmail. */
export async function storedCopies(
  q: Queryable,
  mailboxId: string,
): Promise<{ gmail_id: string; label_ids: string[] }[]> {
  return q
    .selectFrom('sightings')
    .select(['gmail_id', 'label_ids'])
    .where('mailbox_id', '=', mailboxId)
    .execute()
}

/**
 * Which way mail went follows the person's own addresses (S-022): what came from one that is an alias now is sent, what came
 * from one that no longer is was received. What Gmail itself calls sent stays so.
 */
export async function redirectSightings(
  trx: Trx,
  userId: string,
  changed: readonly string[],
  own: readonly string[],
): Promise<void> {
  await sql`
    with moved as (
      update sightings s set direction = case when s.from_party->>'address' = any(${[...own]}::text[]) then 'sent'
        else 'received' end
      where s.mailbox_id in (select id from mailboxes where user_id = ${userId})
        and s.from_party->>'address' = any(${[...changed]}::text[])
        and not 'SENT' = any(s.label_ids)
      returning s.id, s.direction),
    by_hand as (
      update hand_links h set direction = moved.direction from moved where h.sighting_id = moved.id)
    update sighting_addresses a set direction = moved.direction from moved where a.sighting_id = moved.id`.execute(
    trx,
  )
}

/** Records on which these mails stand by hand. */
export async function recordsByHand(q: Queryable, sightingIds: readonly string[]): Promise<string[]> {
  if (sightingIds.length === 0) return []
  const rows = await q
    .selectFrom('hand_links')
    .select('record_id')
    .distinct()
    .where('sighting_id', 'in', [...sightingIds])
    .where('kind', '=', 'link')
    .execute()
  return rows.map((row) => row.record_id)
}

/**
 * Stores sightings once each, none of which may be given twice; one that is there gets its labels renewed.
 * Writes in one order, so that two transactions cannot lock each other out.
 */
export async function storeSightings(trx: Trx, newId: () => string, all: NewSighting[]): Promise<void> {
  if (all.length === 0) return
  const sorted = all.toSorted((a, b) => (a.identity < b.identity ? -1 : 1))
  const messageIds = await messageIdsOf(trx, newId, sorted)
  const stored = await trx
    .insertInto('sightings')
    .values(sorted.map((one) => ({ ...one.row, message_id: required(messageIds.get(one.identity)) })))
    .onConflict((oc) =>
      oc.columns(['mailbox_id', 'gmail_id']).doUpdateSet((eb) => ({
        label_ids: eb.ref('excluded.label_ids'),
        send_id: eb.fn.coalesce('sightings.send_id', 'excluded.send_id'),
      })),
    )
    .returning(['id', 'gmail_id', 'message_id', 'org_id', 'mailbox_id', 'direction', 'at'])
    .execute()
  const addresses = new Map(sorted.map((one) => [one.row.gmail_id, one.addresses]))
  await linkSightings(
    trx,
    stored.map((row) => ({ row, addresses: addresses.get(row.gmail_id) ?? [] })),
  )
}

/** Lets sightings be found by addresses. */
export async function linkSightings(
  trx: Trx,
  links: readonly {
    row: Pick<SightingRow, 'id' | 'message_id' | 'org_id' | 'mailbox_id' | 'direction' | 'at'>
    addresses: readonly string[]
  }[],
): Promise<void> {
  const values = links.flatMap(({ row: { id, ...row }, addresses }) =>
    addresses.map((address) => ({
      sighting_id: id,
      message_id: row.message_id,
      org_id: row.org_id,
      mailbox_id: row.mailbox_id,
      direction: row.direction,
      address,
      at: row.at,
    })),
  )
  // PostgreSQL takes at most 65,535 parameters a statement.
  for (let from = 0; from < values.length; from += 5000)
    await trx
      .insertInto('sighting_addresses')
      .values(values.slice(from, from + 5000))
      .onConflict((oc) => oc.doNothing())
      .execute()
}

/**
 * Lets stored mail in which these addresses stand be found by them. Whoever was of the organisation when it was stored is not
 * among what it is found by. The mails for which that is new.
 */
export async function linkStored(
  trx: Trx,
  mailboxId: string,
  gmailIds: readonly string[],
  addresses: readonly string[],
): Promise<{ sightingId: string; address: string }[]> {
  if (gmailIds.length === 0 || addresses.length === 0) return []
  const { rows } = await sql<{ sightingId: string; address: string }>`
    insert into sighting_addresses (sighting_id, message_id, org_id, mailbox_id, direction, address, at)
    select s.id, s.message_id, s.org_id, s.mailbox_id, s.direction, one.address, s.at
    from sightings s cross join unnest(${[...addresses]}::text[]) as one(address)
    where s.mailbox_id = ${mailboxId}::uuid and s.gmail_id = any(${[...gmailIds]}::text[])
      and not s.label_ids && array['TRASH', 'SPAM'] and (s.from_party->>'address' = one.address
        or (s.to_parties || s.cc_parties || s.bcc_parties) @> jsonb_build_array(jsonb_build_object('address', one.address)))
      and not exists (select 1 from sighting_addresses a where a.sighting_id = s.id and a.address = one.address)
    order by s.id, one.address on conflict do nothing
    returning sighting_id::text as "sightingId", address`.execute(trx)
  return rows
}

async function messageIdsOf(
  trx: Trx,
  newId: () => string,
  all: readonly NewSighting[],
): Promise<Map<string, string>> {
  const distinct = new Map(all.map((one) => [one.identity, one]))
  await trx
    .insertInto('messages')
    .values(
      [...distinct.values()].map((one) => ({
        id: newId(),
        org_id: one.row.org_id,
        identity: one.identity,
        message_id_header: one.messageIdHeader,
        sent_at: one.row.at,
      })),
    )
    .onConflict((oc) => oc.columns(['org_id', 'identity']).doNothing())
    .execute()
  const rows = await trx
    .selectFrom('messages')
    .select(['id', 'identity'])
    .where('org_id', '=', required(all[0]).row.org_id)
    .where('identity', 'in', [...distinct.keys()])
    .execute()
  return new Map(rows.map((row) => [row.identity, row.id]))
}

/** Stored mail whose labels are about to change. */
export async function findSightings(
  q: Queryable,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<SightingRow[]> {
  if (gmailIds.length === 0) return []
  return q
    .selectFrom('sightings')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_id', 'in', [...gmailIds])
    .execute()
}

export async function setLabels(trx: Trx, sightingId: string, labelIds: readonly string[]): Promise<void> {
  await trx
    .updateTable('sightings')
    .set({ label_ids: [...labelIds] })
    .where('id', '=', sightingId)
    .execute()
}

/** Takes a sighting out of every list. Returns the addresses it was found by. */
export async function unlinkSighting(trx: Trx, sightingId: string): Promise<string[]> {
  const rows = await trx
    .deleteFrom('sighting_addresses')
    .where('sighting_id', '=', sightingId)
    .returning('address')
    .execute()
  return rows.map((row) => row.address)
}

/** Mail that is gone from Gmail is gone here; its message too when nobody else saw it. Returns by what it was linked. */
export async function deleteSightings(
  trx: Trx,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<{ count: number; addresses: string[]; recordIds: string[] }> {
  const nothing = { count: 0, addresses: [], recordIds: [] }
  if (gmailIds.length === 0) return nothing
  const rows = await trx
    .selectFrom('sightings')
    .select(['id', 'message_id'])
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_id', 'in', [...gmailIds])
    .execute()
  if (rows.length === 0) return nothing
  const ids = rows.map((row) => row.id)
  const addresses = await addressesOf(trx, ids)
  const recordIds = await recordsByHand(trx, ids)
  await trx.deleteFrom('sightings').where('id', 'in', ids).execute()
  await trx
    .deleteFrom('messages')
    .where(
      'id',
      'in',
      rows.map((row) => row.message_id),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('sightings').select('id').whereRef('sightings.message_id', '=', 'messages.id'),
        ),
      ),
    )
    .execute()
  return { count: rows.length, addresses, recordIds }
}

async function addressesOf(q: Queryable, sightingIds: readonly string[]): Promise<string[]> {
  const rows = await q
    .selectFrom('sighting_addresses')
    .select('address')
    .distinct()
    .where('sighting_id', 'in', [...sightingIds])
    .execute()
  return rows.map((row) => row.address)
}

/** Which of these ids are sends of this mailbox: a header alone proves nothing. */
export async function sendsOfMailbox(
  q: Queryable,
  mailboxId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q
    .selectFrom('sends')
    .select('id')
    .where('mailbox_id', '=', mailboxId)
    .where('id', 'in', [...ids])
    .execute()
  return new Set(rows.map((row) => row.id))
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A row just written was not found.')
  return value
}
