import type * as z from 'zod'
import type { DraftList, DraftSaved, SaveDraft, UpdateDraft } from '../../../lib/contract/compose.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import type { Party } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { oneLine } from '../../../lib/domain/text.ts'
import { findRecord } from '../../storage/records.ts'
import { sendAsOf } from '../../storage/send-as.ts'
import {
  changeSend,
  deleteDraft,
  findSend,
  insertSend,
  listDraftsOf,
  type SendRow,
  type ShownSend,
} from '../../storage/sends.ts'
import { viewerOf } from '../access.ts'
import { requireOwnMailbox } from '../compose/senders.ts'
import { cleanMailText } from '../compose/text.ts'
import type { Context } from '../context.ts'
import { requireSender } from './allowed.ts'
import { noteChange, noteDraft } from './notes.ts'
import { getSend } from './read.ts'
import { emptyRow } from './row.ts'
import { resolveWhen } from './when.ts'

type Input = z.output<typeof SaveDraft>
type Change = z.output<typeof UpdateDraft>

/** Begins a mail on the server; its author's alone until it is sent off (S-042). */
export async function createDraft(ctx: Context, input: Input): Promise<Send> {
  requireSender(ctx)
  const id = ctx.newId()
  const mailbox = await requireOwnMailbox(ctx, input.account)
  await requireOpenRecord(ctx, input.recordId)
  const now = new Date(ctx.clock.now())
  const content = await contentOf(ctx, mailbox.id, input)
  await ctx.db.transaction().execute(async (trx) => {
    const row = await insertSend(trx, {
      ...emptyRow(ctx),
      ...resolveWhen({ kind: 'now' }, now.getTime()),
      ...columnsOf(content),
      id,
      mailbox_id: mailbox.id,
      status: 'draft',
      reply_thread_id: input.replyTo?.threadId ?? null,
      reply_message_id: input.replyTo?.messageId ?? null,
    })
    await noteChange(trx, row, [{ step: 'created' }], now)
  })
  return getSend(ctx, id)
}

/** Saves what the composer shows, whole, over the version it saw and no other (two tabs, one draft). */
export async function saveDraft(ctx: Context, id: string, input: Change): Promise<DraftSaved> {
  const before = await requireDraft(ctx, id)
  if (input.recordId !== before.record_id) await requireOpenRecord(ctx, input.recordId)
  const content = await contentOf(ctx, before.mailbox_id, input)
  const now = new Date(ctx.clock.now())
  const saved = await ctx.db.transaction().execute(async (trx) => {
    const row = await changeSend(trx, {
      orgId: ctx.actor.orgId,
      id,
      authorId: ctx.actor.userId,
      version: input.version,
      from: ['draft'],
      set: { ...columnsOf(content), updated_at: now },
    })
    if (row !== undefined) await noteDraft(trx, row, now)
    return row
  })
  if (saved !== undefined) return toSaved(saved)
  const standing = await requireDraft(ctx, id)
  // The answer to this very save was lost on the way, or the other tab wrote the same.
  if (isSame(standing, content)) return toSaved(standing)
  throw stale(standing)
}

/** My unsent mails, the last saved first. */
export async function listDrafts(ctx: Context): Promise<DraftList> {
  const rows = await listDraftsOf(ctx.db, viewerOf(ctx))
  return {
    drafts: rows.map((row) => ({
      id: row.id,
      version: row.version,
      recordId: row.recordName === null ? null : row.record_id,
      recordName: row.recordName ?? '',
      threadId: row.reply_thread_id,
      to: row.to_parties,
      subject: row.subject,
      snippet:
        row.html === ''
          ? ''
          : row.body.slice(0, 400).replace(/\s+/g, ' ').trim().slice(0, 160).toWellFormed(),
      updatedAt: row.updated_at.toISOString(),
    })),
  }
}

/** Throws a draft away with its files. What was sent off meanwhile stays. */
export async function discardDraft(ctx: Context, id: string, input: { version: number }): Promise<void> {
  await requireDraft(ctx, id)
  const { orgId, userId: authorId } = ctx.actor
  const gone = await ctx.db.transaction().execute(async (trx) => {
    const row = await deleteDraft(trx, { orgId, id, authorId, version: input.version })
    if (row !== undefined) await noteDraft(trx, row, new Date(ctx.clock.now()))
    return row !== undefined
  })
  if (!gone) throw stale(await requireDraft(ctx, id))
}

