import type * as z from 'zod'
import type { Conversion, ConvertLead } from '../../../lib/contract/duplicates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Context } from '../context.ts'

export async function convertLead(
  _ctx: Context,
  _id: string,
  _input: z.output<typeof ConvertLead>,
): Promise<Conversion> {
  throw new Refusal('not_ready', 'unexpected')
}

export async function findConversion(_ctx: Context, _id: string): Promise<Conversion> {
  throw new Refusal('not_found', 'record_missing')
}
