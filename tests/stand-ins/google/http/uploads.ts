import { randomBytes } from 'node:crypto'
import { badRequest, GmailError } from '../errors.ts'
import { LARGEST_RAW } from '../mail/outgoing.ts'
import { decodedBytes, parseMime } from '../mime/parse.ts'

/** What an upload request carries. */
export interface UploadBody {
  json: unknown
  media: Buffer
}

/** A resumable upload between its first request and its last byte. */
export interface UploadSession {
  id: string
  account: string
  json: unknown
  received: Buffer
}

/** Largest JSON body of the endpoints outside /upload, bytes. */
const LARGEST_JSON = 5 * 1024 * 1024

/** The JSON of a plain request; refuses too much of it. */
export function readJson(body: Buffer, limit = LARGEST_JSON): unknown {
  if (body.length > limit) throw new GmailError(413, 'uploadTooLarge', 'Request Entity Too Large')
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw badRequest('Invalid JSON payload received.')
  }
}

/** uploadType=media: the body is the mail. uploadType=multipart: JSON and mail as multipart/related. */
export function readUpload(uploadType: string | null, contentType: string, body: Buffer): UploadBody {
  if (uploadType === 'media') return { json: {}, media: body }
  if (uploadType !== 'multipart') throw badRequest(`Invalid upload type: ${uploadType ?? ''}`)
  const head = Buffer.from(`Content-Type: ${contentType}\r\n\r\n`, 'latin1')
  const [first, second] = parseMime(Buffer.concat([head, body])).children ?? []
  if (first === undefined || second === undefined) throw badRequest('Missing end boundary in multipart body.')
  return { json: readJson(decodedBytes(first)), media: decodedBytes(second) }
}

/** Resumable uploads that are under way. */
export class Uploads {
  readonly #sessions = new Map<string, UploadSession>()

  begin(account: string, json: unknown): UploadSession {
    const session = { id: randomBytes(48).toString('base64url'), account, json, received: Buffer.alloc(0) }
    this.#sessions.set(session.id, session)
    return session
  }

  /** The session of that id; 404 as for anything unknown or finished. */
  get(id: string): UploadSession {
    const session = this.#sessions.get(id)
    if (session === undefined) throw new GmailError(404, 'notFound', 'Not Found')
    return session
  }

  /**
   * Takes one PUT. True once all bytes are here; then the session is over. `range` is Content-Range:
   * `bytes 0-99/200`, `bytes 0-99/*`, or `bytes * /200` (without the space) to ask how far it got.
   */
  take(session: UploadSession, range: string | undefined, body: Buffer): boolean {
    const asked = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(
      range ?? `bytes 0-${body.length - 1}/${body.length}`,
    )
    if (asked === null) throw badRequest('Invalid Content-Range')
    if (asked[1] !== undefined) {
      if (Number(asked[1]) !== session.received.length) throw badRequest('Invalid Content-Range')
      session.received = Buffer.concat([session.received, body])
    }
    if (session.received.length > LARGEST_RAW)
      throw new GmailError(413, 'uploadTooLarge', 'Request Entity Too Large')
    const complete = asked[3] !== '*' && session.received.length >= Number(asked[3])
    if (complete) this.#sessions.delete(session.id)
    return complete
  }

  reset(): void {
    this.#sessions.clear()
  }
}
