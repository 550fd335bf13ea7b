import { sql } from 'kysely'
import { duplicateKeys } from '../../lib/domain/duplicate-keys.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import { searchColumns } from '../../lib/domain/search-text.ts'
import type { Queryable, Trx } from './database.ts'
import type { NewChange } from './record-changes.ts'
import { contactsLink } from './record-links.ts'
import type { WrittenColumns } from './record-writes.ts'

/** Some hundred records in the same few statements as one; values travel as one JSON parameter. */
export interface BatchRow {
  id: string
  module: ModuleKey
  columns: WrittenColumns
  primary: string
  secondary: string
  /** Name of its account, by which it is found too. */
  company: string
}

/** New records with their addresses and everything by which they are found. */
export async function insertBatch(
  trx: Trx,
  input: { orgId: string; by: string; now: Date; importId: string | null },
  rows: readonly BatchRow[],
): Promise<void> {
  if (rows.length === 0) return
  const { orgId, by, now, importId } = input
  const written = rows.map((row) => {
    const record = searchable(row)
    const { sortName, text, grams } = searchColumns(record)
    return { ...flat(row), sort_name: sortName, search_text: text, grams, keys: duplicateKeys(record) }
  })
  await sql`
    with x as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as x(id uuid, module text, name text, fields jsonb,
        owner_id uuid, account_id uuid, main_contact_id uuid, deal_id uuid, sort_name text, search_text text, grams text[],
        keys jsonb, addresses jsonb)),
    made as (
      insert into records (id, org_id, module, owner_id, name, fields, account_id, main_contact_id, deal_id, sort_name,
        search_text, bigrams, indexed, created_by, created_at, updated_at, import_id)
      select id, ${orgId}::uuid, module, owner_id, name, fields, account_id, main_contact_id, deal_id, sort_name,
        search_text, grams, true, ${by}::uuid, ${now}::timestamptz, ${now}::timestamptz, ${importId}::uuid from x),
    reached as (
      insert into record_addresses (record_id, org_id, kind, address, since)
      select x.id, ${orgId}::uuid, a.key, a.value, ${now}::timestamptz from x, jsonb_each_text(x.addresses) a)
    insert into record_keys (record_id, org_id, kind, key)
    select x.id, ${orgId}::uuid, k.kind, k.key from x, jsonb_to_recordset(x.keys) as k(kind text, key text)
    on conflict do nothing`.execute(trx)
}

