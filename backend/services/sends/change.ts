import type { Send, UpdateSend, When } from '../../../lib/contract/sends.ts'
import type { Party } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { localAt } from '../../../lib/domain/schedule.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'
import { oneLine } from '../../../lib/domain/text.ts'
import {
  changeSend,
  findSend,
  hintSends,
  putSendAddresses,
  type SendChange,
  type ShownSend,
} from '../../storage/sends.ts'
import { requireOwnMailbox, requireSenderAddress } from '../compose/senders.ts'
import { changedText } from '../compose/text.ts'
import type { Context } from '../context.ts'
import { requireMailable, requireRecipients, requireSender, requireSendingMailbox } from './allowed.ts'
import { cleanParties } from './draft.ts'
import { noteChange, type Step } from './notes.ts'
import { getSend, requireSend } from './read.ts'
import { resolveWhen } from './when.ts'

/** A draft is sent off by submitting it, past its guards, and is no mail to be moved or cancelled. */
const waiting: readonly SendStatus[] = ['scheduled', 'held']

/** S-040: edits or moves before it is due. A new time also takes a held mail back into the queue. */
export async function updateSend(ctx: Context, id: string, input: UpdateSend): Promise<Send> {
  const row = await requireOwn(ctx, id)
  requireSender(ctx, input.when?.kind === 'at')
  const mail = {
    to: input.to ?? row.to_parties,
    cc: input.cc ?? row.cc_parties,
    bcc: input.bcc ?? row.bcc_parties,
  }
  requireRecipients(mail)
  await requireMailable(ctx, [...(input.to ?? []), ...(input.cc ?? []), ...(input.bcc ?? [])])
  const { when } = input
  const content = await contentOf(ctx, row, input)
  const set = when === undefined ? content : { ...content, ...(await queued(ctx, row, when)) }
  const steps: Step[] = []
  if (Object.keys(content).length > 0) steps.push({ step: 'edited' })
  if (when !== undefined) steps.push({ step: 'moved' })
  return write(ctx, row, { version: input.version, from: waiting, set, steps })
}

async function contentOf(ctx: Context, row: ShownSend, input: UpdateSend): Promise<SendChange> {
  const { to, cc, bcc, subject, from } = input
  const parties = (some: readonly Party[]) => JSON.stringify(cleanParties(some))
  const sender =
    from === undefined
      ? undefined
      : await requireSenderAddress(ctx, await requireOwnMailbox(ctx, row.mailboxEmail), from)
  return {
    ...(to !== undefined && { to_parties: parties(to.map(withName)) }),
    ...(cc !== undefined && { cc_parties: parties(cc.map(withName)) }),
    ...(bcc !== undefined && { bcc_parties: parties(bcc.map(withName)) }),
    ...(subject !== undefined && { subject: oneLine(subject) }),
    ...(await changedText(input, row)),
    ...sender,
  }
}

function withName({ address, name = '' }: { address: string; name?: string | undefined }): Party {
  return { address, name }
}

/** S-040: due at once; the queue does the rest. */
export async function sendNow(ctx: Context, id: string, input: { version: number }): Promise<Send> {
  const row = await requireOwn(ctx, id)
  requireSender(ctx)
  const set = await queued(ctx, row, { kind: 'now' })
  const steps: Step[] = [{ step: 'moved', detail: 'now' }]
  return write(ctx, row, { version: input.version, from: waiting, set, steps })
}

/** S-041: a cancelled mail is never sent. The author may do this in any role. */
export async function cancelSend(ctx: Context, id: string, input: { version: number }): Promise<Send> {
  const row = await requireOwn(ctx, id)
  const set: SendChange = { status: 'cancelled', reason: null, not_before: null }
  return write(ctx, row, {
    version: input.version,
    from: waiting,
    set,
    steps: [{ step: 'cancelled' }],
  })
}

/** Undo of a cancellation. A time that has passed meanwhile is not sent late by itself: the mail is held as overdue. */
export async function restoreSend(ctx: Context, id: string, input: { version: number }): Promise<Send> {
  const row = await requireOwn(ctx, id)
  const late = row.due_at.getTime() <= ctx.clock.now()
  requireSender(ctx, row.planned && !late)
  const set: SendChange = late ? { status: 'held', reason: 'overdue' } : { status: 'scheduled', reason: null }
  return write(ctx, row, {
    version: input.version,
    from: ['cancelled'],
    set,
    steps: [{ step: 'restored' }],
  })
}

/** Takes a held mail back into the queue at a new time, once what held it is put right. */
export async function resumeSend(
  ctx: Context,
  id: string,
  input: { version: number; when: When },
): Promise<Send> {
  const row = await requireOwn(ctx, id)
  requireSender(ctx, input.when.kind === 'at')
  const set = await queued(ctx, row, input.when)
  return write(ctx, row, { version: input.version, from: ['held'], set, steps: [{ step: 'resumed' }] })
}

/** Due at `when`, if the mailbox can send; `now` keeps the zone the author had chosen. */
async function queued(ctx: Context, row: ShownSend, when: When): Promise<SendChange> {
  await requireSendingMailbox(ctx, row.mailboxEmail)
  const due = resolveWhen(when, ctx.clock.now(), row.zone)
  return { ...due, status: 'scheduled', reason: null, not_before: null, undo_until: null }
}

/** S-042: the author and nobody else, admins included; to who may not even look it does not exist. */
async function requireOwn(ctx: Context, id: string): Promise<ShownSend> {
  const { row } = await requireSend(ctx, id)
  if (row.author_id !== ctx.actor.userId)
    throw new Refusal('forbidden', 'not_author', { author: row.authorName })
  return row
}

async function write(
  ctx: Context,
  row: ShownSend,
  change: { version: number; from: readonly SendStatus[]; set: SendChange; steps: Step[] },
): Promise<Send> {
  const now = new Date(ctx.clock.now())
  const written = await ctx.db.transaction().execute(async (trx) => {
    const changed = await changeSend(trx, {
      orgId: ctx.actor.orgId,
      id: row.id,
      authorId: ctx.actor.userId,
      version: change.version,
      from: change.from,
      set: { ...change.set, updated_at: now },
    })
    if (changed === undefined) return false
    await putSendAddresses(trx, changed)
    await noteChange(trx, changed, change.steps, now)
    await hintSends(trx)
    return true
  })
  if (!written) throw await conflict(ctx, row.id, change.from)
  return getSend(ctx, row.id)
}

/** What is true instead (S-040: "409 with a clear message"). */
async function conflict(ctx: Context, id: string, from: readonly SendStatus[]): Promise<Refusal> {
  const row = await findSend(ctx.db, ctx.actor.orgId, id)
  if (row === undefined) return new Refusal('not_found', 'message_missing')
  if (row.status === 'sending') {
    const at = row.claimed_at ?? row.updated_at
    const facts = { claimedAt: at.toISOString(), local: localAt(at.getTime(), row.zone), status: row.status }
    return new Refusal('conflict', 'already_claimed', facts)
  }
  if (!from.includes(row.status)) return new Refusal('conflict', 'already_final', { status: row.status })
  return new Refusal('conflict', 'version_stale', { version: row.version, status: row.status })
}
