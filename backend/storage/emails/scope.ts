import { sql } from 'kysely'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import type { SharingMode } from '../../../lib/domain/sharing.ts'
import type { Queryable } from '../database.ts'
import { mayLink } from '../mail/addresses.ts'

/** A record whose list is asked for. */
export interface ListedRecordRow {
  id: string
  module: ModuleKey
  ownerId: string
  ownerName: string
  /** Standing deal and main contact of a document or deal. */
  dealId: string | null
  mainContactId: string | null
  /** That link (decisions 6), each with the record that holds it: itself, or the contact it is reached through. */
  addresses: { address: string; holderId: string; since: string }[]
  /** One that never does, where none links. */
  barred: string | null
}

/** Standing records with their current addresses, in `contactModules` with those of their contact (S-061). */
export async function readListedRecords(
  q: Queryable,
  input: { orgId: string; recordIds: readonly string[]; contactModules: readonly string[] },
): Promise<ListedRecordRow[]> {
  const { orgId, recordIds, contactModules } = input
  const { rows } = await sql<ListedRecordRow>`
    select *, case when addresses = '[]'::jsonb then (select min(a.address) from record_addresses a
      where a.record_id in (one.id::uuid, one.holder)) end as barred
    from (select r.id::text as id, r.module, r.owner_id::text as "ownerId", u.name as "ownerName", d.id::text as "dealId",
      r.main_contact_id::text as "mainContactId",
      coalesce((select jsonb_agg(jsonb_build_object('address', a.address, 'holderId', a.record_id, 'since', a.since))
        from record_addresses a
        where a.record_id in (r.id, case when r.module = any(${[...contactModules]}::text[]) then
            coalesce(r.main_contact_id, d.main_contact_id) end)
          and ${mayLink(orgId, sql<string>`a.address`)}), '[]'::jsonb) as addresses,
      case when r.module = any(${[...contactModules]}::text[]) then coalesce(r.main_contact_id, d.main_contact_id) end as holder
    from records r join users u on u.id = r.owner_id
    left join records d on d.id = r.deal_id and d.deleted_at is null
    where r.org_id = ${orgId} and r.id = any(${[...recordIds]}::uuid[]) and r.deleted_at is null) one`.execute(
    q,
  )
  return rows
}

export interface ListedMailboxRow {
  id: string
  userId: string
  userName: string
  email: string
  /** The owner's own choice. */
  mode: SharingMode | null
  readable: boolean
  lifted: boolean
}

/**
 * Connected mailboxes of active people whose mail the viewer may see any of: their own, those of who shares anything by
 * mode, and those of which single mails were shared or given (S-066, S-067). `byDefault`: who chose nothing shares.
 * `forced` is the mode the policy holds everybody to.
 */
export async function readListedMailboxes(
  q: Queryable,
  input: {
    orgId: string
    userId: string
    readScope: string
    forced: SharingMode | null
    byDefault: SharingMode
  },
): Promise<ListedMailboxRow[]> {
  const { orgId, userId, readScope, forced, byDefault } = input
  const { rows } = await sql<ListedMailboxRow>`
    with granted as materialized (
      select distinct s.mailbox_id from mail_grants g join sightings s on s.id = g.sighting_id
      where g.user_id = ${userId}::uuid)
    select * from (
      select m.id::text as id, u.id::text as "userId", u.name as "userName", m.email, u.sharing as mode,
        ${readScope}::text = any(m.scopes) as readable,
        m.id in (select mailbox_id from granted) or exists (select 1 from sighting_shares w
          where w.mailbox_id = m.id and w.level <> 'none') as lifted,
        coalesce(${forced}::text, u.sharing, ${byDefault}::text) <> 'private' as open
      from mailboxes m join users u on u.id = m.user_id
      where m.org_id = ${orgId}::uuid and m.status <> 'disconnected' and u.status = 'active'
    ) every
    where "userId" = ${userId} or open or lifted
    order by "userId" = ${userId} desc, id`.execute(q)
  return rows
}
