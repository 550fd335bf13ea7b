import type { Merge } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { findMergeRow, listMergesInto } from '../../storage/merges.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { toMerge } from './memory.ts'

/** Merges into a record one may see, newest first, undone ones included; at most 200. */
export async function listMerges(ctx: Context, recordId: string): Promise<Merge[]> {
  const { id } = await requireRecord(ctx, recordId)
  return (await listMergesInto(ctx.db, ctx.actor.orgId, id)).map(toMerge)
}

/** A merge by its id, for whoever may see its winner. @throws Refusal not_found */
export async function findMerge(ctx: Context, id: string): Promise<Merge> {
  const row = await findMergeRow(ctx.db, ctx.actor.orgId, id)
  if (row === undefined) throw new Refusal('not_found', 'record_missing')
  await requireRecord(ctx, row.winner_id)
  return toMerge(row)
}
