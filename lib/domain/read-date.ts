import { isZone, resolveWallTime } from './schedule.ts'

/** In which order a date's parts stand where the year does not stand first. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy'

const yearFirst =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})\.?|(\d{2})(\d{2}))$/
const inJapanese = /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日$/
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/

/**
 * A day as `YYYY-MM-DD`, undefined for what is none. `2026-11-23`, `2026/11/23`, `20261123` and `2026年11月23日` are always
 * understood, full width too; with the year last the order must be known, except that points stand for day first
 * (`23.11.2026`). Years have four digits, 1000 to 9999. A spreadsheet's `0:00` after it is dropped.
 */
export function readDate(text: string, order: DateOrder = 'ymd'): string | undefined {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/[T\s]+0?0:00(?::00(?:\.0+)?)?$/, '')
  const [year, month, day] = partsOf(plain, order)
  if (year === undefined || month === undefined || day === undefined || year < '1000') return undefined
  try {
    const parts = { year: Number(year), month: Number(month), day: Number(day) }
    return Temporal.PlainDate.from(parts, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}

function partsOf(text: string, order: DateOrder): (string | undefined)[] {
  const first = yearFirst.exec(text) ?? inJapanese.exec(text)
  if (first !== null) return first.slice(1).filter((part) => part !== undefined)
  const [, one, mark, two, year] = yearLast.exec(text) ?? []
  if (order === 'mdy') return [year, one, two]
  return order === 'dmy' || mark === '.' ? [year, two, one] : []
}

/**
 * An instant in UTC with milliseconds (`2026-11-23T09:00:00.000Z`) from RFC 3339, or from a wall-clock time when `zone` (IANA)
 * says whose clock; undefined for anything else, and for a time that clock skips or shows twice.
 */
export function readInstant(
  text: string,
  how: { order?: DateOrder | undefined; zone?: string | undefined } = {},
): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const [, date, time, rest = ''] =
    /^(.+?)[T\s]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[-+]\d{2}:\d{2})?$/i.exec(plain) ?? []
  const day = date === undefined ? undefined : readDate(date, how.order)
  if (day === undefined || time === undefined) return undefined
  const clock = time.padStart(time.indexOf(':') === 1 ? time.length + 1 : time.length, '0')
  if (rest !== '')
    return toInstant(`${day}T${clock.length === 5 ? `${clock}:00` : clock}${rest.toUpperCase()}`)
  if (how.zone === undefined || !isZone(how.zone)) return undefined
  const found = resolveWallTime({ local: `${day}T${clock.slice(0, 5)}`, zone: how.zone })
  return found.kind === 'ok'
    ? toInstant(`${day}T${clock.slice(0, 5)}${clock.slice(5) || ':00'}${found.offset}`)
    : undefined
}

function toInstant(text: string): string | undefined {
  try {
    const at = Temporal.Instant.from(text).epochMilliseconds
    const written = new Date(at).toISOString()
    return written.length === 24 ? written : undefined
  } catch {
    return undefined
  }
}
