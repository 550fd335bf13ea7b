import { Send, type SendFile } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'
import { everyEmail } from '../../storage/emails/filter.ts'
import { levelOfSentCopy, openRecordsOfSend } from '../../storage/emails/one-send.ts'
import { listSendEmails, type SendsInput } from '../../storage/emails/sends.ts'
import { listSendFiles, type SendFileRow } from '../../storage/send-files.ts'
import { findSend, listSendsOf, listSteps, type ShownSend, type StepRow } from '../../storage/sends.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { emailsScope } from '../emails/scope.ts'
import { filesOf } from './content.ts'

/**
 * S-042: colleagues look as far as the author shares mail with them, and nobody but the author may do more; Bcc and the
 * receipt are for the author alone.
 */
export async function getSend(ctx: Context, id: string): Promise<Send> {
  const shown = await requireSend(ctx, id)
  return toSend(ctx, shown, await listSteps(ctx.db, [id]), await filesOf(ctx.db, shown.row))
}

/** The actor's own sends, next first. */
export async function listMySends(ctx: Context, input: { status?: SendStatus | undefined }): Promise<Send[]> {
  const { orgId, userId } = ctx.actor
  const rows = await listSendsOf(ctx.db, { orgId, authorId: userId, status: input.status })
  const ids = rows.map((row) => row.id)
  const steps = Map.groupBy(await listSteps(ctx.db, ids), (step) => step.send_id)
  const files = Map.groupBy(await listSendFiles(ctx.db, ids), (file) => file.send_id)
  return rows.map((row) => {
    const shown: ShownTo = { row, level: 'full', from: row.record_id }
    return toSend(ctx, shown, steps.get(row.id) ?? [], files.get(row.id) ?? [])
  })
}

/** The send and how much of it the actor sees. @throws Refusal not_found for who sees nothing of it */
export async function requireSend(ctx: Context, id: string): Promise<ShownTo> {
  const row = await findSend(ctx.db, ctx.actor.orgId, id)
  const shown = row === undefined ? undefined : await shownTo(ctx, row)
  if (shown === undefined) throw new Refusal('not_found', 'message_missing')
  return shown
}

interface ShownTo {
  row: ShownSend
  level: 'metadata' | 'full'
  /** The record it was written from, if they may open it. */
  from: string | null
}

/** The best over all records the actor may open, as for any mail (decisions 7). */
async function shownTo(ctx: Context, row: ShownSend): Promise<ShownTo | undefined> {
  if (row.author_id === ctx.actor.userId) return { row, level: 'full', from: row.record_id }
  const open = await openRecordsOfSend(ctx.db, viewerOf(ctx), row.id)
  const { sight } = await emailsScope(ctx, open)
  const from = row.record_id !== null && open.includes(row.record_id) ? row.record_id : null
  const asked: SendsInput = {
    filter: everyEmail,
    search: undefined,
    cursor: undefined,
    limit: 1,
    own: false,
    sendIds: [row.id],
  }
  const stands = (await listSendEmails(ctx.db, sight, asked)).map((one) => one.level)
  const copy = await levelOfSentCopy(ctx.db, sight, row.id)
  if (copy === 2 || stands.includes('full')) return { row, level: 'full', from }
  return copy === 1 || stands.length > 0 ? { row, level: 'metadata', from } : undefined
}

function toSend(
  ctx: Context,
  { row, level, from }: ShownTo,
  steps: readonly StepRow[],
  files: readonly SendFileRow[],
): Send {
  const mine = row.author_id === ctx.actor.userId
  const { reply_thread_id: threadId, reply_message_id: messageId } = row
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    reason: level === 'full' ? row.reason : null,
    account: row.mailboxEmail,
    author: { id: row.author_id, name: row.authorName },
    mine,
    level,
    recordId: from,
    to: row.to_parties,
    cc: row.cc_parties,
    bcc: mine ? row.bcc_parties : [],
    subject: level === 'full' ? row.subject : '',
    body: level === 'full' ? row.body : '',
    html: level === 'full' ? row.html : '',
    quote: level === 'full' ? row.quote : '',
    from: { address: row.from_address ?? row.mailboxEmail, name: row.from_name },
    files: level === 'full' ? files.map(toSendFile) : [],
    pending: { to: '', cc: '', bcc: '', ...(mine ? row.pending : {}) },
    replyTo: mine && threadId !== null && messageId !== null ? { threadId, messageId } : null,
    templateId: mine ? row.template_id : null,
    undoUntil: mine ? (row.undo_until?.toISOString() ?? null) : null,
    massId: mine ? row.mass_id : null,
    partial: row.partial,
    dueAt: row.due_at.toISOString(),
    zone: row.zone,
    localTime: row.local_time,
    notBefore: row.not_before?.toISOString() ?? null,
    claimedAt: row.claimed_at?.toISOString() ?? null,
    sentAt: row.sent_at?.toISOString() ?? null,
    threadId: mine ? (row.gmail_thread_id ?? row.reply_thread_id) : null,
    messageId: mine ? row.message_id_header : null,
    steps: mine ? steps.map(toStep) : [],
  }
}

/** A file of a mail as its author's screen shows it. */
export function toSendFile(row: SendFileRow): SendFile {
  return {
    id: row.id,
    source: row.source,
    name: row.name,
    mimeType: row.mime_type,
    size: row.size,
    state: row.state,
    received: row.received_bytes,
    reason: row.reason,
    cid: row.cid,
  }
}

const stepNames = Send.shape.steps.element.shape.step

function toStep({ at, step, detail }: StepRow): Send['steps'][number] {
  return { at: at.toISOString(), step: stepNames.parse(step), detail }
}
