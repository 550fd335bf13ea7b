import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import { type Queryable, storedJson } from './database.ts'

export interface ViewRow {
  id: string
  module: ModuleKey
  name: string
  shared: boolean
  version: number
  ownerId: string
  ownerName: string
  definition: unknown
}

interface Eyes {
  orgId: string
  userId: string
}

function selectViews(q: Queryable, { orgId, userId }: Eyes) {
  return q
    .selectFrom('saved_views as v')
    .innerJoin('users as u', 'u.id', 'v.owner_id')
    .select([
      'v.id',
      'v.module',
      'v.name',
      'v.shared',
      'v.version',
      'v.owner_id as ownerId',
      'u.name as ownerName',
      'v.definition',
    ])
    .where('v.org_id', '=', orgId)
    .where((eb) => eb.or([eb('v.shared', '=', true), eb('v.owner_id', '=', userId)]))
}

/** Mine and what others share, by name. */
export async function findViews(q: Queryable, eyes: Eyes, module: ModuleKey | undefined): Promise<ViewRow[]> {
  let query = selectViews(q, eyes)
  if (module !== undefined) query = query.where('v.module', '=', module)
  return query.orderBy(sql`inlay_fold(v.name) collate "C"`).orderBy('v.id').execute()
}

export async function findView(q: Queryable, eyes: Eyes, id: string): Promise<ViewRow | undefined> {
  return selectViews(q, eyes).where('v.id', '=', id).executeTakeFirst()
}

export interface NewView extends Eyes {
  id: string
  module: ModuleKey
  name: string
  shared: boolean
  definition: unknown
  now: Date
}

/** False when the name stands already among the person's own views of the module, or among the shared ones. */
export async function insertView(q: Queryable, view: NewView): Promise<boolean> {
  const row = await q
    .insertInto('saved_views')
    .values({
      id: view.id,
      org_id: view.orgId,
      owner_id: view.userId,
      module: view.module,
      name: view.name,
      shared: view.shared,
      definition: storedJson(view.definition),
      created_at: view.now,
      updated_at: view.now,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export interface ViewChange {
  name?: string
  shared?: boolean
  definition?: unknown
}

/** Writes over this version only; `taken` when the name stands already, `stale` when the version has moved on. */
export async function changeView(
  q: Queryable,
  at: { orgId: string; id: string; version: number; now: Date },
  { name, shared, definition }: ViewChange,
): Promise<'written' | 'stale' | 'taken'> {
  try {
    const row = await q
      .updateTable('saved_views')
      .set((eb) => ({
        ...(name !== undefined && { name }),
        ...(shared !== undefined && { shared }),
        ...(definition !== undefined && { definition: storedJson(definition) }),
        updated_at: at.now,
        version: eb('version', '+', 1),
      }))
      .where(isView(at))
      .where('version', '=', at.version)
      .returning('id')
      .executeTakeFirst()
    return row === undefined ? 'stale' : 'written'
  } catch (error) {
    // 23505: one of the two indexes of names.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === '23505')
      return 'taken'
    throw error
  }
}

export async function removeView(q: Queryable, at: { orgId: string; id: string }): Promise<void> {
  await q.deleteFrom('saved_views').where(isView(at)).execute()
}

function isView({ orgId, id }: { orgId: string; id: string }): RawBuilder<SqlBool> {
  return sql<SqlBool>`org_id = ${orgId} and id = ${id}`
}