/** The actor's own draft. @throws Refusal not_found for everybody else, conflict `draft_missing` once it was sent off */
export async function requireDraft(ctx: Context, id: string): Promise<ShownSend> {
  const row = await requireWritten(ctx, id)
  // What a mass send was made from is its own, no draft any more.
  if (row.status === 'draft' && row.mass_id === null) return row
  throw new Refusal('conflict', 'draft_missing', { status: row.status, version: row.version })
}

/** A mail of the actor's own, whatever became of it; to anybody else it does not exist. */
export async function requireWritten(ctx: Context, id: string): Promise<ShownSend> {
  const row = await findSend(ctx.db, ctx.actor.orgId, id)
  if (row === undefined || row.author_id !== ctx.actor.userId) throw new Refusal('not_found', 'draft_missing')
  return row
}

/** What is true instead, for whoever saved over an older version. */
export function stale(row: SendRow): Refusal {
  const { version, status } = row
  return new Refusal('conflict', 'version_stale', { version, status, savedAt: row.updated_at.toISOString() })
}

export async function requireOpenRecord(ctx: Context, recordId: string | null): Promise<void> {
  if (recordId === null || (await findRecord(ctx.db, viewerOf(ctx), recordId))) return
  throw new Refusal('invalid', 'record_missing', {}, [{ field: 'recordId', reason: 'record_missing' }])
}

interface Content {
  to: Party[]
  cc: Party[]
  bcc: Party[]
  pending: Record<string, string>
  plain: Pick<
    SendRow,
    | 'record_id'
    | 'from_address'
    | 'from_name'
    | 'subject'
    | 'html'
    | 'quote'
    | 'body'
    | 'template_id'
    | 'partial'
  >
}

/** A mail as it is being written; nothing in it can start another header. */
async function contentOf(
  ctx: Context,
  mailboxId: string,
  input: Omit<Input, 'account' | 'replyTo'>,
): Promise<Content> {
  const { html, quote, text } = await cleanMailText(input)
  const senders = input.from === null ? [] : await sendAsOf(ctx.db, mailboxId)
  return {
    to: cleanParties(input.to),
    cc: cleanParties(input.cc),
    bcc: cleanParties(input.bcc),
    pending: Object.fromEntries(Object.entries(input.pending).map(([key, typed]) => [key, oneLine(typed)])),
    plain: {
      record_id: input.recordId,
      from_address: input.from,
      // As Gmail last called it; asked again when the mail is sent off.
      from_name: senders.find((one) => one.email === input.from)?.name ?? '',
      subject: oneLine(input.subject),
      html,
      quote,
      body: text,
      template_id: input.templateId,
      partial: input.partial,
    },
  }
}

function columnsOf({ to, cc, bcc, pending, plain }: Content) {
  return {
    ...plain,
    to_parties: JSON.stringify(to),
    cc_parties: JSON.stringify(cc),
    bcc_parties: JSON.stringify(bcc),
    pending: JSON.stringify(pending),
  }
}

function isSame(row: SendRow, { to, cc, bcc, pending, plain }: Content): boolean {
  const told = (parties: readonly Party[]) =>
    JSON.stringify(parties.map(({ address, name }) => [address, name]))
  const typed = (fields: Record<string, string>) =>
    JSON.stringify(['to', 'cc', 'bcc'].map((field) => fields[field] ?? ''))
  const stored = new Map<string, unknown>(Object.entries(row))
  return (
    Object.entries(plain).every(([column, value]) => stored.get(column) === value) &&
    told(row.to_parties) === told(to) &&
    told(row.cc_parties) === told(cc) &&
    told(row.bcc_parties) === told(bcc) &&
    typed(row.pending) === typed(pending)
  )
}

/** Each address once, its name on one line. */
export function cleanParties(parties: readonly Party[]): Party[] {
  const seen = new Map<string, Party>()
  for (const { address, name } of parties)
    if (!seen.has(address)) seen.set(address, { address, name: oneLine(name).trim() })
  return [...seen.values()]
}

function toSaved(row: SendRow): DraftSaved {
  return { id: row.id, version: row.version, savedAt: row.updated_at.toISOString() }
}
