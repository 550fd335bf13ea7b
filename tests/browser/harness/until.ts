/** What `until` waits at most and how often it looks, both in ms. */
export interface Patience {
  timeout?: number
  every?: number
}

/**
 * Looks until `look` gives something truthy, and gives that back. A `look` that throws counts as "not yet", since
 * pages and frames come and go. After `timeout` (10 s) it fails, naming `what` and the last thing seen.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string,
  { timeout = 10_000, every = 40 }: Patience = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeout
  let last = 'nothing'
  for (;;) {
    try {
      const seen = await within(look, Math.max(deadline - performance.now(), every))
      if (seen === LATE) throw new Error(last === 'nothing' ? 'no answer' : last)
      if (seen) return seen
      last = JSON.stringify(seen) ?? 'undefined'
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (performance.now() >= deadline)
      throw new Error(`Waited ${timeout / 1000} s for ${what}. Last seen: ${last}`)
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}

const LATE = Symbol('late')

/** A look that never answers must not outlast the deadline (Firefox can leave a command of a dead frame open). */
async function within<T>(look: () => T | Promise<T>, ms: number): Promise<T | typeof LATE> {
  const { promise, resolve } = Promise.withResolvers<typeof LATE>()
  const timer = setTimeout(() => resolve(LATE), ms)
  try {
    return await Promise.race([Promise.resolve(look()), promise])
  } finally {
    clearTimeout(timer)
  }
}
