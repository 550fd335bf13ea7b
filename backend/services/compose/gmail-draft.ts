import { createHash } from 'node:crypto'
import { normaliseAddress, type Party } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { headerValue } from '../../../lib/domain/messages.ts'
import { comparable, cutQuote, letters, type SeenMail, wordsOf } from '../../../lib/domain/take-over.ts'
import { type GmailMailbox, GoogleError, type ReadMail } from '../../google/gateway.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import type { Deps } from '../context.ts'
import { mailboxClient } from '../mailboxes.ts'
import { cleanOutgoingApart, type OutgoingText } from '../messages/clean.ts'
import { readRefusal } from '../sync/failures.ts'
import { htmlOfText } from './plain-text.ts'

/** Gmail lets nobody attach more than 25 MB, which is 36 MB of raw mail (base64, its line breaks). */
const largestRaw = 38 * 1024 * 1024
const cleaningMs = 5_000

/** A draft of Gmail's as Inlay can take it over. */
export interface GmailDraft {
  threadId: string
  mail: ReadMail
  /** As it may go out; `quote` is what is answered. */
  text: OutgoingText
  files: ReadMail['files']
  /** Inline images of what was written; those of the quote do not go along. */
  images: ReadMail['files']
  seen: SeenMail
}

/** The draft as Gmail keeps it now. @throws Refusal gmail_draft_missing, and why it cannot be read */
export async function readGmailDraft(
  deps: Deps,
  client: GmailMailbox,
  draftId: string,
  signal: AbortSignal,
): Promise<GmailDraft> {
  const { raw, threadId } = await fetchRaw(client, draftId, signal)
  const mail = await deps.google.readMail(raw)
  if (mail === undefined) throw new Refusal('conflict', 'body_unreadable')
  const { own, quote } = cutQuote(mail.html ?? htmlOfText(mail.text))
  const text = await cleanOutgoingApart({ html: own, quote }, cleaningMs)
  if (text === undefined) throw new Refusal('conflict', 'body_unreadable')
  const named = (file: ReadMail['files'][number], html: string) =>
    file.cid !== null &&
    (html.includes(`cid:${file.cid}`) || html.includes(`cid:${encodeURIComponent(file.cid)}`))
  const files = mail.files.filter((file) => !named(file, mail.html ?? ''))
  const addresses = (parties: readonly Party[]) => parties.map(({ address, name }) => address || name)
  const seen: SeenMail = {
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    bcc: addresses(mail.bcc),
    subject: mail.subject,
    text: wordsOf(text.html),
    files: files.map((file) => file.name),
  }
  return { threadId, mail, text, files, images: mail.files.filter((file) => named(file, text.html)), seen }
}

async function fetchRaw(client: GmailMailbox, draftId: string, signal: AbortSignal) {
  try {
    return await client.getDraftRaw(draftId, largestRaw, signal)
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    if (error.kind === 'not_found') throw new Refusal('not_found', 'gmail_draft_missing')
    if (error.kind === 'scope_missing') throw new Refusal('forbidden', 'scope_send_missing')
    throw readRefusal(error)
  }
}

/** The mailbox at Google, for what somebody at the screen waits for. Permission to write mail is enough. */
export async function draftClient(deps: Deps, mailbox: MailboxRow): Promise<GmailMailbox> {
  try {
    return await mailboxClient(deps, mailbox.id, 'person')
  } catch (error) {
    throw error instanceof GoogleError ? readRefusal(error) : error
  }
}

/** The content of a draft in so few letters that nothing of it can be read: of its subject, and of all of it. */
export function markOf(seen: SeenMail): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
  return `${hash(letters(seen.subject))}.${hash(comparable(seen))}`
}

/** Its recipients as addresses, each once; what is none stays as it was typed. */
export function recipientsOf({ mail }: GmailDraft) {
  const split = (parties: readonly Party[]) => {
    const good: Party[] = []
    const typed: string[] = []
    for (const { address, name } of parties) {
      const normal = normaliseAddress(address)
      if (normal === undefined) typed.push(address || name)
      else good.push({ address: normal, name })
    }
    return { good, typed: typed.join(', ') }
  }
  const [to, cc, bcc] = [split(mail.to), split(mail.cc), split(mail.bcc)]
  return {
    ...{ to: to.good, cc: cc.good, bcc: bcc.good },
    pending: { to: to.typed, cc: cc.typed, bcc: bcc.typed },
  }
}

/** Whether a listed draft may hold these words, by its head alone: a draft Inlay made itself never does. */
export function mayBeCopy(headers: readonly { name: string; value: string }[], mark: string): boolean {
  if (headerValue(headers, 'X-Inlay-Send-Id') !== undefined) return false
  const subject = headerValue(headers, 'Subject') ?? ''
  return (
    markOf({ to: [], cc: [], bcc: [], subject, text: '', files: [] }).split('.')[0] === mark.split('.')[0]
  )
}
