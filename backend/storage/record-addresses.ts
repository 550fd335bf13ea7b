import { sql } from 'kysely'
import type { Trx } from './database.ts'

/**
 * Puts these addresses on a record and takes others off; answers those it did not hold before. The moment at which an
 * address first stood here comes back with it, from `former_addresses` or from `moments` (merge, conversion): decisions 6.
 */
export async function putAddresses(
  trx: Trx,
  input: {
    orgId: string
    recordId: string
    primary: string
    secondary: string
    now: Date
    moments?: ReadonlyMap<string, Date>
  },
): Promise<string[]> {
  const { orgId, recordId: record_id, now } = input
  const current = await trx
    .selectFrom('record_addresses')
    .select(['kind', 'address', 'since'])
    .where('record_id', '=', record_id)
    .execute()
  const former = await trx
    .selectFrom('former_addresses')
    .select(['address', 'since'])
    .where('record_id', '=', record_id)
    .execute()
  const wanted = (['primary', 'secondary'] as const).flatMap((kind) =>
    input[kind] === '' ? [] : [{ kind, address: input[kind] }],
  )
  const same = (one: { kind: string; address: string }) =>
    current.some(({ kind, address }) => kind === one.kind && address === one.address)
  if (wanted.length === current.length && wanted.every(same)) return []
  const since = (address: string) =>
    new Date(
      Math.min(
        now.getTime(),
        input.moments?.get(address)?.getTime() ?? Number.POSITIVE_INFINITY,
        ...[...current, ...former].filter((one) => one.address === address).map((one) => one.since.getTime()),
      ),
    )
  await trx.deleteFrom('record_addresses').where('record_id', '=', record_id).execute()
  await trx
    .deleteFrom('former_addresses')
    .where('record_id', '=', record_id)
    .where('address', 'in', ['', ...[...current, ...wanted].map((one) => one.address)])
    .execute()
  if (wanted.length > 0)
    await trx
      .insertInto('record_addresses')
      .values(wanted.map((one) => ({ ...one, record_id, org_id: orgId, since: since(one.address) })))
      .execute()
  const gone = current.filter((one) => !wanted.some(({ address }) => address === one.address))
  if (gone.length > 0)
    await trx
      .insertInto('former_addresses')
      .values(gone.map((one) => ({ ...one, record_id, org_id: orgId, since: since(one.address) })))
      .execute()
  return wanted.flatMap(({ address }) => (current.some((one) => one.address === address) ? [] : [address]))
}

/** The addresses of records that go to the bin match nothing any more. */
export async function binAddresses(trx: Trx, recordIds: readonly string[]): Promise<void> {
  await sql`
    with gone as (delete from record_addresses where record_id = any(${recordIds}::uuid[]) returning *)
    insert into former_addresses (record_id, org_id, kind, address, since, binned)
    select record_id, org_id, kind, address, since, true from gone
    on conflict (record_id, address) do update set binned = true, kind = excluded.kind,
      since = least(former_addresses.since, excluded.since)`.execute(trx)
}

/** Records are back from the bin: their addresses match again, since when they first did; answers them. */
export async function unbinAddresses(trx: Trx, recordIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    with back as (
      delete from former_addresses where binned and record_id = any(${recordIds}::uuid[]) returning *)
    insert into record_addresses (record_id, org_id, kind, address, since)
    select record_id, org_id, kind, address, since from back
    on conflict (record_id, kind) do nothing returning address`.execute(trx)
  return [...new Set(rows.map((row) => row.address))]
}
