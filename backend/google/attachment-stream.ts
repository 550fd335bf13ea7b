import { GoogleError } from './gateway.ts'

const longestPreamble = 64 * 1024

/**
 * Undoes the JSON and base64url around an attachment's bytes while they arrive: `{"size": n, "data": "…"}` in any order
 * of keys. Never holds more than one chunk. A body that ends early throws GoogleError `uncertain`.
 */
export async function* decodeAttachment(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { rest, bytes } = yield* decodeField(body, 'data')
  const size = /"size"\s*:\s*(\d+)/.exec(rest)?.[1]
  if (size !== undefined && Number(size) !== bytes) throw cut()
}

/**
 * The bytes of one base64url field of a JSON body; at its end, the JSON without them and how many they were.
 * @throws GoogleError refused `too_large` beyond `maxBytes`
 */
export async function* decodeField(
  body: AsyncIterable<Uint8Array>,
  name: 'data' | 'raw',
  maxBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, { rest: string; bytes: number }> {
  const opening = new RegExp(`"${name}"\\s*:\\s*"`)
  let head = ''
  let rest = ''
  let place: 'before' | 'inside' | 'after' = 'before'
  let bytes = 0
  let tail = ''
  for await (const chunk of body) {
    // Google's own keys and base64url are ASCII; other text of the answer is not looked at.
    let text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    if (place === 'before') {
      head += text
      const start = opening.exec(head)
      if (start === null) {
        if (head.length > longestPreamble) throw cut()
        continue
      }
      text = head.slice(start.index + start[0].length)
      head = head.slice(0, start.index)
      place = 'inside'
    }
    if (place === 'after') {
      tail += text
      continue
    }
    const end = text.indexOf('"')
    if (end >= 0) {
      place = 'after'
      tail = text.slice(end + 1)
      text = text.slice(0, end)
    }
    const ready = take(rest + text, end >= 0)
    rest = ready.rest
    bytes += ready.bytes.length
    if (bytes > maxBytes) throw new GoogleError('refused', 'too_large')
    if (ready.bytes.length > 0) yield ready.bytes
  }
  if (place !== 'after' || !tail.includes('}')) throw cut()
  return { rest: `${head}"${name}":""${tail}`, bytes }
}

/** Whole groups of four characters, as bytes; the remainder waits for the next chunk. Google may escape `=` as \u003d. */
function take(text: string, last: boolean): { bytes: Buffer; rest: string } {
  const broken = last ? -1 : text.lastIndexOf('\\')
  const held = broken >= 0 && text.length - broken < 6 ? text.slice(broken) : ''
  const plain = text.slice(0, text.length - held.length).replace(/\\u003d/gi, '=')
  const usable = last ? plain.length : plain.length - (plain.length % 4)
  return { bytes: Buffer.from(plain.slice(0, usable), 'base64url'), rest: plain.slice(usable) + held }
}

function cut(): GoogleError {
  return new GoogleError('uncertain', 'cut_answer')
}
