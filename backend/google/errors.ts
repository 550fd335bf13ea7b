import { GoogleError, type GoogleErrorKind } from './gateway.ts'

const minute = 60_000
/** Without a time in the answer: what a used-up minute, too many calls at once, and a spent day of sending wait. */
const waits = { rate: minute, concurrent: 5_000, sending: 60 * minute } as const
const longestWait = 24 * 60 * minute

/** What is known of an answer that was no success. */
export interface Answer {
  status: number
  /** JSON body as parsed, or its text. */
  body: unknown
  retryAfter: string | null
}

/** Puts an answer of the Gmail API or the token endpoint into one of our kinds (gmail-api, B6). `now` is epoch ms. */
export function answerError(answer: Answer, now: number): GoogleError {
  const { reason, message, scopeMissing } = readBody(answer.body)
  const of = (kind: GoogleErrorKind, retryAt?: number) =>
    new GoogleError(kind, reason || `http_${answer.status}`, retryAt === undefined ? {} : { retryAt })
  const rate = (wait: number) => of('rate', retryTime(message, answer.retryAfter, wait, now))
  switch (answer.status) {
    case 400:
      if (reason === 'invalid_grant') return of('reauth')
      if (/only one user push notification client/i.test(message))
        return new GoogleError('refused', 'watch_taken')
      if (reason === 'failedPrecondition' && !/not enabled/i.test(message)) return rate(waits.rate)
      return of('refused')
    case 401:
      return reason === 'invalid_client' || reason === 'unauthorized_client' ? of('refused') : of('reauth')
    case 403:
      if (isRateReason(reason) || /(?:quota|rate.?limit) exceeded/i.test(message)) return rate(waits.rate)
      return of(scopeMissing ? 'scope_missing' : 'refused')
    case 404:
    case 410:
      return of('not_found')
    case 429:
      if (/mail sending/i.test(message))
        return of('send_limit', retryTime(message, answer.retryAfter, waits.sending, now))
      return rate(/concurrent/i.test(message) ? waits.concurrent : waits.rate)
    case 408:
    case 409:
      return of('uncertain')
    default:
      return of(answer.status >= 400 && answer.status < 500 ? 'refused' : 'uncertain')
  }
}

/** Codes of Node which prove that no byte of the request was taken. */
const neverLeft = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Any failure of a call in our words. What is not an answer may or may not have happened, unless it never left. */
export function toGoogleError(error: unknown, now: number): GoogleError {
  if (error instanceof GoogleError) return error
  const answer = answerOf(error)
  if (answer !== undefined) return answerError(answer, now)
  const code = codeOf(error)
  return new GoogleError(neverLeft.has(code) ? 'unreachable' : 'uncertain', code, { cause: error })
}

function answerOf(error: unknown): Answer | undefined {
  const response = field(error, 'response')
  const status = field(response, 'status')
  if (typeof status !== 'number') return undefined
  const headers = field(response, 'headers')
  const retryAfter = headers instanceof Headers ? headers.get('retry-after') : undefined
  return { status, body: field(response, 'data'), retryAfter: retryAfter ?? null }
}

/** The error's own code, or that of what caused it: Node hides the socket's under two layers of fetch. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at !== undefined && depth < 4; at = field(at, 'cause'), depth++) {
    const code = field(at, 'code')
    if (typeof code === 'string') return code
  }
  return error instanceof Error ? error.name : 'unknown'
}

function isRateReason(reason: string): boolean {
  return /^(?:userR|r)ateLimitExceeded$|^(?:quota|dailyLimit)Exceeded$/.test(reason)
}

/** "Retry after 2026-11-23T09:01:00.000Z" in the message wins over the header, which Gmail rarely sends. */
function retryTime(message: string, header: string | null, wait: number, now: number): number {
  const told = /retry after (\d{4}-\d{2}-\d{2}T[\d:.]+Z)/i.exec(message)?.[1]
  const seconds = header === null ? Number.NaN : Number(header)
  const at = told === undefined ? now + (Number.isFinite(seconds) ? seconds * 1000 : wait) : Date.parse(told)
  return Math.min(Math.max(at, now + 1000), now + longestWait)
}

/** Gmail answers `{error:{message, errors:[{reason}], details}}`, the token endpoint `{error:"invalid_grant"}`. */
function readBody(body: unknown): { reason: string; message: string; scopeMissing: boolean } {
  const parsed = typeof body === 'string' ? parse(body) : body
  const error = field(parsed, 'error')
  if (typeof error === 'string') return { reason: error.slice(0, 60), message: '', scopeMissing: false }
  const entries = field(error, 'errors')
  const reason = Array.isArray(entries) ? field(entries[0], 'reason') : undefined
  const status = field(error, 'status')
  const message = field(error, 'message')
  const chosen = typeof reason === 'string' ? reason : typeof status === 'string' ? status : ''
  return {
    reason: chosen.slice(0, 60),
    message: typeof message === 'string' ? message : '',
    scopeMissing:
      reason === 'insufficientPermissions' ||
      JSON.stringify(field(error, 'details') ?? '').includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT'),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
