import type * as z from 'zod'
import type { Merge, StartMerge } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Context } from '../context.ts'

export async function mergeRecords(_ctx: Context, _input: z.output<typeof StartMerge>): Promise<Merge> {
  throw new Refusal('not_ready', 'unexpected')
}
