import type { Merge } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Context } from '../context.ts'

export async function listMerges(_ctx: Context, _recordId: string): Promise<Merge[]> {
  return []
}

export async function findMerge(_ctx: Context, _id: string): Promise<Merge> {
  throw new Refusal('not_found', 'record_missing')
}
