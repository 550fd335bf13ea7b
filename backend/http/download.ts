import { Readable } from 'node:stream'
import type { Context as HonoContext } from 'hono'
import type { Env } from './house.ts'

/** A file to be saved, never shown, written as it is produced (RFC 6266; the name in RFC 8187 for other scripts). */
export function attachment(
  c: HonoContext<Env>,
  name: string,
  type: string,
  text: AsyncIterable<string>,
): Response {
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
  const body = Readable.toWeb(Readable.from(toBytes(text), { objectMode: true, highWaterMark: 1 }))
  return c.body(body as ReadableStream<Uint8Array>, 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
  })
}

/** Stored bytes to be saved. Whatever they are called, a browser never runs or sniffs them from our origin. */
export function storedFile(
  c: HonoContext<Env>,
  file: { name: string; size: number; body: AsyncIterable<Uint8Array> },
): Response {
  return c.body(Readable.toWeb(Readable.from(file.body)) as ReadableStream<Uint8Array>, 200, {
    'content-type': 'application/octet-stream',
    'content-length': String(file.size),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, escape)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'private, no-store',
  })
}

const chunkLength = 32 * 1024

/** Few large pieces instead of one for each line. */
async function* toBytes(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let waiting = ''
  for await (const piece of text) {
    waiting += piece
    if (waiting.length < chunkLength) continue
    yield encoder.encode(waiting)
    waiting = ''
  }
  if (waiting !== '') yield encoder.encode(waiting)
}
