/** 76 columns of base64 are 57 bytes. */
const lineBytes = 57
const lineEnd = '\r\n'

export interface EncodedText {
  encoding: '7bit' | 'quoted-printable' | 'base64'
  body: string
}

/**
 * Text for a mail, its lines ended with CRLF (RFC 2046, 4.1.1): as it is where nothing on the way could change it, else in
 * the shorter of both encodings. `never`: what must not stand in it as it is.
 */
export function encodeText(text: string, never: string): EncodedText {
  const lines = text.toWellFormed().replace(/\r\n|\r|\n/g, lineEnd)
  const plain = /^[\t\r\n\x20-\x7e]*$/.test(lines) && !lines.includes(never)
  if (plain && lines.split(lineEnd).every((line) => line.length <= 78 && !/[\t ]$|^\.|^From /.test(line)))
    return { encoding: '7bit', body: lines }
  const bytes = Buffer.from(lines)
  // Each byte that is none of ASCII's takes three columns in one, each three bytes four in the other.
  let escaped = 0
  for (const byte of bytes) if (byte > 126 || byte === 61) escaped++
  if (bytes.length + 2 * escaped > (bytes.length * 4) / 3)
    return { encoding: 'base64', body: inLines(bytes.toString('base64')) }
  return { encoding: 'quoted-printable', body: lines.split(lineEnd).map(quoted).join(lineEnd) }
}

/** One line as RFC 2045, 6.7 has it. Dots and "From " at its start are hidden from old programs on the way. */
function quoted(line: string): string {
  const bytes = Buffer.from(line)
  let out = ''
  let column = 0
  for (const [at, byte] of bytes.entries()) {
    const last = at === bytes.length - 1
    const space = byte === 32 || byte === 9
    const safe = (byte >= 33 && byte <= 126 && byte !== 61) || (space && !last)
    const first =
      column === 0 && (byte === 46 || (byte === 70 && bytes.toString('latin1', at, at + 5) === 'From '))
    const sign =
      safe && !first ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (column + sign.length > 75) {
      out += `=${lineEnd}`
      column = 0
    }
    out += sign
    column += sign.length
  }
  return out
}

/** Bytes as lines of base64, while they come; the last line without an end. */
export async function* encodeBytes(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Uint8Array = new Uint8Array(0)
  let begun = false
  for await (const chunk of source) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole = bytes.length - (bytes.length % lineBytes)
    rest = bytes.subarray(whole)
    if (whole === 0) continue
    yield lined(bytes.subarray(0, whole), begun)
    begun = true
  }
  if (rest.length > 0) yield lined(rest, begun)
}

function lined(bytes: Uint8Array, begun: boolean): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  return Buffer.from(`${begun ? lineEnd : ''}${inLines(text)}`, 'latin1')
}

function inLines(base64: string): string {
  return base64.replace(/.{76}(?=.)/g, `$&${lineEnd}`)
}