/** Records held by `lockRecords`, as they stand from now on; search and addresses are for others to follow. */
export async function updateBatch(
  trx: Trx,
  input: { orgId: string; now: Date },
  rows: readonly BatchRow[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update records r set name = x.name, fields = x.fields, owner_id = x.owner_id, account_id = x.account_id,
      main_contact_id = x.main_contact_id, deal_id = x.deal_id, updated_at = ${input.now}, version = r.version + 1
    from jsonb_to_recordset(${JSON.stringify(rows.map(flat))}::jsonb) as x(id uuid, name text, fields jsonb, owner_id uuid,
      account_id uuid, main_contact_id uuid, deal_id uuid)
    where r.id = x.id and r.org_id = ${input.orgId}`.execute(trx)
}

function searchable({ module, columns, primary, secondary, company }: BatchRow) {
  const addresses = [primary, secondary].filter((address) => address !== '')
  return { module, name: columns.name, fields: columns.fields, addresses, company }
}

function flat({ id, module, columns, primary, secondary }: BatchRow) {
  return {
    id,
    module,
    ...columns,
    addresses: { ...(primary && { primary }), ...(secondary && { secondary }) },
  }
}

/**
 * Exactly these addresses on each record, '' for none, with the moment at which each first stood there (as
 * `putAddresses` does for one; decisions 6).
 */
export async function putBatchAddresses(
  trx: Trx,
  input: { orgId: string; now: Date },
  records: readonly { recordId: string; primary: string; secondary: string }[],
): Promise<void> {
  if (records.length === 0) return
  const ids = records.map((one) => one.recordId)
  const held = await trx.selectFrom('record_addresses').selectAll().where('record_id', 'in', ids).execute()
  const former = await trx.selectFrom('former_addresses').selectAll().where('record_id', 'in', ids).execute()
  const moments = new Map<string, number>()
  for (const one of [...held, ...former]) {
    const key = `${one.record_id} ${one.address}`
    moments.set(key, Math.min(moments.get(key) ?? Number.POSITIVE_INFINITY, one.since.getTime()))
  }
  const since = (recordId: string, address: string) =>
    new Date(Math.min(input.now.getTime(), moments.get(`${recordId} ${address}`) ?? Number.POSITIVE_INFINITY))
  const wanted = records.flatMap(({ recordId, primary, secondary }) =>
    [{ kind: 'primary', address: primary } as const, { kind: 'secondary', address: secondary } as const]
      .filter((one) => one.address !== '')
      .map((one) => ({ ...one, recordId, since: since(recordId, one.address) })),
  )
  const stays = new Set(wanted.map((one) => `${one.recordId} ${one.address}`))
  const gone = held
    .filter((one) => !stays.has(`${one.record_id} ${one.address}`))
    .map((one) => ({
      recordId: one.record_id,
      kind: one.kind,
      address: one.address,
      since: since(one.record_id, one.address),
    }))
  await trx.deleteFrom('record_addresses').where('record_id', 'in', ids).execute()
  await sql`delete from former_addresses f using unnest(${[...wanted, ...gone].map((one) => one.recordId)}::uuid[],
    ${[...wanted, ...gone].map((one) => one.address)}::text[]) as x(record_id, address)
    where f.record_id = x.record_id and f.address = x.address`.execute(trx)
  await insertAddresses(trx, input.orgId, 'record_addresses', wanted)
  await insertAddresses(trx, input.orgId, 'former_addresses', gone)
}

async function insertAddresses(
  trx: Trx,
  orgId: string,
  table: 'record_addresses' | 'former_addresses',
  rows: readonly { recordId: string; kind: string; address: string; since: Date }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into ${sql.table(table)} (record_id, org_id, kind, address, since)
    select x.record_id, ${orgId}::uuid, x.kind, x.address, x.since from unnest(${rows.map((one) => one.recordId)}::uuid[],
      ${rows.map((one) => one.kind)}::text[], ${rows.map((one) => one.address)}::text[],
      ${rows.map((one) => one.since.toISOString())}::timestamptz[]) as x(record_id, kind, address, since)
    on conflict do nothing`.execute(trx)
}

/** Exactly these targets under each record's field. */
export async function putBatchLinks(
  trx: Trx,
  orgId: string,
  links: readonly { recordId: string; field: string; targets: readonly string[] }[],
): Promise<void> {
  if (links.length === 0) return
  await sql`
    delete from record_links l using unnest(${links.map((one) => one.recordId)}::uuid[],
      ${links.map((one) => one.field)}::text[]) as x(record_id, field)
    where l.record_id = x.record_id and l.field = x.field`.execute(trx)
  const all = links.flatMap(({ recordId, field, targets }) =>
    [...new Set(targets)].map((target) => ({ recordId, field, target })),
  )
  if (all.length === 0) return
  await sql`
    insert into record_links (record_id, org_id, field, target_id)
    select x.record_id, ${orgId}::uuid, x.field, x.target_id from unnest(${all.map((one) => one.recordId)}::uuid[],
      ${all.map((one) => one.field)}::text[], ${all.map((one) => one.target)}::uuid[]) as x(record_id, field, target_id)`.execute(
    trx,
  )
}

/** History of many records, as `noteChanges` writes it, with one parameter however many they are. */
export async function noteBatch(trx: Trx, rows: readonly NewChange[]): Promise<void> {
  if (rows.length === 0) return
  const written = rows.map(({ recordId, importId = null, facts = {}, ...row }, nth) => ({
    ...row,
    nth,
    facts,
    record_id: recordId,
    org_id: row.orgId,
    import_id: importId,
  }))
  await sql`
    insert into record_changes (id, org_id, record_id, at, by_user, kind, changes, facts, import_id)
    select x.id, x.org_id, x.record_id, x.at, x.by, x.kind, x.changes, x.facts, x.import_id
    from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as x(id uuid, org_id uuid, record_id uuid,
      at timestamptz, by uuid, kind text, changes jsonb, facts jsonb, import_id uuid, nth int) order by x.nth`.execute(
    trx,
  )
}

/** A deal's further contacts, of many deals. */
export async function batchContacts(
  q: Queryable,
  recordIds: readonly string[],
): Promise<Map<string, string[]>> {
  if (recordIds.length === 0) return new Map()
  const rows = await q
    .selectFrom('record_links')
    .select(['record_id', 'target_id'])
    .where('record_id', 'in', [...recordIds])
    .where('field', '=', contactsLink)
    .execute()
  const lists = Map.groupBy(rows, (row) => row.record_id)
  return new Map([...lists].map(([id, list]) => [id, list.map((row) => row.target_id)]))
}

/** Names of records whatever the viewer may see, by id. */
export async function batchNames(
  q: Queryable,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await q
    .selectFrom('records')
    .select(['id', 'name'])
    .where('org_id', '=', orgId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** Into the bin, with their addresses kept for a restore; answers those that went. */
export async function binBatch(
  trx: Trx,
  input: { orgId: string; by: string; now: Date },
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .updateTable('records')
    .set((eb) => ({
      deleted_at: input.now,
      deleted_by: input.by,
      updated_at: input.now,
      version: eb('version', '+', 1),
    }))
    .where('org_id', '=', input.orgId)
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}
