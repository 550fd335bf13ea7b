import type { Duplicates, DuplicatesQuery } from '../../lib/contract/duplicates.ts'
import type { Context } from './context.ts'

/** Records like the one being written, best first. */
export async function findDuplicates(_ctx: Context, _query: DuplicatesQuery): Promise<Duplicates> {
  return { matches: [] }
}
