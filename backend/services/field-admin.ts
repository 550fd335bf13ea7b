import type * as z from 'zod'
import type { CreateField, ModulesChanged, UpdateField } from '../../lib/contract/modules.ts'
import { type ErrorReason, Refusal } from '../../lib/domain/errors.ts'
import type { FieldType } from '../../lib/domain/fields.ts'
import { isStandardModule, type ModuleKey } from '../../lib/domain/modules.ts'
import { choiceKey, ownKey, sameLabel } from '../../lib/domain/own-keys.ts'
import type { Trx } from '../storage/database.ts'
import { allFields, type FieldRow, insertField, updateFieldRow } from '../storage/module-admin.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'
import { mostFields, ownModules } from './module-admin.ts'
import { changeModules, requireModule } from './module-change.ts'

type StoredChoice = FieldRow['choices'][number]

/** Choices a field has ever had, those switched off included. */
const mostChoices = 1000

/** A field of the organisation's own, of a standard module or one of theirs. */
export async function createField(
  ctx: Context,
  moduleKey: string,
  input: z.output<typeof CreateField>,
): Promise<ModulesChanged> {
  requirePermission(ctx, 'admin')
  const createId = ctx.newId()
  return changeModules(ctx, async (trx, now) => {
    const { orgId } = ctx.actor
    const module = await requireModule(trx, ctx, moduleKey)
    const all = await allFields(trx, orgId, module)
    requireRoom(all)
    requireNewName(all, input.label)
    await requireShape(trx, ctx, input)
    const key = newKey(all, input)
    await insertField(trx, {
      org_id: orgId,
      module,
      key,
      type: input.type,
      label: input.label,
      required: input.required,
      choices: JSON.stringify(
        arrangeChoices(
          [],
          input.choices.map((label) => ({ label })),
        ),
      ),
      lookup: input.lookup ?? null,
      min: input.min ?? null,
      max: input.max ?? null,
      position: Math.max(-1, ...all.map((one) => one.position)) + 1,
      created_at: now,
      create_id: createId,
    })
    return key
  })
}

/** A money field brings `<key>_currency`, so neither may be anybody's. */
function newKey(all: readonly FieldRow[], input: { label: string; type: FieldType }): string {
  const taken = new Set(all.flatMap((one) => [one.key, `${one.key}_currency`]))
  return ownKey(
    input.label,
    'f',
    (key) => taken.has(key) || (input.type === 'money' && taken.has(`${key}_currency`)),
  )
}

/** What a type needs, and what only another has. */
async function requireShape(trx: Trx, ctx: Context, input: z.output<typeof CreateField>): Promise<void> {
  const { type, choices, lookup, min, max } = input
  const chosen = type === 'choice' || type === 'multi_choice'
  const counted = type === 'number' || type === 'money'
  if (chosen && choices.length === 0) throw refuse('choices', 'field_required')
  if (!chosen && choices.length > 0) throw refuse('choices', 'field_invalid')
  if (!counted && min !== undefined) throw refuse('min', 'field_invalid')
  if (!counted && max !== undefined) throw refuse('max', 'field_invalid')
  if (min !== undefined && max !== undefined && min > max) throw refuse('max', 'out_of_bounds')
  if (type !== 'lookup' && lookup !== undefined) throw refuse('lookup', 'field_invalid')
  if (type === 'lookup' && lookup === undefined) throw refuse('lookup', 'field_required')
  if (lookup !== undefined && !(await stands(trx, ctx, lookup))) throw refuse('lookup', 'module_unknown')
}

async function stands(trx: Trx, ctx: Context, module: ModuleKey): Promise<boolean> {
  if (isStandardModule(module)) return true
  const all = await ownModules(trx, ctx.actor.orgId)
  return all.some((one) => one.key === module && one.deleted_at === null)
}

/** New words, order, whether it must be filled, and its choices. Its type never changes. */
export async function updateField(
  ctx: Context,
  moduleKey: string,
  key: string,
  input: z.output<typeof UpdateField>,
): Promise<ModulesChanged> {
  return changeModules(ctx, async (trx) => {
    const module = await requireModule(trx, ctx, moduleKey)
    const all = await allFields(trx, ctx.actor.orgId, module)
    const field = requireField(all, key, 'standing')
    const { label, required, choices, position } = input
    if (label !== undefined)
      requireNewName(
        all.filter((one) => one.key !== key),
        label,
      )
    if (choices !== undefined && field.type !== 'choice' && field.type !== 'multi_choice')
      throw refuse('choices', 'field_invalid')
    if (choices?.length === 0) throw refuse('choices', 'field_required')
    const at = { orgId: ctx.actor.orgId, module, key }
    const set = {
      ...(label !== undefined && { label }),
      ...(required !== undefined && { required }),
      ...(choices !== undefined && { choices: JSON.stringify(arrangeChoices(field.choices, choices)) }),
    }
    if (Object.keys(set).length > 0) await updateFieldRow(trx, at, set)
    if (position !== undefined) await moveField(trx, at, all, position)
    return key
  })
}

