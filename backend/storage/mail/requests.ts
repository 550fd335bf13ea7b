import { sql } from 'kysely'
import type { Queryable, Trx } from '../database.ts'

type RequestStatus = 'open' | 'granted' | 'declined' | 'revoked'

export interface RequestRow {
  id: string
  sightingId: string
  messageId: string
  ownerId: string
  ownerName: string
  askedBy: string
  askedByName: string
  askedAt: Date
  status: RequestStatus
  subject: string
  at: Date
}

/** Requests concerning somebody, open ones first, then the newest; of the owner's those that hold or wait; mail of deactivated people and disconnected mailboxes is hidden. */
export async function listRequests(
  q: Queryable,
  input: { orgId: string; userId: string; as: 'owner' | 'asker'; limit: number },
): Promise<RequestRow[]> {
  const { orgId, userId, as, limit } = input
  const mine =
    as === 'owner'
      ? sql`a.owner_id = ${userId}::uuid and a.status in ('open', 'granted') and asker.status = 'active'`
      : sql`a.asked_by = ${userId}::uuid`
  const { rows } = await sql<RequestRow>`${requests}
    where a.org_id = ${orgId}::uuid and ${mine} and m.status <> 'disconnected' and owner.status = 'active'
    order by a.status <> 'open', a.asked_at desc, a.id limit ${limit}`.execute(q)
  return rows
}

/** A request somebody made. */
export async function findRequest(
  q: Queryable,
  askedBy: string,
  id: string,
): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`${requests}
    where a.id = ${id}::uuid and a.asked_by = ${askedBy}::uuid`.execute(q)
  return rows[0]
}

/** A request made to somebody. */
export async function findRequestTo(
  q: Queryable,
  ownerId: string,
  id: string,
): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`${requests}
    where a.id = ${id}::uuid and a.owner_id = ${ownerId}::uuid`.execute(q)
  return rows[0]
}

/** Holds the request until the transaction ends. */
export async function lockRequest(trx: Trx, ownerId: string, id: string): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`${requests}
    where a.id = ${id}::uuid and a.owner_id = ${ownerId}::uuid for update of a`.execute(trx)
  return rows[0]
}

const requests = sql`
  select a.id::text as id, s.id::text as "sightingId", s.message_id::text as "messageId", a.owner_id::text as "ownerId",
    owner.name as "ownerName", a.asked_by::text as "askedBy", asker.name as "askedByName", a.asked_at as "askedAt", a.status,
    s.subject, s.at
  from access_requests a join sightings s on s.id = a.sighting_id join mailboxes m on m.id = s.mailbox_id
  join users owner on owner.id = a.owner_id join users asker on asker.id = a.asked_by`

/** The newest request of somebody for each of these sightings. */
export async function requestsFor(
  q: Queryable,
  sightingIds: readonly string[],
  askedBy: string,
): Promise<RequestRow[]> {
  if (sightingIds.length === 0) return []
  const { rows } = await sql<RequestRow>`${requests}
    where a.sighting_id = any(${[...sightingIds]}::uuid[]) and a.asked_by = ${askedBy}::uuid
    order by a.asked_at desc, a.id`.execute(q)
  return rows
}

/** False when one is open already. */
export async function insertRequest(
  trx: Trx,
  row: { id: string; orgId: string; sightingId: string; ownerId: string; askedBy: string; at: Date },
): Promise<boolean> {
  const { id, orgId, sightingId, ownerId, askedBy, at } = row
  const { rows } = await sql<{ id: string }>`
    insert into access_requests (id, org_id, sighting_id, owner_id, asked_by, asked_at)
    values (${id}::uuid, ${orgId}::uuid, ${sightingId}::uuid, ${ownerId}::uuid, ${askedBy}::uuid, ${at}::timestamptz)
    on conflict (sighting_id, asked_by) where status = 'open' do nothing returning id`.execute(trx)
  return rows.length > 0
}

/** False when it was answered already. */
export async function answerOpenRequest(
  trx: Trx,
  id: string,
  status: 'granted' | 'declined',
  at: Date,
): Promise<boolean> {
  const row = await trx
    .updateTable('access_requests')
    .set({ status, answered_at: at })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes back what somebody asked of others for these sightings, but for one request. Whom they had asked. */
export async function withdrawRequests(
  trx: Trx,
  input: { sightingIds: readonly string[]; askedBy: string; exceptId: string },
): Promise<string[]> {
  const rows = await trx
    .deleteFrom('access_requests')
    .where(sql<boolean>`sighting_id = any(${[...input.sightingIds]}::uuid[])`)
    .where('asked_by', '=', input.askedBy)
    .where('status', '=', 'open')
    .where('id', '<>', input.exceptId)
    .returning('owner_id')
    .execute()
  return rows.map((row) => row.owner_id)
}

export async function insertGrant(
  trx: Trx,
  row: { orgId: string; sightingId: string; userId: string; at: Date },
): Promise<void> {
  const { orgId, sightingId, userId, at } = row
  await trx
    .insertInto('mail_grants')
    .values({ sighting_id: sightingId, user_id: userId, org_id: orgId, at })
    .onConflict((oc) => oc.doNothing())
    .execute()
}
