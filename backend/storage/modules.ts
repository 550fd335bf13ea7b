import type { Selectable } from 'kysely'
import type { Queryable } from './database.ts'
import type { Tables } from './tables.ts'

export type OwnField = Pick<
  Selectable<Tables['module_fields']>,
  'module' | 'key' | 'type' | 'label' | 'required' | 'choices' | 'lookup' | 'min' | 'max'
>

/** An admin's own modules and what they arranged of standard ones; deleted ones are left out. */
export async function listOwnModules(q: Queryable, orgId: string) {
  return q
    .selectFrom('modules')
    .select(['key', 'labels', 'reach', 'card_fields'])
    .where('org_id', '=', orgId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('created_at')
    .execute()
}

/** Fields an admin added, of all modules, in their order; deleted ones are left out. */
export async function listOwnFields(q: Queryable, orgId: string): Promise<OwnField[]> {
  return q
    .selectFrom('module_fields')
    .select(['module', 'key', 'type', 'label', 'required', 'choices', 'lookup', 'min', 'max'])
    .where('org_id', '=', orgId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('created_at')
    .execute()
}
