import { GmailError, retryAfter, tooManyRequests } from './errors.ts'
import type { World } from './world.ts'

const MINUTE = 60_000

interface Usage {
  /** Units by the second they were spent in, oldest first. */
  spent: { second: number; units: number }[]
  total: number
  running: number
}

/** A request that is being answered; a crowded one came when too many were. */
export interface Arrival {
  crowded: boolean
  leave(): void
}

/** Units per minute and requests at a time, per account (facts/gmail-api.md, B3). */
export class Quota {
  readonly #world: World
  readonly #usage = new Map<string, Usage>()

  constructor(world: World) {
    this.#world = world
  }

  /** Counts a request in as it arrives. Call `leave` when it has been answered. */
  arrive(account: string): Arrival {
    const usage = this.#usageOf(account)
    const crowded = usage.running >= this.#world.settings.maxConcurrent
    if (!crowded) usage.running += 1
    const leave = (): void => {
      if (!crowded) usage.running -= 1
    }
    return { crowded, leave }
  }

  /** Spends a request's units, or throws Gmail's 429 or 403. */
  spend(account: string, units: number, arrival: Arrival): void {
    const usage = this.#usageOf(account)
    if (arrival.crowded) throw tooManyRequests('rateLimitExceeded', 'Too many concurrent requests for user')
    const now = this.#world.clock.now()
    forget(usage, now)
    if (usage.total + units > this.#world.settings.unitsPerMinute) throw this.#usedUp(usage, units, now)
    const second = Math.floor(now / 1000)
    const last = usage.spent.at(-1)
    if (last?.second === second) last.units += units
    else usage.spent.push({ second, units })
    usage.total += units
  }

  reset(): void {
    this.#usage.clear()
  }

  #usageOf(account: string): Usage {
    const known = this.#usage.get(account)
    if (known !== undefined) return known
    const fresh: Usage = { spent: [], total: 0, running: 0 }
    this.#usage.set(account, fresh)
    return fresh
  }

  #usedUp(usage: Usage, units: number, now: number): GmailError {
    const { unitsPerMinute, quotaAnswer } = this.#world.settings
    if (quotaAnswer === 'metric') {
      const message =
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service " +
        "'gmail.googleapis.com' for consumer 'project_number:794506023861'."
      return new GmailError(403, 'rateLimitExceeded', message, {
        domain: 'usageLimits',
        grpcStatus: 'RESOURCE_EXHAUSTED',
      })
    }
    let free = unitsPerMinute - usage.total
    const enough = usage.spent.find((one) => {
      free += one.units
      return free >= units
    })
    const at = enough === undefined ? now + MINUTE : (enough.second + 1) * 1000 + MINUTE
    return retryAfter(quotaAnswer, at)
  }
}

/** Drops what is older than a minute, and what lies ahead after the clock was put back. */
function forget(usage: Usage, now: number): void {
  const kept = usage.spent.filter((one) => (one.second + 1) * 1000 + MINUTE > now && one.second * 1000 <= now)
  if (kept.length === usage.spent.length) return
  usage.spent = kept
  usage.total = kept.reduce((sum, one) => sum + one.units, 0)
}
