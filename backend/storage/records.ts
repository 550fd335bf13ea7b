import { type Insertable, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

/** Who looks: `closed` are the modules in which they see only what they own (policy `access.<module>`). */
export interface Viewer {
  orgId: string
  userId: string
  closed: readonly string[]
  customClosed: boolean
}

/** For work of Inlay's own that is nobody's request. */
export function everything(orgId: string): Viewer {
  return { orgId, userId: '00000000-0000-0000-0000-000000000000', closed: [], customClosed: false }
}

export interface RecordRow {
  id: string
  module: ModuleKey
  owner_id: string
  name: string
  fields: Record<string, string>
  version: number
  main_contact_id: string | null
  account_id: string | null
  deal_id: string | null
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
  ownerName: string
  primaryAddress: string | null
  secondaryAddress: string | null
}

/** True where the viewer may see the row at all; every statement that hands out records carries it. */
export function visibleTo(viewer: Viewer, table = 'records'): RawBuilder<SqlBool> {
  const owner = sql.ref(`${table}.owner_id`)
  const module = sql.ref(`${table}.module`)
  if (viewer.closed.length === 0 && !viewer.customClosed) return sql<SqlBool>`true`
  return sql<SqlBool>`(${owner} = ${viewer.userId} or (${module} <> all(${[...viewer.closed]}::text[])
    and not (${viewer.customClosed} and ${module} like 'x\_%')))`
}

/** The one shape in which records leave the store: with their owner's name and current addresses. */
export function selectRecords(q: Queryable, viewer: Viewer) {
  return selectAnyRecords(q, viewer).where('records.deleted_at', 'is', null)
}

/** Those in the bin included. */
export function selectAnyRecords(q: Queryable, viewer: Viewer) {
  return q
    .selectFrom('records')
    .innerJoin('users', 'users.id', 'records.owner_id')
    .select([
      'records.id',
      'records.module',
      'records.owner_id',
      'records.name',
      'records.fields',
      'records.version',
      'records.main_contact_id',
      'records.account_id',
      'records.deal_id',
      'records.created_at',
      'records.updated_at',
      'records.deleted_at',
      'users.name as ownerName',
    ])
    .select((eb) => [
      eb
        .selectFrom('record_addresses as a')
        .select('a.address')
        .whereRef('a.record_id', '=', 'records.id')
        .where('a.kind', '=', 'primary')
        .as('primaryAddress'),
      eb
        .selectFrom('record_addresses as b')
        .select('b.address')
        .whereRef('b.record_id', '=', 'records.id')
        .where('b.kind', '=', 'secondary')
        .as('secondaryAddress'),
    ])
    .where('records.org_id', '=', viewer.orgId)
    .where(visibleTo(viewer))
}

export async function findRecord(q: Queryable, viewer: Viewer, id: string): Promise<RecordRow | undefined> {
  return selectRecords(q, viewer).where('records.id', '=', id).executeTakeFirst()
}

/** Records that hold one of these addresses now, with the address that matched; newest first. */
export async function findRecordsByAddress(
  q: Queryable,
  viewer: Viewer,
  addresses: readonly string[],
): Promise<(RecordRow & { matched: string })[]> {
  if (addresses.length === 0) return []
  return selectRecords(q, viewer)
    .innerJoin('record_addresses as m', 'm.record_id', 'records.id')
    .select('m.address as matched')
    .where('m.org_id', '=', viewer.orgId)
    .where('m.address', 'in', [...addresses])
    .orderBy('records.updated_at', 'desc')
    .execute()
}

/** Deals whose main contact is one of these, newest first. */
export async function findDealsOf(
  q: Queryable,
  viewer: Viewer,
  contactIds: readonly string[],
): Promise<RecordRow[]> {
  if (contactIds.length === 0) return []
  return selectRecords(q, viewer)
    .where('records.module', '=', 'deals')
    .where('records.main_contact_id', 'in', [...contactIds])
    .orderBy('records.updated_at', 'desc')
    .execute()
}

export async function insertRecord(trx: Trx, row: Insertable<Tables['records']>): Promise<void> {
  await trx.insertInto('records').values(row).execute()
}

/** Writes only over the version the person saw; false when it is another by now. */
export async function updateRecordRow(
  trx: Trx,
  input: {
    orgId: string
    id: string
    version: number
    name: string
    fields: Record<string, string>
    mainContactId: string | null
    now: Date
  },
): Promise<boolean> {
  const row = await trx
    .updateTable('records')
    .set((eb) => ({
      name: input.name,
      fields: JSON.stringify(input.fields),
      main_contact_id: input.mainContactId,
      updated_at: input.now,
      version: eb('version', '+', 1),
    }))
    .where('org_id', '=', input.orgId)
    .where('id', '=', input.id)
    .where('version', '=', input.version)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Sets or clears one address. `since` stays when the address stays (decisions 6). True when it is new here. */
export async function putAddress(
  trx: Trx,
  input: {
    orgId: string
    recordId: string
    kind: 'primary' | 'secondary'
    address: string | null
    now: Date
  },
): Promise<boolean> {
  const { orgId, recordId, kind, address, now } = input
  if (address === null) {
    await trx
      .deleteFrom('record_addresses')
      .where('record_id', '=', recordId)
      .where('kind', '=', kind)
      .execute()
    return false
  }
  const changed = await trx
    .insertInto('record_addresses')
    .values({ org_id: orgId, record_id: recordId, kind, address, since: now })
    .onConflict((oc) =>
      oc
        .columns(['record_id', 'kind'])
        .doUpdateSet({ address, since: now })
        .where('record_addresses.address', '<>', address),
    )
    .returning('address')
    .executeTakeFirst()
  return changed !== undefined
}

export async function softDeleteRecord(trx: Trx, orgId: string, id: string, now: Date): Promise<boolean> {
  const row = await trx
    .updateTable('records')
    .set({ deleted_at: now, updated_at: now })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!row) return false
  await trx.deleteFrom('record_addresses').where('record_id', '=', id).execute()
  return true
}
