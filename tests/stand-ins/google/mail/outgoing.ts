import { randomBytes } from 'node:crypto'
import { badRequest, GmailError } from '../errors.ts'
import { displayName, editHead, mailDate } from '../mime/edit.ts'
import { MailFacts } from '../mime/facts.ts'
import type { IdMaker } from '../store/ids.ts'
import type { Account } from './account.ts'

/** Google's upload limit for a raw mail, bytes. */
export const LARGEST_RAW = 35 * 1024 * 1024

/** A mail ready to leave: the sender's copy (with Bcc) and everybody it goes to, lower case, once each. */
export interface Outgoing {
  raw: Buffer
  facts: MailFacts
  from: string
  recipients: string[]
}

/** How a mail is handed in: through the API, which rewrites, or by Gmail's own page or a phone, which do not. */
export type Road = 'api' | 'native'

/** What Gmail does to a mail on sending; refuses one without a recipient. */
export function prepareOutgoing(
  raw: Buffer,
  account: Account,
  ids: IdMaker,
  now: number,
  road: Road,
): Outgoing {
  if (raw.length > LARGEST_RAW) throw new GmailError(413, 'uploadTooLarge', 'Request Entity Too Large')
  const given = new MailFacts(raw)
  const recipients = new Set(
    ['To', 'Cc', 'Bcc'].flatMap((name) => given.addresses(name).map((one) => one.address)),
  )
  if (recipients.size === 0) throw badRequest('Recipient address required')
  const edited = editHead(raw, rewriting(given, account, ids, now, road))
  const facts = new MailFacts(edited)
  return {
    raw: edited,
    facts,
    from: facts.addresses('From')[0]?.address ?? account.email,
    recipients: [...recipients],
  }
}

function rewriting(facts: MailFacts, account: Account, ids: IdMaker, now: number, road: Road): HeadChange {
  const remove: string[] = []
  const prepend: string[] = []
  if (road === 'api') {
    prepend.push(
      `Received: from 794506023861 named unknown by gmailapi.google.com with HTTPREST; ${mailDate(now)}`,
    )
  }
  const from = facts.addresses('From')[0]
  if (from === undefined || !account.maySendAs(from.address)) {
    remove.push('From')
    prepend.push(`From: ${displayName(account.name)} <${account.email}>`)
  }
  if (facts.header('Date') === '') prepend.push(`Date: ${mailDate(now)}`)
  if (road === 'api' || facts.messageId === '') {
    remove.push('Message-ID')
    prepend.push(`Message-ID: ${ids.sentMessageId()}`)
  }
  return { remove, prepend }
}

interface HeadChange {
  remove: string[]
  prepend: string[]
}

/** What leaves for another server: the sender's copy without Bcc. */
export function departingCopy(sent: Outgoing): Buffer {
  return editHead(sent.raw, { remove: ['Bcc'] })
}

/** The copy a recipient's mailbox gets: without Bcc, with the trace headers of a delivery. */
export function deliveredCopy(sent: Outgoing, to: string, now: number): Buffer {
  return editHead(sent.raw, { remove: ['Bcc'], prepend: traceHeaders(to, sent.from, now) })
}

/** The headers a receiving Gmail puts on top; `from` is the envelope sender, empty for reports. */
export function traceHeaders(to: string, from: string, now: number): string[] {
  const hop = randomBytes(8).toString('hex')
  return [
    `Delivered-To: ${to}`,
    `Received: by 2002:a05:6402:${hop.slice(0, 4)}:b0 with SMTP id ${hop}; ${mailDate(now)}`,
    `Return-Path: <${from}>`,
  ]
}
