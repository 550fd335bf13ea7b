import type * as z from 'zod'
import type { FileAttachment, Filing } from '../../../lib/contract/threads.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { choosePart, type PartQuestion } from '../../../lib/domain/parts.ts'
import { filedPartsOf, softDeleteAttachment } from '../../storage/attachments.ts'
import type { Trx } from '../../storage/database.ts'
import {
  type FilingRow,
  type FilingView,
  findFiling,
  findOpenFiling,
  insertFiling,
  moveFiling,
  openFilingStatuses,
} from '../../storage/filings.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { findSightings } from '../../storage/mail/sightings.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import { requireEditable, requirePermission, viewerOf } from '../access.ts'
import type { Context, Deps } from '../context.ts'
import { tellRecords } from '../records/tell.ts'
import { requireReadable } from '../threads.ts'
import { enqueueSweep } from './sweep.ts'
import { tellFiling } from './tell.ts'

/**
 * S-054: one click files one part of a mail on a record. Answers at once; the bytes travel in the background. A second click
 * while it runs is the same filing, and a part that stands there already says so without being read again.
 */
export async function fileAttachment(ctx: Context, input: z.output<typeof FileAttachment>): Promise<Filing> {
  requirePermission(ctx, 'records.write')
  const id = ctx.newId()
  const mailbox = await requireReadable(ctx, input.account)
  const record = await requireEditable(ctx, input.recordId)
  const question = withoutNul(input.part)
  const part = await locate(ctx, mailbox, input.messageId, question)
  const now = new Date(ctx.clock.now())
  const about = {
    recordId: record.id,
    mailboxId: mailbox.id,
    gmailMessageId: input.messageId,
    partId: part.partId,
  }
  const there = (await filedPartsOf(ctx.db, viewerOf(ctx), mailbox.id, [input.messageId])).find(
    (one) => one.viaPartId === part.partId && one.recordId === record.id,
  )
  const filing: Omit<FilingRow, 'facts'> = {
    id,
    org_id: ctx.actor.orgId,
    user_id: ctx.actor.userId,
    record_id: record.id,
    mailbox_id: mailbox.id,
    gmail_message_id: input.messageId,
    part_id: part.partId,
    name: question.name ?? part.name,
    mime_type: part.mimeType,
    size: part.size,
    received_bytes: 0,
    status: there ? 'already_filed' : 'waiting',
    attachment_id: there?.id ?? null,
    reason: there ? 'already_filed' : null,
    created_at: now,
    updated_at: now,
  }
  const facts = there ? { by: there.filedBy, at: there.filedAt.toISOString() } : {}
  const made = await ctx.db.transaction().execute(async (trx) => {
    if (!(await insertFiling(trx, { ...filing, facts: JSON.stringify(facts) }))) return false
    if (!there) await enqueueRun(trx, ctx, filing, question)
    return true
  })
  if (made) return toFiling({ ...filing, facts, recordName: record.name })
  const same = (await findOpenFiling(ctx.db, about)) ?? (await findMine(ctx, id))
  if (same === undefined) throw new Refusal('conflict', 'already_filed')
  return toFiling(same)
}

/** PostgreSQL's text holds everything but NUL, and no page ever shows one. */
function withoutNul(question: PartQuestion): PartQuestion {
  const plain = (text: string | undefined) => text?.replaceAll('\0', '')
  return {
    partId: plain(question.partId),
    realAttachmentId: plain(question.realAttachmentId),
    name: plain(question.name),
  }
}

async function enqueueRun(
  trx: Trx,
  deps: Deps,
  filing: { id: string; org_id: string },
  question: PartQuestion,
): Promise<void> {
  const now = new Date(deps.clock.now())
  await enqueueTask(trx, {
    id: deps.newId(),
    orgId: filing.org_id,
    kind: 'file',
    key: filing.id,
    payload: { realAttachmentId: question.realAttachmentId ?? '', name: question.name ?? '' },
    dueAt: now,
    now,
  })
}

/** The part by what is stored of the mail; mail nobody stored is asked at Gmail later, by the job. */
async function locate(
  ctx: Context,
  mailbox: MailboxRow,
  messageId: string,
  question: PartQuestion,
): Promise<{ partId: string; name: string; mimeType: string; size: number }> {
  const { partId, realAttachmentId, name } = question
  const [stored] = await findSightings(ctx.db, mailbox.id, [messageId])
  const found = stored === undefined ? 'missing' : choosePart(stored.parts, question)
  if (found === 'ambiguous') throw new Refusal('conflict', 'part_ambiguous', { name: name ?? '' })
  if (found !== 'missing') return found
  const unknown = { name: name ?? '', mimeType: '', size: 0 }
  if (partId !== undefined) return { ...unknown, partId }
  if (realAttachmentId !== undefined) return { ...unknown, partId: `?id:${realAttachmentId}` }
  if (name !== undefined) return { ...unknown, partId: `?name:${name}` }
  throw new Refusal('invalid', 'part_missing', {}, [{ field: 'part', reason: 'part_missing' }])
}

/** A filing of the actor. */
export async function getFiling(ctx: Context, id: string): Promise<Filing> {
  return toFiling(await requireFiling(ctx, id))
}

/** Stops a filing under way, or takes its file off the record again. Who cancels twice is told the same. */
export async function cancelFiling(ctx: Context, id: string): Promise<Filing> {
  requirePermission(ctx, 'records.write')
  const before = await requireFiling(ctx, id)
  if (before.status === 'already_filed' || before.status === 'failed')
    throw new Refusal('conflict', 'already_final', { status: before.status })
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    const from = [...openFilingStatuses, 'done' as const]
    if (!(await moveFiling(trx, id, from, { status: 'cancelled' }, now))) return
    const { attachment_id: attachmentId } =
      (await findFiling(trx, before.org_id, before.user_id, id)) ?? before
    if (attachmentId !== null) await undo(trx, ctx, attachmentId, before.record_id)
    await tellFiling(trx, ctx, { ...before, status: 'cancelled' })
  })
  return getFiling(ctx, id)
}

async function undo(trx: Trx, ctx: Context, attachmentId: string, recordId: string): Promise<void> {
  const { orgId } = ctx.actor
  const at = new Date(ctx.clock.now())
  const sha256 = await softDeleteAttachment(trx, orgId, attachmentId, at)
  if (sha256 === undefined) return
  await enqueueSweep(trx, ctx, orgId, sha256)
  await tellRecords(trx, { orgId, at, ids: [recordId] })
}

async function findMine(ctx: Context, id: string): Promise<FilingView | undefined> {
  return findFiling(ctx.db, ctx.actor.orgId, ctx.actor.userId, id)
}

async function requireFiling(ctx: Context, id: string): Promise<FilingView> {
  const found = await findMine(ctx, id)
  if (found === undefined) throw new Refusal('not_found', 'part_missing')
  return found
}

function toFiling(row: FilingView): Filing {
  return {
    id: row.id,
    status: row.status,
    recordId: row.record_id,
    recordName: row.recordName,
    messageId: row.gmail_message_id,
    partId: row.part_id,
    name: row.name,
    size: row.size,
    receivedBytes: row.received_bytes,
    attachmentId: row.attachment_id,
    reason: row.reason,
    facts: row.facts,
  }
}
