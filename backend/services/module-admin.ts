import type * as z from 'zod'
import type { CreateModule, DeletedParts, ModulesChanged, UpdateModule } from '../../lib/contract/modules.ts'
import { type FieldProblem, Refusal } from '../../lib/domain/errors.ts'
import { isModuleKey, isStandardModule, type ModuleKey } from '../../lib/domain/modules.ts'
import { ownKey, sameLabel } from '../../lib/domain/own-keys.ts'

import {
  allFields,
  allModules,
  countRecords,
  findMade,
  insertModule,
  type ModuleRow,
  putCardFields,
  setHidden,
  updateFieldRow,
  updateModuleRow,
} from '../storage/module-admin.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'
import { afterChange, changeModules, requireModule, unknownModule } from './module-change.ts'
import { modulesOf } from './modules.ts'

const mostModules = 50
export const mostFields = 200

type Labels = { one: string; many: string }

/** A module of the organisation's own. Its key is made from its name and never used again, also after it is deleted. */
export async function createModule(
  ctx: Context,
  input: z.output<typeof CreateModule>,
): Promise<ModulesChanged> {
  requirePermission(ctx, 'admin')
  const createId = ctx.newId()
  return changeModules(ctx, async (trx, now) => {
    const all = await ownModules(trx, ctx.actor.orgId)
    requireRoom(all)
    requireNewName(all, input.labels)
    const key = ownKey(input.labels.one, 'm', (taken) => all.some((one) => one.key === taken))
    await insertModule(trx, {
      org_id: ctx.actor.orgId,
      key,
      labels: JSON.stringify(input.labels),
      reach: input.reach,
      card_fields: null,
      position: all.length,
      created_at: now,
      create_id: createId,
    })
    return key
  })
}

/** What a repeated creation of a module or field answers. @throws Refusal not_found when nothing was made */
export async function madeBefore(ctx: Context, createId: string): Promise<ModulesChanged> {
  const made = await findMade(ctx.db, ctx.actor.orgId, createId)
  if (made === undefined) throw new Refusal('not_found', 'module_unknown')
  return afterChange(ctx, made.key)
}

/** New words for an own module; which fields the card shows, of standard modules too. */
export async function updateModule(
  ctx: Context,
  key: string,
  input: z.output<typeof UpdateModule>,
): Promise<ModulesChanged> {
  requirePermission(ctx, 'admin')
  const { labels, cardFields } = input
  if (cardFields !== undefined) await requireCardFields(ctx, key, cardFields)
  return changeModules(ctx, async (trx, now) => {
    const { orgId } = ctx.actor
    const module = await requireModule(trx, ctx, key)
    if (labels !== undefined) {
      if (isStandardModule(module))
        throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'labels', reason: 'field_invalid' }])
      const others = (await ownModules(trx, orgId)).filter((one) => one.key !== module)
      requireNewName(others, labels)
      await updateModuleRow(trx, orgId, module, { labels: JSON.stringify(labels) })
    }
    if (cardFields !== undefined) await putCardFields(trx, { orgId, key: module, cardFields, now })
    return module
  })
}

async function requireCardFields(ctx: Context, key: string, cardFields: string[]): Promise<void> {
  const module = isModuleKey(key) ? (await modulesOf(ctx)).get(key) : undefined
  if (module === undefined) throw unknownModule(key)
  const known = new Set(module.fields.map((field) => field.key))
  const problems = cardFields.flatMap((field, nth): FieldProblem[] => {
    const at = `cardFields.${nth}`
    if (!known.has(field)) return [{ field: at, reason: 'field_unknown' }]
    return cardFields.indexOf(field) < nth ? [{ field: at, reason: 'name_taken' }] : []
  })
  const [first] = problems
  if (first !== undefined) throw new Refusal('invalid', first.reason, {}, problems)
}

/**
 * Takes an own module away: its records, fields and their values stay in the store and are hidden everywhere.
 * @throws Refusal conflict `module_in_use` while a field that stands looks records up there
 */
