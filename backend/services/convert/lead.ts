import { Refusal } from '../../../lib/domain/errors.ts'
import { conversionOf } from '../../storage/merges.ts'
import type { RecordRow } from '../../storage/records.ts'
import { requireEditable } from '../access.ts'
import type { Context } from '../context.ts'

/**
 * A lead this person may change.
 * @throws Refusal conflict `already_converted` with the contact it became, or invalid `not_a_lead` for another module
 */
export async function requireLead(ctx: Context, id: string): Promise<RecordRow> {
  const contactId = await conversionOf(ctx.db, ctx.actor.orgId, id)
  if (contactId !== undefined) throw new Refusal('conflict', 'already_converted', { contactId })
  const lead = await requireEditable(ctx, id)
  if (lead.module === 'leads') return lead
  throw new Refusal('invalid', 'not_a_lead')
}
