import type { Deps } from '../services/context.ts'
import type { ErrorFacts, Runner } from './runner.ts'

const firstWaitMs = 1_000
const longestWaitMs = 60_000

/**
 * Fetches Gmail's notifications until stopped; `fetch` answers how many there were. While they cannot be had, mailboxes are
 * asked regularly as without them.
 */
export function startNotices(
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
  fetch: (signal: AbortSignal) => Promise<number>,
  facts: ErrorFacts,
): Runner {
  const ending = new AbortController()
  const { signal } = ending
  const loop = async (): Promise<void> => {
    let wait = 0
    while (!signal.aborted) {
      const began = performance.now()
      const taken = await fetch(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn('notices.not_fetched', facts(error))
        return undefined
      })
      const quickly = performance.now() - began < firstWaitMs
      if (taken === undefined) wait = Math.min(wait * 2 || firstWaitMs, longestWaitMs)
      // A server that answers "nothing" at once would be asked without a pause.
      else wait = taken === 0 && quickly ? firstWaitMs : 0
      if (wait > 0 && !signal.aborted) await clock.sleepUntil(clock.now() + wait, signal)
    }
  }
  const looping = loop()
  return {
    async stop() {
      ending.abort()
      await looping
    },
  }
}
