import { type ErrorReason, Refusal } from '../../lib/domain/errors.ts'
import { cleanText } from '../../lib/domain/text.ts'
import type { Trx } from '../storage/database.ts'
import type { Context } from './context.ts'
import { tellRecords } from './records/tell.ts'

/** What stands on a record one may not see is not there either, and is called by its own name. */
export async function hideMissing<T>(seen: Promise<T>, reason: ErrorReason): Promise<T> {
  try {
    return await seen
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') throw new Refusal('not_found', reason)
    throw error
  }
}

/** What a person typed, fit for a database and a screen. @throws Refusal invalid `field_required` when nothing is left */
export function plainText(field: string, text: string): string {
  const plain = cleanText(text).trim()
  if (plain === '') throw new Refusal('invalid', 'field_required', {}, [{ field, reason: 'field_required' }])
  return plain
}

/** Makes every open card of the record fetch again. */
export async function tellRecord(ctx: Context, trx: Trx, recordId: string): Promise<void> {
  const at = new Date(ctx.clock.now())
  await tellRecords(trx, { orgId: ctx.actor.orgId, at, ids: [recordId] })
}
