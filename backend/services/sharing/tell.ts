import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import type { Context } from '../context.ts'
import type { MailFacts } from './facts.ts'

/** More people than this are told together. */
const manyPeople = 30

/**
 * After a change of sharing, inside its transaction and last in it: the owner's screens read their sharing again, and the
 * lists of these records are read again by those who may see them change. Which mail it was is told to nobody.
 */
export async function tellSharing(
  trx: Trx,
  ctx: Context,
  input: {
    ownerId: string
    /** 'everybody' when nobody counted whose lists change. */
    whose: readonly string[] | 'everybody'
    /** Those of which each is told only what they may open; 'many': whatever is shown may have changed. */
    lists:
      | { facts: Pick<MailFacts, 'people' | 'records' | 'opens'>; recordIds: readonly string[] }
      | 'many'
      | 'none'
    /** Others whose requests changed. */
    also?: readonly string[]
  },
): Promise<void> {
  const { orgId } = ctx.actor
  const at = new Date(ctx.clock.now())
  for (const userId of new Set([input.ownerId, ...(input.also ?? [])]))
    await appendEvent(trx, { orgId, userId, payload: { type: 'sharing' }, at })
  const { lists, whose } = input
  if (lists === 'none') return
  if (lists === 'many' || whose === 'everybody' || whose.length > manyPeople) {
    await appendEvent(trx, { orgId, payload: { type: 'records' }, at })
    return
  }
  for (const userId of new Set([input.ownerId, ...whose])) {
    const recordIds = opened(lists, userId)
    if (recordIds.length === 0) continue
    await appendEvent(trx, { orgId, userId, payload: { type: 'emails', recordIds }, at })
  }
}

/** A mail may stand on records of which this person must not hear. */
function opened(
  {
    facts,
    recordIds,
  }: { facts: Pick<MailFacts, 'people' | 'records' | 'opens'>; recordIds: readonly string[] },
  userId: string,
): string[] {
  const person = facts.people.find((one) => one.id === userId)
  return recordIds.filter((id) => {
    const record = facts.records.get(id)
    return person !== undefined && record !== undefined && facts.opens(person, record)
  })
}
