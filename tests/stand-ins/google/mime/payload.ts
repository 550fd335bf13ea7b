import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { toBase64Url } from './charset.ts'
import type { HeaderField } from './headers.ts'
import { childId, decodedBytes, isInlineText, type MimePart, textOf, walk } from './parse.ts'

/** Makes the attachment id of the part with that `partId`. */
export type AttachmentIds = (partId: string) => string

/** The `payload` of format=full: parts, ids, sizes and bodies by Gmail's rules (facts/gmail-api.md, A3). */
export function payloadOf(
  part: MimePart,
  attachmentId: AttachmentIds,
  partId = '',
): gmail_v1.Schema$MessagePart {
  const payload: gmail_v1.Schema$MessagePart = {
    partId,
    mimeType: part.mimeType,
    filename: part.filename,
    headers: headerList(part.fields),
    body: bodyOf(part, partId, attachmentId),
  }
  if (part.children !== undefined && part.children.length > 0) {
    payload.parts = part.children.map((child, index) =>
      payloadOf(child, attachmentId, childId(partId, index)),
    )
  }
  return payload
}

function bodyOf(
  part: MimePart,
  partId: string,
  attachmentId: AttachmentIds,
): gmail_v1.Schema$MessagePartBody {
  if (part.children !== undefined) return { size: 0 }
  if (!isInlineText(part)) return { attachmentId: attachmentId(partId), size: decodedBytes(part).length }
  const bytes = Buffer.from(textOf(part), 'utf8')
  return bytes.length === 0 ? { size: 0 } : { size: bytes.length, data: toBase64Url(bytes) }
}

/** The `payload` of format=metadata: the root's headers only, all or those asked for (any case). */
export function metadataPayload(root: MimePart, wanted: readonly string[]): gmail_v1.Schema$MessagePart {
  const names = new Set(wanted.map((name) => name.toLowerCase()))
  const fields =
    names.size === 0 ? root.fields : root.fields.filter((one) => names.has(one.name.toLowerCase()))
  const payload: gmail_v1.Schema$MessagePart = { mimeType: root.mimeType }
  if (fields.length > 0) payload.headers = headerList(fields)
  return payload
}

function headerList(fields: readonly HeaderField[]): gmail_v1.Schema$MessagePartHeader[] {
  return fields.map(({ name, value }) => ({ name, value }))
}

/** Decoded bytes of the leaf with that `partId`: inline text as UTF-8, anything else as it was sent. */
export function bytesOfPart(root: MimePart, partId: string): Buffer | undefined {
  for (const one of walk(root)) {
    if (one.partId !== partId) continue
    return isInlineText(one.part) ? Buffer.from(textOf(one.part), 'utf8') : decodedBytes(one.part)
  }
  return undefined
}
