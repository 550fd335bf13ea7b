import { sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import type { ShareLevel, SharingMode } from '../../../lib/domain/sharing.ts'
import type { Queryable } from '../database.ts'
import { mayLink } from './addresses.ts'

/** What of a stored sighting decides who sees it. */
export interface SightingFactsRow {
  id: string
  messageId: string
  mailboxId: string
  gmailId: string
  threadId: string
  ownerId: string
  ownerName: string
  ownerIsActive: boolean
  mailboxIsConnected: boolean
  isListed: boolean
  at: Date
  ownMode: SharingMode | null
  shareLevel: ShareLevel | null
  shareAt: Date | null
  grantedTo: string[]
  chosenDealId: string | null
  from: Party
  to: Party[]
  cc: Party[]
  bcc: Party[]
}

export async function readSightingFacts(
  q: Queryable,
  orgId: string,
  sightingIds: readonly string[],
): Promise<SightingFactsRow[]> {
  if (sightingIds.length === 0) return []
  const { rows } = await sql<SightingFactsRow>`
    select s.id::text as id, s.message_id::text as "messageId", s.mailbox_id::text as "mailboxId", s.gmail_id as "gmailId",
      s.gmail_thread_id as "threadId", u.id::text as "ownerId", u.name as "ownerName", u.status = 'active' as "ownerIsActive",
      m.status <> 'disconnected' as "mailboxIsConnected", not s.label_ids && array['TRASH', 'SPAM'] as "isListed", s.at,
      u.sharing as "ownMode", x.level as "shareLevel", x.at as "shareAt",
      array(select g.user_id::text from mail_grants g where g.sighting_id = s.id) as "grantedTo",
      (select d.id::text from thread_deals t join records d on d.id = t.deal_id and d.deleted_at is null
        where t.mailbox_id = s.mailbox_id and t.gmail_thread_id = s.gmail_thread_id) as "chosenDealId",
      s.from_party as "from", s.to_parties as "to", s.cc_parties as cc, s.bcc_parties as bcc
    from sightings s join mailboxes m on m.id = s.mailbox_id join users u on u.id = m.user_id
      left join sighting_shares x on x.sighting_id = s.id
    where s.org_id = ${orgId}::uuid and s.id = any(${[...sightingIds]}::uuid[])
    order by s.at, s.id`.execute(q)
  return rows
}

/** Why a sighting stands on a record, as stored. */
export interface PathRow {
  sightingId: string
  recordId: string
  by: 'hand' | 'address'
  /** Only by address: what decides, the record that holds it, and since when. */
  address: string
  holderId: string | null
  since: Date | null
  olderAgreed: boolean
  takenOff: boolean
  /** Only by hand. */
  madeBy: { id: string; name: string } | null
  madeAt: Date | null
  wholeThread: boolean
}

/**
 * Every reason for which these sightings stand on standing records: by a current address of the record, or of the contact
 * through whom a record of `contactModules` is reached (a document's own, else its deal's), and by hand (decisions 5).
 */
export async function readPaths(
  q: Queryable,
  input: { orgId: string; sightingIds: readonly string[]; contactModules: readonly string[] },
): Promise<PathRow[]> {
  const { orgId, sightingIds, contactModules } = input
  if (sightingIds.length === 0) return []
  const reached = sql`r.deleted_at is null and r.module = any(${[...contactModules]}::text[])`
  const { rows } = await sql<PathRow>`
    with held as materialized (
      select sa.sighting_id, a.record_id as holder_id, a.address, a.since
      from sighting_addresses sa join record_addresses a on a.org_id = sa.org_id and a.address = sa.address
      where sa.sighting_id = any(${[...sightingIds]}::uuid[]) and sa.org_id = ${orgId}::uuid
        and ${mayLink(orgId, sql<string>`sa.address`)}),
    reached as (
      select held.*, held.holder_id as record_id from held
      union
      select held.*, r.id from held join records r on r.main_contact_id = held.holder_id where ${reached}
      union
      select held.*, r.id from held join records d on d.main_contact_id = held.holder_id and d.deleted_at is null
        join records r on r.deal_id = d.id where r.main_contact_id is null and ${reached})
    select p.sighting_id::text as "sightingId", p.record_id::text as "recordId", 'address' as by, p.address,
      p.holder_id::text as "holderId", p.since,
      exists (select 1 from older_mail o join sightings s on s.id = p.sighting_id join mailboxes m on m.id = s.mailbox_id
        where o.user_id = m.user_id and o.record_id = p.holder_id and o.address = p.address and o.agreed) as "olderAgreed",
      exists (select 1 from hand_links h where h.sighting_id = p.sighting_id and h.record_id = p.record_id
        and h.kind = 'unlink') as "takenOff",
      null::jsonb as "madeBy", null::timestamptz as "madeAt", false as "wholeThread"
    from reached p
    union all
    select h.sighting_id::text, h.record_id::text, 'hand', '', null, null, false, false,
      jsonb_build_object('id', u.id, 'name', u.name), h.made_at, h.whole_thread
    from hand_links h join users u on u.id = h.made_by join records r on r.id = h.record_id and r.deleted_at is null
    where h.sighting_id = any(${[...sightingIds]}::uuid[]) and h.org_id = ${orgId}::uuid and h.kind = 'link'
    order by 1, 2, 3`.execute(q)
  return rows
}

/** A record as far as it decides who sees the mail on it, and what a line beside the mail shows of it. */
export interface SharedRecordRow {
  id: string
  module: ModuleKey
  name: string
  ownerId: string
  stage: string
  dealId: string | null
  mainContactId: string | null
}

export async function readSharedRecords(
  q: Queryable,
  orgId: string,
  ids: readonly string[],
): Promise<SharedRecordRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<SharedRecordRow>`
    select r.id::text as id, r.module, r.name, r.owner_id::text as "ownerId",
      coalesce(r.fields->>'stage', r.fields->>'status', '') as stage,
      d.id::text as "dealId", r.main_contact_id::text as "mainContactId"
    from records r left join records d on d.id = r.deal_id and d.deleted_at is null
    where r.org_id = ${orgId}::uuid and r.id = any(${[...ids]}::uuid[]) and r.deleted_at is null`.execute(q)
  return rows
}

/** Which of these records' switches are on, by owner. */
export async function readSwitches(
  q: Queryable,
  ownerIds: readonly string[],
  recordIds: readonly string[],
): Promise<{ userId: string; recordId: string }[]> {
  if (ownerIds.length === 0 || recordIds.length === 0) return []
  return q
    .selectFrom('record_shares')
    .select(['user_id as userId', 'record_id as recordId'])
    .where('user_id', 'in', [...ownerIds])
    .where('record_id', 'in', [...recordIds])
    .execute()
}

/** Sightings of a message, in every mailbox of the organisation. */
export async function sightingsOfMessage(q: Queryable, orgId: string, messageId: string): Promise<string[]> {
  const rows = await q
    .selectFrom('sightings')
    .select('id')
    .where('org_id', '=', orgId)
    .where('message_id', '=', messageId)
    .execute()
  return rows.map((row) => row.id)
}

/** Stored mails of a thread of one mailbox, or one of them; the oldest first. */
export async function sightingsOfThread(
  q: Queryable,
  mailboxId: string,
  threadId: string,
  gmailId: string | undefined,
): Promise<string[]> {
  let query = q
    .selectFrom('sightings')
    .select('id')
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', '=', threadId)
  if (gmailId !== undefined) query = query.where('gmail_id', '=', gmailId)
  const rows = await query.orderBy('at').orderBy('id').execute()
  return rows.map((row) => row.id)
}
