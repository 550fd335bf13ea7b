import { describe, expect, test } from 'vitest'
import { answerError, toGoogleError } from '../../backend/google/errors.ts'

const now = Date.parse('2026-11-23T09:00:00Z')
const gmail = (code: number, reason: string, message = '') => ({
  error: { code, message, errors: [{ message, domain: 'global', reason }] },
})

describe('answers (gmail-api, B6)', () => {
  test.each([
    ['a dead grant', 400, { error: 'invalid_grant', error_description: 'Expired' }, 'reauth'],
    ['a wrong client', 401, { error: 'invalid_client' }, 'refused'],
    ['a bad header', 400, gmail(400, 'invalidArgument', 'Invalid To header'), 'refused'],
    ['Gmail switched off', 400, gmail(400, 'failedPrecondition', 'Mail service not enabled'), 'refused'],
    ['another precondition', 400, gmail(400, 'failedPrecondition', 'Precondition check failed.'), 'rate'],
    ['a dead token', 401, gmail(401, 'authError'), 'reauth'],
    ['an unticked scope', 403, gmail(403, 'insufficientPermissions'), 'scope_missing'],
    ['a policy', 403, gmail(403, 'domainPolicy'), 'refused'],
    ['a rate as 403', 403, gmail(403, 'userRateLimitExceeded'), 'rate'],
    ['a quota as 403', 403, gmail(403, 'forbidden', "Quota exceeded for quota metric 'Queries'"), 'rate'],
    ['something gone', 404, gmail(404, 'notFound'), 'not_found'],
    ['too large', 413, 'Request Entity Too Large', 'refused'],
    ['a rate', 429, gmail(429, 'rateLimitExceeded'), 'rate'],
    [
      'a spent day',
      429,
      gmail(429, 'rateLimitExceeded', 'User-rate limit exceeded (Mail sending)'),
      'send_limit',
    ],
    ['a time-out', 408, '', 'uncertain'],
    ['a crash', 500, '<html>', 'uncertain'],
    ['an outage', 503, gmail(503, 'backendError'), 'uncertain'],
  ] as const)('%s', (_, status, body, kind) => {
    expect(answerError({ status, body, retryAfter: null }, now).kind).toBe(kind)
  })

  test.each([
    [
      'the time in the message',
      'User-rate limit exceeded.  Retry after 2026-11-23T09:15:00.250Z',
      null,
      900_250,
    ],
    ['the header', '', '30', 30_000],
    ['nothing said', '', null, 60_000],
    ['a crowd', 'Too many concurrent requests for user', null, 5_000],
    ['a time that has passed', 'Retry after 2026-11-23T08:00:00Z', null, 1_000],
    ['a time beyond belief', 'Retry after 2030-01-01T00:00:00Z', null, 24 * 3_600_000],
  ])('when to come back: %s', (_, message, retryAfter, wait) => {
    const error = answerError(
      { status: 429, body: gmail(429, 'rateLimitExceeded', message), retryAfter },
      now,
    )
    expect(error.retryAt).toBe(now + wait)
  })

  test('text of a body never gets into the error', () => {
    const error = answerError(
      { status: 400, body: gmail(400, 'invalidArgument', 'secret'), retryAfter: null },
      now,
    )
    expect(`${error.message} ${error.reason}`).not.toContain('secret')
  })
})

describe('no answer', () => {
  const failed = (code: string) => Object.assign(new Error('request failed'), { cause: { cause: { code } } })

  test.each([
    ['ENOTFOUND', 'unreachable'],
    ['ECONNREFUSED', 'unreachable'],
    ['CERT_HAS_EXPIRED', 'unreachable'],
    ['ECONNRESET', 'uncertain'],
    ['ETIMEDOUT', 'uncertain'],
    ['UND_ERR_SOCKET', 'uncertain'],
  ])('%s is %s', (code, kind) => {
    expect(toGoogleError(failed(code), now)).toMatchObject({ kind, reason: code })
  })

  test('whatever else is thrown may have happened', () => {
    expect(toGoogleError('odd', now).kind).toBe('uncertain')
  })
})
