import { type RawBuilder, sql } from 'kysely'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import type { ShareLevel, SharingMode } from '../../../lib/domain/sharing.ts'
import type { Queryable } from '../database.ts'
import { mayLink } from './addresses.ts'
import { chosenSince } from './sight.ts'

/** A sighting with all that decides who sees it, but for its paths. */
export interface SharedRow {
  id: string
  messageId: string
  mailboxId: string
  gmailId: string
  threadId: string
  at: Date
  labelIds: string[]
  ownerId: string
  ownerIsActive: boolean
  isConnected: boolean
  mode: SharingMode | null
  shareLevel: ShareLevel | null
  shareAt: Date | null
  grantedTo: string[]
  chosenDealId: string | null
}

/** Sightings of the organisation as {@link SharedRow}; a chosen deal counts while it stands. */
export async function sharedSightings(
  q: Queryable,
  orgId: string,
  sightingIds: readonly string[],
): Promise<SharedRow[]> {
  if (sightingIds.length === 0) return []
  const { rows } = await sql<SharedRow>`
    select s.id, s.message_id as "messageId", s.mailbox_id as "mailboxId", s.gmail_id as "gmailId",
      s.gmail_thread_id as "threadId", s.at, s.label_ids as "labelIds", u.id as "ownerId",
      u.status = 'active' as "ownerIsActive", m.status <> 'disconnected' as "isConnected", u.sharing as mode,
      w.level as "shareLevel", w.at as "shareAt", d.id::text as "chosenDealId",
      array(select g.user_id::text from mail_grants g where g.sighting_id = s.id) as "grantedTo"
    from sightings s join mailboxes m on m.id = s.mailbox_id join users u on u.id = m.user_id
    left join sighting_shares w on w.sighting_id = s.id
    left join thread_deals t on t.mailbox_id = s.mailbox_id and t.gmail_thread_id = s.gmail_thread_id
    left join records d on d.id = t.deal_id and d.deleted_at is null
    where s.org_id = ${orgId} and s.id = any(${[...sightingIds]}::uuid[])
    order by s.at desc, s.id`.execute(q)
  return rows
}

export interface AddressPath {
  sightingId: string
  recordId: string
  address: string
  /** Who holds the address: the record itself or the contact it resolves to. */
  heldId: string
  since: Date
  /** What the mailbox's owner said to mail from before; null while they said nothing. */
  olderAgreed: boolean | null
  takenOff: boolean
}

/**
 * By which addresses sightings stand on standing records: on the one that holds it, and on what of `contactModules` reaches
 * that one as its main contact, itself or through its deal (decisions 5, 6; S-061, S-065). The mirror of a record's list.
 */
export async function addressPaths(
  q: Queryable,
  orgId: string,
  input: { sightingIds: readonly string[]; contactModules: readonly string[]; recordId?: string },
): Promise<AddressPath[]> {
  const { sightingIds, contactModules, recordId } = input
  if (sightingIds.length === 0) return []
  const only = recordId === undefined ? sql`` : sql`and reach.record_id = ${recordId}::uuid`
  const { rows } = await sql<AddressPath>`
    with sa as materialized (
        select a.sighting_id, a.address, a.mailbox_id from sighting_addresses a
        where a.sighting_id = any(${[...sightingIds]}::uuid[])),
      ${reachOf(orgId, contactModules)}
    select sa.sighting_id::text as "sightingId", reach.record_id::text as "recordId", reach.address,
      reach.held_id::text as "heldId", reach.since, o.agreed as "olderAgreed",
      exists (select 1 from hand_links h where h.sighting_id = sa.sighting_id and h.record_id = reach.record_id
        and h.kind = 'unlink') as "takenOff"
    from sa join reach on reach.address = sa.address
    join mailboxes m on m.id = sa.mailbox_id
    left join older_mail o on o.user_id = m.user_id and o.record_id = reach.held_id and o.address = reach.address
    where true ${only}
    order by reach.since, reach.record_id`.execute(q)
  return rows
}

/**
 * CTEs after one named `sa (address, …)`: `held`, the standing records that hold one of its addresses which link, and
 * `reach`, those with what resolves to them. `offset 0` keeps it on the indices: a mail has few parties, and the planner,
 * who does not know, would read whole tables.
 */
