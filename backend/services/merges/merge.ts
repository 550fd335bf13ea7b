import type * as z from 'zod'
import type { Merge, StartMerge } from '../../../lib/contract/duplicates.ts'
import { mergeAddresses, mergeValues, type Take } from '../../../lib/domain/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { moveBelongings } from '../../storage/belongings.ts'
import type { Trx } from '../../storage/database.ts'
import { lockFiles } from '../../storage/file-rows.ts'
import {
  addressesOf,
  carryMoments,
  formerAddressesOf,
  insertMerge,
  lockWhole,
  replaceAddresses,
  retireRecord,
} from '../../storage/merges.ts'
import { leadsTo } from '../../storage/record-links.ts'
import { takeTurn } from '../../storage/record-writes.ts'
import type { RecordRow } from '../../storage/records.ts'
import { requireEditable } from '../access.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { settle } from '../records/create.ts'
import { changesBetween, joinIds, lookupKeys, splitIds, type Values } from '../records/values.ts'
import { changeRecord, type HeldRecord, holdRecord, note, tellChanged } from '../records/write.ts'
import { companyRenamed } from '../search-index.ts'
import { findMerge } from './list.ts'
import { addressValues, keepAddresses, type MergeMemory, maxTold, toPair } from './memory.ts'
import { noteRenamed } from './tell.ts'

/**
 * One record of two: the winner gets the values `take` chooses and everything that stood on the loser or named it; the
 * loser is kept out of sight. All in one transaction, remembered exactly enough to be undone. Mail follows the addresses.
 */
export async function mergeRecords(ctx: Context, input: z.output<typeof StartMerge>): Promise<Merge> {
  const { module } = await requirePair(ctx, input)
  refuseUnknown(module, input.take)
  const id = ctx.newId()
  const { orgId } = ctx.actor
  await ctx.db.transaction().execute(async (trx) => {
    // Before the records, as whoever files does it: what is on its way to the loser arrives before or finds the winner.
    await lockFiles(trx, orgId)
    for (const field of ownLookups(module)) await takeTurn(trx, orgId, `lookup ${field}`)
    await lockWhole(trx, orgId, [input.winnerId, input.loserId])
    const winner = await holdFresh(trx, ctx, input.winnerId, input.winnerVersion)
    const loser = await holdFresh(trx, ctx, input.loserId, input.loserVersion)
    await mergeInto(ctx, trx, { id, module, winner, loser, take: input.take })
  })
  return findMerge(ctx, id)
}

/** @throws Refusal invalid `not_mergeable` for one record twice or records of two modules */
export async function requirePair(
  ctx: Context,
  { winnerId, loserId }: { winnerId: string; loserId: string },
): Promise<{ winner: RecordRow; loser: RecordRow; module: ModuleDescription }> {
  const winner = await requireEditable(ctx, winnerId)
  const loser = await requireEditable(ctx, loserId)
  const module = (await modulesOf(ctx)).get(winner.module)
  if (winner.id === loser.id || winner.module !== loser.module || module === undefined)
    throw new Refusal('invalid', 'not_mergeable')
  return { winner, loser, module }
}

function refuseUnknown(module: ModuleDescription, take: Take): void {
  const known = new Set(module.fields.map((field) => field.key))
  const unknown = Object.keys(take).filter((key) => !known.has(key))
  if (unknown.length === 0) return
  const problems = unknown.map((key) => ({ field: `take.${key}`, reason: 'field_unknown' as const }))
  throw new Refusal('invalid', 'field_unknown', {}, problems)
}

async function holdFresh(trx: Trx, ctx: Context, id: string, version: number): Promise<HeldRecord> {
  const held = await holdRecord(trx, ctx, id)
  if (held.row.version === version) return held
  throw new Refusal('conflict', 'version_stale', { recordId: id, version: held.row.version })
}

