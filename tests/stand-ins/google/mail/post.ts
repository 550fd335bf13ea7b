import { retryAfter } from '../errors.ts'
import { editHead, mailDate } from '../mime/edit.ts'
import { MailFacts } from '../mime/facts.ts'
import type { StoredMessage } from '../store/mail-store.ts'
import { threadOfIncoming } from '../store/threading.ts'
import type { DeliverOptions } from '../types.ts'
import type { World } from '../world.ts'
import type { Account } from './account.ts'
import { scheduleBounce } from './bounces.ts'
import { deliveredCopy, departingCopy, type Outgoing, traceHeaders } from './outgoing.ts'

const DAY = 24 * 3_600_000
const ARRIVING = ['UNREAD', 'CATEGORY_PERSONAL', 'INBOX']

/** Puts a mail that arrives now (or at `at`) into a mailbox; the bytes stay as they are. */
export function receive(
  world: World,
  account: Account,
  raw: Buffer,
  options: DeliverOptions = {},
): StoredMessage {
  const now = world.clock.now()
  const id = world.ids.message(now)
  return account.store.insert({
    id,
    threadId: threadOfIncoming(account.store, new MailFacts(raw)) ?? id,
    raw,
    labels: options.labelIds ?? ARRIVING,
    internalDate: options.at ?? now,
    storedAt: now,
  })
}

/** A mail from outside: gets the trace headers of a delivery, and a Message-ID if it has none, as Gmail adds them. */
export function receiveFromOutside(
  world: World,
  account: Account,
  raw: Buffer,
  options: DeliverOptions,
): StoredMessage {
  const at = options.at ?? world.clock.now()
  const facts = new MailFacts(raw)
  const from = facts.isReport ? '' : (facts.addresses('From')[0]?.address ?? '')
  const prepend = facts.header('Delivered-To') === '' ? traceHeaders(account.email, from, at) : []
  if (facts.messageId === '')
    prepend.push(`Message-ID: <${world.ids.message(at)}.SMTPIN_ADDED_MISSING@mx.google.com>`)
  if (facts.header('Date') === '') prepend.push(`Date: ${mailDate(at)}`)
  return receive(world, account, prepend.length === 0 ? raw : editHead(raw, { prepend }), options)
}

/** Throws Gmail's 429 "(Mail sending)" when the account has used up its mails of the last 24 hours. */
export function checkDailyCap(world: World, account: Account): void {
  const now = world.clock.now()
  account.sendTimes = account.sendTimes.filter((at) => at > now - DAY)
  if (account.sendTimes.length < world.settings.dailySendCap) return
  throw retryAfter(429, (account.sendTimes[0] ?? now) + DAY, true)
}

/**
 * Hands a prepared mail to everybody: `keep` stores the sender's copy with these labels, local accounts get
 * theirs, other domains go to the outbox, and bounce rules answer later.
 */
export function dispatch(
  world: World,
  account: Account,
  mail: Outgoing,
  keep: (labels: string[]) => StoredMessage,
): StoredMessage {
  const now = world.clock.now()
  account.sendTimes.push(now)
  const toSelf = mail.recipients.some((address) => account.receives(address))
  const sent = keep(toSelf ? ['UNREAD', 'SENT', 'INBOX'] : ['SENT'])
  const served = new Set([account.email])
  for (const address of mail.recipients) {
    const receiver = world.receiver(address)
    const bounces = receiver !== account && scheduleBounce(world, account, mail, address)
    if (receiver === undefined) {
      world.outbox.push({ at: now, from: mail.from, to: address, raw: departingCopy(mail) })
    } else if (!bounces && !served.has(receiver.email)) {
      served.add(receiver.email)
      receive(world, receiver, deliveredCopy(mail, address, now))
    }
  }
  return sent
}
