import { Refusal } from '../../../lib/domain/errors.ts'
import { GoogleError } from '../../google/gateway.ts'
import type { Deps } from '../context.ts'

const soonMs = 60_000
const laterMs = 10 * 60_000

/** What a job hands over of its task. */
export interface SyncTask {
  payload: Readonly<Record<string, string>>
  /** How often it was tried, this time included, since it last went well. */
  attempts: number
}

/**
 * When work that Google would not let us finish may be tried again. Reading waits for a person to reconnect, it is never
 * dropped: the cursor is past it. Anything that is not Google's answer is thrown on.
 */
export function whenToRetry(deps: Deps, error: unknown): Date {
  if (!(error instanceof GoogleError)) throw error
  const now = deps.clock.now()
  switch (error.kind) {
    case 'rate':
    case 'send_limit':
      return new Date(Math.max(error.retryAt ?? now + soonMs, now + 1000))
    case 'uncertain':
    case 'unreachable':
      return new Date(now + soonMs)
    default:
      return new Date(now + laterMs)
  }
}

/** Failures that come back whenever the same data is written: a value no database takes, or a defect of ours. */
export function isOfItsData(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  // PostgreSQL's classes: data exception, integrity, program limit.
  return typeof code === 'string' && /^(?:22|23|54)[0-9A-Z]{3}$/.test(code)
}

/** What a person hears when a read they asked for was not answered. */
export function readRefusal(error: GoogleError): Refusal {
  switch (error.kind) {
    case 'reauth':
      return new Refusal('conflict', 'mailbox_reauth')
    case 'scope_missing':
      return new Refusal('forbidden', 'scope_read_missing')
    case 'not_found':
      return new Refusal('not_found', 'message_missing')
    case 'rate':
    case 'send_limit':
      return new Refusal('rate_limited', 'google_rate')
    case 'refused':
    case 'history_expired':
      return new Refusal('google_unavailable', 'google_refused')
    default:
      return new Refusal('google_unavailable', 'google_slow')
  }
}
