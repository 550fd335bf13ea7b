import { type Insertable, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable, Trx } from './database.ts'
import { type Viewer, visibleTo } from './records.ts'
import type { Tables } from './tables.ts'

/** Columns of a record that a person writes; ids or null. */
export interface WrittenColumns {
  name: string
  fields: Record<string, string>
  owner_id: string
  account_id: string | null
  main_contact_id: string | null
  deal_id: string | null
}

export async function insertRecord(
  trx: Trx,
  { fields, ...row }: Omit<Insertable<Tables['records']>, 'fields'> & WrittenColumns,
): Promise<void> {
  await trx
    .insertInto('records')
    .values({ ...row, fields: JSON.stringify(fields) })
    .execute()
}

/** Holds these records until the transaction ends, in one order, so that two of them never wait for each other. */
export async function lockRecords(trx: Trx, orgId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await trx
    .selectFrom('records')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Writes over this version and no other, in the bin or not; false when it has moved on. */
export async function updateRecordRow(
  trx: Trx,
  input: { orgId: string; id: string; version: number; columns: WrittenColumns; now: Date },
): Promise<boolean> {
  const { fields, ...columns } = input.columns
  const row = await trx
    .updateTable('records')
    .set((eb) => ({
      ...columns,
      fields: JSON.stringify(fields),
      updated_at: input.now,
      version: eb('version', '+', 1),
    }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('version', '=', input.version)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Of these ids the records that stand and the viewer may see, with their modules. */
export async function findTargets(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, { module: ModuleKey; name: string }>> {
  if (ids.length === 0) return new Map()
  const rows = await q
    .selectFrom('records')
    .select(['id', 'module', 'name'])
    .where('org_id', '=', viewer.orgId)
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .where(visibleTo(viewer))
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Of these ids the people of the organisation who may own something. */
export async function activePeople(
  q: Queryable,
  orgId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q
    .selectFrom('users')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', 'in', [...ids])
    .where('status', '=', 'active')
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** The name of a record whatever the viewer may see: a contact is found by its account's. */
export async function nameOf(q: Queryable, orgId: string, id: string): Promise<string> {
  const row = await q
    .selectFrom('records')
    .select('name')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.name ?? ''
}

/** One at a time in the organisation until the transaction ends, for what is checked over many rows. */
export async function takeTurn(trx: Trx, orgId: string, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${orgId}/${what}`}, 1))`.execute(trx)
}

/** The oldest account of this mail domain, else of this folded name, that the viewer may see; '' asks for none. */
export async function findAccount(
  q: Queryable,
  viewer: Viewer,
  by: { domain: string; sortName: string },
): Promise<string | undefined> {
  const accounts = q
    .selectFrom('records')
    .select('records.id')
    .where('records.org_id', '=', viewer.orgId)
    .where('records.module', '=', 'accounts')
    .where('records.deleted_at', 'is', null)
    .where(visibleTo(viewer))
    .orderBy('records.created_at')
    .limit(1)
  const byDomain = accounts
    .innerJoin('record_keys as k', 'k.record_id', 'records.id')
    .where('k.org_id', '=', viewer.orgId)
    .where('k.kind', '=', 'domain')
    .where('k.key', '=', by.domain)
  const byName = accounts.where('records.sort_name', '=', by.sortName)
  const found = by.domain === '' ? undefined : await byDomain.executeTakeFirst()
  return (found ?? (by.sortName === '' ? undefined : await byName.executeTakeFirst()))?.id
}
