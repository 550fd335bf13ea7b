import type * as z from 'zod'
import type { FileablePart, ThreadFacts, ThreadMessage } from '../../lib/contract/threads.ts'
import type { Party } from '../../lib/domain/addresses.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { arrivalOf, isMail, plainSnippet, readParties } from '../../lib/domain/messages.ts'
import { fileableParts } from '../../lib/domain/parts.ts'
import { GoogleError, type GoogleMessage } from '../google/gateway.ts'
import { type AttachmentView, filedPartsOf } from '../storage/attachments.ts'
import { listMailboxes } from '../storage/identity.ts'
import { addressesOfUser } from '../storage/mail/addresses.ts'
import type { MailboxRow } from '../storage/mail/mailboxes.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { allows } from './scopes.ts'
import { announce } from './sync/announce.ts'
import { readingClient } from './sync/client.ts'
import { readRefusal } from './sync/failures.ts'
import { storeMessages, subjectOf } from './sync/store.ts'

/** Nobody waits longer for a thread; ms. */
const patienceMs = 25_000
/** As many as one look-up takes. */
const maxPeople = 200

/** The actor's own mailbox of that address, with permission to read. @throws Refusal wrong_account, scope_read_missing */
export async function requireReadable(ctx: Context, account: string): Promise<MailboxRow> {
  const mailboxes = await listMailboxes(ctx.db, ctx.actor.orgId, ctx.actor.userId)
  const mailbox = mailboxes.find((one) => one.email === account && one.status !== 'disconnected')
  if (mailbox === undefined) throw new Refusal('forbidden', 'wrong_account', { account })
  if (!allows(mailbox.scopes, 'read')) throw new Refusal('forbidden', 'scope_read_missing', { account })
  return mailbox
}

/**
 * Facts about a thread in the actor's own mailbox: who wrote to whom, which parts can be filed and where they stand
 * already. Its mail with known parties is stored on the way.
 */
export async function threadFacts(
  ctx: Context,
  input: { account: string; threadId: string },
): Promise<ThreadFacts> {
  const mailbox = await requireReadable(ctx, input.account)
  const messages = (await readThread(ctx, mailbox, input.threadId)).filter((one) => isMail(one.labelIds))
  await ctx.db.transaction().execute(async (trx) => {
    await announce(trx, ctx, mailbox, await storeMessages(trx, ctx, mailbox, messages))
  })
  return describe(ctx, mailbox, input.threadId, messages)
}

/** A thread of the mailbox as Gmail has it. @throws Refusal when Gmail refuses or does not answer */
export async function readThread(
  ctx: Context,
  mailbox: MailboxRow,
  threadId: string,
): Promise<GoogleMessage[]> {
  try {
    const client = await readingClient(ctx, mailbox, 'person')
    return (await client.getThread(threadId, AbortSignal.timeout(patienceMs))).messages
  } catch (error) {
    throw error instanceof GoogleError ? readRefusal(error) : error
  }
}

async function describe(
  ctx: Context,
  mailbox: MailboxRow,
  threadId: string,
  messages: readonly GoogleMessage[],
): Promise<ThreadFacts> {
  const mine = await addressesOfUser(ctx.db, mailbox.org_id, mailbox.user_id)
  const filed = await filedPartsOf(
    ctx.db,
    viewerOf(ctx),
    mailbox.id,
    messages.map((one) => one.id),
  )
  const people = new Map<string, Party>()
  let malformed = 0
  const facts = messages.map((message): z.infer<typeof ThreadMessage> => {
    const { from, to, cc, bcc, malformed: bad } = readParties(message.headers)
    malformed += bad
    for (const party of [...(from ? [from] : []), ...to, ...cc, ...bcc])
      if (!people.get(party.address)?.name) people.set(party.address, party)
    return {
      id: message.id,
      from: from ?? null,
      to,
      cc,
      at: arrivalOf(message.internalDate).toISOString(),
      fromMe: from !== undefined && mine.has(from.address),
      snippet: plainSnippet(message.snippet),
      parts: message.payload === undefined ? [] : partsOf(message, filed),
    }
  })
  const [first] = messages
  return {
    id: threadId,
    subject: first === undefined ? '' : subjectOf(first),
    messages: facts,
    people: [...people.values()].slice(0, maxPeople),
    malformed,
  }
}

function partsOf(
  message: GoogleMessage,
  filed: readonly (AttachmentView & { viaMessageId: string; viaPartId: string })[],
): FileablePart[] {
  if (message.payload === undefined) return []
  return fileableParts(message.payload).map((part) => ({
    ...part,
    filed: filed
      .filter((one) => one.viaMessageId === message.id && one.viaPartId === part.partId)
      .map((one) => ({
        recordId: one.recordId,
        recordName: one.recordName,
        attachmentId: one.id,
        by: one.filedBy,
        at: one.filedAt.toISOString(),
      })),
  }))
}
