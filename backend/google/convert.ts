import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import {
  GoogleError,
  type GoogleMessage,
  type HistoryPage,
  type MessagePart,
  type SendAs,
} from './gateway.ts'

/** Google's optional-everything answers as our types; an answer without its id is a cut one. */
export function toMessage(message: gmail_v1.Schema$Message): GoogleMessage {
  const payload = message.payload
  return {
    id: need(message.id),
    threadId: need(message.threadId),
    labelIds: message.labelIds ?? [],
    historyId: message.historyId ?? '0',
    internalDate: Number(message.internalDate ?? 0),
    snippet: message.snippet ?? '',
    headers: toHeaders(payload?.headers),
    sizeEstimate: message.sizeEstimate ?? 0,
    payload: payload?.body === undefined && payload?.parts === undefined ? undefined : toPart(payload),
  }
}

export function toHeaders(
  headers: readonly gmail_v1.Schema$MessagePartHeader[] | undefined,
): GoogleMessage['headers'] {
  return (headers ?? []).map(({ name, value }) => ({ name: name ?? '', value: value ?? '' }))
}

function toPart(part: gmail_v1.Schema$MessagePart): MessagePart {
  const data = part.body?.data
  return {
    partId: part.partId ?? '',
    mimeType: part.mimeType ?? 'application/octet-stream',
    filename: part.filename ?? '',
    size: part.body?.size ?? 0,
    attachmentId: part.body?.attachmentId ?? undefined,
    data: data == null ? undefined : Buffer.from(data, 'base64url').toString('utf8'),
    headers: toHeaders(part.headers),
    parts: (part.parts ?? []).map(toPart),
  }
}

const hiding = new Set(['TRASH', 'SPAM'])

/** What happened to each message in one page of history; a message deleted later in the page is only `deleted`. */
export function toHistoryPage(answer: gmail_v1.Schema$ListHistoryResponse): HistoryPage {
  const changed = new Map<string, HistoryPage['changed'][number]>()
  const deleted = new Set<string>()
  const note = (message: gmail_v1.Schema$Message | undefined, kind: 'added' | 'labels'): void => {
    if (!message?.id) return
    const known = changed.get(message.id)
    changed.set(message.id, {
      messageId: message.id,
      threadId: message.threadId ?? known?.threadId ?? message.id,
      // Google leaves an empty list out: archived and read, a mail has no label at all.
      labelIds: message.labelIds ?? [],
      kind: known?.kind === 'added' ? 'added' : kind,
    })
  }
  for (const entry of answer.history ?? []) {
    for (const { message } of entry.messagesAdded ?? []) note(message, 'added')
    for (const { message } of entry.labelsAdded ?? []) note(message, 'labels')
    // Out of the trash or spam it may be mail that nobody looked at before.
    for (const { message, labelIds } of entry.labelsRemoved ?? [])
      note(message, labelIds?.some((label) => hiding.has(label)) ? 'added' : 'labels')
    for (const { message } of entry.messagesDeleted ?? []) {
      if (!message?.id) continue
      changed.delete(message.id)
      deleted.add(message.id)
    }
  }
  return {
    changed: [...changed.values()],
    deleted: [...deleted],
    nextPageToken: answer.nextPageToken ?? undefined,
    historyId: need(answer.historyId),
  }
}

export function toSendAs(alias: gmail_v1.Schema$SendAs): SendAs {
  const isPrimary = alias.isPrimary === true
  return {
    email: need(alias.sendAsEmail),
    name: alias.displayName ?? '',
    isPrimary,
    verified: isPrimary || alias.verificationStatus === 'accepted',
    signatureHtml: alias.signature ?? '',
  }
}

/** A field without which an answer makes no sense. */
export function need(value: string | null | undefined): string {
  if (value) return value
  throw new GoogleError('uncertain', 'cut_answer')
}
