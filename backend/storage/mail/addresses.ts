import { sql } from 'kysely'
import { domainOf } from '../../../lib/domain/addresses.ts'
import type { Queryable } from '../database.ts'

/** Tells who is of the organisation itself. */
export interface OwnPeople {
  has(address: string): boolean
}

/**
 * The organisation's own people, who never link (decisions 6): its users with their aliases, and everybody of the domains
 * whose people may join, since a colleague who has not joined yet is one all the same.
 */
export async function ownAddresses(q: Queryable, orgId: string): Promise<OwnPeople> {
  const rows = await q
    .selectFrom('users')
    .select('email as address')
    .where('org_id', '=', orgId)
    .union(q.selectFrom('mailboxes').select('email as address').where('org_id', '=', orgId))
    .union(
      q
        .selectFrom('mailboxes')
        .select((eb) => eb.fn<string>('unnest', ['aliases']).as('address'))
        .where('org_id', '=', orgId),
    )
    .execute()
  const organisation = await q
    .selectFrom('organisations')
    .select('join_domains')
    .where('id', '=', orgId)
    .executeTakeFirst()
  const addresses = new Set(rows.map((row) => row.address))
  const domains = new Set(organisation?.join_domains)
  return { has: (address) => addresses.has(address) || domains.has(domainOf(address)) }
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

/** Current addresses of the organisation's records, or those that stand there since then; the newest first. */
export async function allRecordAddresses(
  q: Queryable,
  orgId: string,
  only: { since: Date | undefined; limit: number },
): Promise<string[]> {
  let query = q
    .selectFrom('record_addresses')
    .select(['address', (eb) => eb.fn.max('since').as('since')])
    .where('org_id', '=', orgId)
  if (only.since !== undefined) query = query.where('since', '>=', only.since)
  const rows = await query
    .groupBy('address')
    .orderBy((eb) => eb.fn.max('since'), 'desc')
    .orderBy('address')
    .limit(only.limit)
    .execute()
  return rows.map((row) => row.address)
}

/** Records whose Emails list these addresses change: those that hold one, and what reaches such a contact (S-061). */
export async function recordsOfAddresses(
  q: Queryable,
  orgId: string,
  addresses: readonly string[],
): Promise<string[]> {
  if (addresses.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    with held as (select a.record_id as id from record_addresses a
      where a.org_id = ${orgId} and a.address = any(${[...addresses]}::text[]))
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
