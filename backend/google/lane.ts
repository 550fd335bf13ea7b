import type { Clock } from '../../lib/domain/clock.ts'
import { type QuotaUse, quota } from '../../lib/domain/sync.ts'
import { type Budget, GoogleError } from './gateway.ts'

/** One mailbox's share of Google in this process: places for its calls, and units had from the mailbox's budget. */
export interface Lane {
  /**
   * Waits for a place and for the units. Call what comes back when the answer is there.
   * @throws GoogleError unreachable when `signal` ends the wait: nothing was sent. What the budget throws is thrown on.
   */
  enter(units: number, call: LaneCall, signal: AbortSignal): Promise<() => void>
}

export interface LaneCall {
  use: QuotaUse
  budget: Budget
}

/** Units had from the budget and not yet spent; good until `until` (epoch ms). */
interface Block {
  budget: Budget
  span: number
  until: number
  left: number
}

/**
 * Background work never holds the last place, and stops before the units kept for people, so that whoever clicks or sends
 * goes ahead of any queue. Its units come in blocks: the database is not asked once per call.
 */
export function createLane(
  clock: Clock,
  limits: { concurrent: Record<QuotaUse, number>; block: number } = quota,
): Lane {
  const waiting: { use: QuotaUse; wake: () => void }[] = []
  let running = 0
  let block: Block | undefined
  /** No background call asks before then: the budget had nothing left (epoch ms). */
  let shutUntil = 0
  /** Background calls ask one after the other, so that the first one's block serves the next. */
  let asking: Promise<unknown> = Promise.resolve()

  const leave = (): void => {
    running -= 1
    wakeNext()
  }

  /** Those who wait longest first; people and sends before all others. */
  function wakeNext(): void {
    const order = waiting.toSorted((a, b) => rank(a.use) - rank(b.use))
    const next = order.find((one) => running < limits.concurrent[one.use])
    if (next === undefined) return
    waiting.splice(waiting.indexOf(next), 1)
    next.wake()
  }

  async function place(use: QuotaUse, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new GoogleError('unreachable', 'stopped')
    if (running < limits.concurrent[use]) {
      running += 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const one = {
      use,
      wake: () => {
        running += 1
        resolve()
      },
    }
    const stop = (): void => {
      const at = waiting.indexOf(one)
      if (at < 0) return
      waiting.splice(at, 1)
      reject(new GoogleError('unreachable', 'stopped'))
    }
    waiting.push(one)
    signal.addEventListener('abort', stop, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', stop))
  }

  /** True when paid, else when it is worth asking again (epoch ms). */
  async function pay(units: number, { use, budget }: LaneCall): Promise<true | number> {
    if (use !== 'background') {
      const taken = await budget.take({ use, need: units, want: units })
      return 'units' in taken ? true : taken.freeAt
    }
    const turn = asking.then(() => payFromBlock(units, budget))
    asking = turn.catch(() => undefined)
    return turn
  }

  async function payFromBlock(units: number, budget: Budget): Promise<true | number> {
    const now = clock.now()
    if (block !== undefined && block.until > now && block.left >= units) {
      block.left -= units
      return true
    }
    // A clock that was put back leaves a moment far ahead; nothing lasts longer than a minute and a bit.
    if (shutUntil > now && shutUntil <= now + quota.longestWaitMs) return shutUntil
    const rest = block !== undefined && block.left > 0 ? block : undefined
    block = undefined
    const taken = await budget.take({
      use: 'background',
      need: units,
      want: Math.max(units, limits.block),
      ...(rest !== undefined && { rest: { span: rest.span, units: rest.left } }),
    })
    if (!('units' in taken)) {
      shutUntil = taken.freeAt
      return taken.freeAt
    }
    block = { budget, span: taken.span, until: taken.until, left: taken.units - units }
    return true
  }

  return {
    async enter(units, call, signal) {
      for (;;) {
        await place(call.use, signal)
        const paid = await pay(units, call).catch((error: unknown) => {
          leave()
          throw error
        })
        if (paid === true) return leave
        // The place is for others meanwhile: a call that has its units never waits behind one that has not.
        leave()
        await clock.sleepUntil(paid, signal)
      }
    },
  }
}

function rank(use: QuotaUse): number {
  return use === 'background' ? 1 : 0
}
