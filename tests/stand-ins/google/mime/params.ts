import { decodeText, unescapeHex } from './charset.ts'
import { decodeHeader } from './headers.ts'

/** A `type; name=value` header: lower-case value, parameters by lower-case name, decoded. */
export interface Parameterised {
  value: string
  params: Map<string, string>
}

interface Piece {
  name: string
  text: string
  quoted: boolean
}

/** Reads Content-Type or Content-Disposition (RFC 2045, 2231); malformed pieces are skipped. */
export function parseParameters(folded: string): Parameterised {
  const text = folded.replace(/^\s+/, '')
  const head = /^[^;\s]*/.exec(text)?.[0] ?? ''
  return { value: head.toLowerCase(), params: joinPieces(readPieces(text.slice(head.length))) }
}

function readPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  const pattern = /;?\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/g
  for (const found of text.matchAll(pattern)) {
    const quoted = found[2] !== undefined
    const value = quoted ? (found[2] ?? '').replace(/\\(.)/g, '$1') : (found[3] ?? '').trim()
    pieces.push({ name: (found[1] ?? '').toLowerCase(), text: value, quoted })
  }
  return pieces
}

function joinPieces(pieces: Piece[]): Map<string, string> {
  const plain = new Map<string, string>()
  const extended = new Map<string, string>()
  const continued = new Map<string, { index: number; encoded: boolean; text: string }[]>()
  for (const piece of pieces) {
    const shape = /^([^*]+)(?:\*(\d+))?(\*)?$/.exec(piece.name)
    const name = shape?.[1]
    if (shape === null || name === undefined) continue
    const encoded = shape[3] !== undefined
    if (shape[2] !== undefined) {
      const list = continued.get(name) ?? []
      list.push({ index: Number(shape[2]), encoded, text: piece.text })
      continued.set(name, list)
    } else if (encoded) {
      extended.set(name, piece.quoted ? '' : decodeExtended(piece.text))
    } else if (!plain.has(name)) {
      plain.set(name, decodeHeader(piece.text))
    }
  }
  for (const [name, list] of continued) extended.set(name, decodeContinued(list))
  return new Map([...plain, ...extended])
}

function decodeExtended(text: string): string {
  const shape = /^([^']*)'[^']*'(.*)$/s.exec(text)
  if (shape === null) return decodeHeader(text)
  return decodeText(percentBytes(shape[2] ?? ''), shape[1] ?? '')
}

function decodeContinued(list: { index: number; encoded: boolean; text: string }[]): string {
  const ordered = [...list].sort((a, b) => a.index - b.index)
  const first = ordered[0]
  const shape = first?.encoded ? /^([^']*)'[^']*'(.*)$/s.exec(first.text) : null
  if (shape === null) {
    const bytes = ordered.map((one) =>
      one.encoded ? percentBytes(one.text) : Buffer.from(one.text, 'latin1'),
    )
    return decodeHeader(Buffer.concat(bytes).toString('latin1'))
  }
  const bytes = ordered.map((one, at) => {
    const text = at === 0 ? (shape[2] ?? '') : one.text
    return one.encoded ? percentBytes(text) : Buffer.from(text, 'latin1')
  })
  return decodeText(Buffer.concat(bytes), shape[1] ?? '')
}

function percentBytes(text: string): Buffer {
  return Buffer.from(unescapeHex(text, /%([0-9A-Fa-f]{2})/g), 'latin1')
}
