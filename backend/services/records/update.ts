import type { RecordCard, UpdateRecord } from '../../../lib/contract/records.ts'
import { type FieldProblem, Refusal } from '../../../lib/domain/errors.ts'
import { fieldPath, readValues } from '../../../lib/domain/field-values.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { requireEditable, requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { checkRecord } from './check.ts'
import { columnValues, refuse, requireModule, settle } from './create.ts'
import { joinIds, type Values } from './values.ts'
import { changeRecord, holdRecord } from './write.ts'
import { writtenRecord } from './written.ts'

/**
 * Changes what is given. Somebody who saved first is never overwritten: when the version has moved on, the change is taken
 * if every touched field still has its value in `seen`, else 409 `version_stale` names those that differ.
 */
export async function updateRecord(ctx: Context, id: string, input: UpdateRecord): Promise<RecordCard> {
  requirePermission(ctx, 'records.write')
  const standing = await requireEditable(ctx, id)
  const module = await requireModule(ctx, standing.module)
  const given = readGiven(module, input, standing.fields)
  await ctx.db.transaction().execute(async (trx) => {
    const held = await holdRecord(trx, ctx, id)
    if (held.row.version !== input.version) requireUntouched(held.row.version, held.values, given, input.seen)
    const after = settle(module, { ...held.values, ...given })
    refuse(await checkRecord(trx, ctx, module, { id, before: held.values, after }))
    await changeRecord(trx, ctx, held, { module, values: after })
  })
  return writtenRecord(ctx, id)
}

function readGiven(module: ModuleDescription, input: UpdateRecord, standing: Values): Values {
  const own = readValues(module, input.fields ?? {}, { standing })
  const columns = readValues(module, columnValues(input), { columns: true })
  const problems = [...own.problems, ...columns.problems]
  if (input.contactIds !== undefined && module.key !== 'deals')
    problems.push({ field: 'contactIds', reason: 'field_unknown' })
  refuse(problems)
  return {
    ...own.values,
    ...columns.values,
    ...(input.contactIds && { contactIds: joinIds(input.contactIds) }),
  }
}

/** A field that already has the value asked for is no conflict: the same change may arrive twice. */
function requireUntouched(
  version: number,
  current: Values,
  given: Values,
  seen: Readonly<Record<string, string>> | undefined,
): void {
  const fields = Object.entries(given).flatMap(([key, value]): FieldProblem[] => {
    const now = current[key] ?? ''
    const agrees = now === value || (seen !== undefined && now === (seen[key] ?? ''))
    return agrees ? [] : [{ field: fieldPath(key), reason: 'changed_meanwhile' }]
  })
  if (fields.length > 0) throw new Refusal('conflict', 'version_stale', { version }, fields)
}
