import type * as z from 'zod'
import type { TakeOver } from '../../../lib/contract/compose.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { maxMailFiles } from '../../../lib/domain/mail-limits.ts'
import { cleanName } from '../../../lib/domain/parts.ts'
import { comparable } from '../../../lib/domain/take-over.ts'
import { oneLine } from '../../../lib/domain/text.ts'
import { type GmailMailbox, GoogleError, type ReadMail } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { insertSendFile } from '../../storage/send-files.ts'
import { insertSend } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { keepAllBytes } from '../keep-bytes.ts'
import { allows } from '../scopes.ts'
import { checkedName, checkedType } from '../send-files/check.ts'
import { capOfMailbox } from '../send-files/own.ts'
import { requireSender, requireSendingMailbox } from '../sends/allowed.ts'
import { cleanParties } from '../sends/draft.ts'
import { noteChange } from '../sends/notes.ts'
import { getSend } from '../sends/read.ts'
import { emptyRow } from '../sends/row.ts'
import { resolveWhen } from '../sends/when.ts'
import { draftClient, type GmailDraft, markOf, readGmailDraft, recipientsOf } from './gmail-draft.ts'

const patienceMs = 30_000

type Input = z.output<typeof TakeOver>

/**
 * Takes the mail in a window of Gmail's over as a draft of ours, once Gmail's own draft says what the window shows: with its
 * recipients, text, quote, thread and files. Gmail's draft stays until {@link releaseTaken}.
 * @throws Refusal conflict `draft_differs`, not_found `gmail_draft_missing`: it is not saved yet, ask again
 */
export async function takeOver(ctx: Context, input: Input): Promise<Send> {
  requireSender(ctx)
  const mailbox = await requireSendingMailbox(ctx, input.account)
  const signal = AbortSignal.timeout(patienceMs)
  const client = await draftClient(ctx, mailbox)
  const draft = await readGmailDraft(ctx, client, input.draftId, signal)
  if (comparable(draft.seen) !== comparable(input.shows)) throw new Refusal('conflict', 'draft_differs')
  const answers = await answeredBy(client, mailbox, draft, signal)
  const id = ctx.newId()
  const files = await storeFiles(ctx, mailbox, draft, signal)
  const contents = [...new Map(files.map(({ stored }) => [stored.sha256, stored])).values()]
  await keepAllBytes(ctx, ctx.actor.orgId, contents, async (trx) => {
    await insertTaken(trx, ctx, { id, mailbox, draft, draftId: input.draftId, answers })
    for (const file of files) await insertFileOf(trx, ctx, id, file)
  })
  return getSend(ctx, id)
}

interface Taken {
  id: string
  mailbox: MailboxRow
  draft: GmailDraft
  draftId: string
  /** Gmail's id of the mail it answers. */
  answers: string | undefined
}

async function insertTaken(
  trx: Trx,
  ctx: Context,
  { id, mailbox, draft, draftId, answers }: Taken,
): Promise<void> {
  const { to, cc, bcc, pending } = recipientsOf(draft)
  const now = new Date(ctx.clock.now())
  const parties = (all: typeof to) => JSON.stringify(cleanParties(all))
  const row = await insertSend(trx, {
    ...emptyRow(ctx),
    ...resolveWhen({ kind: 'now' }, now.getTime()),
    ...{ id, mailbox_id: mailbox.id, status: 'draft' },
    ...{ to_parties: parties(to), cc_parties: parties(cc), bcc_parties: parties(bcc) },
    pending: JSON.stringify({ to: oneLine(pending.to), cc: oneLine(pending.cc), bcc: oneLine(pending.bcc) }),
    subject: oneLine(draft.mail.subject).slice(0, 998).toWellFormed(),
    ...{ html: draft.text.html, quote: draft.text.quote, body: draft.text.text },
    reply_thread_id: answers === undefined ? null : draft.threadId,
    reply_message_id: answers ?? null,
    ...{ taken_draft_id: draftId, taken_mark: markOf(draft.seen) },
  })
  await noteChange(trx, row, [{ step: 'created', detail: 'gmail' }], now)
}

interface StoredFile {
  file: ReadMail['files'][number]
  name: string
  stored: { sha256: string; size: number }
  isImage: boolean
}

/** Every file into the store, after all of them are seen to have room (S-018). */
async function storeFiles(
  ctx: Context,
  mailbox: MailboxRow,
  { files, images }: GmailDraft,
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const all = [...files, ...images]
  const max = await capOfMailbox(ctx, mailbox.id)
  const size = all.reduce((sum, file) => sum + file.bytes.length, 0)
  if (size > max)
    throw new Refusal('too_large', 'mail_too_large', {
      file: files[0]?.name ?? '',
      size,
      over: size - max,
      max,
    })
  if (all.length > maxMailFiles) throw new Refusal('invalid', 'too_many', { max: maxMailFiles })
  const named = all.map((file) => ({ file, name: checkedName(file.name) }))
  const stored: StoredFile[] = []
  for (const { file, name } of named) {
    const kept = await ctx.files.put(ctx.actor.orgId, once(file.bytes), { maxBytes: max, signal })
    stored.push({ file, name, stored: kept, isImage: images.includes(file) })
  }
  return stored
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function insertFileOf(
  trx: Trx,
  ctx: Context,
  sendId: string,
  { file, name, stored, isImage }: StoredFile,
) {
  await insertSendFile(trx, {
    id: ctx.newId(),
    org_id: ctx.actor.orgId,
    send_id: sendId,
    source: isImage ? 'inline' : 'gmail',
    name: cleanName(name) || 'noname',
    mime_type: checkedType(file.mimeType),
    ...stored,
    state: 'ready',
    received_bytes: stored.size,
    cid: isImage ? file.cid : null,
    created_at: new Date(ctx.clock.now()),
  })
}

/** The mail it answers; without permission to read it cannot be found, and the draft becomes a new mail. */
async function answeredBy(
  client: GmailMailbox,
  mailbox: MailboxRow,
  { mail, threadId }: GmailDraft,
  signal: AbortSignal,
): Promise<string | undefined> {
  const messageId = /^<([^<>\s"'(){}]{1,500})>$/.exec(mail.inReplyTo?.trim() ?? '')?.[1]
  if (messageId === undefined || !allows(mailbox.scopes, 'read')) return undefined
  try {
    const { ids } = await client.listMessages({ q: `rfc822msgid:${messageId}`, max: 10 }, signal)
    return ids.find((one) => one.threadId === threadId)?.id
  } catch (error) {
    if (error instanceof GoogleError) return undefined
    throw error
  }
}
