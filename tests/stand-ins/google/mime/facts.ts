import addressparser from 'nodemailer/lib/addressparser'
import { allFields, decodeHeader, field } from './headers.ts'
import { isInlineText, type MimePart, parseMime, textOf, walk } from './parse.ts'

/** One address of a header; the address in lower case. */
export interface MailAddress {
  name: string
  address: string
}

/** What Gmail has to know of a mail to deliver, thread, search and show it; computed from the raw bytes when asked. */
export class MailFacts {
  readonly root: MimePart
  readonly #addresses = new Map<string, MailAddress[]>()
  #text: string | undefined

  constructor(raw: Buffer) {
    this.root = parseMime(raw)
  }

  header(name: string): string {
    return field(this.root.fields, name)?.value ?? ''
  }

  /** Addresses of every header of that name, groups flattened, entries without an address left out. */
  addresses(name: string): MailAddress[] {
    const known = this.#addresses.get(name)
    if (known !== undefined) return known
    const list = allFields(this.root.fields, name)
      .flatMap((one) => addressparser(one.folded, { flatten: true }))
      .filter((one) => one.address.includes('@'))
      .map((one) => ({
        name: decodeHeader(one.name),
        address: decodeHeader(one.address).trim().toLowerCase(),
      }))
    this.#addresses.set(name, list)
    return list
  }

  /** With angle brackets stripped; empty when absent. */
  get messageId(): string {
    return messageIds(this.header('Message-ID'))[0] ?? ''
  }

  /** In-Reply-To and References, oldest first, brackets stripped. */
  get references(): string[] {
    return [...messageIds(this.header('References')), ...messageIds(this.header('In-Reply-To'))]
  }

  get subject(): string {
    return this.header('Subject')
  }

  /** Body text for search and snippet: the plain part, else the HTML one without its tags. */
  get text(): string {
    this.#text ??= bodyText(this.root)
    return this.#text
  }

  get filenames(): string[] {
    return [...walk(this.root)].map(({ part }) => part.filename).filter((name) => name !== '')
  }

  get isReport(): boolean {
    const from = this.addresses('From')[0]?.address ?? ''
    return /^(mailer-daemon|postmaster)@/.test(from)
  }
}

/** The ids of a Message-ID, In-Reply-To or References header without their brackets. */
function messageIds(value: string): string[] {
  return [...value.matchAll(/<([^<>\s]+)>/g)].map((found) => found[1] ?? '')
}

/** Subject without reply and forward marks, case and spacing: equal means same conversation. */
export function normalSubject(subject: string): string {
  const marks = /^\s*((re|fwd?|aw|wg|sv|vs|antw|tr|rif)(\[\d+\])?\s*[:：]\s*)+/i
  return subject.replace(marks, '').replace(/\s+/g, ' ').trim().toLowerCase()
}

function bodyText(root: MimePart): string {
  const leaves = [...walk(root)].map(({ part }) => part).filter(isInlineText)
  const plain = leaves.find((part) => part.mimeType === 'text/plain')
  if (plain !== undefined && textOf(plain).trim() !== '') return textOf(plain)
  const html = leaves.find((part) => part.mimeType === 'text/html')
  return html === undefined ? '' : htmlText(textOf(html))
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function htmlText(html: string): string {
  return html
    .replace(/<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<\/?(b|i|u|em|strong|span|a|font|wbr)\b[^>]*>/gi, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (_, hex: string, code: string) =>
      codePoint(code, hex === '' ? 10 : 16),
    )
    .replace(/&([a-z]+);/gi, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole)
}

function codePoint(code: string, radix: number): string {
  const value = Number.parseInt(code, radix)
  return value > 0 && value <= 0x10ffff ? String.fromCodePoint(value) : ' '
}

const SNIPPET_LENGTH = 200

/** The first words of the body, HTML-escaped as Gmail's snippets are. */
export function snippetOf(facts: MailFacts): string {
  const flat = facts.text
    .slice(0, 4000)
    .replace(/(?:\s|\u200b|\u00ad|\u034f)+/g, ' ')
    .trim()
  const points = [...flat]
  const cut =
    points.length > SNIPPET_LENGTH ? points.slice(0, SNIPPET_LENGTH).join('').replace(/ \S*$/, '') : flat
  return cut
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
