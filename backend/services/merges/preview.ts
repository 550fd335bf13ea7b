import type { MergePreview } from '../../../lib/contract/duplicates.ts'
import { compareForMerge, type MergePart, mergeAddresses, type Take } from '../../../lib/domain/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { addressesOf, countBelongings, lastChanges } from '../../storage/merges.ts'
import { contactIdsOf } from '../../storage/record-links.ts'
import type { RecordRow } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { emailSummaries } from '../emails/summaries.ts'
import { toSummaries } from '../records/read.ts'
import { valuesOf } from '../records/values.ts'
import { toPair } from './memory.ts'
import { requirePair } from './merge.ts'

/** Field by field what the two hold and what would be kept, the addresses that would find no room, and what would move. */
export async function previewMerge(
  ctx: Context,
  ids: { winnerId: string; loserId: string },
): Promise<MergePreview> {
  const pair = await requirePair(ctx, ids)
  const changes = await lastChanges(ctx.db, [ids.winnerId, ids.loserId])
  const parts = [await toPart(ctx, pair.winner, changes), await toPart(ctx, pair.loser, changes)] as const
  const hasAccount = parts.some((part) => part.values['accountId'])
  const fields = compareForMerge(pair.module.fields, ...parts).filter(
    // A company is text only while there is no account (`settle`).
    (row) => row.field !== 'company' || !hasAccount,
  )
  const take: Take = Object.fromEntries(fields.map((row) => [row.field, row.take]))
  const [winner, loser] = await toSummaries(ctx, [pair.winner, pair.loser])
  if (winner === undefined || loser === undefined) throw new Refusal('not_found', 'record_missing')
  const held = toPair(await addressesOf(ctx.db, ids.winnerId))
  const { lost } = mergeAddresses(held, toPair(await addressesOf(ctx.db, ids.loserId)), take)
  const { emails } = (await emailSummaries(ctx, [ids.loserId])).of(ids.loserId)
  const counts = await countBelongings(ctx.db, viewerOf(ctx), ids.loserId, ids.winnerId)
  return { winner, loser, fields, lostAddresses: lost, moves: { emails: emails.total, ...counts } }
}

async function toPart(
  ctx: Context,
  row: RecordRow,
  changes: readonly { recordId: string; field: string; at: Date }[],
): Promise<MergePart> {
  const values = valuesOf(row, await contactIdsOf(ctx.db, row.id))
  const own = changes.filter((change) => change.recordId === row.id)
  return { id: row.id, values, changedAt: new Map(own.map(({ field, at }) => [field, at.getTime()])) }
}
