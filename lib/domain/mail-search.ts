import { bothForms } from './addresses.ts'
import { readableNames } from './internet-names.ts'
import { fold } from './search-text.ts'

/** One condition on who and when of a mail. Days are UTC, `2026-11-23`; `on` may be a year or a month. */
export type WhoTerm =
  | { kind: 'party'; of: 'anybody' | 'from' | 'to' | 'cc'; text: string }
  | { kind: 'on'; day: string }
  | { kind: 'since'; day: string }
  | { kind: 'before'; day: string }

interface Term {
  /** Operator as typed before the colon, lower case; '' for words. */
  name: string
  text: string
}

/** What a person typed into the search of a list of mail, as far as we read it ourselves. */
export interface MailSearch {
  /** For mail of which one may see who and when: all must hold. undefined: it asks for more, so that no such mail matches. */
  who: WhoTerm[] | undefined
  /** Words our own outgoing mail must contain; undefined: it asks for what only Gmail knows. */
  words: string[] | undefined
  /**
   * The same for a colleague's mailbox: every word quoted, so that no operator asks for what they keep to themselves
   * (labels, places, Bcc). '' when nothing is left.
   */
  quoted: string
}

/** Operators that ask for nothing but what everybody sees who may open the mail. `to:` is not one: Gmail takes it for Bcc too. */
const harmless: ReadonlySet<string> = new Set(['from', 'subject', 'filename', 'after', 'before'])

export function readMailSearch(q: string): MailSearch {
  const terms = [...q.matchAll(/(-?)(?:([A-Za-z_]+):)?(?:"([^"]*)"?|([^\s"]+))/g)].map(
    ([, minus = '', name = '', phrase, word]) => ({
      ...{
        minus,
        name: name.toLowerCase(),
        isGroup: phrase === undefined && /^(?:OR|AND|AROUND|\|)$|[(){}]/.test(word ?? ''),
      },
      text: (phrase ?? word ?? '').replace(/["\p{C}]/gu, ' ').trim(),
    }),
  )
  const isPlain = terms.every((term) => term.minus === '' && !term.isGroup)
  return {
    who: isPlain && terms.length > 0 ? allOf(terms.map(whoTerm)) : undefined,
    words:
      isPlain && terms.length > 0
        ? allOf(terms.map((term) => (term.name === '' ? term.text : undefined)))
        : undefined,
    quoted: terms.map(quote).join(' ').trim(),
  }
}

function allOf<T>(terms: readonly (T | undefined)[]): T[] | undefined {
  const known = terms.filter((one) => one !== undefined)
  return known.length === terms.length ? known : undefined
}

const dayLike = /^\d{4}(?:[-/]\d{1,2}(?:[-/]\d{1,2})?)?$/

function whoTerm({ name, text }: Term): WhoTerm | undefined {
  if (text === '') return undefined
  if (name === '')
    return dayLike.test(text)
      ? { kind: 'on', day: toDay(text) }
      : { kind: 'party', of: 'anybody', text: readableNames(text) }
  if (name === 'from' || name === 'to' || name === 'cc')
    return { kind: 'party', of: name, text: readableNames(text) }
  if (!dayLike.test(text)) return undefined
  if (name === 'after' || name === 'newer') return { kind: 'since', day: toDay(text) }
  if (name === 'before' || name === 'older') return { kind: 'before', day: toDay(text) }
  return undefined
}

const toDay = (text: string) =>
  text
    .split(/[-/]/)
    .map((part, n) => (n === 0 ? part : part.padStart(2, '0')))
    .join('-')

/** Gmail may end a phrase at any of these. */
const otherQuotes = /[“”„‟〝〞〟＂]/g

function quote({ name, text: typed }: Term): string {
  const text = typed.replace(otherQuotes, ' ').trim()
  if (text === '' || !/[\p{L}\p{N}]/u.test(text)) return ''
  return anyOf(
    bothForms(text).map((one) =>
      harmless.has(name) ? `${name}:"${one}"` : `"${name === '' ? one : `${name} ${one}`}"`,
    ),
  )
}

/** What was typed, with the addresses in it in both forms of their domain: Gmail holds the one or the other. */
export function inBothForms(q: string): string {
  return q.replace(/[^\s"(){}:@]+@[^\s"(){}@]+/g, (address) => anyOf(bothForms(address)))
}

/** Braces mean "or". */
function anyOf(forms: readonly string[]): string {
  return forms.length === 1 ? forms.join() : `{${forms.join(' ')}}`
}

/**
 * Whether what was put to a colleague's mailbox may have found a mail by what they keep to themselves, their Bcc. As Gmail
 * reads it: `ida-silent` finds `Ida@silent`, so letters and digits count, while width, case and accents do not.
 */
export function findsHidden(quoted: string, { hidden, shown }: { hidden: string; shown: string }): boolean {
  const [secret, open] = [fold(hidden), fold(shown)]
  const words = [...quoted.matchAll(/"([^"]*)"/g)].flatMap(([, text = '']) =>
    fold(text).split(/[^\p{L}\p{N}]+/u),
  )
  return words.some((word) => word !== '' && secret.includes(word) && !open.includes(word))
}
