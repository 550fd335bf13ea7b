import { createHash } from 'node:crypto'
import { headerValue } from '../../../lib/domain/messages.ts'
import { GoogleError } from '../../google/gateway.ts'
import { knownMessageId, type SendSurroundings } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { allows } from '../scopes.ts'
import { advance, type OpenJob } from './job.ts'

/** Names the content of a send: two lives of one send share it exactly when nothing was edited in between. */
export function markOf(send: SendRow): string {
  const parties = [send.to_parties, send.cc_parties, send.bcc_parties]
  const content = [send.mailbox_id, parties, send.subject, send.body, send.reply_message_id]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
}

/**
 * Builds the raw mail once and stores it, with the mailbox's history as it stood before: what Gmail shows as sent after that
 * can be ours.
 */
export async function prepareMail(job: OpenJob, around: SendSurroundings): Promise<void> {
  const { row, client, deps } = job
  const { historyId } = await client.getProfile(job.signal)
  const chain = await readChain(job, around)
  const mime = await deps.google.buildMime({
    from: { address: around.mailbox.email, name: around.author.name },
    to: row.to_parties,
    cc: row.cc_parties,
    bcc: row.bcc_parties,
    subject: row.subject,
    text: row.body,
    ...chain,
    sendId: row.id,
    mark: markOf(row),
    date: deps.clock.now(),
  })
  await advance(job, { mime, history_before: historyId })
}

/** The thread to join, which Gmail allows only with matching headers (gmail-api, B7): those of the stored mail decide. */
export function threadToJoin(send: SendRow): string | undefined {
  if (send.reply_thread_id === null || send.mime === null) return undefined
  const head = Buffer.from(send.mime).toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
  return /^In-Reply-To:/im.test(head) ? send.reply_thread_id : undefined
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
