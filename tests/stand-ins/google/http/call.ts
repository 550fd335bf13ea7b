import { z } from 'zod'
import { badRequest, GmailError } from '../errors.ts'
import type { Account } from '../mail/account.ts'
import { LARGEST_RAW } from '../mail/outgoing.ts'
import type { GmailScope } from '../oauth/scopes.ts'
import type { StoredMessage } from '../store/mail-store.ts'
import type { MessageFormat } from '../store/view.ts'
import type { World } from '../world.ts'

/** One authenticated, paid-for API call. */
export interface Call {
  world: World
  account: Account
  params: Record<string, string>
  query: URLSearchParams
  /** The JSON body, or the JSON part of an upload; `{}` when there is none. */
  json: unknown
  /** The mail of an upload, byte for byte. */
  media: Buffer | undefined
  granted: ReadonlySet<string>
}

/** One method of the Gmail API. */
export interface Endpoint {
  verb: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/gmail/v1/users/:userId`. */
  path: string
  /** Its name in Google's error details. */
  rpc: string
  /** Quota units (facts/gmail-api.md, B3). */
  units: number
  scopes: readonly GmailScope[]
  /** Also served below `/upload`. */
  upload?: true
  /** The answer; undefined is an empty 204. Throws GmailError. */
  answer(call: Call): object | undefined
}

const MessageInput = z.object({ raw: z.string().nullish(), threadId: z.string().nullish() })
const DraftInput = z.object({ id: z.string().nullish(), message: MessageInput.nullish() })

/** A mail handed in, and the thread it is meant for. */
export interface GivenMail {
  raw: Buffer
  threadId: string | undefined
}

/** Body of messages.send. */
export function readMessage(call: Call): GivenMail {
  return givenMail(call, parse(MessageInput, call.json))
}

/** Body of drafts.create and drafts.update. */
export function readDraft(call: Call): GivenMail {
  return givenMail(call, parse(DraftInput, call.json).message ?? {})
}

/** Body of drafts.send: which draft, and a newer version of it if one comes along. */
export function readDraftToSend(call: Call): { id: string; newer: GivenMail | undefined } {
  const input = parse(DraftInput, call.json)
  if (!input.id) throw badRequest('Missing draft id')
  const carries = call.media !== undefined || typeof input.message?.raw === 'string'
  return { id: input.id, newer: carries ? givenMail(call, input.message ?? {}) : undefined }
}

/** Reads a JSON body by its schema; 400 as Google answers. */
export function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const where = result.error.issues[0]?.path.join('.') ?? ''
  throw badRequest(`Invalid value at '${where}'`)
}

function givenMail(call: Call, message: z.infer<typeof MessageInput>): GivenMail {
  const raw = call.media ?? decodeRaw(message.raw)
  if (raw.length > LARGEST_RAW) throw new GmailError(413, 'uploadTooLarge', 'Request Entity Too Large')
  return { raw, threadId: message.threadId ?? undefined }
}

function decodeRaw(raw: string | null | undefined): Buffer {
  if (!raw)
    throw badRequest("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
  if (!/^[\w+/=\s-]*$/.test(raw))
    throw badRequest("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed")
  return Buffer.from(raw, 'base64url')
}

const FORMATS: readonly MessageFormat[] = ['minimal', 'full', 'raw', 'metadata']

/** The `format` parameter, any case; full when absent. */
export function readFormat(query: URLSearchParams): MessageFormat {
  const wanted = (query.get('format') ?? 'full').toLowerCase()
  const format = FORMATS.find((one) => one === wanted)
  if (format === undefined) throw badRequest(`Invalid value at 'format': "${wanted}"`)
  return format
}

/** `maxResults`, at most 500. */
export function readMax(query: URLSearchParams): number {
  const text = query.get('maxResults')
  if (text === null) return 100
  if (!/^\d+$/.test(text)) throw badRequest(`Invalid value at 'max_results' (TYPE_UINT32), "${text}"`)
  return Math.min(Number(text), 500) || 100
}

/** True for `true`; Google's booleans. */
export function readFlag(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true'
}

/** One page of a newest-first list; the token marks the last message shown, so that new mail shifts nothing. */
export function pageOf<T>(
  query: URLSearchParams,
  items: readonly T[],
  anchor: (item: T) => StoredMessage,
): { page: T[]; next: { nextPageToken?: string } } {
  const rest = afterToken(items, anchor, query.get('pageToken'))
  const page = rest.slice(0, readMax(query))
  const last = page.at(-1)
  if (last === undefined || rest.length === page.length) return { page, next: {} }
  const { internalDate, id } = anchor(last)
  return { page, next: { nextPageToken: `${String(internalDate).padStart(15, '0')}${BigInt(`0x${id}`)}` } }
}

function afterToken<T>(
  items: readonly T[],
  anchor: (item: T) => StoredMessage,
  token: string | null,
): readonly T[] {
  if (token === null || token === '') return items
  if (!/^\d{16,40}$/.test(token)) throw badRequest('Invalid pageToken')
  const date = Number(token.slice(0, 15))
  const id = BigInt(token.slice(15)).toString(16).padStart(16, '0')
  return items.filter((item) => {
    const { internalDate, id: own } = anchor(item)
    return internalDate < date || (internalDate === date && own < id)
  })
}

/** An id as Gmail makes them; anything else is a 400, before it is a 404. */
export function readId(call: Call, name: string): string {
  const id = call.params[name] ?? ''
  if (!/^[0-9a-f]{1,16}$/i.test(id)) throw badRequest('Invalid id value')
  return id.toLowerCase()
}
