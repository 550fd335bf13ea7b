/** How much a mailbox may send: in any 24 hours and in any minute (policy, gmail-api B4). */
export interface SendLimits {
  perDay: number
  perMinute: number
}

export const dayMs = 24 * 60 * 60_000
export const minuteMs = 60_000

/** Which limit makes a mail wait; undefined: none. */
type LimitReason = 'day_limit' | 'minute_limit'

export interface Slot {
  /** Epoch ms. */
  at: number
  /** What makes it later than now. */
  reason: LimitReason | undefined
}

/** How many more may go at this moment. */
export function roomNow(used: { day: number; minute: number }, limits: SendLimits): number {
  return Math.max(0, Math.min(limits.perDay - used.day, limits.perMinute - used.minute))
}

/**
 * When the next `count` mails may go, one after the other, after what went or is to go at `taken` (epoch ms): no window of
 * 24 hours and none of a minute holds more than its limit. `pause`: at least so long between two of them.
 */
export function slotsAfter(
  taken: readonly number[],
  limits: SendLimits,
  about: { now: number; count: number; pause?: number },
): Slot[] {
  const { now, count, pause = 0 } = about
  const times = taken.toSorted((a, b) => a - b)
  const slots: Slot[] = []
  for (let nth = 0; nth < count; nth++) {
    const before = slots.at(-1)?.at
    const earliest = Math.max(now, times.at(-1) ?? 0, before === undefined ? 0 : before + pause)
    const day = freeAgain(times, limits.perDay, dayMs)
    const minute = freeAgain(times, limits.perMinute, minuteMs)
    const at = Math.max(earliest, day, minute)
    slots.push({ at, reason: at <= now ? undefined : day >= minute ? 'day_limit' : 'minute_limit' })
    times.push(at)
  }
  return slots
}

/** When the window that is full now has room for one more; 0 while it is not full. */
function freeAgain(times: readonly number[], most: number, windowMs: number): number {
  const oldest = times[times.length - most]
  return oldest === undefined ? 0 : oldest + windowMs
}

/** Mails a minute of a mass send: a tenth is left to what its author writes meanwhile. */
export function massPace({ perMinute }: SendLimits): number {
  return Math.max(1, Math.floor(perMinute * 0.9))
}
