import type { Clock } from '../../lib/domain/clock.ts'

const hour = 3_600_000

/** Runs `work` once an hour until stopped; a failure is told and the next hour tries again. */
export function startHourly(clock: Clock, work: () => Promise<void>, failed: (error: unknown) => void) {
  const ending = new AbortController()
  const loop = async () => {
    for (;;) {
      await clock.sleepUntil(clock.now() + hour, ending.signal)
      if (ending.signal.aborted) return
      await work().catch(failed)
    }
  }
  const looping = loop()
  return {
    async stop(): Promise<void> {
      ending.abort()
      await looping
    },
  }
}
