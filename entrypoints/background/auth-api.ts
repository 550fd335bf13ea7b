import type * as z from 'zod'
import { ErrorBody } from '@/lib/contract/common.ts'
import {
  type FinishConsent,
  RedeemedPairing,
  type RedeemPairing,
  type StartPairing,
} from '@/lib/contract/identity.ts'
import type { Session } from '@/lib/extension/settings.ts'

type Answer<Value> = { ok: true; value: Value } | { ok: false; reason: string }

/** Begins a pairing; the answer is checked by the caller. */
export function startPairingAt(
  server: string,
  input: z.input<typeof StartPairing>,
): Promise<Answer<unknown>> {
  return post(`${server}/api/v1/auth/pairings`, input)
}

/** Redeems a pairing for a session. Works exactly once. */
export async function redeemAt(
  server: string,
  input: z.input<typeof RedeemPairing>,
): Promise<Answer<RedeemedPairing>> {
  const answer = await post(`${server}/api/v1/auth/pairings/redeem`, input)
  if (!answer.ok) return answer
  const redeemed = RedeemedPairing.safeParse(answer.value)
  return redeemed.success ? { ok: true, value: redeemed.data } : { ok: false, reason: 'not_inlay' }
}

export function finishConsentAt(
  session: Session,
  input: z.input<typeof FinishConsent>,
): Promise<Answer<unknown>> {
  return post(`${session.server}/api/v1/auth/consents/finish`, input, session.token)
}

async function post(url: string, body: unknown, token?: string): Promise<Answer<unknown>> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(20_000),
    })
  } catch {
    return { ok: false, reason: 'unreachable' }
  }
  const value: unknown = await response.json().catch(() => undefined)
  if (response.ok) return { ok: true, value }
  const refused = ErrorBody.safeParse(value)
  return { ok: false, reason: refused.success ? refused.data.error.reason : 'not_inlay' }
}
