import { sql } from 'kysely'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import type { Queryable } from '../database.ts'
import { type Viewer, visibleTo } from '../records.ts'
import { mayLink } from './addresses.ts'

interface NamedRecord {
  id: string
  module: ModuleKey
  name: string
}

/** Records whose switch somebody has on, as far as they may open them, and how many of their mails stand there. */
export async function switchedRecords(
  q: Queryable,
  viewer: Viewer,
): Promise<(NamedRecord & { mails: number })[]> {
  const { orgId, userId } = viewer
  const { rows } = await sql<NamedRecord & { mails: number }>`
    with mine as materialized (
        select id from mailboxes where org_id = ${orgId}::uuid and user_id = ${userId}::uuid and status <> 'disconnected'),
      on_for as materialized (
        select records.id, records.module, records.name, records.main_contact_id from record_shares x
        join records on records.id = x.record_id and records.deleted_at is null
        where x.user_id = ${userId}::uuid and x.org_id = ${orgId}::uuid and ${visibleTo(viewer)}),
      held as materialized (
        select o.id, a.address from on_for o join record_addresses a
          on a.record_id = o.id or (o.module = 'deals' and a.record_id = o.main_contact_id)
        where ${mayLink(orgId, sql<string>`a.address`)})
    select o.id::text as id, o.module, o.name, (select count(*)::int from (
      select sa.message_id from held h join sighting_addresses sa on sa.org_id = ${orgId}::uuid and sa.address = h.address
        and sa.mailbox_id in (select id from mine)
      where h.id = o.id and not exists (select 1 from hand_links u
        where u.sighting_id = sa.sighting_id and u.record_id = o.id and u.kind = 'unlink')
      union
      select l.message_id from hand_links l where l.record_id = o.id and l.kind = 'link'
        and l.mailbox_id in (select id from mine)) counted) as mails
    from on_for o order by o.name, o.id`.execute(q)
  return rows
}

export interface OlderRow extends NamedRecord {
  address: string
  addedBy: string
  addedAt: Date
  mails: number
  agreed: boolean | null
}

/**
 * Addresses on records somebody may open that came there after their own mail with them; what they said to that. Those
 * without an answer first, the newest first.
 */
export async function olderMailOf(q: Queryable, viewer: Viewer, limit: number): Promise<OlderRow[]> {
  const { orgId, userId } = viewer
  const { rows } = await sql<OlderRow>`
    with mine as materialized (
        select id from mailboxes where org_id = ${orgId}::uuid and user_id = ${userId}::uuid and status <> 'disconnected'),
      counted as materialized (
        select a.record_id, a.kind, a.address, a.since, c.mails from record_addresses a cross join lateral (
          select count(distinct sa.message_id)::int as mails from sighting_addresses sa
          where sa.org_id = a.org_id and sa.address = a.address and sa.at < a.since
            and sa.mailbox_id in (select id from mine)) c
        where a.org_id = ${orgId}::uuid and c.mails > 0)
    select records.id::text as id, records.module, records.name, c.address, c.since as "addedAt", c.mails, o.agreed,
      coalesce((select u.name from record_changes h join users u on u.id = h.by_user
        where h.record_id = records.id and h.changes @> jsonb_build_array(jsonb_build_object(
          'field', c.kind || 'Address', 'new', c.address)) order by h.seq desc limit 1), maker.name) as "addedBy"
    from counted c join records on records.id = c.record_id and records.deleted_at is null
    join users maker on maker.id = records.created_by
    left join older_mail o on o.user_id = ${userId}::uuid and o.record_id = c.record_id and o.address = c.address
    where ${visibleTo(viewer)} and ${mayLink(orgId, sql<string>`c.address`)}
    order by o.agreed is not null, c.since desc, records.id, c.address limit ${limit}`.execute(q)
  return rows
}

/**
 * The newest of somebody's mail in their connected mailboxes, or of what a record's switch and addresses may decide: mail with
 * its addresses, of a deal with those of its contact and its documents' contacts, and what stands by hand on it or on what
 * reaches it.
 */
export async function myNewestMail(
  q: Queryable,
  input: { orgId: string; userId: string; recordId: string | undefined; limit: number },
): Promise<string[]> {
  const { orgId, userId, recordId, limit } = input
  const mine = sql`mine as materialized (
    select id from mailboxes where org_id = ${orgId}::uuid and user_id = ${userId}::uuid and status <> 'disconnected')`
  const newest = sql`order by at desc limit ${limit}`
  const found =
    recordId === undefined
      ? sql`with ${mine} select one.id, one.at from mine cross join lateral (
          select id, at from sightings s where s.mailbox_id = mine.id ${newest}) one`
      : sql`with ${mine},
          about as materialized (select id, main_contact_id from records
            where id = ${recordId}::uuid or deal_id = ${recordId}::uuid or main_contact_id = ${recordId}::uuid),
          held as materialized (select distinct a.address from record_addresses a
            where a.record_id in (select ${recordId}::uuid union select main_contact_id from about))
        select one.id, one.at from held cross join mine cross join lateral (
          select sighting_id as id, at from sighting_addresses s
          where s.org_id = ${orgId}::uuid and s.address = held.address and s.mailbox_id = mine.id ${newest}) one
        union
        select one.id, one.at from about cross join lateral (
          select sighting_id as id, at from hand_links h where h.record_id = about.id and h.kind = 'link'
            and h.mailbox_id in (select id from mine) ${newest}) one`
  const { rows } = await sql<{ id: string }>`select id::text as id from (${found}) f ${newest}`.execute(q)
  return rows.map((row) => row.id)
}

/** How many mails with an address are stored in somebody's connected mailboxes. */
export async function countMailWith(
  q: Queryable,
  orgId: string,
  userId: string,
  address: string,
): Promise<number> {
  const { rows } = await sql<{ mails: number }>`
    select count(distinct sa.message_id)::int as mails from sighting_addresses sa
    where sa.org_id = ${orgId}::uuid and sa.address = ${address} and sa.mailbox_id in (
      select id from mailboxes where user_id = ${userId}::uuid and status <> 'disconnected')`.execute(q)
  return rows[0]?.mails ?? 0
}

/** Since when an address stands on a record; undefined when it does not. */
export async function addressSince(
  q: Queryable,
  recordId: string,
  address: string,
): Promise<Date | undefined> {
  const row = await q
    .selectFrom('record_addresses')
    .select('since')
    .where('record_id', '=', recordId)
    .where('address', '=', address)
    .executeTakeFirst()
  return row?.since
}
