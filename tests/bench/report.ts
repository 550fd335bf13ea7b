/** What a bench gives back: a title and lines ready to print. */
export interface BenchReport {
  title: string
  lines: string[]
}

/** The value below which `share` of the numbers lie (nearest rank). */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** `p50 1.2 ms, p95 3.4 ms`. */
export function spread(ms: readonly number[]): string {
  return `p50 ${percentile(ms, 0.5).toFixed(1)} ms, p95 ${percentile(ms, 0.95).toFixed(1)} ms`
}

/** `goal ≤ 15: met` or `missed`; a bench never fails a build. */
export function verdict(value: number, atMost: number, unit: string): string {
  return `goal ≤ ${atMost} ${unit}: ${value <= atMost ? 'met' : 'MISSED'}`
}
