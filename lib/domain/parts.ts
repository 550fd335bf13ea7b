import { type Header, headerValue } from './messages.ts'
import { cleanText } from './text.ts'

/** A MIME part as Gmail's API shows it; the gateway's `MessagePart` is one. */
export interface PartNode {
  partId: string
  mimeType: string
  /** '' when the part has none, or one that Gmail could not read. */
  filename: string
  /** Decoded bytes. */
  size: number
  attachmentId: string | undefined
  data: string | undefined
  headers: readonly Header[]
  parts: readonly PartNode[]
}

/** A part that can be filed on a record. */
export interface FileableNode {
  partId: string
  /** The part's X-Attachment-Id; Gmail's page shows it as `realattid`. */
  realAttachmentId: string | null
  /** Fit for a screen and a file system, never empty. */
  name: string
  /** Lower case. */
  mimeType: string
  size: number
}

const neverTypes = new Set([
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'application/pgp-encrypted',
  'application/pgp-keys',
  'application/applefile',
  'application/ics',
  'text/calendar',
  'text/rfc822-headers',
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/feedback-report',
])

/**
 * The parts of a mail a person would call its attachments (decisions 4): not inline images, not signatures, invitations
 * or anything of a report (a bounce's icon is an attachment to Gmail). In the order of the mail.
 */
export function fileableParts(root: PartNode): FileableNode[] {
  const found: FileableNode[] = []
  const html = htmlOf(root)
  const stack: { node: PartNode; related: boolean }[] = [{ node: root, related: false }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next
    const type = typeOf(node)
    if (type === 'multipart/report' || neverTypes.has(type)) continue
    if (node.parts.length > 0 && node.attachmentId === undefined) {
      const related = type === 'multipart/related'
      for (const child of node.parts.toReversed()) stack.push({ node: child, related })
    } else if (isAttachment(node) && !isInlineImage(node, next.related, html)) {
      found.push(describe(node))
    }
  }
  return found
}

/** Finds a part by its stable id anywhere in the tree. */
export function findPart(root: PartNode, partId: string): PartNode | undefined {
  const stack = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.partId === partId) return node
    stack.push(...node.parts)
  }
  return undefined
}

/** How a page names a part: by its id, by `realattid`, or by the name on its card. */
export interface PartQuestion {
  partId?: string | undefined
  realAttachmentId?: string | undefined
  name?: string | undefined
}

/** The one fileable part that is meant; `ambiguous` when a name stands on several. */
export function choosePart<P extends Pick<FileableNode, 'partId' | 'realAttachmentId' | 'name'>>(
  parts: readonly P[],
  question: PartQuestion,
): P | 'missing' | 'ambiguous' {
  const { partId, realAttachmentId, name } = question
  const byId = partId === undefined ? undefined : parts.find((part) => part.partId === partId)
  if (byId !== undefined) return byId
  const byReal =
    realAttachmentId === undefined ? [] : parts.filter((part) => part.realAttachmentId === realAttachmentId)
  if (byReal.length === 1 && byReal[0] !== undefined) return byReal[0]
  if (partId !== undefined || name === undefined) return byReal.length > 1 ? 'ambiguous' : 'missing'
  const wanted = cleanName(name)
  const byName = (byReal.length > 1 ? byReal : parts).filter((part) => part.name === wanted)
  if (byName.length > 1) return 'ambiguous'
  return byName[0] ?? 'missing'
}

/** A file name without path, controls and direction overrides, at most 255 characters with its ending kept. */
export function cleanName(name: string): string {
  const plain = cleanText(name)
    .replace(/[\t\r\n]+/g, ' ')
    .replace(/[/\\]/g, '_')
    .normalize('NFC')
    .trim()
  if (plain === '' || /^\.+$/.test(plain)) return ''
  if (plain.length <= 255) return plain
  const dot = plain.lastIndexOf('.')
  const ending = dot > 0 && plain.length - dot <= 16 ? plain.slice(dot) : ''
  return plain.slice(0, 255 - ending.length).toWellFormed() + ending
}

function isAttachment(node: PartNode): boolean {
  return node.attachmentId !== undefined || node.filename !== ''
}

function isInlineImage(node: PartNode, related: boolean, html: string): boolean {
  if (!typeOf(node).startsWith('image/')) return false
  const contentId = (headerValue(node.headers, 'Content-ID') ?? '').trim().replace(/^<|>$/g, '')
  if (contentId === '') return false
  if (html.includes(`cid:${contentId}`) || html.includes(`cid:${encodeURIComponent(contentId)}`)) return true
  const disposition = headerValue(node.headers, 'Content-Disposition') ?? ''
  return related && !/^\s*attachment\b/i.test(disposition)
}

function htmlOf(root: PartNode): string {
  let html = ''
  const stack = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (typeOf(node) === 'text/html' && node.filename === '') html += node.data ?? ''
    stack.push(...node.parts)
  }
  return html
}

function describe(node: PartNode): FileableNode {
  const real = headerValue(node.headers, 'X-Attachment-Id')?.trim()
  const type = typeOf(node)
  const name =
    cleanName(node.filename) || cleanName(nameFromHeaders(node.headers)) || `noname${endingOf(type)}`
  return {
    partId: node.partId,
    realAttachmentId: real === undefined || real === '' ? null : cleanText(real),
    name,
    mimeType: type,
    size: node.size,
  }
}

function typeOf(node: PartNode): string {
  const type = cleanText(node.mimeType).trim().toLowerCase()
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : 'application/octet-stream'
}

/** Gmail leaves `filename` empty for a quoted `filename*="UTF-8''x"`, which is wrong but common. */
function nameFromHeaders(headers: readonly Header[]): string {
  for (const [header, parameter] of [
    ['Content-Disposition', 'filename'],
    ['Content-Type', 'name'],
  ] as const) {
    const value = headerValue(headers, header) ?? ''
    const found = new RegExp(`;\\s*${parameter}(\\*?)\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(value)
    const text = found?.[2] ?? found?.[3] ?? ''
    if (text === '') continue
    return found?.[1] === '*' ? decodeExtended(text) : text
  }
  return ''
}

/** RFC 8187 value: charset'language'percent-encoded; only UTF-8 is read, others keep their escapes. */
function decodeExtended(text: string): string {
  const [, charset = '', encoded = text] = /^([^']*)'[^']*'(.*)$/s.exec(text) ?? []
  if (charset !== '' && !/^(?:utf-8|us-ascii)$/i.test(charset)) return encoded
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

const endings: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'message/rfc822': '.eml',
  'text/csv': '.csv',
  'text/html': '.html',
  'text/plain': '.txt',
}

function endingOf(mimeType: string): string {
  return endings[mimeType] ?? ''
}
