import type { ConversionPreview } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Context } from '../context.ts'

export async function previewConversion(_ctx: Context, _id: string): Promise<ConversionPreview> {
  throw new Refusal('not_ready', 'unexpected')
}