export async function deleteModule(ctx: Context, key: string): Promise<ModulesChanged> {
  return changeModules(ctx, async (trx, now) => {
    const { orgId } = ctx.actor
    const module = await requireModule(trx, ctx, key)
    if (isStandardModule(module))
      throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'key', reason: 'field_invalid' }])
    const gone = new Set((await ownModules(trx, orgId)).filter(isDeleted).map((one) => one.key))
    const pointing = (await allFields(trx, orgId)).filter(
      (field) =>
        field.lookup === module &&
        field.module !== module &&
        field.deleted_at === null &&
        !gone.has(field.module),
    )
    const [first] = pointing
    if (first !== undefined)
      throw new Refusal('conflict', 'module_in_use', { module: first.module, field: first.label })
    await updateModuleRow(trx, orgId, module, { deleted_at: now })
    await setHidden(trx, orgId)
    return module
  })
}

/** Lookups to modules that are still deleted stay behind among the deleted fields. */
export async function restoreModule(ctx: Context, key: string): Promise<ModulesChanged> {
  return changeModules(ctx, async (trx, now) => {
    const { orgId } = ctx.actor
    const all = await ownModules(trx, orgId)
    const module = requireKept(all, key)
    requireRoom(all)
    if (module.labels !== null) requireNewName(all, module.labels)
    const stands = (lookup: ModuleKey) =>
      isStandardModule(lookup) || all.some((one) => one.key === lookup && !isDeleted(one))
    for (const field of await allFields(trx, orgId, module.key)) {
      if (field.lookup === null || field.lookup === module.key || field.deleted_at !== null) continue
      if (!stands(field.lookup))
        await updateFieldRow(trx, { orgId, module: module.key, key: field.key }, { deleted_at: now })
    }
    await updateModuleRow(trx, orgId, module.key, { deleted_at: null })
    await setHidden(trx, orgId)
    return module.key
  })
}

/** The module if it is deleted and not yet being erased. */
export function requireKept(all: readonly ModuleRow[], key: string): ModuleRow {
  const module = all.find((one) => one.key === key)
  if (module === undefined || !isDeleted(module) || module.purged_at !== null) throw unknownModule(key)
  return module
}

/** What was deleted and can be restored or erased; an admin's to see. */
export async function deletedParts(ctx: Context): Promise<DeletedParts> {
  requirePermission(ctx, 'admin')
  const { orgId } = ctx.actor
  const modules = (await ownModules(ctx.db, orgId)).filter(isDeleted)
  const hidden = new Set<ModuleKey>(modules.map((one) => one.key))
  const kept = modules.filter((one) => one.purged_at === null)
  const records = await countRecords(
    ctx.db,
    orgId,
    kept.map((one) => one.key),
  )
  const fields = (await allFields(ctx.db, orgId)).filter(
    (one) => one.deleted_at !== null && one.purged_at === null && !hidden.has(one.module),
  )
  return {
    modules: kept.map((one) => ({
      key: one.key,
      label: one.labels?.many ?? one.key,
      records: records.get(one.key) ?? 0,
      deletedAt: one.deleted_at?.toISOString() ?? '',
    })),
    fields: fields.map(({ module, key, label, deleted_at }) => ({
      module,
      key,
      label,
      deletedAt: deleted_at?.toISOString() ?? '',
    })),
  }
}

/** Own modules, deleted ones too; cards of standard modules left out. */
export async function ownModules(q: Parameters<typeof allModules>[0], orgId: string): Promise<ModuleRow[]> {
  return (await allModules(q, orgId)).filter((one) => one.labels !== null)
}

function isDeleted(module: ModuleRow): boolean {
  return module.deleted_at !== null
}

function requireRoom(all: readonly ModuleRow[]): void {
  if (all.filter((one) => !isDeleted(one)).length >= mostModules)
    throw new Refusal('invalid', 'too_many', { most: mostModules })
}

function requireNewName(all: readonly ModuleRow[], labels: Labels): void {
  const problems = (['one', 'many'] as const).flatMap((which): FieldProblem[] => {
    const taken = all.some(
      (other) => !isDeleted(other) && other.labels !== null && sameLabel(other.labels[which], labels[which]),
    )
    return taken ? [{ field: `labels.${which}`, reason: 'name_taken' }] : []
  })
  if (problems.length > 0) throw new Refusal('conflict', 'name_taken', {}, problems)
}
