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
