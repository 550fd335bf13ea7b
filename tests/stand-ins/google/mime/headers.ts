import { decodeText, decodeTransfer, unescapeHex } from './charset.ts'

/** One header line as it stands in the raw mail (latin1, folds kept, no line end) and as Gmail shows it. */
export interface HeaderField {
  name: string
  raw: string
  /** Unfolded, not decoded; latin1. */
  folded: string
  /** Unfolded and decoded (RFC 2047; bare UTF-8). */
  value: string
}

/** A raw mail or part cut into its header lines and the rest. */
export interface SplitMail {
  fields: HeaderField[]
  body: Buffer
}

/** Cuts at the first empty line; lines that are no header (an mbox `From ` line, say) are left out. */
export function splitMail(raw: Buffer): SplitMail {
  const { head, body } = cutHead(raw)
  const fields: HeaderField[] = []
  for (const line of head.replace(/\r?\n([ \t])/g, '\u0000$1').split(/\r?\n/)) {
    const colon = /^([!-9;-~]+)[ \t]*:/.exec(line)
    if (colon?.[1] === undefined) continue
    const rest = line.slice(colon[0].length)
    const folded = rest.replace(/[ \t]*\u0000[ \t]*/g, ' ').trim()
    fields.push({
      name: colon[1],
      raw: line.replaceAll('\u0000', '\r\n'),
      folded,
      value: decodeHeader(folded),
    })
  }
  return { fields, body }
}

function cutHead(raw: Buffer): { head: string; body: Buffer } {
  let at = 0
  while (at < raw.length) {
    const end = raw.indexOf(0x0a, at)
    if (end === -1) break
    const empty = end === at || (end === at + 1 && raw[at] === 0x0d)
    if (empty) return { head: raw.toString('latin1', 0, at), body: raw.subarray(end + 1) }
    at = end + 1
  }
  return { head: raw.toString('latin1'), body: Buffer.alloc(0) }
}

/** The first field of that name, any case. */
export function field(fields: readonly HeaderField[], name: string): HeaderField | undefined {
  const wanted = name.toLowerCase()
  return fields.find((one) => one.name.toLowerCase() === wanted)
}

/** Every field of that name, any case, in order. */
export function allFields(fields: readonly HeaderField[], name: string): HeaderField[] {
  const wanted = name.toLowerCase()
  return fields.filter((one) => one.name.toLowerCase() === wanted)
}

const ENCODED_WORD = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi

/** RFC 2047 words and bare 8-bit text of an unfolded latin1 header; words cut inside a character are joined first. */
export function decodeHeader(folded: string): string {
  let out = ''
  let at = 0
  let pending: { charset: string; bytes: Buffer[] } | undefined
  const flush = (): void => {
    if (pending !== undefined) out += decodeText(Buffer.concat(pending.bytes), pending.charset)
    pending = undefined
  }
  for (const word of folded.matchAll(ENCODED_WORD)) {
    const between = folded.slice(at, word.index)
    if (pending === undefined || between.trim() !== '') {
      flush()
      out += decodeBare(between)
    }
    const charset = (word[1] ?? '').replace(/\*.*$/, '').toLowerCase()
    if (pending !== undefined && pending.charset !== charset) flush()
    pending ??= { charset, bytes: [] }
    pending.bytes.push(wordBytes(word[2] ?? '', word[3] ?? ''))
    at = word.index + word[0].length
  }
  flush()
  return out + decodeBare(folded.slice(at))
}

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return decodeTransfer(Buffer.from(text, 'latin1'), 'base64')
  return Buffer.from(unescapeHex(text.replaceAll('_', ' '), /=([0-9A-Fa-f]{2})/g), 'latin1')
}

function decodeBare(text: string): string {
  return /[\u0080-\u00ff]/.test(text) ? decodeText(Buffer.from(text, 'latin1'), '') : text
}
