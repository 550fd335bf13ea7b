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

/** Records whose Emails list these addresses change: those that hold one, and deals of such a contact. */
export async function recordsOfAddresses(
  q: Queryable,
  orgId: string,
  addresses: readonly string[],
): Promise<string[]> {
  if (addresses.length === 0) return []
  const rows = await q
    .selectFrom('record_addresses as a')
    .select('a.record_id as id')
    .where('a.org_id', '=', orgId)
    .where('a.address', 'in', [...addresses])
    .union(
      q
        .selectFrom('record_addresses as a')
        .innerJoin('records as d', 'd.main_contact_id', 'a.record_id')
        .select('d.id')
        .where('a.org_id', '=', orgId)
        .where('a.address', 'in', [...addresses])
        .where('d.deleted_at', 'is', null),
    )
    .execute()
  return rows.map((row) => row.id)
}

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
