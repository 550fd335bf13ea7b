import type { Asked } from '../../../lib/contract/messages.ts'
import { arrivalOf } from '../../../lib/domain/messages.ts'
import { GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import { recordsOfAddresses } from '../../storage/mail/addresses.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { findSightings, recordsByHand } from '../../storage/mail/sightings.ts'
import { recordNames } from '../../storage/mail/trust.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { requireReadable } from '../threads.ts'
import { readingClient } from './client.ts'
import { type Considered, consider } from './decide.ts'
import { readRefusal } from './failures.ts'
import { subjectOf } from './store.ts'

const most = 10
const mostRecords = 10
const patienceMs = 25_000

/**
 * "Why is this mail not here?": looks into the actor's own mailbox as Gmail's search does and says of each mail whether it is
 * taken, by the decision that synchronisation makes. Nothing is stored.
 */
export async function askMailbox(ctx: Context, input: { account: string; q: string }): Promise<Asked> {
  const mailbox = await requireReadable(ctx, input.account)
  const messages = await lookUp(ctx, mailbox, input.q)
  const { considered } = await consider(ctx.db, mailbox, messages)
  const mails = []
  for (const one of considered) mails.push(await explain(ctx, mailbox, one))
  return { mails }
}

async function lookUp(ctx: Context, mailbox: MailboxRow, q: string): Promise<GoogleMessage[]> {
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const client = await readingClient(ctx, mailbox, 'person')
    const { ids } = await client.listMessages({ q, max: most }, signal)
    const read = await Promise.all(
      ids.map(({ id }) => client.getMessage(id, 'metadata', signal).catch(orGone)),
    )
    return read.flatMap((one) => one ?? [])
  } catch (error) {
    throw error instanceof GoogleError ? readRefusal(error) : error
  }
}

function orGone(error: unknown): undefined {
  if (error instanceof GoogleError && error.kind === 'not_found') return undefined
  throw error
}

async function explain(
  ctx: Context,
  mailbox: MailboxRow,
  { message, parties, linking, verdict }: Considered,
): Promise<Asked['mails'][number]> {
  const stored = await findSightings(ctx.db, mailbox.id, [message.id])
  const byHand = await recordsByHand(
    ctx.db,
    stored.map((row) => row.id),
  )
  const byAddress = await recordsOfAddresses(ctx.db, mailbox.org_id, linking)
  const ids = [...new Set([...byHand, ...byAddress])].slice(0, mostRecords)
  // What nothing holds here any more is about to be forgotten (`forgetUnheld`).
  const isHeld = verdict.taken || byHand.length > 0 || stored.some((row) => row.send_id !== null)
  const records = isHeld ? await recordNames(ctx.db, viewerOf(ctx), ids) : []
  return {
    gmailId: message.id,
    threadId: message.threadId,
    subject: subjectOf(message),
    from: parties.from ?? null,
    at: arrivalOf(message.internalDate).toISOString(),
    taken: isHeld,
    why: isHeld ? null : verdict.why,
    records,
  }
}
