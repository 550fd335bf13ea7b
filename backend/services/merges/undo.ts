import type { UndoneMerge } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Context } from '../context.ts'

export async function undoMerge(_ctx: Context, _id: string): Promise<UndoneMerge> {
  throw new Refusal('not_ready', 'unexpected')
}
