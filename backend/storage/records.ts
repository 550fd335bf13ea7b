import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'

/** Who looks: `closed` are the modules in which they see only what they own (policy `access.<module>`). */
export interface Viewer {
  orgId: string
  userId: string
  closed: readonly string[]
  customClosed: boolean
  /** Deleted modules, of which nobody sees anything. */
  hidden?: readonly string[]
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
  created_by: string
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
  const { hidden = [] } = viewer
  const stands =
    hidden.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${module} <> all(${[...hidden]}::text[])`
  if (viewer.closed.length === 0 && !viewer.customClosed) return stands
  return sql<SqlBool>`(${stands} and (${owner} = ${viewer.userId} or (${module} <> all(${[...viewer.closed]}::text[])
    and not (${viewer.customClosed} and ${module} like 'x\_%'))))`
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
      'records.created_by',
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

/** Module and owner of records, those in the bin too. */
export async function ownersOf(
  q: Queryable,
  orgId: string,
  ids: readonly string[],
): Promise<{ id: string; module: ModuleKey; ownerId: string }[]> {
  if (ids.length === 0) return []
  return q
    .selectFrom('records')
    .select(['id', 'module', 'owner_id as ownerId'])
    .where('org_id', '=', orgId)
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
    .execute()
}
