import type { Queryable } from './database.ts'

/** Which record each of these addresses stands for, as this person chose; choices that no longer hold are left out. */
export async function picksOf(
  q: Queryable,
  input: { orgId: string; userId: string; addresses: readonly string[] },
): Promise<Map<string, string>> {
  if (input.addresses.length === 0) return new Map()
  const rows = await q
    .selectFrom('picks as p')
    .innerJoin('record_addresses as a', (join) =>
      join.onRef('a.record_id', '=', 'p.record_id').onRef('a.address', '=', 'p.address'),
    )
    .innerJoin('records as r', 'r.id', 'p.record_id')
    .select(['p.address', 'p.record_id as recordId'])
    .where('p.org_id', '=', input.orgId)
    .where('p.user_id', '=', input.userId)
    .where('p.address', 'in', [...input.addresses])
    .where('r.deleted_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.address, row.recordId]))
}

/** Whether the record holds the address now. */
export async function holdsAddress(q: Queryable, recordId: string, address: string): Promise<boolean> {
  const row = await q
    .selectFrom('record_addresses')
    .select('address')
    .where('record_id', '=', recordId)
    .where('address', '=', address)
    .executeTakeFirst()
  return row !== undefined
}

/** Remembers, or forgets when `recordId` is null. */
export async function putPick(
  q: Queryable,
  input: { orgId: string; userId: string; address: string; recordId: string | null; now: Date },
): Promise<void> {
  const { orgId, userId, address, recordId, now } = input
  if (recordId === null) {
    await q.deleteFrom('picks').where('user_id', '=', userId).where('address', '=', address).execute()
    return
  }
  await q
    .insertInto('picks')
    .values({ org_id: orgId, user_id: userId, address, record_id: recordId, at: now })
    .onConflict((oc) => oc.columns(['user_id', 'address']).doUpdateSet({ record_id: recordId, at: now }))
    .execute()
}
