import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type ModuleRow = Selectable<Tables['modules']>
export type FieldRow = Selectable<Tables['module_fields']>

/** Holds modules and fields of an organisation until the transaction ends, and counts the change. */
export async function beginModulesChange(trx: Trx, orgId: string): Promise<void> {
  await trx
    .updateTable('organisations')
    .set((eb) => ({ modules_version: eb('modules_version', '+', 1) }))
    .where('id', '=', orgId)
    .execute()
}

/** Where a change has brought the organisation's modules. */
export async function modulesState(
  q: Queryable,
  orgId: string,
): Promise<{ modulesVersion: number; hiddenModules: string[] }> {
  return q
    .selectFrom('organisations')
    .select(['modules_version as modulesVersion', 'hidden_modules as hiddenModules'])
    .where('id', '=', orgId)
    .executeTakeFirstOrThrow()
}

/** All of them, deleted ones too. */
export async function allModules(q: Queryable, orgId: string): Promise<ModuleRow[]> {
  return q.selectFrom('modules').selectAll().where('org_id', '=', orgId).orderBy('position').execute()
}

/** All of them, deleted ones too, in their order. */
export async function allFields(q: Queryable, orgId: string, module?: ModuleKey): Promise<FieldRow[]> {
  let query = q.selectFrom('module_fields').selectAll().where('org_id', '=', orgId)
  if (module !== undefined) query = query.where('module', '=', module)
  return query.orderBy('position').orderBy('created_at').orderBy('key').execute()
}

export async function insertModule(trx: Trx, row: Insertable<Tables['modules']>): Promise<void> {
  await trx.insertInto('modules').values(row).execute()
}

export async function updateModuleRow(
  trx: Trx,
  orgId: string,
  key: ModuleKey,
  set: Updateable<Tables['modules']>,
): Promise<void> {
  await trx.updateTable('modules').set(set).where('org_id', '=', orgId).where('key', '=', key).execute()
}

/** What an admin arranged of a standard module. */
export async function putCardFields(
  trx: Trx,
  row: { orgId: string; key: ModuleKey; cardFields: string[]; now: Date },
): Promise<void> {
  await trx
    .insertInto('modules')
    .values({
      org_id: row.orgId,
      key: row.key,
      labels: null,
      reach: null,
      card_fields: row.cardFields,
      created_at: row.now,
    })
    .onConflict((oc) => oc.columns(['org_id', 'key']).doUpdateSet({ card_fields: row.cardFields }))
    .execute()
}

/** Deleted modules are left out by every statement about records (`visibleTo`). */
export async function setHidden(trx: Trx, orgId: string): Promise<void> {
  await trx
    .updateTable('organisations')
    .set({
      hidden_modules: sql<string[]>`array(select m.key from modules m
        where m.org_id = ${orgId}::uuid and m.deleted_at is not null order by m.key)`,
    })
    .where('id', '=', orgId)
    .execute()
}

export async function insertField(trx: Trx, row: Insertable<Tables['module_fields']>): Promise<void> {
  await trx.insertInto('module_fields').values(row).execute()
}

export async function updateFieldRow(
  trx: Trx,
  at: { orgId: string; module: ModuleKey; key: string },
  set: Updateable<Tables['module_fields']>,
): Promise<void> {
  await trx
    .updateTable('module_fields')
    .set(set)
    .where('org_id', '=', at.orgId)
    .where('module', '=', at.module)
    .where('key', '=', at.key)
    .execute()
}

/** Standing records of these modules; those in the bin are not counted. */
export async function countRecords(
  q: Queryable,
  orgId: string,
  modules: readonly string[],
): Promise<Map<string, number>> {
  if (modules.length === 0) return new Map()
  const rows = await q
    .selectFrom('records')
    .select(['module', sql<number>`count(*)::int`.as('n')])
    .where('org_id', '=', orgId)
    .where('module', 'in', modules as ModuleKey[])
    .where('deleted_at', 'is', null)
    .groupBy('module')
    .execute()
  return new Map(rows.map((row) => [row.module, row.n]))
}

/** What a creating request with this id made, if anything. */
export async function findMade(
  q: Queryable,
  orgId: string,
  createId: string,
): Promise<{ key: string } | undefined> {
  const module = await q
    .selectFrom('modules')
    .select('key')
    .where('org_id', '=', orgId)
    .where('create_id', '=', createId)
    .executeTakeFirst()
  if (module !== undefined) return module
  return q
    .selectFrom('module_fields')
    .select('key')
    .where('org_id', '=', orgId)
    .where('create_id', '=', createId)
    .executeTakeFirst()
}
