import type { UndoneMerge } from '../../../lib/contract/duplicates.ts'
import { valuesToRestore } from '../../../lib/domain/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { returnBelongings } from '../../storage/belongings.ts'
import type { Trx } from '../../storage/database.ts'
import { lockFiles } from '../../storage/file-rows.ts'
import { findAnyRecord } from '../../storage/history.ts'
import { knownAddresses } from '../../storage/mail/addresses.ts'
import {
  addressesOf,
  findMergeRow,
  formerAddressesOf,
  isMergedInto,
  lockMerge,
  lockWhole,
  type MergeRow,
  markUndone,
  replaceAddresses,
  replaceFormerAddresses,
  retireRecord,
  type StoredAddress,
  successorOf,
} from '../../storage/merges.ts'
import { reindexRecords } from '../../storage/search.ts'
import { accessTo, requirePermission, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { requireModule } from '../records/create.ts'
import { changesBetween, joinIds, splitIds, type Values } from '../records/values.ts'
import { changeRecord, type HeldRecord, holdRecord, note, tellChanged } from '../records/write.ts'
import { companyRenamed } from '../search-index.ts'
import { addressAdded } from '../sync/backfill.ts'
import { findMerge } from './list.ts'
import { addressesKept, addressValues, type MergeMemory, maxTold, memoryOf, undoUntil } from './memory.ts'
import { noteRenamed } from './tell.ts'

/**
 * Two records of one again: the loser as it was, every row that still stands where the merge put it back on it, and the
 * winner's values that nobody changed since; the others stay and are named in `kept`. Undoing twice changes nothing.
 * @throws Refusal conflict `undo_too_late` after 30 days, `undo_changed` once the winner was merged or deleted itself
 */
export async function undoMerge(ctx: Context, id: string): Promise<UndoneMerge> {
  requirePermission(ctx, 'records.write')
  const { orgId } = ctx.actor
  const known = await findMergeRow(ctx.db, orgId, id)
  if (known === undefined) throw new Refusal('not_found', 'record_missing')
  const module = await requireModule(ctx, await requireBoth(ctx, known))
  const kept = await ctx.db.transaction().execute(async (trx) => {
    await lockFiles(trx, orgId)
    await lockWhole(trx, orgId, [known.winner_id, known.loser_id])
    const merge = await lockMerge(trx, orgId, id)
    if (merge === undefined || merge.undone_at !== null) return []
    if (ctx.clock.now() > undoUntil(merge.at).getTime()) throw new Refusal('conflict', 'undo_too_late')
    if (!(await isMergedInto(trx, merge.loser_id, merge.winner_id)))
      throw new Refusal('conflict', 'undo_changed')
    return putBack(ctx, trx, { merge, module, winner: await holdRecord(trx, ctx, merge.winner_id) })
  })
  return { ...(await findMerge(ctx, id)), kept }
}

/** Both must be the actor's to edit, in the bin or not; answers their module. */
async function requireBoth(ctx: Context, merge: MergeRow): Promise<ModuleDescription['key']> {
  for (const id of [merge.winner_id, merge.loser_id]) {
    const row = await findAnyRecord(ctx.db, viewerOf(ctx), id)
    if (row === undefined) throw new Refusal('not_found', 'record_missing')
    if (accessTo(ctx, row) !== 'edit')
      throw new Refusal('forbidden', 'record_read_only', { owner: row.ownerName })
    if (id === merge.loser_id) return row.module
  }
  throw new Refusal('not_found', 'record_missing')
}

/** The winner's fields that stay as they are, since somebody changed them after the merge. */
async function putBack(
  ctx: Context,
  trx: Trx,
  { merge, module, winner }: { merge: MergeRow; module: ModuleDescription; winner: HeldRecord },
): Promise<string[]> {
  const { orgId, userId } = ctx.actor
  const { winner_id: winnerId, loser_id: loserId } = merge
  const now = new Date(ctx.clock.now())
  const memory = memoryOf(merge)
  const loserAddresses = addressesKept(memory.loserAddresses)
  const unseen = await notStanding(trx, orgId, loserAddresses)
  const road = { from: winnerId, to: loserId, now }
  const renamed = await returnBelongings(trx, road, memory.rows)
  await replaceAddresses(trx, orgId, loserId, loserAddresses)
  await retireRecord(trx, loserId, null, { userId, at: now })
  await reindexRecords(trx, [loserId])
  await markUndone(trx, merge.id, { userId, at: now })
  if (module.key === 'accounts')
    for (const id of [winnerId, loserId]) await companyRenamed(trx, ctx, orgId, id)
  for (const address of unseen) await addressAdded(trx, ctx, orgId, address)
  const facts = { mergeId: merge.id }
  const named = await noteRenamed(ctx, trx, { renamed, road, undone: true, facts })
  const back = changesBetween(addressValues([]), addressValues(loserAddresses))
  const into = { ...facts, into: winnerId, name: winner.row.name }
  await note(trx, ctx, loserId, back, { kind: 'unmerged', facts: into })
  const kept = await putBackWinner(ctx, trx, { merge, module, winner }, memory)
  await tellChanged(ctx, trx, [loserId, ...named.slice(0, maxTold)])
  return kept
}

async function putBackWinner(
  ctx: Context,
  trx: Trx,
  { merge, module, winner }: { merge: MergeRow; module: ModuleDescription; winner: HeldRecord },
  memory: MergeMemory,
): Promise<string[]> {
  const { orgId } = ctx.actor
  const { id } = winner.row
  const { restore, kept } = valuesToRestore(memory.before, memory.after, winner.values)
  await followTargets(trx, orgId, module, restore)
  const values = { ...winner.values, ...restore }
  if (values['secondaryAddress'] === values['primaryAddress']) values['secondaryAddress'] = ''
  const held = [...addressesKept(memory.winnerAddresses), ...(await addressesOf(trx, id))]
  const how = {
    kind: 'unmerged' as const,
    facts: { mergeId: merge.id, from: merge.loser_id, name: merge.loserName },
  }
  if (!(await changeRecord(trx, ctx, winner, { module, values }, how))) {
    await note(trx, ctx, id, [], how)
    // What went to the loser stood on its card.
    await tellChanged(ctx, trx, [id])
  }
  // Since when they stood here before the merge, not since when they stood on either.
  const addresses = addressesIn(values, held)
  await replaceAddresses(trx, orgId, id, addresses)
  const former = formerAfter(await formerAddressesOf(trx, id), memory, addresses)
  await replaceFormerAddresses(trx, orgId, id, former)
  return kept
}

/** Addresses that stand nowhere now: mail that came meanwhile was nobody's and has to be looked for. */
async function notStanding(trx: Trx, orgId: string, addresses: readonly StoredAddress[]): Promise<string[]> {
  const all = addresses.map((one) => one.address)
  const known = await knownAddresses(trx, orgId, all)
  return all.filter((address) => !known.has(address))
}

/** A record the winner named before the merge may itself have gone into another one since. */
async function followTargets(
  trx: Trx,
  orgId: string,
  module: ModuleDescription,
  restore: Record<string, string>,
): Promise<void> {
  for (const { key, type } of module.fields) {
    const target = restore[key]
    if (type === 'lookup' && target) restore[key] = (await successorOf(trx, orgId, target)) ?? ''
  }
  if (!restore['contactIds']) return
  const contacts: string[] = []
  for (const id of splitIds(restore['contactIds'])) {
    const standing = await successorOf(trx, orgId, id)
    if (standing !== undefined) contacts.push(standing)
  }
  restore['contactIds'] = joinIds(contacts)
}

function addressesIn(values: Values, held: readonly StoredAddress[]): StoredAddress[] {
  return (['primary', 'secondary'] as const).flatMap((kind) => {
    const known = held.find((one) => one.address === values[`${kind}Address`])
    return known === undefined ? [] : [{ kind, address: known.address, since: known.since }]
  })
}

/** What the winner remembers, without what only the loser ever held. */
function formerAfter(
  former: readonly StoredAddress[],
  memory: MergeMemory,
  addresses: readonly StoredAddress[],
): StoredAddress[] {
  const own = new Set([...memory.winnerFormer, ...memory.winnerAddresses].map((one) => one.address))
  const foreign = new Set(memory.loserAddresses.map((one) => one.address).filter((one) => !own.has(one)))
  const stands = new Set(addresses.map((one) => one.address))
  const before = addressesKept(memory.winnerFormer)
  const since = former.filter((one) => !before.some((known) => known.address === one.address))
  return [...before, ...since].filter((one) => !stands.has(one.address) && !foreign.has(one.address))
}
