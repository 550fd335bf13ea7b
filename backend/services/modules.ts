import type { FieldDescription } from '../../lib/domain/fields.ts'
import {
  isStandardModule,
  type ModuleDescription,
  type ModuleKey,
  standardDescriptions,
  standardModules,
} from '../../lib/domain/modules.ts'
import type { Database } from '../storage/database.ts'
import { listOwnFields, listOwnModules, type OwnField } from '../storage/modules.ts'
import type { Actor, Context } from './context.ts'

/** As much of a context as tells an organisation's modules. */
export interface OfModules {
  db: Database
  actor: Pick<Actor, 'orgId' | 'modulesVersion'>
}

const known = new Map<string, { version: number; modules: ReadonlyMap<ModuleKey, ModuleDescription> }>()

/**
 * Every module of the organisation with its fields: the standard ones, what an admin added to them, and their own. Kept
 * per process until `modules_version` of the organisation has moved on.
 */
export async function modulesOf(ctx: OfModules): Promise<ReadonlyMap<ModuleKey, ModuleDescription>> {
  const { orgId, modulesVersion } = ctx.actor
  const held = known.get(orgId)
  if (held !== undefined && held.version === modulesVersion) return held.modules
  const own = await listOwnModules(ctx.db, orgId)
  const fields = Map.groupBy(await listOwnFields(ctx.db, orgId), (field) => field.module)
  const arranged = new Map(own.map((module) => [module.key, module]))
  const modules = new Map<ModuleKey, ModuleDescription>()
  for (const key of standardModules) {
    const standard = standardDescriptions[key]
    const added = (fields.get(key) ?? []).flatMap(describe)
    const all = [...standard.fields, ...added]
    const cardFields = standing(arranged.get(key)?.card_fields ?? standard.cardFields, all)
    modules.set(key, { ...standard, fields: all, cardFields })
  }
  for (const module of own) {
    if (isStandardModule(module.key) || module.labels === null) continue
    const added = (fields.get(module.key) ?? []).flatMap(describe)
    const all = ownFields(module.reach ?? 'none', added)
    modules.set(module.key, {
      key: module.key,
      labels: module.labels,
      reach: module.reach ?? 'none',
      fields: all,
      cardFields: standing(module.card_fields ?? added.map((field) => field.key).slice(0, 6), all),
      listColumns: ['name', ...added.map((field) => field.key).slice(0, 5), 'ownerId'],
    })
  }
  known.set(orgId, { version: modulesVersion, modules })
  return modules
}

/** A card shows no field that was deleted since it was arranged. */
function standing(cardFields: readonly string[], fields: readonly FieldDescription[]): string[] {
  return cardFields.filter((key) => fields.some((field) => field.key === key))
}

/** Whether a key of a record of this module may leave the store: a deleted field's does not. */
export async function shownKeys(ctx: Context, module: ModuleKey): Promise<(key: string) => boolean> {
  const own = new Set((await modulesOf(ctx)).get(module)?.fields.map((field) => field.key))
  return (key) => !key.startsWith('x_') || own.has(key)
}

/**
 * The values of fields the module has now. What belongs to a deleted field stays in the store and leaves it no more.
 */
export function shownValues(
  module: ModuleDescription | undefined,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const keys = new Set(module?.fields.map((field) => field.key))
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.has(key)))
}

/** What every module of an admin's own has: a name, the way to its person, an owner. */
function ownFields(reach: ModuleDescription['reach'], added: FieldDescription[]): FieldDescription[] {
  const ways: Record<ModuleDescription['reach'], FieldDescription[]> = {
    address: [
      { key: 'primaryAddress', type: 'email' },
      { key: 'secondaryAddress', type: 'email' },
    ],
    contact: [{ key: 'mainContactId', type: 'lookup', lookup: 'contacts' }],
    none: [],
  }
  return [
    { key: 'name', type: 'text', required: true },
    ...ways[reach],
    ...added,
    { key: 'ownerId', type: 'owner' },
  ]
}

/** What may be chosen, and what records may still have. */
function choicesOf({ choices }: OwnField): Pick<FieldDescription, 'choices' | 'oldChoices'> {
  if (choices.length === 0) return {}
  const plain = (off: boolean) =>
    choices.filter((one) => (one.off ?? false) === off).map(({ key, label }) => ({ key, label }))
  const old = plain(true)
  return { choices: plain(false), ...(old.length > 0 && { oldChoices: old }) }
}

/** One own field; money brings the field of its currency. */
function describe(field: OwnField): FieldDescription[] {
  const one: FieldDescription = {
    key: field.key,
    type: field.type,
    label: field.label,
    custom: true,
    ...(field.required && { required: true }),
    ...choicesOf(field),
    ...(field.lookup !== null && { lookup: field.lookup }),
    ...(field.min !== null && { min: field.min }),
    ...(field.max !== null && { max: field.max }),
  }
  if (field.type !== 'money') return [one]
  const currencyKey = `${field.key}_currency`
  return [
    { ...one, currencyKey },
    { key: currencyKey, type: 'currency', label: field.label, custom: true },
  ]
}
