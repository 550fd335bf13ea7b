import { GmailError, type GoogleErrorBody, retryAfter } from './errors.ts'

const USAGE = { domain: 'usageLimits' }

/** Google's refusals that no setting of the stand-in brings about, by what a backend does on them (B6). */
const KNOWN = {
  rateLimitExceeded: () => new GmailError(403, 'rateLimitExceeded', 'Rate Limit Exceeded', USAGE),
  userRateLimitExceeded: () =>
    new GmailError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', USAGE),
  resourceExhausted: () =>
    new GmailError(429, 'rateLimitExceeded', 'Resource has been exhausted (e.g. check quota).', USAGE),
  concurrent: () => new GmailError(429, 'rateLimitExceeded', 'Too many concurrent requests for user', USAGE),
  domainPolicy: () =>
    new GmailError(403, 'domainPolicy', 'The domain administrators have disabled Gmail apps.'),
  accessNotConfigured: () =>
    new GmailError(
      403,
      'accessNotConfigured',
      'Gmail API has not been used in project 794506023861 before or it is disabled.',
      USAGE,
    ),
  mailServiceNotEnabled: () =>
    new GmailError(400, 'failedPrecondition', 'Mail service not enabled', {
      grpcStatus: 'FAILED_PRECONDITION',
    }),
  preconditionFailed: () =>
    new GmailError(400, 'failedPrecondition', 'Precondition check failed.', {
      grpcStatus: 'FAILED_PRECONDITION',
    }),
} satisfies Record<string, () => GmailError>

/** A fault's `kind` for one of Google's known refusals, body and status as Google sends them. */
export function knownError(name: keyof typeof KNOWN): { status: number; body: GoogleErrorBody } {
  const { status, body } = KNOWN[name]()
  return { status, body }
}

/** The same with a moment to come back at (epoch ms): per minute, or for mail sending. */
export function retryLater(
  status: 403 | 429,
  at: number,
  mailSending = false,
): { status: number; body: GoogleErrorBody } {
  return { status, body: retryAfter(status, at, mailSending).body }
}
