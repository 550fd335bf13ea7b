/** An answer of the Gmail API that is not a success, in Google's JSON shape. */
export class GmailError extends Error {
  readonly status: number
  readonly body: GoogleErrorBody
  readonly headers: Record<string, string>

  constructor(status: number, reason: string, message: string, more: ErrorDetails = {}) {
    super(message)
    this.status = status
    this.headers = more.headers ?? {}
    const entry: GoogleErrorEntry = {
      message: more.entryMessage ?? message,
      domain: more.domain ?? 'global',
      reason,
    }
    if (status === 401) Object.assign(entry, { location: 'Authorization', locationType: 'header' })
    const grpc = more.grpcStatus ?? GRPC_STATUS[status]
    this.body = { error: { code: status, message, errors: [entry] } }
    if (grpc !== undefined) this.body.error.status = grpc
    if (more.details !== undefined) this.body.error.details = more.details
  }
}

interface GoogleErrorEntry {
  message: string
  domain: string
  reason: string
}

/** What every Google API answers on failure. */
export interface GoogleErrorBody {
  error: { code: number; message: string; errors: GoogleErrorEntry[]; status?: string; details?: object[] }
}

interface ErrorDetails {
  entryMessage?: string
  domain?: string
  grpcStatus?: string
  details?: object[]
  headers?: Record<string, string>
}

const GRPC_STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

export function badRequest(message: string): GmailError {
  return new GmailError(400, 'invalidArgument', message)
}

export function notFound(): GmailError {
  return new GmailError(404, 'notFound', 'Requested entity was not found.')
}

/** The body a plain server error of that status carries, e.g. for a planted 503. */
export function serverError(status: number): GmailError {
  if (status === 429)
    return tooManyRequests('rateLimitExceeded', 'Resource has been exhausted (e.g. check quota).')
  if (status === 401) return invalidCredentials()
  if (status === 404) return notFound()
  if (status === 403)
    return new GmailError(403, 'rateLimitExceeded', 'Rate Limit Exceeded', { domain: 'usageLimits' })
  if (status < 500) return new GmailError(status, 'failedPrecondition', 'Precondition check failed.')
  const message = status === 503 ? 'The service is currently unavailable.' : 'Internal error encountered.'
  return new GmailError(status, 'backendError', message)
}

export function tooManyRequests(reason: string, message: string): GmailError {
  return new GmailError(429, reason, message, { domain: 'usageLimits' })
}

/** Too much for now, and the moment to come back at (epoch ms): for all units, or for sending mail. */
export function retryAfter(status: 403 | 429, at: number, mailSending = false): GmailError {
  const tail = mailSending ? ' (Mail sending)' : ''
  const message = `User-rate limit exceeded.  Retry after ${new Date(at).toISOString()}${tail}`
  return new GmailError(status, 'rateLimitExceeded', message, { domain: 'usageLimits' })
}

const CREDENTIALS_HINT =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. ' +
  'See https://developers.google.com/identity/sign-in/web/devconsole-project.'

export function invalidCredentials(): GmailError {
  return new GmailError(
    401,
    'authError',
    `Request had invalid authentication credentials. ${CREDENTIALS_HINT}`,
    {
      entryMessage: 'Invalid Credentials',
      headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
    },
  )
}

export function missingCredentials(): GmailError {
  return new GmailError(
    401,
    'required',
    `Request is missing required authentication credential. ${CREDENTIALS_HINT}`,
    {
      entryMessage: 'Login Required.',
      headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
    },
  )
}

export function insufficientScopes(
  method: string,
  scopes: readonly string[],
  api: 'gmail' | 'drive' = 'gmail',
): GmailError {
  const service = { gmail: 'caribou.api.proto.MailboxService', drive: 'google.apps.drive.v3.DriveFiles' }[api]
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    domain: 'googleapis.com',
    metadata: { service: `${api}.googleapis.com`, method: `${service}.${method}` },
  }
  const challenge = `error="insufficient_scope", scope="${scopes.join(' ')}"`
  return new GmailError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
    entryMessage: 'Insufficient Permission',
    details: [info],
    headers: { 'www-authenticate': `Bearer realm="https://accounts.google.com/", ${challenge}` },
  })
}
