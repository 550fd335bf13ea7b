import { sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable, Trx } from './database.ts'

/** The next records of a module by id, those in the bin included. */
export async function nextRecords(
  q: Queryable,
  input: { orgId: string; module: ModuleKey; after: string | undefined; limit: number },
): Promise<string[]> {
  let query = q
    .selectFrom('records')
    .select('id')
    .where('org_id', '=', input.orgId)
    .where('module', '=', input.module)
  if (input.after !== undefined) query = query.where('id', '>', input.after)
  const rows = await query.orderBy('id').limit(input.limit).execute()
  return rows.map((row) => row.id)
}

/** Into the bin, from where they are erased. */
export async function binForErasing(q: Queryable, ids: readonly string[], now: Date): Promise<void> {
  await q
    .updateTable('records')
    .set((eb) => ({ deleted_at: now, version: eb('version', '+', 1) }))
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .execute()
}

/**
 * Takes the values of these keys out of these records, out of what they name and out of what they are found by. The version
 * moves on, so that nobody who read them before writes them back.
 */
export async function eraseFieldValues(
  trx: Trx,
  ids: readonly string[],
  keys: readonly string[],
): Promise<void> {
  await sql`update records set fields = fields - ${[...keys]}::text[], indexed = false, version = version + 1
    where id = any(${[...ids]}::uuid[]) and fields ?| ${[...keys]}::text[]`.execute(trx)
  await trx
    .deleteFrom('record_links')
    .where('record_id', 'in', [...ids])
    .where('field', 'in', [...keys])
    .execute()
}

/**
 * The same for what their history tells of them, a change of nothing else being gone, and for what a merge remembers to be
 * taken back by.
 */
export async function eraseFieldHistory(
  trx: Trx,
  ids: readonly string[],
  keys: readonly string[],
): Promise<void> {
  await sql`
    update record_changes set changes = coalesce(
      (select jsonb_agg(c.one order by c.place) from jsonb_array_elements(changes) with ordinality as c(one, place)
        where c.one->>'field' <> all(${[...keys]}::text[])), '[]')
    where record_id = any(${[...ids]}::uuid[])
      and exists (select 1 from jsonb_array_elements(changes) as c(one) where c.one->>'field' = any(${[...keys]}::text[]))`.execute(
    trx,
  )
  await sql`delete from record_changes where record_id = any(${[...ids]}::uuid[]) and kind = 'changed'
    and changes = '[]'`.execute(trx)
  await sql`
    update merges set moved = jsonb_set(jsonb_set(moved,
      '{before}', coalesce(moved->'before', '{}') - ${[...keys]}::text[]),
      '{after}', coalesce(moved->'after', '{}') - ${[...keys]}::text[])
    where winner_id = any(${[...ids]}::uuid[])
      and (moved->'before' ?| ${[...keys]}::text[] or moved->'after' ?| ${[...keys]}::text[])`.execute(trx)
}

export async function eraseField(
  trx: Trx,
  at: { orgId: string; module: ModuleKey; key: string },
): Promise<void> {
  await trx
    .deleteFrom('module_fields')
    .where('org_id', '=', at.orgId)
    .where('module', '=', at.module)
    .where('key', '=', at.key)
    .where('purged_at', 'is not', null)
    .execute()
}

/** The module itself, with its fields, views and the lookups (long deleted) that led to it. */
export async function eraseModule(trx: Trx, orgId: string, key: ModuleKey): Promise<void> {
  await trx.deleteFrom('saved_views').where('org_id', '=', orgId).where('module', '=', key).execute()
  await trx
    .deleteFrom('module_fields')
    .where('org_id', '=', orgId)
    .where((eb) => eb.or([eb('module', '=', key), eb('lookup', '=', key)]))
    .execute()
  await trx
    .deleteFrom('modules')
    .where('org_id', '=', orgId)
    .where('key', '=', key)
    .where('purged_at', 'is not', null)
    .execute()
}
