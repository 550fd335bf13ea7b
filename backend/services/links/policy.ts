import { standsOnList } from '../../../lib/domain/addresses.ts'
import { type Policy, type PolicyKey, policyValue } from '../../../lib/domain/policy.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { addressesOnRecords } from '../../storage/mail/addresses.ts'
import type { Context } from '../context.ts'
import { addressAdded } from '../sync/backfill.ts'

/**
 * After a change of who never links: every list is another one at once, and mail that nobody took meanwhile of those who
 * link again is looked for (decisions 6).
 */
export async function linkingChanged(
  ctx: Context,
  trx: Trx,
  key: PolicyKey,
  { before, after }: { before: Policy; after: Policy },
): Promise<void> {
  if (key !== 'links.never' && key !== 'links.internalDomains') return
  const { orgId } = ctx.actor
  const now = entriesOf(after, key)
  const released = entriesOf(before, key).filter((entry) => !now.includes(entry))
  for (const address of await addressesOnRecords(trx, orgId, released))
    if (!standsOnList(address, now)) await addressAdded(trx, ctx, orgId, address)
  await appendEvent(trx, { orgId, payload: { type: 'records' }, at: new Date(ctx.clock.now()) })
}

function entriesOf(policy: Policy, key: PolicyKey): string[] {
  const value = policyValue(policy, key)
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
