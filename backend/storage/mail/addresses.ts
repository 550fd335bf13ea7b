import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { domainOf, robotLocalPart, standsOnList } from '../../../lib/domain/addresses.ts'
import type { Queryable } from '../database.ts'

/** Tells who is of the organisation itself. */
export interface OwnPeople {
  has(address: string): boolean
  /** The user whose address or alias it is; undefined for a colleague who has not joined. */
  owner(address: string): { id: string; name: string } | undefined
  /** Whether it stands on the never-link list. */
  isNever(address: string): boolean
}

/**
 * The organisation's own people, who never link (decisions 6): its users with their aliases, and everybody of its internal
 * domains and of those whose people may join, since a colleague who has not joined yet is one all the same.
 */
export async function ownAddresses(q: Queryable, orgId: string): Promise<OwnPeople> {
  const { rows } = await sql<{ id: string | null; name: string; address: string }>`
    select u.id, u.name, a.address from users u cross join lateral (
      select u.email as address
      union select m.email from mailboxes m where m.user_id = u.id
      union select unnest(m.aliases) from mailboxes m where m.user_id = u.id) a
    where u.org_id = ${orgId}
    union all
    select null, '', d.domain from organisations o cross join lateral (
      select unnest(o.join_domains) as domain
      union select jsonb_array_elements_text(${internalDomains('o')})) d
    where o.id = ${orgId}
    union all
    select null, 'never', jsonb_array_elements_text(${neverList('o')}) from organisations o
    where o.id = ${orgId}`.execute(q)
  const never = rows.filter((row) => row.id === null && row.name === 'never').map((row) => row.address)
  const owners = new Map<string, { id: string; name: string }>()
  const domains = new Set<string>()
  for (const { id, name, address } of rows)
    if (id !== null) owners.set(address, { id, name })
    else if (name !== 'never') domains.add(address)
  return {
    has: (address) => owners.has(address) || domains.has(domainOf(address)),
    owner: (address) => owners.get(address),
    isNever: (address) => standsOnList(address, never),
  }
}

/**
 * Condition on an address: it links by itself (decisions 6). Nobody of the organisation, nobody of its internal domains, no
 * robot, nobody on the never-link list; asked whenever a list is read, so that a change of policy takes effect at once and
 * back. Whatever computes a record's mail by address carries it.
 */
export function mayLink(orgId: string, address: RawBuilder<string>): RawBuilder<SqlBool> {
  const domain = sql`split_part(${address}, '@', 2)`
  return sql<SqlBool>`(split_part(${address}, '@', 1) !~ ${robotLocalPart}
    and not exists (select 1 from users own where own.org_id = ${orgId}::uuid and own.email = ${address})
    and not exists (select 1 from mailboxes own where own.org_id = ${orgId}::uuid
      and (own.email = ${address} or ${address} = any(own.aliases)))
    and not exists (select 1 from organisations o where o.id = ${orgId}::uuid and (
      ${domain} = any(o.join_domains) or ${internalDomains('o')} @> to_jsonb(${domain})
      or exists (select 1 from jsonb_array_elements_text(${neverList('o')}) as never(entry)
        where entry in (${address}, ${domain}) or right(${domain}, length(entry) + 1) = '.' || entry))))`
}

/** The policy's never-link list as a JSON array. */
function neverList(organisation: string): RawBuilder<unknown> {
  const set = sql`${sql.ref(`${organisation}.policy`)}->'links.never'`
  return sql`case when jsonb_typeof(${set}) = 'array' then ${set} else '[]'::jsonb end`
}

/** The policy's internal domains as a JSON array; anything else that stands there is none. */
function internalDomains(organisation: string): RawBuilder<unknown> {
  const set = sql`${sql.ref(`${organisation}.policy`)}->'links.internalDomains'`
  return sql`case when jsonb_typeof(${set}) = 'array' then ${set} else '[]'::jsonb end`
}

/** Which of these stand on a record of the organisation now. */
export async function knownAddresses(
  q: Queryable,
  orgId: string,
  addresses: readonly string[],
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const rows = await q
    .selectFrom('record_addresses')
    .select('address')
    .distinct()
    .where('org_id', '=', orgId)
    .where('address', 'in', [...addresses])
    .execute()
  return new Set(rows.map((row) => row.address))
}

/**
 * Current addresses of the organisation's records that may link, after this one in their order; with `since` only those that
 * stand there since then.
 */
export async function linkableAfter(
  q: Queryable,
  orgId: string,
  only: { since: Date | null; after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select a.address from (
      select distinct address collate "C" as address from record_addresses
      where org_id = ${orgId} and address collate "C" > ${only.after}
        and (${only.since}::timestamptz is null or since >= ${only.since}::timestamptz)) a
    where ${mayLink(orgId, sql<string>`a.address`)} order by a.address limit ${only.limit}`.execute(q)
  return rows.map((row) => row.address)
}

/** Addresses on records that are one of these or of one of these domains or below it. */
export async function addressesOnRecords(
  q: Queryable,
  orgId: string,
  entries: readonly string[],
): Promise<string[]> {
  if (entries.length === 0) return []
  const { rows } = await sql<{ address: string }>`
    select distinct a.address from record_addresses a
    join unnest(${[...entries]}::text[]) as one(entry) on a.address = entry
      or split_part(a.address, '@', 2) = entry or right(split_part(a.address, '@', 2), length(entry) + 1) = '.' || entry
    where a.org_id = ${orgId} order by a.address`.execute(q)
  return rows.map((row) => row.address)
}

/**
 * Records whose Emails list these addresses change: those that hold one, and what reaches such a contact (S-061). `seen`
 * leaves out where all of the mail is older than its address there, unless its owner agreed: nobody else sees it (decisions 6).
 */
export async function recordsOfAddresses(
  q: Queryable,
  orgId: string,
  addresses: readonly string[],
  seen?: { newest: ReadonlyMap<string, Date>; ownerId: string },
): Promise<string[]> {
  if (addresses.length === 0) return []
  const newest = [...(seen?.newest ?? [])]
  const older =
    seen === undefined || newest.length === 0
      ? sql``
      : sql`and not exists (select 1 from unnest(${newest.map(([address]) => address)}::text[],
          ${newest.map(([, at]) => at.toISOString())}::timestamptz[]) as mail(address, at)
        where mail.address = a.address and mail.at < a.since and not exists (select 1 from older_mail o
          where o.user_id = ${seen.ownerId}::uuid and o.record_id = a.record_id and o.address = a.address and o.agreed))`
  const { rows } = await sql<{ id: string }>`
    with held as (select a.record_id as id from record_addresses a
      where a.org_id = ${orgId} and a.address = any(${[...addresses]}::text[]) ${older})
    ${thoseReached}`.execute(q)
  return rows.map((row) => row.id)
}

/**
 * After a CTE `held (id)`: those records, the deals and documents they are main contact of, and documents that reach them
 * through their deal.
 */
export const thoseReached = sql<{ id: string }>`
  select held.id::text as id from held
  union
  select r.id::text from held join records r on r.main_contact_id = held.id where r.deleted_at is null
  union
  select r.id::text from held join records d on d.main_contact_id = held.id and d.deleted_at is null
    join records r on r.deal_id = d.id where r.main_contact_id is null and r.deleted_at is null`

/** Addresses and aliases of one person, over all their mailboxes (S-022). */
export async function addressesOfUser(q: Queryable, orgId: string, userId: string): Promise<Set<string>> {
  const rows = await q
    .selectFrom('mailboxes')
    .select(['email', 'aliases'])
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .execute()
  return new Set(rows.flatMap((row) => [row.email, ...row.aliases]))
}