export function reachOf(orgId: string, contactModules: readonly string[]): RawBuilder<unknown> {
  return sql`
    linking as materialized (
      select one.address from (select distinct address from sa) one where ${mayLink(orgId, sql`one.address`)}),
    held as materialized (
      select a.record_id as held_id, a.address, a.since from linking
      cross join lateral (select * from record_addresses k where k.org_id = ${orgId} and k.address = linking.address
        offset 0) a
      join records r on r.id = a.record_id and r.deleted_at is null),
    reach as materialized (
      select held_id, held_id as record_id, address, since from held
      union all
      select held.held_id, r.id, held.address, held.since from held
        cross join lateral (select * from records k where k.main_contact_id = held.held_id offset 0) r
        where r.deleted_at is null and r.module = any(${[...contactModules]}::text[])
      union all
      select held.held_id, r.id, held.address, held.since from held
        cross join lateral (select k.id from records k
          where k.main_contact_id = held.held_id and k.deleted_at is null offset 0) d
        join records r on r.deal_id = d.id and r.main_contact_id is null and r.deleted_at is null
          and r.module = any(${[...contactModules]}::text[]))`
}

export interface HandLink {
  sightingId: string
  recordId: string
  kind: 'link' | 'unlink'
  wholeThread: boolean
  madeBy: string
  madeByName: string
  madeAt: Date
  /** When its deal was chosen, where that alone put it there. */
  chosenAt: Date | null
}

/** What people did to these sightings by hand, on standing records. */
export async function handLinks(
  q: Queryable,
  orgId: string,
  sightingIds: readonly string[],
): Promise<HandLink[]> {
  if (sightingIds.length === 0) return []
  const { rows } = await sql<HandLink>`
    select h.sighting_id::text as "sightingId", h.record_id::text as "recordId", h.kind, h.whole_thread as "wholeThread",
      h.made_by::text as "madeBy", u.name as "madeByName", h.made_at as "madeAt",
      ${chosenSince(sql`h.sighting_id`, sql`h.record_id`)} as "chosenAt"
    from hand_links h join records r on r.id = h.record_id and r.deleted_at is null join users u on u.id = h.made_by
    where h.org_id = ${orgId} and h.sighting_id = any(${[...sightingIds]}::uuid[])
    order by h.made_at, h.record_id`.execute(q)
  return rows
}

/** What of a record decides who may open it and whose switch counts. */
export interface PathRecord {
  id: string
  module: ModuleKey
  name: string
  ownerId: string
  /** Stage or status; '' where there is none. */
  stage: string
  /** While it stands. */
  dealId: string | undefined
  mainContactId: string | undefined
}

/** Standing records by id, whoever may see them. */
export async function pathRecords(
  q: Queryable,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, PathRecord>> {
  if (ids.length === 0) return new Map()
  const rows = await q
    .selectFrom('records as r')
    .leftJoin('records as d', (join) => join.onRef('d.id', '=', 'r.deal_id').on('d.deleted_at', 'is', null))
    .select(['r.id', 'r.module', 'r.name', 'r.owner_id', 'r.fields', 'd.id as deal_id', 'r.main_contact_id'])
    .where('r.org_id', '=', orgId)
    .where('r.deleted_at', 'is', null)
    .where(sql<boolean>`r.id = any(${[...ids]}::uuid[])`)
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        module: row.module,
        name: row.name,
        ownerId: row.owner_id,
        stage: (row.module === 'deals' ? row.fields['stage'] : row.fields['status']) ?? '',
        dealId: row.deal_id ?? undefined,
        mainContactId: row.main_contact_id ?? undefined,
      },
    ]),
  )
}

/** Which of these records' switches these people have on. */
export async function switchesOn(
  q: Queryable,
  userIds: readonly string[],
  recordIds: readonly string[],
): Promise<{ userId: string; recordId: string }[]> {
  if (userIds.length === 0 || recordIds.length === 0) return []
  return q
    .selectFrom('record_shares')
    .select(['user_id as userId', 'record_id as recordId'])
    .where(sql<boolean>`user_id = any(${[...userIds]}::uuid[])`)
    .where(sql<boolean>`record_id = any(${[...recordIds]}::uuid[])`)
    .execute()
}
