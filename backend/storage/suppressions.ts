import type { SuppressionReason } from './compose-tables.ts'
import type { Queryable } from './database.ts'

/** Why an address may not be mailed, and since when. */
export interface SuppressedAddress {
  address: string
  reason: SuppressionReason
  since: Date
}

/** Those of the addresses that may not be mailed at all (S-028); what is about one topic alone is not meant. */
export async function suppressedAmong(
  q: Queryable,
  orgId: string,
  addresses: readonly string[],
): Promise<Map<string, SuppressedAddress>> {
  if (addresses.length === 0) return new Map()
  const rows = await q
    .selectFrom('suppressions')
    .select(['address', 'reason', 'made_at as since'])
    .where('org_id', '=', orgId)
    .where('address', 'in', [...addresses])
    .where('topic', '=', '')
    .where('lifted_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.address, row]))
}

/** The same, and what is about this topic. An unsubscription is told before other reasons. */
export async function suppressedFor(
  q: Queryable,
  orgId: string,
  about: { addresses: readonly string[]; topic: string },
): Promise<Map<string, SuppressedAddress>> {
  if (about.addresses.length === 0) return new Map()
  const rows = await q
    .selectFrom('suppressions')
    .select(['address', 'reason', 'made_at as since'])
    .where('org_id', '=', orgId)
    .where('address', 'in', [...about.addresses])
    .where('topic', 'in', ['', about.topic])
    .where('lifted_at', 'is', null)
    .execute()
  const unsubscribedLast = rows.toSorted(
    (a, b) => Number(a.reason === 'unsubscribed') - Number(b.reason === 'unsubscribed'),
  )
  return new Map(unsubscribedLast.map((row) => [row.address, row]))
}

/** From now on it is not mailed any more; one that stands already stays as it is. False: it did. */
export async function suppress(
  q: Queryable,
  row: {
    id: string
    orgId: string
    address: string
    reason: SuppressionReason
    topic: string
    evidence: Record<string, string | number>
    at: Date
  },
): Promise<boolean> {
  const made = await q
    .insertInto('suppressions')
    .values({
      id: row.id,
      org_id: row.orgId,
      address: row.address,
      reason: row.reason,
      topic: row.topic,
      evidence: JSON.stringify(row.evidence),
      made_at: row.at,
    })
    .onConflict((oc) => oc.columns(['org_id', 'address', 'topic']).where('lifted_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  return made !== undefined
}
