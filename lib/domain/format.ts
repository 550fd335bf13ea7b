import { dateFormat, listFormat, numberFormat, relativeFormat } from './intl.ts'

/** The two complete languages (decisions 16). */
export type Language = 'en' | 'ja'

/** From where and when somebody looks: epoch ms, their IANA zone, their language. */
export interface View {
  now: number
  zone: string
  language: Language
}

const day = 86_400_000

/** `9:00`: hours without a leading zero, for sentences and rows. */
export function timeOf(at: number, zone: string): string {
  const when = zoned(at, zone)
  return `${when.hour}:${String(when.minute).padStart(2, '0')}`
}

/** `08:12`: two digits, for a running clock whose width must not change. */
export function clockOf(at: number, zone: string): string {
  return timeOf(at, zone).padStart(5, '0')
}

/** `today`, `tomorrow`, `yesterday` in the language when it is one of them, else undefined. */
export function nearDay(at: number, view: View): string | undefined {
  const days = dayDistance(at, view)
  if (Math.abs(days) > 1) return undefined
  return relativeFormat(view.language, { numeric: 'auto' }).format(days, 'day')
}

/** Short, for the end of a row: `15:02`, `Thu 16:00`, `Mon`, `11 Sep`, `11 Sep 2025`. A future time never loses its hour. */
export function whenShort(at: number, view: View): string {
  const days = dayDistance(at, view)
  if (days === 0) return timeOf(at, view.zone)
  const ahead = at > view.now
  if (Math.abs(days) < 7) {
    const name = weekday(at, view)
    return ahead ? `${name} ${timeOf(at, view.zone)}` : name
  }
  const date = dateOf(at, view)
  return ahead ? dateTimeOf(at, view) : date
}

/** Whole, for a decision: `Tue 27 Oct, 9:00`, `10/27（火）9:00`. */
export function whenFull(at: number, view: View): string {
  const date = dateOf(at, view)
  return view.language === 'ja'
    ? `${date}（${weekday(at, view)}）${timeOf(at, view.zone)}`
    : `${weekday(at, view)} ${date}, ${timeOf(at, view.zone)}`
}

/** `27 Oct, 17:00`, `10/27 17:00`. */
export function dateTimeOf(at: number, view: View): string {
  return `${dateOf(at, view)}${view.language === 'ja' ? ' ' : ', '}${timeOf(at, view.zone)}`
}

/** Facts side by side: `Deal, Halden Marine`, `商談・みなと海運`; empty ones are left out. */
export function joined(parts: readonly (string | undefined)[], language: Language): string {
  return parts.filter((part) => part !== undefined && part !== '').join(language === 'ja' ? '・' : ', ')
}

/** `11 Sep`, with the year when it is not this one. */
export function dateOf(at: number, view: View): string {
  const when = zoned(at, view.zone)
  const year = when.year !== zoned(view.now, view.zone).year
  if (view.language === 'ja') return `${year ? `${when.year}/` : ''}${when.month}/${when.day}`
  // Not en-GB: it shortens to "Sept", one letter wider than every other month.
  const month = dateFormat('en-US', { month: 'short', timeZone: view.zone }).format(at)
  return `${when.day} ${month}${year ? ` ${when.year}` : ''}`
}

/** `now`, `10 min ago`, `3 hr. ago`, then the date. Also right when `at` is a little ahead of our clock. */
export function ago(at: number, view: View): string {
  const seconds = Math.max(0, (view.now - at) / 1000)
  const relative = relativeFormat(view.language, { numeric: 'auto', style: 'short' })
  const plain = (text: string) => text.replace('.', '')
  if (seconds < 45) return plain(relative.format(0, 'second'))
  if (seconds < 3570) return plain(relative.format(-Math.round(seconds / 60), 'minute'))
  if (seconds < day / 1000) return plain(relative.format(-Math.round(seconds / 3600), 'hour'))
  return whenShort(at, view)
}

/** `October 2026`. `month` is 1–12. */
export function monthTitle(year: number, month: number, language: Language): string {
  return dateFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.UTC(year, month - 1, 1),
  )
}

/** Seven short names, Monday first. */
export function weekdayNames(language: Language): string[] {
  const format = dateFormat(language, { weekday: 'short', timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, index) =>
    format.format(Date.UTC(2024, 0, 1 + index)).slice(0, language === 'ja' ? 1 : 2),
  )
}

/** `412 KB`, `6.1 MB`; 1 KB is 1,024 bytes, as Gmail counts. */
export function fileSize(bytes: number, language: Language): string {
  const number = (value: number, digits: number) =>
    numberFormat(language, { maximumFractionDigits: digits }).format(value)
  if (bytes < 1024) return `${number(bytes, 0)} B`
  if (bytes < 1000 * 1024) return `${number(Math.max(1, bytes / 1024), 0)} KB`
  if (bytes < 1000 * 1024 ** 2) return `${number(bytes / 1024 ** 2, 1)} MB`
  return `${number(bytes / 1024 ** 3, 1)} GB`
}

/** `€184,000`. `amount` is a decimal string in the main unit; without a currency the bare number. */
export function money(amount: string, currency: string, language: Language): string {
  const value = Number(amount)
  if (amount === '' || !Number.isFinite(value)) return ''
  const whole = Number.isInteger(value)
  try {
    const text = numberFormat(language, {
      ...(currency === '' ? {} : { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }),
      ...(whole ? { maximumFractionDigits: 0 } : {}),
    }).format(value)
    return text.replace('￥', '¥')
  } catch {
    return `${amount} ${currency}`
  }
}

/** A zone as a place: `Berlin`; in Japanese the country or city Intl knows, `ドイツ`. */
export function placeOf(zone: string, language: Language): string {
  const city = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
  if (language === 'en') return city
  const name = zonePart(zone, 0, language, 'longGeneric')
  const short = zonePart(zone, 0, language, 'shortGeneric')
  for (const one of [short, name]) {
    const place = one.replace(/(?:標準時|時間)$/, '')
    if (place !== one && place !== '') return place
  }
  return city
}

/** `UTC+9`, `UTC−3:30`: what the clock there shows at that instant. */
export function offsetOf(at: number, zone: string): string {
  const minutes = zoned(at, zone).offsetNanoseconds / 60e9
  const rest = Math.abs(minutes) % 60
  const hours = Math.trunc(Math.abs(minutes) / 60)
  const sign = minutes < 0 ? '−' : '+'
  return `UTC${sign}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** `Elena, Jonas and Ken`. */
export function listOf(names: readonly string[], language: Language): string {
  return listFormat(language === 'en' ? 'en-GB' : 'ja', { type: 'conjunction' }).format(names)
}

/** Whole calendar days from the viewer's today to the day of `at`, on the viewer's calendar. */
export function dayDistance(at: number, view: View): number {
  const today = zoned(view.now, view.zone).toPlainDate()
  return today.until(zoned(at, view.zone).toPlainDate(), { largestUnit: 'day' }).days
}

function weekday(at: number, view: View): string {
  return dateFormat(view.language, { weekday: 'short', timeZone: view.zone }).format(at)
}

function zonePart(zone: string, at: number, language: Language, style: 'longGeneric' | 'shortGeneric') {
  const parts = dateFormat(language, { timeZone: zone, timeZoneName: style }).formatToParts(at)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
}

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}
