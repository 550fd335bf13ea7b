import type { Boot } from '../model.ts'
import type { Words } from './words.ts'

/** Short form for lists: the time today, the day this year, else the date. */
export function shortDate(boot: Boot, date: number, now: number): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale(boot), options).format(date)
  if (dayOf(date) === dayOf(now)) return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  if (new Date(date).getFullYear() === new Date(now).getFullYear())
    return format({ month: 'short', day: 'numeric' })
  return format({ year: '2-digit', month: 'numeric', day: 'numeric' })
}

/** `15:02 (10 minutes ago)`; older mail with its day. */
export function messageDate(boot: Boot, date: number, now: number): string {
  const ago = relative(boot, date - now)
  const today = dayOf(date) === dayOf(now)
  const options: Intl.DateTimeFormatOptions = today
    ? {}
    : { weekday: 'short', month: 'short', day: 'numeric' }
  const text = new Intl.DateTimeFormat(locale(boot), {
    ...options,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(date)
  return now - date < 14 * 86_400_000 ? `${text} (${ago})` : text
}

/** The tooltip's full form, which is also what the page offers machines. */
export function fullDate(boot: Boot, date: number): string {
  return new Intl.DateTimeFormat(locale(boot), { dateStyle: 'medium', timeStyle: 'short' }).format(date)
}

function relative(boot: Boot, ms: number): string {
  const format = new Intl.RelativeTimeFormat(locale(boot))
  const minutes = Math.round(ms / 60_000)
  if (Math.abs(minutes) < 60) return format.format(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return Math.abs(hours) < 24 ? format.format(hours, 'hour') : format.format(Math.round(hours / 24), 'day')
}

/** Rounded, as Gmail shows sizes. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** `me` for the account itself, else the first name, else what there is. */
export function shortName(boot: Boot, words: Words, party: { name: string; email: string }): string {
  if (party.email.toLowerCase() === boot.account.email.toLowerCase()) return words.me
  const name = (party.name || party.email).replace(/^(?:dr|prof|mr|ms|mrs)\.?\s+/i, '')
  return name === party.email || /[^\p{Script=Latin}\s.'-]/u.test(name)
    ? name
    : (name.split(/\s+/)[0] ?? name)
}

function locale(boot: Boot): string {
  return boot.language === 'ja' ? 'ja-JP' : 'en-US'
}

function dayOf(at: number): string {
  return new Date(at).toDateString()
}
