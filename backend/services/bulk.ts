import type { BulkRun, StartBulk } from '../../lib/contract/lists.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import type { Context } from './context.ts'

export async function startBulk(_ctx: Context, _input: StartBulk): Promise<BulkRun> {
  throw new Refusal('not_found', 'record_missing')
}

export async function getBulk(_ctx: Context, _id: string): Promise<BulkRun> {
  throw new Refusal('not_found', 'record_missing')
}

export async function cancelBulk(_ctx: Context, _id: string): Promise<BulkRun> {
  throw new Refusal('not_found', 'record_missing')
}
