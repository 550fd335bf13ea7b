import type { FieldProblem } from '../../../lib/domain/errors.ts'
import { fieldPath } from '../../../lib/domain/field-values.ts'
import { type ModuleDescription, type ModuleKey, nameKey } from '../../../lib/domain/modules.ts'
import type { Trx } from '../../storage/database.ts'
import { leadsTo } from '../../storage/record-links.ts'
import { activePeople, findTargets, takeTurn } from '../../storage/record-writes.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { nameOf, splitIds, type Values } from './values.ts'

/**
 * What is wrong with a record as it would stand, beyond what each value tells by itself: what it names must be there, be of
 * the right module and visible to the actor; a lookup leads in no circle; owners are active; it has a name. Only what differs
 * from `before` is asked for, so that nobody stumbles over what somebody else may see. Call it before any other write of the
 * transaction that waits: it may take the organisation's turn.
 */
export async function checkRecord(
  trx: Trx,
  ctx: Context,
  module: ModuleDescription,
  record: { id: string; before: Values; after: Values },
): Promise<FieldProblem[]> {
  const { before, after } = record
  const problems: FieldProblem[] = []
  const { wanted, owners } = whatItNames(module, before, after)
  const targets = await findTargets(trx, viewerOf(ctx), [...new Set(wanted.map((one) => one.id))])
  for (const { key, id, module: right } of wanted)
    if (targets.get(id)?.module !== right) problems.push({ field: fieldPath(key), reason: 'lookup_missing' })
    else if (right === module.key && (await isCircle(trx, ctx, { key, target: id, id: record.id })))
      problems.push({ field: fieldPath(key), reason: 'lookup_circle' })
  const people = await activePeople(
    trx,
    ctx.actor.orgId,
    owners.map((one) => one.id),
  )
  for (const { key, id } of owners)
    if (!people.has(id)) problems.push({ field: fieldPath(key), reason: 'person_missing' })
  if (after['secondaryAddress'] && after['secondaryAddress'] === after['primaryAddress'])
    problems.push({ field: 'secondaryAddress', reason: 'address_twice' })
  if (nameOf(module, after) === '' && problems.length === 0)
    problems.push({ field: fieldPath(nameKey(module.key)), reason: 'field_required' })
  return problems
}

function whatItNames(module: ModuleDescription, before: Values, after: Values) {
  const wanted: { key: string; id: string; module: ModuleKey | undefined }[] = []
  const owners: { key: string; id: string }[] = []
  for (const { key, type, lookup } of module.fields) {
    const id = after[key] ?? ''
    if (id === '' || id === before[key]) continue
    if (type === 'lookup') wanted.push({ key, id, module: lookup })
    if (type === 'owner') owners.push({ key, id })
  }
  const had = new Set(splitIds(before['contactIds']))
  for (const id of splitIds(after['contactIds']))
    if (!had.has(id)) wanted.push({ key: 'contactIds', id, module: 'contacts' })
  return { wanted, owners }
}

/** Two changes at once could close a circle that neither sees; so they take turns. */
async function isCircle(
  trx: Trx,
  ctx: Context,
  { key, target, id }: { key: string; target: string; id: string },
): Promise<boolean> {
  await takeTurn(trx, ctx.actor.orgId, `lookup ${key}`)
  return leadsTo(trx, { field: key, start: target, id })
}
