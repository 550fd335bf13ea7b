import { createHash } from 'node:crypto'
import { dayMs } from '../../../lib/domain/allowance.ts'
import {
  arrivalOf,
  directionOf,
  headerValue,
  identityOf,
  isListed,
  isMail,
  plainSnippet,
} from '../../../lib/domain/messages.ts'
import { fileableParts } from '../../../lib/domain/parts.ts'
import { mayBeReport, type SkipReason } from '../../../lib/domain/sync.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { GoogleMessage } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { addressesOfUser } from '../../storage/mail/addresses.ts'
import { notePossibleReports } from '../../storage/mail/aside.ts'
import { isConnected, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import {
  findSightings,
  type NewSighting,
  sendsOfMailbox,
  storeSightings,
} from '../../storage/mail/sightings.ts'
import {
  inheritThreadLinks,
  inheritThreadWord,
  lockMailboxMail,
  type ThreadWord,
} from '../../storage/mail/thread-marks.ts'
import { markSent } from '../../storage/sent-marks.ts'
import type { Deps } from '../context.ts'
import type { Hearing } from '../links/hear.ts'
import { unsubscribeAsked, unsubscribeFrom } from '../mass/unsubscribe.ts'
import type { Touched } from './announce.ts'
import { type Considered, consider } from './decide.ts'
import { type Moved, plainLabels, relabel } from './moved.ts'

interface Gathered extends Touched {
  newest: Map<string, Date>
}

/** What storing did. */
export interface Outcome extends Gathered {
  shown: Gathered
  hidden: Gathered
  seen: Hearing[]
  stored: number
  /** Stored before, with other labels now. */
  relabelled: number
  /** Why each of the others was forgotten. */
  skipped: SkipReason[]
}

/** As many rows as one statement takes without care. */
const atOnce = 200

/**
 * Stores those of the messages that are taken (`decideTaking`), and nothing of the others but the ids of possible bounce
 * reports. Messages stored before get their labels renewed. `byHand`: Gmail ids of mail its owner puts on a record right
 * now, taken whoever wrote it. What it answers is for {@link announce}.
 */
export async function storeMessages(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  messages: readonly GoogleMessage[],
  byHand: ReadonlySet<string> = new Set(),
): Promise<Outcome> {
  const outcome: Outcome = {
    ...{ stored: 0, relabelled: 0, skipped: [] },
    ...{ ...gathered(), shown: gathered(), hidden: gathered(), seen: [] },
  }
  if (messages.length === 0) return outcome
  await lockMailboxMail(trx, mailbox.id)
  // Disconnected while this was read.
  if (!(await isConnected(trx, mailbox.id))) return outcome
  const distinct = [...new Map(messages.map((one) => [one.id, one])).values()]
  for (let from = 0; from < distinct.length; from += atOnce)
    await storeSome(trx, { deps, mailbox, outcome, byHand }, distinct.slice(from, from + atOnce))
  return outcome
}

function gathered(): Gathered {
  return { addresses: [], recordIds: [], newest: new Map() }
}

async function storeSome(
  trx: Trx,
  about: { deps: Deps; mailbox: MailboxRow; outcome: Outcome; byHand: ReadonlySet<string> },
  messages: readonly GoogleMessage[],
): Promise<void> {
  const { deps, mailbox, outcome, byHand } = about
  const { considered, own } = await consider(trx, mailbox, messages, byHand)
  const ids = messages.map((one) => one.id)
  const stored = await findSightings(trx, mailbox.id, ids)
  const seen = new Set(stored.map((row) => row.gmail_id))
  const fresh = considered.filter(({ message }) => !seen.has(message.id))
  const taken = fresh.filter(({ verdict }) => verdict.taken)
  const mine = await addressesOfUser(trx, mailbox.org_id, mailbox.user_id)
  const sendIds = taken.flatMap(({ message }) => sendIdOf(message) ?? [])
  const sends = await sendsOfMailbox(trx, mailbox.id, sendIds)
  await storeSightings(
    trx,
    deps.newId,
    taken.map((one) => toSighting(one, { deps, mailbox, mine, sends })),
  )
  const labels = new Map(
    messages.filter((one) => isMail(one.labelIds)).map((one) => [one.id, one.labelIds] as const),
  )
  const relabelled = await relabel(trx, deps, stored, labels, own)
  const inherited = await inheritThreadLinks(trx, mailbox.id, ids)
  const takenIds = taken.map(({ message }) => message.id)
  const words = await inheritThreadWord(trx, mailbox.id, takenIds)
  await noteReports(trx, deps, mailbox, considered)
  await noteSent(trx, deps, mailbox, considered)
  await noteUnsubscribed(trx, deps, mailbox, considered)
  outcome.stored += taken.length
  outcome.relabelled += relabelled.count
  addMoved(outcome, relabelled)
  gather(outcome, { taken, inherited, words })
  for (const { verdict } of fresh) if (!verdict.taken) outcome.skipped.push(verdict.why)
}

/** Tells the owner of it by its addresses, everybody else by who saw it. */
export function addMoved(outcome: Outcome, moved: Moved): void {
  outcome.hidden.addresses.push(...moved.addresses)
  outcome.hidden.recordIds.push(...moved.recordIds)
  outcome.seen.push(...moved.seen)
}

/** New mail by who is to hear of it: as its owner said of the thread, else as their mode says. */
function gather(
  outcome: Outcome,
  fresh: {
    taken: readonly Considered[]
    inherited: readonly { gmailId: string; recordId: string }[]
    words: readonly ThreadWord[]
  },
): void {
  const words = new Map(fresh.words.map((word) => [word.gmailId, word]))
  const groupOf = (gmailId: string): Gathered => {
    const word = words.get(gmailId)
    if (word === undefined) return outcome
    return word.level === 'none' ? outcome.hidden : outcome.shown
  }
  for (const { message, kept } of fresh.taken) {
    const group = groupOf(message.id)
    const at = arrivalOf(message.internalDate)
    const sharedAt = words.get(message.id)?.at
    group.addresses.push(...kept)
    // What was shared after its address stood there counts as no older than that.
    noteNewest(group.newest, kept, sharedAt !== undefined && sharedAt > at ? sharedAt : at)
  }
  for (const { gmailId, recordId } of fresh.inherited) groupOf(gmailId).recordIds.push(recordId)
}

function noteNewest(newest: Map<string, Date>, addresses: readonly string[], at: Date): void {
  for (const address of addresses) {
    const known = newest.get(address)
    if (known === undefined || known < at) newest.set(address, at)
  }
}

/** Their ids are kept for whoever reads them raw, whoever their parties are. */
async function noteReports(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  considered: readonly Considered[],
): Promise<void> {
  const reports = considered.filter(
    ({ message: { labelIds, headers } }) =>
      isMail(labelIds) && !labelIds.includes('SENT') && mayBeReport(headers),
  )
  await notePossibleReports(
    trx,
    reports.map(({ message }) => ({
      mailbox_id: mailbox.id,
      gmail_id: message.id,
      gmail_thread_id: message.threadId,
      org_id: mailbox.org_id,
      at: arrivalOf(message.internalDate),
      seen_at: new Date(deps.clock.now()),
    })),
  )
}

/** Every mail sent in the last day counts against the limits, whether or not it is stored; nothing else of it is kept. */
async function noteSent(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  considered: readonly Considered[],
): Promise<void> {
  const since = deps.clock.now() - dayMs
  const sent = considered.filter(
    ({ message }) => message.labelIds.includes('SENT') && arrivalOf(message.internalDate).getTime() > since,
  )
  const marks = sent.map(({ message, parties: { to, cc, bcc } }) => ({
    gmailId: message.id,
    at: arrivalOf(message.internalDate),
    recipients: to.length + cc.length + bcc.length,
    ours: sendIdOf(message) !== undefined,
  }))
  await markSent(trx, { id: mailbox.id, orgId: mailbox.org_id }, marks)
}

/** Whoever answers a mass mail's mailto link gets no more of them (decisions 13). */
async function noteUnsubscribed(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  considered: readonly Considered[],
): Promise<void> {
  for (const { message, parties } of considered) {
    if (!isMail(message.labelIds) || message.labelIds.includes('SENT')) continue
    const sendId = unsubscribeAsked(deps.tokens, subjectOf(message))
    const from = parties.from?.address
    if (sendId === undefined || from === undefined) continue
    await unsubscribeFrom(trx, deps, { sendId, how: 'mail', only: { mailboxId: mailbox.id, from } })
  }
}

function toSighting(
  { message, parties, kept }: Considered,
  about: { deps: Deps; mailbox: MailboxRow; mine: ReadonlySet<string>; sends: ReadonlySet<string> },
): NewSighting {
  const { deps, mailbox, mine, sends } = about
  const { headers } = message
  const sendId = sendIdOf(message)
  const identity = identityOf(headers, parties.from, { mailboxId: mailbox.id, gmailId: message.id })
  const parts = message.payload === undefined ? [] : fileableParts(message.payload)
  return {
    identity: createHash('sha256').update(identity).digest('hex'),
    messageIdHeader: messageIdOf(message),
    addresses: isListed(message.labelIds) ? kept : [],
    row: {
      id: deps.newId(),
      org_id: mailbox.org_id,
      mailbox_id: mailbox.id,
      gmail_id: message.id,
      gmail_thread_id: message.threadId,
      direction: directionOf(parties.from, message.labelIds, mine),
      label_ids: plainLabels(message.labelIds),
      subject: subjectOf(message),
      snippet: plainSnippet(message.snippet),
      at: arrivalOf(message.internalDate),
      from_party: JSON.stringify(parties.from ?? { address: '', name: '' }),
      to_parties: JSON.stringify(parties.to),
      cc_parties: JSON.stringify(parties.cc),
      bcc_parties: JSON.stringify(parties.bcc),
      parts: JSON.stringify(parts),
      send_id: sendId !== undefined && sends.has(sendId) ? sendId : null,
    },
  }
}

/** For lookups by Message-ID; what is longer than a line may be (RFC 5322, 2.1.1) is none, and would not fit an index. */
function messageIdOf(message: GoogleMessage): string | null {
  const id = cleanText(headerValue(message.headers, 'Message-ID') ?? '').trim()
  return id === '' || id.length > 998 ? null : id
}

/** The subject as it is shown, on one line. */
export function subjectOf(message: GoogleMessage): string {
  return cleanText(headerValue(message.headers, 'Subject') ?? '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Our send's id on our own sent copy. Others can copy the header, so only mail Gmail calls sent is asked. */
function sendIdOf(message: GoogleMessage): string | undefined {
  if (!message.labelIds.includes('SENT')) return undefined
  const id = headerValue(message.headers, 'X-Inlay-Send-Id')?.trim().toLowerCase()
  return id !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined
}
