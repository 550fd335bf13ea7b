/**
 * What a wall-clock time in a zone means (S-037). `at` is epoch ms, `local` is `YYYY-MM-DDTHH:MM`, `offset` is `+02:00`.
 * `skipped`: clocks jump over it; `before` and `after` are the nearest minutes that exist on either side.
 * `twice`: clocks go back through it; the person must say which one is meant.
 */
export type WallTime =
  | { kind: 'ok'; at: number; offset: string }
  | { kind: 'skipped'; before: Neighbour; after: Neighbour }
  | { kind: 'twice'; first: Neighbour; second: Neighbour }
  | { kind: 'zone_unknown' }
  | { kind: 'invalid' }

/** One existing wall-clock time with its instant (epoch ms). */
interface Neighbour {
  local: string
  at: number
  offset: string
}

const localShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/
const minute = 60_000

/** True for a name of the IANA database; a bare offset such as `+02:00` has no rules for daylight saving and is refused. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

/** Never shifts a time silently: a skipped or doubled one comes back as a question, `offset` answers a doubled one. */
export function resolveWallTime(input: {
  local: string
  zone: string
  offset?: string | undefined
}): WallTime {
  if (!isZone(input.zone)) return { kind: 'zone_unknown' }
  const plain = readLocal(input.local)
  if (plain === undefined) return { kind: 'invalid' }
  const earlier = plain.toZonedDateTime(input.zone, { disambiguation: 'earlier' })
  const later = plain.toZonedDateTime(input.zone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) {
    return { kind: 'ok', at: earlier.epochMilliseconds, offset: earlier.offset }
  }
  // In a gap the two answers lie around it, and neither reads as the time that was asked for.
  if (!earlier.toPlainDateTime().equals(plain)) return aroundGap(later)
  const chosen = [earlier, later].find((one) => one.offset === input.offset)
  if (chosen !== undefined) return { kind: 'ok', at: chosen.epochMilliseconds, offset: chosen.offset }
  return { kind: 'twice', first: neighbour(earlier), second: neighbour(later) }
}

/** The wall-clock time `YYYY-MM-DDTHH:MM` of an instant (epoch ms) in a zone that `isZone` accepts. */
export function localAt(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
}

/** The earliest time a person may ask for: a full minute, at least one minute from now. Epoch ms. */
export function earliestTime(now: number): number {
  return Math.ceil((now + minute) / minute) * minute
}

/** A standard time of the picker's group "Usual times". `zone` is the zone in which `local` is meant. */
export interface UsualTime {
  key: 'today_18' | 'tomorrow_8' | 'their_9' | 'monday_8'
  local: string
  zone: string
  at: number
}

/**
 * The standard times (S-036), in the picture's order. What has passed is not offered; Monday is left out when it is
 * tomorrow. "Their 9:00" is tomorrow by their calendar and needs their zone.
 */
export function usualTimes(input: {
  now: number
  zone: string
  theirZone?: string | undefined
}): UsualTime[] {
  const today = dayIn(input.now, input.zone)
  const toMonday = 8 - today.dayOfWeek
  const wanted: [UsualTime['key'], Temporal.PlainDate, string, string][] = [
    ['today_18', today, '18:00', input.zone],
    ['tomorrow_8', today.add({ days: 1 }), '08:00', input.zone],
  ]
  if (input.theirZone !== undefined && isZone(input.theirZone)) {
    wanted.push(['their_9', dayIn(input.now, input.theirZone).add({ days: 1 }), '09:00', input.theirZone])
  }
  if (toMonday > 1) wanted.push(['monday_8', today.add({ days: toMonday }), '08:00', input.zone])
  return wanted.flatMap(([key, day, time, zone]) => {
    const local = `${day.toString()}T${time}`
    const found = resolveWallTime({ local, zone })
    const at = found.kind === 'ok' ? found.at : found.kind === 'twice' ? found.first.at : undefined
    return at !== undefined && at > input.now ? [{ key, local, zone, at }] : []
  })
}

/** The moment (epoch ms) and direction of a change of clocks. Offsets are minutes east of UTC. */
export interface ClockChange {
  at: number
  /** Local date `YYYY-MM-DD` on which it happens. */
  day: string
  before: number
  after: number
}

/** Changes of clocks in a zone after `from` and up to `until` (epoch ms), oldest first. */
export function clockChanges(zone: string, from: number, until: number): ClockChange[] {
  const found: ClockChange[] = []
  let here = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
  for (;;) {
    const next = here.getTimeZoneTransition('next')
    if (next === null || next.epochMilliseconds > until) return found
    const before = next.subtract({ milliseconds: 1 }).offsetNanoseconds / 60e9
    const after = next.offsetNanoseconds / 60e9
    if (before !== after) {
      found.push({ at: next.epochMilliseconds, day: next.toPlainDate().toString(), before, after })
    }
    here = next
  }
}

/** `9`, `9:05`, `09:00`, `900`, `９：００` as `HH:MM`; undefined for anything else. Full-width digits as typed in Japanese count. */
export function readTime(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const match = /^(\d{1,2})(?:[:.h時]?(\d{2})分?)?時?$/.exec(plain)
  if (match === null) return undefined
  const [, hours = '', minutes = '00'] = match
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return `${hours.padStart(2, '0')}:${minutes}`
}

/** True from 22:00 to 6:59 on the wall clock there: people sleep. */
export function isNight(at: number, zone: string): boolean {
  const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return hour >= 22 || hour < 7
}

function readLocal(local: string): Temporal.PlainDateTime | undefined {
  if (!localShape.test(local)) return undefined
  try {
    return Temporal.PlainDateTime.from(local, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

function aroundGap(later: Temporal.ZonedDateTime): WallTime {
  // `later` is past the jump, so the transition before its next nanosecond is the jump itself.
  const jump = later.add({ nanoseconds: 1 }).getTimeZoneTransition('previous') ?? later
  const first = Math.ceil(jump.epochMilliseconds / minute) * minute
  const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(jump.timeZoneId)
  return { kind: 'skipped', before: neighbour(at(first - minute)), after: neighbour(at(first)) }
}

function neighbour(when: Temporal.ZonedDateTime): Neighbour {
  return {
    local: when.toPlainDateTime().toString({ smallestUnit: 'minute' }),
    at: when.epochMilliseconds,
    offset: when.offset,
  }
}

function dayIn(at: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
}
