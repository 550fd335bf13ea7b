const DAY = 86_400_000

/** Gmail's API reads search dates as midnight in Pacific time (Google's filtering guide). */
const ZONE = 'America/Los_Angeles'

/** Epoch ms of `YYYY/MM/DD`, `MM/DD/YYYY` (also with dashes) or epoch seconds; undefined when unreadable. */
export function searchDate(text: string): number | undefined {
  if (/^\d{8,}$/.test(text)) return Number(text) * 1000
  const parts = /^(\d{1,4})[/-](\d{1,2})[/-](\d{1,4})$/.exec(text)
  if (parts === null) return undefined
  const [a, b, c] = parts.slice(1).map(Number)
  if (a === undefined || b === undefined || c === undefined) return undefined
  return a > 31 ? midnight(a, b, c) : midnight(c, a, b)
}

function midnight(year: number, month: number, day: number): number | undefined {
  const utc = Date.UTC(year, month - 1, day)
  if (Number.isNaN(utc) || new Date(utc).getUTCDate() !== day) return undefined
  return utc - zoneOffset(utc - zoneOffset(utc))
}

function zoneOffset(at: number): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: ZONE, timeZoneName: 'longOffset' })
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const found = /([+-])(\d\d):(\d\d)/.exec(name)
  if (found === null) return 0
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000
}

/** Milliseconds of `2d`, `3m` (30 days) or `1y` (365 days), also `5h`; undefined when unreadable. */
export function searchAge(text: string): number | undefined {
  const found = /^(\d+)([hdmy])$/i.exec(text)
  if (found === null) return undefined
  const unit = { h: DAY / 24, d: DAY, m: 30 * DAY, y: 365 * DAY }[(found[2] ?? 'd').toLowerCase()]
  return unit === undefined ? undefined : Number(found[1]) * unit
}

/** Bytes of `5000`, `10k` or `10M`; undefined when unreadable. */
export function searchSize(text: string): number | undefined {
  const found = /^(\d+)([km]?)b?$/i.exec(text)
  if (found === null) return undefined
  const unit = { '': 1, k: 1024, m: 1024 * 1024 }[(found[2] ?? '').toLowerCase()]
  return unit === undefined ? undefined : Number(found[1]) * unit
}