async function mergeInto(
  ctx: Context,
  trx: Trx,
  merge: { id: string; module: ModuleDescription; winner: HeldRecord; loser: HeldRecord; take: Take },
): Promise<void> {
  const { id, module, take } = merge
  const { row: winner, values: before } = merge.winner
  const { row: loser, values: taken } = merge.loser
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const winnerAddresses = await addressesOf(trx, winner.id)
  const loserAddresses = await addressesOf(trx, loser.id)
  const winnerFormer = await formerAddressesOf(trx, winner.id)
  const road = { from: loser.id, to: winner.id, now }
  const rows = await moveBelongings(trx, road, true)
  await replaceAddresses(trx, orgId, loser.id, [])
  await retireRecord(trx, loser.id, { merged: winner.id }, { userId, at: now })
  if (module.key === 'accounts') await companyRenamed(trx, ctx, orgId, winner.id)
  const pair = mergeAddresses(toPair(winnerAddresses), toPair(loserAddresses), take)
  const values = await withoutCircles(trx, module, winner.id, {
    ...combine(module, merge.winner, merge.loser, take),
    primaryAddress: pair.primary ?? '',
    secondaryAddress: pair.secondary ?? '',
  })
  const after = settle(module, values)
  const memory: MergeMemory = {
    before,
    after,
    winnerAddresses: keepAddresses(winnerAddresses),
    winnerFormer: keepAddresses(winnerFormer),
    loserAddresses: keepAddresses(loserAddresses),
    rows,
  }
  await insertMerge(trx, {
    id,
    orgId,
    winnerId: winner.id,
    loserId: loser.id,
    byUser: userId,
    at: now,
    memory,
  })
  const named = await noteRenamed(ctx, trx, { renamed: rows, road, undone: false, facts: { mergeId: id } })
  const gone = changesBetween(taken, { ...taken, ...addressValues([]) })
  await note(trx, ctx, loser.id, gone, {
    kind: 'merged',
    facts: { mergeId: id, into: winner.id, name: winner.name },
  })
  const how = { kind: 'merged' as const, facts: { mergeId: id, from: loser.id, name: loser.name } }
  const told = await changeRecord(trx, ctx, merge.winner, { module, values: after }, how)
  if (!told) await note(trx, ctx, winner.id, [], how)
  await carryMoments(trx, orgId, winner.id, loserAddresses)
  await tellChanged(ctx, trx, [told ? null : winner.id, loser.id, ...named.slice(0, maxTold)])
}

/** The winner's values, addresses left out. Every contact of two deals stays one, the main one that was not chosen too. */
function combine(module: ModuleDescription, winner: HeldRecord, loser: HeldRecord, take: Take): Values {
  const part = ({ row, values }: HeldRecord) => ({ id: row.id, values, changedAt: new Map<string, number>() })
  const values = mergeValues(module.fields, part(winner), part(loser), take)
  if (module.key !== 'deals') return values
  const sides = [winner.values, loser.values]
  const contacts = sides.flatMap((side) => [
    ...splitIds(side['contactIds']),
    ...splitIds(side['mainContactId']),
  ])
  const further = contacts.filter((id) => id !== values['mainContactId'])
  return { ...values, contactIds: joinIds(further) }
}

/** Lookups that lead to the module itself; who changes them takes turns (`checkRecord`). */
function ownLookups(module: ModuleDescription): string[] {
  const own = new Set(module.fields.filter((field) => field.lookup === module.key).map((field) => field.key))
  return lookupKeys(module).filter((key) => own.has(key))
}

/** With an account between the two in a line of parents the winner would be above itself; then it is under none. */
async function withoutCircles(
  trx: Trx,
  module: ModuleDescription,
  id: string,
  values: Values,
): Promise<Values> {
  const open: Record<string, string> = { ...values }
  for (const field of ownLookups(module)) {
    const start = open[field]
    if (start && (await leadsTo(trx, { field, start, id }))) open[field] = ''
  }
  return open
}
