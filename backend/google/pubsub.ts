import { JWT } from 'google-auth-library'
import type { Clock } from '../../lib/domain/clock.ts'
import { ownFetch } from './calls.ts'
import { answerError, toGoogleError } from './errors.ts'
import { GoogleError, type Notice, type NoticeQueue } from './gateway.ts'
import { createTransporter } from './oauth.ts'

export interface NoticeQueueSettings {
  /** `projects/P/subscriptions/S` */
  subscription: string
  /** The service account that may read it. */
  account: { email: string; key: string }
  /** Address of the stand-in Google; undefined is Google itself. */
  base: string | undefined
  clock: Clock
}

/** Google answers a pull that finds nothing after a minute and a half at most; longer means that it is lost. */
const pullLimitMs = 120_000
const limitMs = 30_000
const atOnce = 100

/** Gmail's notifications from a Pub/Sub subscription that is pulled: nobody outside has to reach this server. */
export function createNoticeQueue(settings: NoticeQueueSettings): NoticeQueue {
  const { subscription, base, clock } = settings
  const root = base ?? 'https://pubsub.googleapis.com'
  let account = createAccount(settings)

  async function once(verb: string, body: object, signal: AbortSignal, token: string): Promise<Response> {
    return ownFetch(`${root}/v1/${subscription}:${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
  }

  async function ask(verb: string, body: object, limit: number, ending: AbortSignal): Promise<unknown> {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(limit)])
    try {
      let answer = await once(verb, body, signal, await tokenOf(account))
      if (answer.status === 401) {
        // Withdrawn or, by another clock than ours, too old: a new one, once.
        account = createAccount(settings)
        answer = await once(verb, body, signal, await tokenOf(account))
      }
      const text = await answer.text()
      if (!answer.ok)
        throw answerError(
          { status: answer.status, body: text, retryAfter: answer.headers.get('retry-after') },
          clock.now(),
        )
      return JSON.parse(text)
    } catch (error) {
      throw toGoogleError(error, clock.now())
    }
  }

  return {
    pull: async (signal) => readNotices(await ask('pull', { maxMessages: atOnce }, pullLimitMs, signal)),
    async acknowledge(ackIds, signal) {
      if (ackIds.length > 0) await ask('acknowledge', { ackIds }, limitMs, signal)
    },
  }
}

function createAccount({ account, base }: NoticeQueueSettings): JWT {
  const transporter = createTransporter(limitMs)
  // The library knows one address for tokens; before the stand-in it has to be turned.
  if (base !== undefined)
    transporter.interceptors.request.add({
      resolved: async (config) => ({ ...config, url: new URL(`${base}/token`) }),
    })
  return new JWT({
    email: account.email,
    key: account.key,
    scopes: ['https://www.googleapis.com/auth/pubsub'],
    transporter,
  })
}

async function tokenOf(account: JWT): Promise<string> {
  const { token } = await account.getAccessToken()
  if (!token) throw new GoogleError('uncertain', 'cut_answer')
  return token
}

/** A message without data is handed on too, so that it is acknowledged and does not come again for ever. */
function readNotices(answer: unknown): Notice[] {
  const received = field(answer, 'receivedMessages')
  if (!Array.isArray(received)) return []
  return received.flatMap((one: unknown) => {
    const ackId = field(one, 'ackId')
    const data = field(field(one, 'message'), 'data')
    return typeof ackId === 'string' ? [{ ackId, data: typeof data === 'string' ? data : '' }] : []
  })
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
