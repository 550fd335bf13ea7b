import type { Allowance } from '../../../lib/contract/compose.ts'
import { dayMs, massPace, minuteMs, type SendLimits, slotsAfter } from '../../../lib/domain/allowance.ts'
import { type Policy, policyNumber } from '../../../lib/domain/policy.ts'
import type { Queryable, Trx } from '../../storage/database.ts'
import { hintSends } from '../../storage/sends.ts'
import { endWaiting, onTheirWay, sentSince, waitingFor } from '../../storage/sent-marks.ts'
import { requireOwnMailbox } from '../compose/senders.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'

export function limitsOf(policy: Policy): SendLimits {
  return {
    perDay: policyNumber(policy, 'sends.perDay'),
    perMinute: policyNumber(policy, 'sends.perMinute'),
  }
}

/** What is left to send from one's own mailbox, by Inlay and by hand together. */
export async function getAllowance(ctx: Context, input: { account: string }): Promise<Allowance> {
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const limits = limitsOf(ctx.actor.policy)
  const now = ctx.clock.now()
  const marks = await sentSince(ctx.db, [mailbox.id], new Date(now - dayMs))
  const underway = (await onTheirWay(ctx.db, [mailbox.id])).get(mailbox.id) ?? 0
  const taken = [...marks.map((mark) => mark.at.getTime()), ...Array<number>(underway).fill(now)]
  const [next] = slotsAfter(taken, limits, { now, count: 1 })
  return {
    ...limits,
    usedToday: taken.length,
    byHand: marks.filter((mark) => !mark.ours).length,
    nextAt: next === undefined || next.at <= now ? null : new Date(next.at).toISOString(),
    countsByHand: allows(mailbox.scopes, 'read'),
  }
}

/** Mail that waits for room is looked at again under the new limits. */
export async function limitsChanged(trx: Trx, orgId: string): Promise<void> {
  await endWaiting(trx, orgId)
  await hintSends(trx)
}

/**
 * Times that count against a mailbox's limits at `now`: what it sent, what is on its way, and what waits for room. `mass`:
 * with what mass sends wait for, which steps behind a mail written by hand.
 */
export async function usedTimes(
  q: Queryable,
  mailboxId: string,
  now: number,
  about: { mass: boolean },
): Promise<number[]> {
  const marks = await sentSince(q, [mailboxId], new Date(now - dayMs))
  const underway = (await onTheirWay(q, [mailboxId])).get(mailboxId) ?? 0
  const waiting = await waitingFor(q, mailboxId, { now: new Date(now), mass: about.mass })
  return [
    ...marks.map((mark) => mark.at.getTime()),
    ...Array<number>(underway).fill(now),
    ...waiting.map((at) => at.getTime()),
  ]
}

/** When each of `count` mails of a mass send is due: evenly, inside the limits of minute and day (decisions 13). */
export function massTimes(
  taken: readonly number[],
  limits: SendLimits,
  about: { now: number; count: number },
): number[] {
  const pause = Math.ceil(minuteMs / massPace(limits))
  return slotsAfter(taken, limits, { ...about, pause }).map((slot) => slot.at)
}
