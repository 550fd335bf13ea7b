import { parseAddressList } from './address-list.ts'
import type { Party } from './addresses.ts'
import { cleanText } from './text.ts'

/** One header as Gmail's API hands it out: decoded, order and doubles kept. */
export interface Header {
  name: string
  value: string
}

/** Values of every header of this name, in order; names compare without case. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter((header) => header.name.toLowerCase() === wanted).map((header) => header.value)
}

/** The first header of this name. */
export function headerValue(headers: readonly Header[], name: string): string | undefined {
  return headerValues(headers, name)[0]
}

/** Who a mail is from and to. */
export interface Parties {
  /** Undefined when no From can be read. */
  from: Party | undefined
  to: Party[]
  cc: Party[]
  bcc: Party[]
  /** Entries of these headers that name nobody. */
  malformed: number
}

/** Reads From, To, Cc and Bcc; several headers of one name count as one list. */
export function readParties(headers: readonly Header[]): Parties {
  const list = (name: string) => parseAddressList(headerValues(headers, name).join(', '))
  const [from, to, cc, bcc] = [list('From'), list('To'), list('Cc'), list('Bcc')]
  return {
    from: chooseSender(from.parties, headerValue(headers, 'Sender')),
    to: to.parties,
    cc: cc.parties,
    bcc: bcc.parties,
    malformed: from.malformed + to.malformed + cc.malformed + bcc.malformed,
  }
}

/**
 * With several addresses in From the Sender decides (RFC 5322, 3.6.2), else the last: a decoded display name can
 * smuggle an address in front of the real one, never behind it.
 */
function chooseSender(from: readonly Party[], sender: string | undefined): Party | undefined {
  if (from.length > 1 && sender !== undefined) {
    const address = parseAddressList(sender).parties[0]?.address
    const named = from.find((party) => party.address === address)
    if (named !== undefined) return named
  }
  return from.at(-1)
}

/**
 * Sent when From is one of the mailbox's own addresses or aliases, also when the mail arrived by POP or import (S-022),
 * or when Gmail itself calls it sent. `own` holds normalised addresses.
 */
export function directionOf(
  from: Party | undefined,
  labelIds: readonly string[],
  own: ReadonlySet<string>,
): 'received' | 'sent' {
  if (labelIds.includes('SENT')) return 'sent'
  return from !== undefined && own.has(from.address) ? 'sent' : 'received'
}

/** Drafts and chats are no mail yet or at all. */
export function isMail(labelIds: readonly string[]): boolean {
  return !labelIds.includes('DRAFT') && !labelIds.includes('CHAT')
}

const answerMark =
  /^(?:(?:re|fwd?|aw|antw|wg|sv|vs|vb|vl|tr|rv|enc|odp|pd|ynt|ilt|res|rif|回复|答复|转发|回覆|轉寄|返信|転送|회신|전달)\s*(?:[[(*^]?\s*\d{1,3}\s*[\])]?)?\s*[:：])\s*/iu

/** The subject without answer and forward marks (`Re:`, `RE[2]:`, `AW:`, `返信：` …), white space collapsed. */
export function normaliseSubject(subject: string): string {
  let rest = cleanText(subject).normalize('NFC').replace(/\s+/g, ' ').trim()
  for (;;) {
    const shorter = rest.replace(answerMark, '')
    if (shorter === rest) return rest
    rest = shorter
  }
}

/**
 * Text that is equal for two sightings exactly when they are one message: Message-ID, From, Date and normalised subject
 * agree (decisions, Words), so a forged Message-ID joins nothing. A mail without Message-ID is a message of its own.
 */
export function identityOf(
  headers: readonly Header[],
  from: Party | undefined,
  own: { mailboxId: string; gmailId: string },
): string {
  const messageIds = headerValues(headers, 'Message-ID').map((id) => id.trim())
  if (messageIds.every((id) => id === '')) return JSON.stringify(['own', own.mailboxId, own.gmailId])
  const dates = headerValues(headers, 'Date').map((date) => date.replace(/\s+/g, ' ').trim())
  const subject = normaliseSubject(headerValue(headers, 'Subject') ?? '')
  return JSON.stringify(['header', messageIds, from?.address ?? '', dates, subject])
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** Gmail's snippet is HTML-escaped; this is its plain text. */
export function plainSnippet(snippet: string): string {
  return cleanText(snippet.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity))
}

/** Mail in the trash or marked as spam stays stored but stands in no list. */
export function isListed(labelIds: readonly string[]): boolean {
  return !labelIds.includes('TRASH') && !labelIds.includes('SPAM')
}

/** The latest instant a screen and both databases can show: the end of the year 9999. */
const latestInstant = 253_402_300_799_999

/** When a mail arrived (Gmail's internalDate, epoch ms), in a range every part of the house can hold. */
export function arrivalOf(internalDate: number): Date {
  if (!Number.isFinite(internalDate)) return new Date(0)
  return new Date(Math.min(Math.max(Math.trunc(internalDate), 0), latestInstant))
}

/** Why a record's Emails list is empty (S-064); three of them: the address it has never links (decisions 6). */
export const emptyReasons = ['no_address', 'colleague', 'robot', 'never_link', 'no_mail', 'no_read'] as const
