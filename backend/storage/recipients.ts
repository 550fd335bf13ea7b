import { sql } from 'kysely'
import type { GuardRecord } from '../../lib/domain/guards.ts'
import type { Queryable } from './database.ts'
import { contactsLink } from './record-links.ts'
import { type RecordRow, selectRecords, type Viewer, visibleTo } from './records.ts'

/** Whose customer these records are, those the viewer may open; with everything that is the same customer. */
export async function kinshipOf(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, GuardRecord>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<GuardRecord>`
    select r.id::text as id, r.name, array_remove(array[r.id::text, r.account_id::text, r.main_contact_id::text,
        r.deal_id::text, c.account_id::text, d.account_id::text, d.main_contact_id::text]
      || array(select l.target_id::text from record_links l where l.record_id = r.id and l.field = ${contactsLink}),
      null) as belongs,
      coalesce((select a.name from records a where a.deleted_at is null and ${visibleTo(viewer, 'a')}
        and a.id = case when r.module = 'accounts' then r.id
          else coalesce(r.account_id, c.account_id, d.account_id) end), '') as customer
    from records r
    left join records d on d.id = r.deal_id and d.deleted_at is null
    left join records c on c.id = coalesce(r.main_contact_id, d.main_contact_id) and c.deleted_at is null
    where r.org_id = ${viewer.orgId}::uuid and r.id = any(${[...ids]}::uuid[]) and r.deleted_at is null
      and ${visibleTo(viewer, 'r')}`.execute(q)
  return new Map(rows.map((row) => [row.id, row]))
}

/** By content, the records on which it is filed, as far as the viewer may open them; at most 20 each. */
export async function filedWhere(
  q: Queryable,
  viewer: Viewer,
  contents: readonly string[],
): Promise<{ sha256: string; recordId: string }[]> {
  if (contents.length === 0) return []
  const { rows } = await sql<{ sha256: string; recordId: string }>`
    select distinct one.sha256, f.record_id::text as "recordId" from unnest(${[...contents]}::text[]) as one(sha256)
    cross join lateral (
      select a.record_id from attachments a join records r on r.id = a.record_id
      where a.org_id = ${viewer.orgId}::uuid and a.sha256 = one.sha256 and a.deleted_at is null
        and r.deleted_at is null and ${visibleTo(viewer, 'r')}
      order by a.filed_at desc limit 20) f`.execute(q)
  return rows
}

/** When each of these addresses last wrote to one of the person's own connected mailboxes. */
export async function answeredAt(
  q: Queryable,
  person: { orgId: string; userId: string },
  addresses: readonly string[],
): Promise<Map<string, Date>> {
  if (addresses.length === 0) return new Map()
  const { rows } = await sql<{ address: string; at: Date }>`
    select one.address, last.at from unnest(${[...addresses]}::text[]) as one(address)
    cross join lateral (
      select sa.at from sighting_addresses sa
      join mailboxes m on m.id = sa.mailbox_id and m.user_id = ${person.userId}::uuid and m.status <> 'disconnected'
      join sightings s on s.id = sa.sighting_id
      where sa.org_id = ${person.orgId}::uuid and sa.address = one.address and sa.direction = 'received'
        and s.from_party->>'address' = one.address and not s.label_ids && array['TRASH', 'SPAM']::text[]
      order by sa.at desc limit 1) last`.execute(q)
  return new Map(rows.map((row) => [row.address, row.at]))
}

/** People through whom a record without own address is reached, main contact first; at most 10 of each. */
export async function peopleOf(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<(RecordRow & { ofId: string })[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ ofId: string; id: string }>`
    select x.id::text as "ofId", p.id::text as id
    from records x left join records d on d.id = x.deal_id and d.deleted_at is null
    cross join lateral (
      select c.id, min(way.place) as place, c.name from (
        select coalesce(x.main_contact_id, d.main_contact_id) as id, 1 as place
        union all select l.target_id, 2 from record_links l where l.record_id = x.id and l.field = ${contactsLink}
        union all select a.id, 3 from records a where x.module = 'accounts' and a.account_id = x.id
          and a.module = 'contacts') way
      join records c on c.id = way.id and c.org_id = x.org_id and c.deleted_at is null and ${visibleTo(viewer, 'c')}
      group by c.id, c.name order by min(way.place), c.name limit 10) p
    where x.org_id = ${viewer.orgId}::uuid and x.id = any(${[...ids]}::uuid[])
    order by p.place, p.name`.execute(q)
  const found = await selectRecords(q, viewer)
    .where(sql<boolean>`records.id = any(${rows.map((row) => row.id)}::uuid[])`)
    .execute()
  const byId = new Map(found.map((row) => [row.id, row]))
  return rows.flatMap(({ ofId, id }) => {
    const row = byId.get(id)
    return row === undefined ? [] : [{ ...row, ofId }]
  })
}

/**
 * Domains of customers the viewer may open that may be one slip away from one of these: then they begin or end the same, up
 * to the middle but one.
 */
export async function customerDomainsLike(
  q: Queryable,
  viewer: Viewer,
  domains: readonly string[],
): Promise<string[]> {
  if (domains.length === 0) return []
  const { rows } = await sql<{ domain: string }>`
    with asked as materialized (
        select domain, length(domain) as long, greatest(2, length(domain) / 2 - 1) as half
        from unnest(${[...domains]}::text[]) as one(domain)),
      known as materialized (
        select split_part(a.address, '@', 2) as domain, a.record_id from record_addresses a
        where a.org_id = ${viewer.orgId}::uuid),
      near as materialized (
        select k.domain, k.record_id from known k join asked on abs(asked.long - length(k.domain)) <= 1
          and (left(asked.domain, half) = left(k.domain, half) or right(asked.domain, half) = right(k.domain, half)))
    select distinct near.domain from near
    join records r on r.id = near.record_id and r.deleted_at is null and ${visibleTo(viewer, 'r')}
    limit 2000`.execute(q)
  return rows.map((row) => row.domain)
}
