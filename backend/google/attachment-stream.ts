import { GoogleError } from './gateway.ts'

const longestPreamble = 64 * 1024

/**
 * Undoes the JSON and base64url around an attachment's bytes while they arrive: `{"size": n, "data": "…"}` in any order
 * of keys. Never holds more than one chunk. A body that ends early throws GoogleError `uncertain`.
 */
export async function* decodeAttachment(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = ''
  let rest = ''
  let place: 'before' | 'inside' | 'after' = 'before'
  let bytes = 0
  let tail = ''
  for await (const chunk of body) {
    // The whole answer is ASCII: base64url and Google's own keys.
    let text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    if (place === 'before') {
      head += text
      const start = /"data"\s*:\s*"/.exec(head)
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
    if (ready.bytes.length > 0) yield ready.bytes
    bytes += ready.bytes.length
  }
  const size = /"size"\s*:\s*(\d+)/.exec(head + tail)?.[1]
  if (place !== 'after' || !tail.includes('}') || (size !== undefined && Number(size) !== bytes)) throw cut()
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
