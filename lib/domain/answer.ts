import type { Party } from './addresses.ts'
import { cleanText } from './text.ts'

/** A mail that is answered. */
export interface AnsweredMail {
  from: Party | undefined
  replyTo: readonly Party[]
  to: readonly Party[]
  cc: readonly Party[]
}

export interface AnswerRecipients {
  reply: { to: Party[] }
  replyAll: { to: Party[]; cc: Party[] }
}

/**
 * Whom an answer goes to. Reply-To wins over From; my own addresses and aliases are left out; my own mail answered goes to
 * whom it went. `mine` holds normalised addresses. Who only writes to themselves answers themselves.
 */
export function answerRecipients(mail: AnsweredMail, mine: ReadonlySet<string>): AnswerRecipients {
  const others = (parties: readonly Party[]) => parties.filter((party) => !mine.has(party.address))
  const from = mail.from === undefined ? [] : [mail.from]
  const isMine = from.some((party) => mine.has(party.address))
  const named = others(mail.replyTo)
  const first = isMine ? others(mail.to) : named.length > 0 ? named : from
  // Of a mail to myself alone there is nobody else.
  const to = distinct(first.length > 0 ? first : others(mail.cc).length > 0 ? [] : from)
  const all = isMine ? to : distinct([...to, ...others(mail.to)])
  const taken = new Set(all.map((party) => party.address))
  const cc = distinct(others(mail.cc)).filter((party) => !taken.has(party.address))
  if (all.length === 0) return { reply: { to: cc }, replyAll: { to: cc, cc: [] } }
  return { reply: { to: to.length > 0 ? to : all }, replyAll: { to: all, cc } }
}

function distinct(parties: readonly Party[]): Party[] {
  const seen = new Map<string, Party>()
  for (const party of parties) {
    const known = seen.get(party.address)
    if (known === undefined || (known.name === '' && party.name !== '')) seen.set(party.address, party)
  }
  return [...seen.values()]
}

/** What other mail programs write before the subject of an answer; marks of forwarding are part of the subject. */
const answered =
  /^(?:re|aw|antw|sv|vs|odp|ynt|res|rif|ref|回复|答复|回覆|返信|회신)\s*(?:[[(*^]?\s*\d{1,3}\s*[\])]?)?\s*[:：]\s*/iu

/** Most characters of a subject (contract/sends). */
const longest = 998

/** The subject of an answer: `Re: ` once, whatever stood before it (`AW:`, `SV:`, `返信:`, `RE[2]:`). */
export function answerSubject(subject: string): string {
  let rest = cleanText(subject).replace(/\s+/g, ' ').trim()
  for (;;) {
    const shorter = rest.replace(answered, '')
    if (shorter === rest) break
    rest = shorter
  }
  return `Re: ${rest}`.trim().slice(0, longest).toWellFormed()
}

/** Who wrote when, above a quote, in the reader's language and time; without a language in none. `at` is epoch ms. */
export function attribution(
  mail: { from: Party | undefined; at: number },
  reader: { lang: 'en' | 'ja' | undefined; zone: string | undefined },
): string {
  const { from } = mail
  const who =
    from === undefined ? '' : from.name === '' ? `<${from.address}>` : `${from.name} <${from.address}>`
  const { lang, zone = 'UTC' } = reader
  if (lang === undefined) return `${neutralTime(mail.at)}${who === '' ? '' : `, ${who}`}:`
  const parts: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    year: 'numeric',
    month: lang === 'ja' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }
  const when = new Intl.DateTimeFormat(lang === 'ja' ? 'ja-JP' : 'en-GB', parts).format(mail.at)
  if (lang === 'ja') return who === '' ? `${when}:` : `${when} ${who}:`
  return who === '' ? `On ${when}:` : `On ${when}, ${who} wrote:`
}

function neutralTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
