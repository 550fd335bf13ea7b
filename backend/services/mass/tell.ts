import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { recordsOfAddresses } from '../../storage/mail/addresses.ts'
import { heardByOthers } from '../links/hear.ts'

/**
 * Many mails of one author changed at once: their screens fetch the mass send and the lists again, colleagues' as far as
 * the author shares mail. Call it after the change.
 */
export async function tellMass(
  trx: Trx,
  mass: { id: string; org_id: string; author_id: string; status: string; addresses: readonly string[] },
  at: Date,
): Promise<void> {
  const { id, status, org_id: orgId, author_id: userId } = mass
  const recordIds = await recordsOfAddresses(trx, orgId, mass.addresses)
  const others = await heardByOthers(trx, { org_id: orgId, user_id: userId }, recordIds)
  await appendEvent(trx, { orgId, userId, payload: { type: 'mass', id, status }, at })
  for (const one of [{ userId, recordIds }, ...others])
    if (one.recordIds.length > 0)
      await appendEvent(trx, {
        orgId,
        userId: one.userId,
        payload: { type: 'emails', recordIds: one.recordIds },
        at,
      })
}
