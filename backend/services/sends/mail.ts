import { createHash } from 'node:crypto'
import { headerValue } from '../../../lib/domain/messages.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import { GoogleError, type OutgoingFile, type OutgoingMail } from '../../google/gateway.ts'
import type { KeptMail } from '../../storage/mime-files.ts'
import type { SendFileRow } from '../../storage/send-files.ts'
import { knownMessageId, type SendSurroundings } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { allows } from '../scopes.ts'
import { contentOf, filesOf, type MailContent } from './content.ts'
import { advance, type OpenJob } from './job.ts'

/** Names the content of a send: two lives of one send share it exactly when nothing was edited in between. */
function markOf(send: SendRow, files: readonly SendFileRow[]): string {
  const parties = [send.to_parties, send.cc_parties, send.bcc_parties]
  const written = [send.subject, send.body, send.html, send.quote, send.reply_message_id]
  const from = [send.mailbox_id, send.from_address, send.from_name]
  const attached = files.map(({ sha256, name, mime_type, cid }) => [sha256, name, mime_type, cid])
  const content = JSON.stringify([from, parties, written, attached])
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

/** The mark of the content a prepared send was built from. */
export function builtMark(send: SendRow): string {
  return send.mime_file?.split('.')[1] ?? ''
}

/**
 * Builds the raw mail once and keeps it, with the mailbox's history as it stood before: what Gmail shows as sent after that
 * can be ours. Returns why it cannot be built.
 */
export async function prepareMail(job: OpenJob, around: SendSurroundings): Promise<SendReason | undefined> {
  const { historyId } = await job.client.getProfile(job.signal)
  const files = await filesOf(job.deps.db, job.row)
  const name = `${job.row.id}.${markOf(job.row, files)}`
  const kept = await build(job, around, { name, files })
  if (typeof kept === 'string') return kept
  const set = { mime_file: name, mime_size: kept.size, history_before: historyId }
  await advance(job, set, { step: 'built', detail: String(kept.size) })
  return undefined
}

/** The raw mail as it was built, built again where it does not lie on this machine: from the same content, the same bytes. */
export async function rawMail(job: OpenJob, around: SendSurroundings): Promise<KeptMail | SendReason> {
  const { mime_file: name } = job.row
  if (name === null) throw new Error('Only a prepared mail has bytes.')
  const found = await job.deps.mails.find(name)
  if (found !== undefined) return found
  return build(job, around, { name, files: await filesOf(job.deps.db, job.row) })
}

async function build(
  job: OpenJob,
  around: SendSurroundings,
  { name, files }: { name: string; files: readonly SendFileRow[] },
): Promise<KeptMail | SendReason> {
  const { row, deps, signal } = job
  const content = await contentOf(job, around)
  if ('hold' in content) return content.hold
  const inText = imagesIn(content)
  const shown = files.filter((file) => file.cid === null || inText.has(file.cid))
  const attached: OutgoingFile[] = []
  for (const file of shown) {
    const { sha256 } = file
    if (file.state !== 'ready' || sha256 === null || !(await deps.files.has(row.org_id, sha256)))
      return 'file_missing'
    attached.push(toAttach(job, file, sha256))
  }
  const mail: OutgoingMail = {
    ...content,
    from: { address: row.from_address ?? around.mailbox.email, name: row.from_name || around.author.name },
    text: content.body,
    html: documentOf(content),
    files: attached,
    ...(await readChain(job, around)),
    sendId: row.id,
    mark: name.split('.')[1] ?? '',
    // Not "now": built again, it is the same mail.
    date: (row.claimed_at ?? row.due_at).getTime(),
  }
  return deps.mails.put(name, deps.google.buildMime(mail), signal)
}

function toAttach({ deps, row }: OpenJob, file: SendFileRow, sha256: string): OutgoingFile {
  return {
    name: file.name,
    mimeType: file.mime_type,
    cid: file.cid,
    async open() {
      const stored = await deps.files.open(row.org_id, sha256)
      if (stored === undefined) throw new Error('A file went while its mail was built.')
      return stored.body
    },
  }
}

/** Images that stand in the text still: what its author took out is not sent. */
function imagesIn(content: MailContent): Set<string> {
  return new Set([...documentOf(content).matchAll(/cid:([\w.@+-]+)/g)].map(([, cid = '']) => cid))
}

function documentOf({ html, quote }: MailContent): string {
  if (html === '') return ''
  const answered = quote === '' ? '' : `<br><div class="gmail_quote">${quote}</div>`
  return `<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>${html}${answered}</body></html>`
}

/** The thread to join, which Gmail allows only with matching headers (gmail-api, B7): those of the built mail decide. */
export async function threadToJoin(send: SendRow, mail: KeptMail): Promise<string | undefined> {
  if (send.reply_thread_id === null) return undefined
  let head = ''
  for await (const chunk of mail.open()) {
    head += Buffer.from(chunk).toString('latin1')
    if (head.includes('\r\n\r\n')) break
  }
  const [headers = ''] = head.split('\r\n\r\n', 1)
  return /^In-Reply-To:/im.test(headers) ? send.reply_thread_id : undefined
}

interface Chain {
  references: string[]
  inReplyTo: string | undefined
}

const noChain: Chain = { references: [], inReplyTo: undefined }

/**
 * In-Reply-To and References of an answer. Without permission to read, what synchronisation once stored is used; an
 * answered mail that is gone, or was never seen, makes the answer a mail of its own.
 */
async function readChain(job: OpenJob, around: SendSurroundings): Promise<Chain> {
  const { reply_message_id: parentId, mailbox_id: mailboxId } = job.row
  if (parentId === null) return noChain
  if (!allows(around.mailbox.scopes, 'read')) {
    const known = await knownMessageId(job.deps.db, mailboxId, parentId)
    return known === undefined ? noChain : { references: [known], inReplyTo: known }
  }
  try {
    const parent = await job.client.getMessage(parentId, 'metadata', job.signal)
    const messageId = headerValue(parent.headers, 'Message-ID')?.trim()
    if (!messageId) return noChain
    const before = headerValue(parent.headers, 'References') ?? headerValue(parent.headers, 'In-Reply-To')
    return { references: [...(before?.match(/<[^<>\s]+>/g) ?? []), messageId], inReplyTo: messageId }
  } catch (error) {
    if (error instanceof GoogleError && (error.kind === 'not_found' || error.kind === 'scope_missing'))
      return noChain
    throw error
  }
}
