import { type Policy, type PolicyKey, policyValue } from '../../../lib/domain/policy.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { addressesOnRecords } from '../../storage/mail/addresses.ts'
import type { Context } from '../context.ts'
import { addressesBack } from '../sync/backfill.ts'

/** After a change of the policy of who never links. */
export async function linkingChanged(
  ctx: Context,
  trx: Trx,
  key: PolicyKey,
  { before, after }: { before: Policy; after: Policy },
): Promise<void> {
  if (key !== 'links.never' && key !== 'links.internalDomains') return
  await neverLinkChanged(ctx, trx, entriesOf(before, key), entriesOf(after, key))
}

/**
 * After a change of addresses or domains that never link, written already: every list is another one at once, and mail of
 * those who link again is looked for, which nobody took meanwhile or which was not to be found by them (decisions 6).
 */
export async function neverLinkChanged(
  ctx: Context,
  trx: Trx,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const { orgId } = ctx.actor
  const released = before.filter((entry) => !after.includes(entry))
  // Who is of the organisation or on another list still is left out there.
  await addressesBack(trx, ctx, orgId, await addressesOnRecords(trx, orgId, released))
  await appendEvent(trx, { orgId, payload: { type: 'records' }, at: new Date(ctx.clock.now()) })
}

function entriesOf(policy: Policy, key: PolicyKey): string[] {
  const value = policyValue(policy, key)
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
