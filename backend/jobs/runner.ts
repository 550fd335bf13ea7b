import type { Clock } from '../../lib/domain/clock.ts'
import type { Log } from '../services/context.ts'

/** Looked at least this often, ms, should every hint be lost. */
const safetyMs = 30_000
/** Due, but not to be had now: its mailbox is busy, or another worker is taking it. */
const crowdedMs = 1_000
/** The database is away. */
const troubleMs = 5_000
const defaultGraceMs = 5_000

/** A queue the runner works on. */
export interface WorkSource {
  name: string
  /** A hint on this channel says that something may be due sooner. */
  channel: string
  /** How much of it at a time in this process. */
  concurrency: number
  /** When something is next due, epoch ms; undefined when nothing waits. */
  nextAt(): Promise<number | undefined>
  /** Claims up to `limit` and commits; each is then run once. When the signal ends, it leaves its work claimable. */
  take(worker: string, limit: number): Promise<((signal: AbortSignal) => Promise<void>)[]>
}

export interface Runner {
  /** No new work; what is in hand gets some seconds to finish, then its signal ends. Resolves when nothing runs. */
  stop(): Promise<void>
}

interface House {
  clock: Clock
  log: Log
  /** Unlike any other process on the same database. */
  worker: string
  listen(channel: string, listener: () => void): Promise<() => Promise<void>>
  facts: ErrorFacts
  /** How long work in hand may go on after `stop`, real ms; default 5 s. */
  graceMs?: number
}

/** What may be logged of an error. */
export type ErrorFacts = (error: unknown) => Record<string, string | number | boolean | null>

/** Works on every source until stopped, each with a loop of its own. Nobody has to be looking (S-030). */
export async function startRunner(house: House, sources: readonly WorkSource[]): Promise<Runner> {
  const loops = await Promise.all(sources.map((source) => startLoop(house, source)))
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

async function startLoop(house: House, source: WorkSource): Promise<Runner> {
  const { clock, log, worker, graceMs = defaultGraceMs } = house
  const ending = new AbortController()
  const running = new Set<Promise<void>>()
  let stopping = false
  let wake = new AbortController()
  const unlisten = await house.listen(source.channel, () => wake.abort())

  const run = (work: (signal: AbortSignal) => Promise<void>): void => {
    const one = work(ending.signal)
      .catch((error: unknown) => log.error(`${source.name}.failed`, house.facts(error)))
      .finally(() => {
        running.delete(one)
        wake.abort()
      })
    running.add(one)
  }

  /** Claims what there is room for, and says until when nothing more is to be expected. */
  async function turn(): Promise<number> {
    const room = source.concurrency - running.size
    if (room <= 0) return clock.now() + safetyMs
    const looked = clock.now()
    const taken = await source.take(worker, room)
    for (const work of taken) run(work)
    if (taken.length > 0) return clock.now()
    const next = (await source.nextAt()) ?? Number.POSITIVE_INFINITY
    // What became due while we looked is taken in the next turn; what was due before is not to be had now.
    return next <= looked ? clock.now() + crowdedMs : Math.min(next, clock.now() + safetyMs)
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      // Made before looking, so that a hint that comes meanwhile is not lost.
      wake = new AbortController()
      const until = await turn().catch((error: unknown) => {
        log.error(`${source.name}.not_claimed`, house.facts(error))
        return clock.now() + troubleMs
      })
      if (!stopping) await clock.sleepUntil(until, wake.signal)
    }
  }

  const looping = loop()
  return {
    async stop() {
      stopping = true
      wake.abort()
      await looping
      const grace = setTimeout(() => ending.abort(), graceMs)
      await Promise.all(running)
      clearTimeout(grace)
      await unlisten()
    },
  }
}
