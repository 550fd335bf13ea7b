import type { Clock } from '../../lib/domain/clock.ts'
import { GoogleError } from './gateway.ts'

const minute = 60_000

/** One mailbox's share of Google: how many calls at a time and how many units a minute (gmail-api, B3). */
export interface Lane {
  /**
   * Waits for a place and for the units. Call what comes back when the answer is there.
   * @throws GoogleError unreachable when `signal` ends the wait: nothing was sent
   */
  enter(units: number, use: 'read' | 'send', signal: AbortSignal): Promise<() => void>
}

/** Reading stops earlier than sending, so that a first synchronisation never holds up a mail that is due. */
export function createLane(
  clock: Clock,
  limits = { concurrent: 4, unitsPerMinute: { read: 4_500, send: 5_700 } },
): Lane {
  const spent: { at: number; units: number }[] = []
  const waiting: (() => void)[] = []
  let running = 0

  const leave = (): void => {
    running -= 1
    waiting.shift()?.()
  }

  async function place(signal: AbortSignal): Promise<void> {
    while (running >= limits.concurrent) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      const left = waiting.indexOf(resolve)
      if (left >= 0) waiting.splice(left, 1)
      if (signal.aborted) {
        // The place this call was woken for goes to the next.
        if (running < limits.concurrent) waiting.shift()?.()
        throw new GoogleError('unreachable', 'stopped')
      }
    }
    running += 1
  }

  async function pay(units: number, use: 'read' | 'send', signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = clock.now()
      while (spent[0] !== undefined && (spent[0].at + minute <= now || spent[0].at > now)) spent.shift()
      const used = spent.reduce((sum, one) => sum + one.units, 0)
      if (used + units <= limits.unitsPerMinute[use]) {
        spent.push({ at: now, units })
        return
      }
      await clock.sleepUntil((spent[0]?.at ?? now) + minute, signal)
      if (signal.aborted) throw new GoogleError('unreachable', 'stopped')
    }
  }

  return {
    async enter(units, use, signal) {
      if (signal.aborted) throw new GoogleError('unreachable', 'stopped')
      await place(signal)
      try {
        await pay(units, use, signal)
      } catch (error) {
        leave()
        throw error
      }
      return leave
    },
  }
}
