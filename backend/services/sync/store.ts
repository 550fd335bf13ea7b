import { createHash } from 'node:crypto'
import { isRobot, type Party } from '../../../lib/domain/addresses.ts'
import {
  arrivalOf,
  directionOf,
  headerValue,
  identityOf,
  isListed,
  isMail,
  type Parties,
  plainSnippet,
  readParties,
} from '../../../lib/domain/messages.ts'
import { fileableParts } from '../../../lib/domain/parts.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import type { GoogleMessage } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import {
  addressesOfUser,
  knownAddresses,
  type OwnPeople,
  ownAddresses,
  recordsOfAddresses,
} from '../../storage/mail/addresses.ts'
import { followThreads, linkedThreads } from '../../storage/mail/links.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import {
  findSightings,
  linkSightings,
  type NewSighting,
  type SightingRow,
  sendsOfMailbox,
  setLabels,
  storeSightings,
  unlinkSighting,
} from '../../storage/mail/sightings.ts'
import type { Deps } from '../context.ts'

/** A read message with what decides whether it stays. */
interface Candidate {
  message: GoogleMessage
  parties: Parties
  linking: string[]
}

/**
 * Stores those of the messages that have a current address of a record among their parties, whose thread stands on a record
 * by hand, or that are asked for in `take` (Gmail ids); nothing of the others. Messages stored before get their labels
 * renewed. Returns the addresses whose lists changed, for {@link announce}.
 */
export async function storeMessages(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  messages: readonly GoogleMessage[],
  take: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const mail = [...new Map(messages.map((one) => [one.id, one])).values()].filter((one) =>
    isMail(one.labelIds),
  )
  if (mail.length === 0) return []
  const own = await ownAddresses(trx, mailbox.org_id)
  const candidates = mail.map((message) => toCandidate(message, own))
  const known = await knownAddresses(trx, mailbox.org_id, [
    ...new Set(candidates.flatMap((one) => one.linking)),
  ])
  const stored = await findSightings(
    trx,
    mailbox.id,
    mail.map((one) => one.id),
  )
  const seen = new Set(stored.map((row) => row.gmail_id))
  const threads = await linkedThreads(trx, mailbox.id, [...new Set(mail.map((one) => one.threadId))])
  const wanted = candidates.filter(
    ({ message, linking }) =>
      !seen.has(message.id) &&
      (take.has(message.id) ||
        threads.has(message.threadId) ||
        linking.some((address) => known.has(address) && !own.isNever(address))),
  )
  const mine = await addressesOfUser(trx, mailbox.org_id, mailbox.user_id)
  const sends = await sendsOfMailbox(
    trx,
    mailbox.id,
    wanted.flatMap(({ message }) => sendIdOf(message) ?? []),
  )
  await storeSightings(
    trx,
    deps.newId,
    wanted.map((one) => toSighting(one, { deps, mailbox, mine, sends })),
  )
  await followThreads(
    trx,
    mailbox.id,
    wanted.map((one) => one.message.id),
  )
  const labels = new Map(mail.map((one) => [one.id, one.labelIds]))
  const relabelled = await relabel(trx, stored, labels, own)
  return [...wanted.flatMap((one) => one.linking), ...relabelled]
}

/** Takes over new labels of stored mail: into the trash means out of every list, and back. Returns the addresses concerned. */
export async function relabel(
  trx: Trx,
  stored: readonly SightingRow[],
  labels: ReadonlyMap<string, readonly string[]>,
  own: OwnPeople,
): Promise<string[]> {
  const changed: string[] = []
  // In one order, so that two transactions cannot lock each other out.
  for (const row of stored.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const labelIds = labels.get(row.gmail_id)
    if (labelIds === undefined || sameLabels(labelIds, row.label_ids)) continue
    await setLabels(trx, row.id, labelIds)
    const [before, after] = [isListed(row.label_ids), isListed(labelIds)]
    if (before && !after) changed.push(...(await unlinkSighting(trx, row.id)))
    if (after && !before) {
      const parties = [row.from_party, ...row.to_parties, ...row.cc_parties, ...row.bcc_parties]
      const addresses = linkingOf(parties, own)
      await linkSightings(trx, [{ row, addresses }])
      changed.push(...addresses)
    }
  }
  return changed
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label) => b.includes(label))
}

/** Tells the mailbox's owner, inside the transaction, which records' lists these addresses changed. */
export async function announce(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  addresses: readonly string[],
): Promise<void> {
  const recordIds = await recordsOfAddresses(trx, mailbox.org_id, [...new Set(addresses)])
  if (recordIds.length === 0) return
  await appendEvent(trx, {
    orgId: mailbox.org_id,
    userId: mailbox.user_id,
    payload: { type: 'emails', recordIds },
    at: new Date(deps.clock.now()),
  })
}

function toCandidate(message: GoogleMessage, own: OwnPeople): Candidate {
  const parties = readParties(message.headers)
  const all = [...(parties.from ? [parties.from] : []), ...parties.to, ...parties.cc, ...parties.bcc]
  return { message, parties, linking: linkingOf(all, own) }
}

/** Addresses by which a mail may stand on a record: nobody of the organisation, no robots (decisions 6). */
function linkingOf(parties: readonly Party[], own: OwnPeople): string[] {
  const addresses = new Set(parties.map((party) => party.address))
  return [...addresses].filter((address) => address !== '' && !own.has(address) && !isRobot(address))
}

function toSighting(
  { message, parties, linking }: Candidate,
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
    addresses: isListed(message.labelIds) ? linking : [],
    row: {
      id: deps.newId(),
      org_id: mailbox.org_id,
      mailbox_id: mailbox.id,
      gmail_id: message.id,
      gmail_thread_id: message.threadId,
      direction: directionOf(parties.from, message.labelIds, mine),
      label_ids: [...message.labelIds],
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
