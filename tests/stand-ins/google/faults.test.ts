import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { knownError, retryLater } from './known-errors.ts'
import { startGoogle } from './start.ts'
import { asRaw, gmailOf, oauthClient, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

const NOW = Date.parse('2026-03-02T09:00:00.000Z')

let google: GoogleStandIn
let rep: StandInMailbox
let buyer: StandInMailbox
let api: gmail_v1.Gmail

beforeAll(async () => {
  google = await startGoogle({ startAt: NOW, running: false })
})
afterAll(() => google.stop())
beforeEach(() => {
  google.reset()
  google.clock.set(NOW)
  rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
  buyer = google.addAccount({ email: 'buyer@shop.example', name: 'Buyer' })
  api = gmailOf(google, 'rep@acme.example')
})

const MAIL = rawMail({ To: 'buyer@shop.example', Subject: 'Offer' })

function send(): Promise<unknown> {
  return api.users.messages.send({ userId: 'me', requestBody: { raw: asRaw(MAIL) } })
}

function profile(client = api): Promise<unknown> {
  return client.users.getProfile({ userId: 'me' })
}

/** What a caller sees: the status, or how the connection failed. */
async function outcome(call: Promise<unknown>): Promise<number | string> {
  try {
    await call
    return 200
  } catch (error) {
    const { response, code } = error as { response?: { status: number }; code?: string }
    return response?.status ?? code ?? String(error)
  }
}

describe('faults', () => {
  it('drop the connection after the mail is sent: one copy, no answer', async () => {
    google.addFault({ path: '/messages/send$', kind: { drop: 'after-commit' } })
    expect(await outcome(send())).toBe('ECONNRESET')
    expect(buyer.listThreads()).toHaveLength(1)
    expect(google.requests.map(({ status }) => status)).toEqual(['dropped'])
    expect(await outcome(send())).toBe(200)
  })

  it('drop it before: nothing happened', async () => {
    google.addFault({ path: '/messages/send$', kind: { drop: 'before-commit' } })
    expect(await outcome(send())).toBe('ECONNRESET')
    expect(buyer.listThreads()).toHaveLength(0)
  })

  it('answer 503 after the mail is sent', async () => {
    google.addFault({ path: '/messages/send$', kind: { commitThenStatus: 503 } })
    const refused = await refusalOf(send())
    expect([refused.status, refused.data.error.status]).toEqual([503, 'UNAVAILABLE'])
    expect(buyer.listThreads()).toHaveLength(1)
  })

  it('answer any status with its real body or a given one', async () => {
    google.addFault({ kind: { status: 500 } })
    google.addFault({ kind: { status: 429, body: { error: 'mine' }, headers: { 'retry-after': '7' } } })
    expect((await refusalOf(profile())).data.error.errors[0]?.reason).toBe('backendError')
    const second = await fetch(`${google.url}/gmail/v1/users/me/profile`)
    expect([second.status, second.headers.get('retry-after'), await second.json()]).toEqual([
      429,
      '7',
      { error: 'mine' },
    ])
    expect(await outcome(profile())).toBe(200)
  })

  it("answer Google's known refusals", async () => {
    google.addFault({ kind: knownError('domainPolicy') })
    google.addFault({ kind: knownError('mailServiceNotEnabled') })
    google.addFault({ kind: retryLater(429, NOW, true) })
    const { error } = (await refusalOf(profile())).data
    expect([error.code, error.status, error.errors[0]?.reason]).toEqual([
      403,
      'PERMISSION_DENIED',
      'domainPolicy',
    ])
    expect((await refusalOf(profile())).data.error.status).toBe('FAILED_PRECONDITION')
    const later = (await refusalOf(profile())).data.error.message
    expect(later).toBe('User-rate limit exceeded.  Retry after 2026-03-02T09:00:00.000Z (Mail sending)')
  })

  it('truncate the body', async () => {
    google.addFault({ path: /\/profile$/, kind: { truncate: true } })
    expect(await outcome(profile())).not.toBe(200)
    expect(await outcome(profile())).toBe(200)
  })

  it('delay, and hang until the caller gives up', async () => {
    google.addFault({ kind: { latencyMs: 40 } })
    const before = performance.now()
    expect(await outcome(profile())).toBe(200)
    expect(performance.now() - before).toBeGreaterThan(35)
    google.addFault({ path: '/messages/send$', kind: { hang: true } })
    const { accessToken } = google.issueToken('rep@acme.example', ['https://mail.google.com/'])
    const hanging = fetch(`${google.url}/gmail/v1/users/me/messages/send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ raw: asRaw(MAIL) }),
      signal: AbortSignal.timeout(50),
    })
    await expect(hanging).rejects.toThrow('timeout')
    expect(google.requests.at(-1)?.status).toBe('hung')
    expect(buyer.listThreads()).toHaveLength(0)
  })

  it('match method, path and account, count from nth and last for times', async () => {
    const two = gmailOf(google, 'buyer@shop.example')
    google.addFault({
      method: 'GET',
      path: '/profile$',
      account: 'rep@acme.example',
      nth: 2,
      times: 2,
      kind: { status: 503 },
    })
    const seen: (number | string)[] = [await outcome(profile(two)), await outcome(send())]
    for (let n = 0; n < 4; n += 1) seen.push(await outcome(profile()))
    expect(seen).toEqual([200, 200, 200, 503, 503, 200])
    google.addFault({ kind: { status: 503 } })
    google.clearFaults()
    expect(await outcome(profile())).toBe(200)
  })

  it('reach the token endpoint', async () => {
    const client = oauthClient(google)
    client.setCredentials({ refresh_token: google.issueToken('rep@acme.example', ['openid']).refreshToken })
    google.addFault({ path: '/token$', account: 'rep@acme.example', kind: { status: 400 } })
    const refused = await refusalOf(client.refreshAccessToken())
    expect(refused.data).toMatchObject({ error: 'invalid_grant' })
    expect((await client.refreshAccessToken()).credentials.access_token).toMatch(/^ya29/)
  })
})

describe('quota', () => {
  it('refuses what a minute cannot hold, and says when to come back', async () => {
    google.settings.unitsPerMinute = 110
    await send()
    google.clock.advance(5000)
    await profile()
    const refused = await refusalOf(send())
    const { error } = refused.data
    expect([refused.status, error.status, error.errors[0]?.reason]).toEqual([
      429,
      'RESOURCE_EXHAUSTED',
      'rateLimitExceeded',
    ])
    const again = /Retry after (\S+)$/.exec(error.message)?.[1] ?? ''
    expect(again).toBe('2026-03-02T09:01:01.000Z')
    google.clock.set(Date.parse(again) - 1)
    expect(await outcome(send())).toBe(429)
    google.clock.set(Date.parse(again))
    expect(await outcome(send())).toBe(200)
    expect(google.requests.map(({ units }) => units)).toEqual([100, 1, 100, 100, 100])
  })

  it('can answer 403 in both shapes, and counts each account by itself', async () => {
    google.settings.unitsPerMinute = 1
    await profile()
    google.settings.quotaAnswer = 403
    expect((await refusalOf(profile())).data.error).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' })
    google.settings.quotaAnswer = 'metric'
    const refused = (await refusalOf(profile())).data.error
    expect([refused.code, refused.message]).toEqual([403, expect.stringContaining("quota metric 'Queries'")])
    expect(await outcome(profile(gmailOf(google, 'buyer@shop.example')))).toBe(200)
  })

  it('refuses too many requests at a time', async () => {
    google.settings.maxConcurrent = 2
    google.addFault({ path: '/profile$', times: 3, kind: { latencyMs: 60 } })
    const seen = await Promise.all([1, 2, 3].map(() => outcome(profile())))
    expect(seen.sort()).toEqual([200, 200, 429])
  })

  it('stops sending for the day at the cap, sends from the page included', async () => {
    google.settings.dailySendCap = 2
    rep.send(MAIL)
    google.clock.advance(1_800_000)
    await send()
    const refused = await refusalOf(send())
    expect(refused.status).toBe(429)
    expect(refused.data.error.message).toBe(
      'User-rate limit exceeded.  Retry after 2026-03-03T09:00:00.000Z (Mail sending)',
    )
    google.clock.set(NOW + 24 * 3_600_000)
    api = gmailOf(google, 'rep@acme.example')
    expect(await outcome(send())).toBe(200)
  })
})
