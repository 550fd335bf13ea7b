/** Places without which Inlay is blind in Gmail's page. */
export type MustHave = 'main' | 'account' | 'threadHeading' | 'messageNode'

/** Tries in a row without a hit before we say that Gmail changed, at least a second apart. */
const patience = 6
const apart = 1000

interface Count {
  misses: number
  /** When the last miss was counted, ms. */
  at: number
}

/**
 * Counts misses of must-have places. Gmail builds its page over seconds and one look follows another by a frame, so
 * misses closer than a second count once; any hit forgets them.
 */
export function createHealth(now: () => number) {
  const counts = new Map<MustHave, Count>()
  return {
    note(key: MustHave, hit: boolean): void {
      if (hit) {
        counts.delete(key)
        return
      }
      const count = counts.get(key) ?? { misses: 0, at: Number.NEGATIVE_INFINITY }
      if (now() - count.at < apart) return
      counts.set(key, { misses: count.misses + 1, at: now() })
    },
    report(): { ok: boolean; missing: string[] } {
      const missing = [...counts].filter(([, count]) => count.misses >= patience).map(([key]) => key)
      return { ok: missing.length === 0, missing: missing.sort() }
    },
  }
}