/** To the place `position` (from 0) among the own fields that stand; the others close up. */
async function moveField(
  trx: Trx,
  at: { orgId: string; module: ModuleKey; key: string },
  all: readonly FieldRow[],
  position: number,
): Promise<void> {
  const others = all.filter((one) => one.key !== at.key && one.deleted_at === null).map((one) => one.key)
  const order = others.toSpliced(position, 0, at.key)
  for (const [nth, key] of order.entries()) {
    if (all.find((one) => one.key === key)?.position === nth) continue
    await updateFieldRow(trx, { ...at, key }, { position: nth })
  }
}

/**
 * Choices as they are to stand, in their order, then those switched off: a key stays when its label changes, a label that
 * was there before finds its key again, and nothing is forgotten, since records may have it.
 */
function arrangeChoices(
  before: readonly StoredChoice[],
  wanted: readonly { key?: string | undefined; label: string }[],
): StoredChoice[] {
  const keys = new Set(before.map((one) => one.key))
  const chosen: StoredChoice[] = []
  for (const [nth, { key: given, label }] of wanted.entries()) {
    if (given !== undefined && !keys.has(given)) throw refuse(`choices.${nth}.key`, 'not_a_choice')
    if (chosen.some((one) => sameLabel(one.label, label))) throw refuse(`choices.${nth}.label`, 'name_taken')
    const again = before.find(
      (one) => sameLabel(one.label, label) && !wanted.some((other) => other.key === one.key),
    )
    const key = given ?? again?.key ?? choiceKey(label, (taken) => keys.has(taken))
    if (chosen.some((one) => one.key === key)) throw refuse(`choices.${nth}.key`, 'name_taken')
    keys.add(key)
    chosen.push({ key, label })
  }
  const off = before
    .filter((one) => !chosen.some((other) => other.key === one.key))
    .map(({ key, label }) => ({ key, label, off: true }))
  if (chosen.length + off.length > mostChoices) throw refuse('choices', 'too_many')
  return [...chosen, ...off]
}

/** Takes an own field away from forms, lists and answers; the values stay in the store until it is purged. */
export async function deleteField(ctx: Context, moduleKey: string, key: string): Promise<ModulesChanged> {
  return changeModules(ctx, async (trx, now) => {
    const module = await requireModule(trx, ctx, moduleKey)
    requireField(await allFields(trx, ctx.actor.orgId, module), key, 'standing')
    await updateFieldRow(trx, { orgId: ctx.actor.orgId, module, key }, { deleted_at: now })
    return key
  })
}

export async function restoreField(ctx: Context, moduleKey: string, key: string): Promise<ModulesChanged> {
  return changeModules(ctx, async (trx) => {
    const module = await requireModule(trx, ctx, moduleKey)
    const all = await allFields(trx, ctx.actor.orgId, module)
    const field = requireField(all, key, 'deleted')
    requireRoom(all)
    requireNewName(all, field.label)
    if (field.lookup !== null && !(await stands(trx, ctx, field.lookup)))
      throw new Refusal('conflict', 'module_unknown', { module: field.lookup })
    await updateFieldRow(trx, { orgId: ctx.actor.orgId, module, key }, { deleted_at: null })
    return key
  })
}

/** @throws Refusal not_found `field_unknown` where there is no such own field, or it is not in that state */
export function requireField(all: readonly FieldRow[], key: string, state: 'standing' | 'deleted'): FieldRow {
  const field = all.find((one) => one.key === key)
  const fits = state === 'standing' ? field?.deleted_at === null : field?.deleted_at != null
  if (field === undefined || !fits || field.purged_at !== null)
    throw new Refusal('not_found', 'field_unknown', { field: key.slice(0, 60) })
  return field
}

function requireRoom(all: readonly FieldRow[]): void {
  if (all.filter((one) => one.deleted_at === null).length >= mostFields)
    throw new Refusal('invalid', 'too_many', { most: mostFields })
}

function requireNewName(all: readonly FieldRow[], label: string): void {
  if (all.some((one) => one.deleted_at === null && sameLabel(one.label, label)))
    throw new Refusal('conflict', 'name_taken', {}, [{ field: 'label', reason: 'name_taken' }])
}

function refuse(field: string, reason: ErrorReason): Refusal {
  return new Refusal('invalid', reason, {}, [{ field, reason }])
}
