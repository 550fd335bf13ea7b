import type { Found } from '../../../lib/contract/records.ts'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import { searchRecords } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { toSummaries } from './read.ts'

export async function listRecords(
  ctx: Context,
  input: { q: string; module?: ModuleKey | undefined },
): Promise<Found['records']> {
  const rows = await searchRecords(ctx.db, viewerOf(ctx), { q: input.q, module: input.module })
  return (await toSummaries(ctx, rows)).map((record) => ({ ...record, matched: 'name' as const }))
}
