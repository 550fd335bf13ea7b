import type { MergePreview } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Context } from '../context.ts'

export async function previewMerge(
  _ctx: Context,
  _ids: { winnerId: string; loserId: string },
): Promise<MergePreview> {
  throw new Refusal('not_ready', 'unexpected')
}
