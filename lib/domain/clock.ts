/** The one clock. Everything that asks for the time gets this; tests and the stand-in Google share a movable one. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Resolves once `now() >= at` (epoch ms), also when the clock is moved there; resolves early when `signal` aborts. */
  sleepUntil(at: number, signal: AbortSignal): Promise<void>
}
