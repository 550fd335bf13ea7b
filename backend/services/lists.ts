import type { ListPage, ListQuery, ModuleCounts } from '../../lib/contract/lists.ts'
import type { Context } from './context.ts'

export async function listPage(_ctx: Context, _query: ListQuery): Promise<ListPage> {
  return { rows: [], total: 0, nextCursor: null }
}

export async function countRecords(_ctx: Context): Promise<ModuleCounts['counts']> {
  return []
}
