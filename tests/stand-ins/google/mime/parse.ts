import { decodeText, decodeTransfer } from './charset.ts'
import { field, type HeaderField, splitMail } from './headers.ts'
import { type Parameterised, parseParameters } from './params.ts'

/** One node of a mail's tree, in Gmail's sense of what is a node. */
export interface MimePart {
  fields: HeaderField[]
  /** Lower case, e.g. `text/plain`. */
  mimeType: string
  filename: string
  disposition: string
  charset: string
  encoding: string
  /** Still transfer-encoded. */
  body: Buffer
  /** Undefined for a leaf. */
  children: MimePart[] | undefined
}

const DEEPEST = 30
const IDENTITY = new Set(['', '7bit', '8bit', 'binary'])

/** The tree of a raw mail. Never throws: what cannot be read is a text/plain leaf. */
export function parseMime(raw: Buffer, defaultType = 'text/plain', depth = 0): MimePart {
  const { fields, body } = splitMail(raw)
  const type = contentType(fields, defaultType)
  const disposition = parseParameters(field(fields, 'Content-Disposition')?.folded ?? '')
  const part: MimePart = {
    fields,
    mimeType: type.value,
    filename: disposition.params.get('filename') ?? type.params.get('name') ?? '',
    disposition: disposition.value,
    charset: type.params.get('charset') ?? '',
    encoding: (field(fields, 'Content-Transfer-Encoding')?.folded ?? '')
      .toLowerCase()
      .replace(/[;\s].*$/, ''),
    body,
    children: undefined,
  }
  if (depth < DEEPEST) part.children = childrenOf(part, type, depth)
  return part
}

function contentType(fields: HeaderField[], defaultType: string): Parameterised {
  const header = field(fields, 'Content-Type')
  if (header === undefined) return { value: defaultType, params: new Map() }
  const type = parseParameters(header.folded)
  return /^[^/\s]+\/[^/\s]+$/.test(type.value) ? type : { value: 'text/plain', params: type.params }
}

function childrenOf(part: MimePart, type: Parameterised, depth: number): MimePart[] | undefined {
  if (part.mimeType.startsWith('multipart/')) {
    const inner = part.mimeType === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
    return cutParts(part.body, type.params.get('boundary') ?? '').map((raw) =>
      parseMime(raw, inner, depth + 1),
    )
  }
  if (!IDENTITY.has(part.encoding)) return undefined
  if (part.mimeType === 'message/rfc822') return [parseMime(part.body, 'text/plain', depth + 1)]
  if (part.mimeType === 'message/delivery-status') return [deliveryStatusChild(part.body)]
  return undefined
}

/** Gmail shows a delivery-status as one text/plain: its headers are the per-message fields, its body the rest. */
function deliveryStatusChild(raw: Buffer): MimePart {
  const { fields, body } = splitMail(raw)
  return {
    fields,
    mimeType: 'text/plain',
    filename: '',
    disposition: '',
    charset: '',
    encoding: '',
    body,
    children: undefined,
  }
}

/** The bytes between boundary lines (RFC 2046); the line end before a boundary belongs to it. */
function cutParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = []
  if (boundary === '') return parts
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  let start: number | undefined
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at + mark.length)) {
    const line = boundaryLine(body, at, mark.length)
    if (line === undefined) continue
    if (start !== undefined) parts.push(body.subarray(start, Math.max(start, beforeLineEnd(body, at))))
    start = line.closing ? undefined : line.next
    if (line.closing) return parts
  }
  if (start !== undefined) parts.push(body.subarray(start))
  return parts
}

function boundaryLine(
  body: Buffer,
  at: number,
  length: number,
): { next: number; closing: boolean } | undefined {
  if (at > 0 && body[at - 1] !== 0x0a) return undefined
  const end = body.indexOf(0x0a, at)
  const rest = body.toString('latin1', at + length, end === -1 ? body.length : end)
  if (!/^(--)?[ \t]*\r?$/.test(rest)) return undefined
  return { next: end === -1 ? body.length : end + 1, closing: rest.startsWith('--') }
}

function beforeLineEnd(body: Buffer, at: number): number {
  if (at < 1) return at
  return body[at - 2] === 0x0d ? at - 2 : at - 1
}

/** Bytes of a leaf with the transfer encoding undone. */
export function decodedBytes(part: MimePart): Buffer {
  return decodeTransfer(part.body, part.encoding)
}

/** Whether Gmail hands this leaf out inside the payload: text without a file name. */
export function isInlineText(part: MimePart): boolean {
  return part.children === undefined && part.mimeType.startsWith('text/') && part.filename === ''
}

/** Text of a text leaf, whatever its charset. */
export function textOf(part: MimePart): string {
  return decodeText(decodedBytes(part), part.charset)
}

/** Every node with its Gmail `partId`, depth first. */
export function* walk(part: MimePart, partId = ''): Generator<{ part: MimePart; partId: string }> {
  yield { part, partId }
  for (const [index, child] of (part.children ?? []).entries()) yield* walk(child, childId(partId, index))
}

/** `0`, `1` below the root, `0.1` below those; the one child of an embedded message is `<id>.0`. */
export function childId(partId: string, index: number): string {
  return partId === '' ? String(index) : `${partId}.${index}`
}
