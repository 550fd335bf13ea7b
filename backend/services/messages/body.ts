import type { MessageBody } from '../../../lib/contract/messages.ts'
import { bodyParts, isHtml } from '../../../lib/domain/body-parts.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { PartNode } from '../../../lib/domain/parts.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import { type GmailMailbox, GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { type MessageCopyRow, readCopies } from '../../storage/mail/message-rows.ts'
import { noteOpened } from '../../storage/mail/share-writes.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'
import { tellSharing } from '../sharing/tell.ts'
import { readingClient } from '../sync/client.ts'
import { readRefusal } from '../sync/failures.ts'
import { cleanApart } from './clean.ts'
import type { CleanMail } from './clean-html.ts'
import { loadSight, type VisibleCopy } from './sight.ts'

const patienceMs = 25_000
/** Characters of a text that are shown; more is cut. */
const maxText = 1024 * 1024

/**
 * The text of a mail, from the actor's own mailbox, else from one whose owner shows it to them; then the owner learns of it.
 * Nothing of it is stored (S-072). @throws Refusal message_missing, text_not_shared, mailbox_away, body_unreadable
 */
export async function messageBody(ctx: Context, id: string): Promise<MessageBody> {
  const { copies } = await loadSight(ctx, ctx.db, id)
  if (copies.length === 0) throw new Refusal('not_found', 'message_missing')
  const open = copies.filter(({ seen }) => seen.level === 'full')
  if (open.length === 0) throw new Refusal('forbidden', 'text_not_shared')
  const rows = await readCopies(
    ctx.db,
    open.map(({ mail }) => mail.id),
  )
  let refusal = new Refusal('not_found', 'message_missing')
  for (const copy of open) {
    const row = rows.find((one) => one.id === copy.mail.id)
    if (row === undefined) continue
    const read = await readFrom(ctx, copy, row)
    if (read instanceof Refusal) {
      refusal = read
      continue
    }
    const body = await toBody(read)
    if (!copy.isMine) await opened(ctx, copy)
    const { ownerId } = copy.mail.shared
    return { ...body, from: { id: ownerId, name: row.ownerName, isMine: copy.isMine } }
  }
  throw refusal
}

/** The text of a mail as Gmail has it, not yet cleaned. */
export interface ReadText {
  html: string | undefined
  plain: string
}

/** The text as this mailbox has it, or why it cannot be had from there. */
async function readFrom(ctx: Context, copy: VisibleCopy, row: MessageCopyRow): Promise<ReadText | Refusal> {
  const mailbox = await findMailbox(ctx.db, row.mailbox_id)
  const facts = { name: row.ownerName }
  if (mailbox?.status !== 'connected') return new Refusal('conflict', 'mailbox_away', facts)
  if (!allows(mailbox.scopes, 'read')) return new Refusal('conflict', 'mailbox_away', facts)
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const client = await readingClient(ctx, mailbox, 'person')
    return await textOf(client, await client.getMessage(row.gmail_id, 'full', signal), signal)
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    const away = !copy.isMine && (error.kind === 'reauth' || error.kind === 'scope_missing')
    return away ? new Refusal('conflict', 'mailbox_away', facts) : readRefusal(error)
  }
}

/** Reads the parts that make the text of a mail. */
export async function textOf(
  client: GmailMailbox,
  message: GoogleMessage,
  signal: AbortSignal,
): Promise<ReadText> {
  if (message.payload === undefined) return { html: undefined, plain: '' }
  const { shown, plain } = bodyParts(message.payload)
  const read = async (part: PartNode) => part.data ?? (await fetchPart(client, message.id, part, signal))
  const htmls: string[] = []
  if (shown.some(isHtml))
    for (const part of shown)
      htmls.push(isHtml(part) ? await read(part) : `<pre>${asText(await read(part))}</pre>`)
  const words: string[] = []
  for (const part of plain.filter((one) => !isHtml(one))) words.push(await read(part))
  return { html: htmls.length === 0 ? undefined : htmls.join('<hr>'), plain: words.join('\n\n') }
}

/** A part Gmail did not send along; no more of it than is shown. */
async function fetchPart(
  client: GmailMailbox,
  messageId: string,
  part: PartNode,
  signal: AbortSignal,
): Promise<string> {
  if (part.attachmentId === undefined) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of await client.openAttachment(messageId, part.attachmentId, signal)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > 4 * maxText) break
  }
  return new TextDecoder('utf-8').decode(Buffer.concat(chunks))
}

function asText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

type Body = Omit<MessageBody, 'from'>

/** HTML that will not be cleaned within its limits leaves its plain words, where the mail has some. */
async function toBody({ html, plain }: ReadText): Promise<Body> {
  const words = cutText(cleanText(plain))
  const nothing = { images: 0, active: 0, forms: 0 }
  if (html === undefined) return { html: '', text: words.text, removed: nothing, isCut: words.isCut }
  const { text, isCut } = cutText(html)
  const clean = await cleanWithin(text)
  if (clean !== undefined)
    return {
      html: clean.mail.html,
      text: words.text.trim() === '' ? cutText(clean.mail.text).text : words.text,
      removed: clean.mail.removed,
      isCut: isCut || clean.isCut,
    }
  if (words.text.trim() === '') throw new Refusal('conflict', 'body_unreadable')
  return { html: '', text: words.text, removed: nothing, isCut: true }
}

/** A quarter of it where all of it takes too long or grows too large; real ms. */
async function cleanWithin(html: string): Promise<{ mail: CleanMail; isCut: boolean } | undefined> {
  for (const { share, ms } of [
    { share: 1, ms: 2_500 },
    { share: 4, ms: 1_000 },
  ]) {
    const mail = await cleanApart(html.slice(0, Math.ceil(html.length / share)), ms)
    if (mail !== undefined && mail.html.length <= 2 * maxText) return { mail, isCut: share > 1 }
  }
  return undefined
}

function cutText(text: string): { text: string; isCut: boolean } {
  if (text.length <= maxText) return { text, isCut: false }
  return { text: text.slice(0, maxText).toWellFormed(), isCut: true }
}

/** Written down for the owner before the text leaves; once a person and day. */
async function opened(ctx: Context, { mail }: VisibleCopy): Promise<void> {
  const { orgId, userId } = ctx.actor
  const { ownerId } = mail.shared
  await ctx.db.transaction().execute(async (trx) => {
    const at = new Date(ctx.clock.now())
    const isNew = await noteOpened(trx, {
      ...{ orgId, id: ctx.newId(), sightingId: mail.id, ownerId, userId, at },
    })
    if (isNew) await tellSharing(trx, ctx, { ownerId, whose: [], lists: 'none' })
  })
}
