import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gaxios, JWT, OAuth2Client } from 'google-auth-library'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { gmailOf, oauthClient, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

const NOW = Date.parse('2026-03-02T09:00:00.000Z')
const DAY = 24 * 60 * 60_000
const TOPIC = 'projects/arbor/topics/gmail'
const SUBSCRIPTION = 'projects/arbor/subscriptions/inlay'
const ROBOT = 'inlay@arbor.iam.gserviceaccount.com'

let google: GoogleStandIn
let rep: StandInMailbox
let api: gmail_v1.Gmail
let token: string

beforeAll(async () => {
  google = await startGoogle({ startAt: NOW, running: false })
})
afterAll(() => google.stop())
beforeEach(async () => {
  google.reset()
  google.clock.set(NOW)
  google.settings.pullWaitMs = 0
  rep = google.addAccount({ email: 'Rep@acme.example', name: 'Rep' })
  api = gmailOf(google, 'rep@acme.example')
  google.pubsub.addTopic(TOPIC)
  google.pubsub.addSubscription(SUBSCRIPTION, { topic: TOPIC })
  token = await robotToken(['https://www.googleapis.com/auth/pubsub'])
})

/** A token by google-auth-library's own JWT client, its only address turned to the stand-in. */
async function robotToken(scopes: string[]): Promise<string> {
  const { client_email: email, private_key: key } = await google.pubsub.addServiceAccount(ROBOT)
  const transporter = new gaxios.Gaxios()
  transporter.interceptors.request.add({
    resolved: async (config) => ({ ...config, url: new URL(`${google.url}/token`) }),
  })
  const jwt = new JWT({ email, key, scopes, transporter })
  return (await jwt.getAccessToken()).token ?? ''
}

async function call(verb: string, body: object, bearer = token): Promise<{ status: number; body: Pulled }> {
  const answer = await fetch(`${google.url}/v1/${SUBSCRIPTION}:${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Pulled }
}

interface Pulled {
  receivedMessages?: { ackId: string; message: { data: string; messageId: string } }[]
}

/** What the subscription hands out, read and acknowledged. */
async function notices(): Promise<{ emailAddress: string; historyId: number }[]> {
  const got = (await call('pull', { maxMessages: 100 })).body.receivedMessages ?? []
  if (got.length > 0) await call('acknowledge', { ackIds: got.map((one) => one.ackId) })
  return got.map((one) => JSON.parse(Buffer.from(one.message.data, 'base64').toString()))
}

const watch = (topicName = TOPIC, more: object = {}) =>
  api.users.watch({ userId: 'me', requestBody: { topicName, ...more } })

function arrive(labelIds?: string[]): void {
  rep.deliver(rawMail({ From: 'a@shop.example', To: 'rep@acme.example', Subject: 'Hi' }), {
    ...(labelIds && { labelIds }),
  })
}

describe('users.watch', () => {
  it('holds for seven days, tells the topic at once and of every change', async () => {
    const { data } = await watch()
    expect(Number(data.expiration)).toBe(NOW + 7 * DAY)
    const latest = (await api.users.getProfile({ userId: 'me' })).data.historyId
    expect(data.historyId).toBe(latest)
    expect(await notices()).toEqual([{ emailAddress: 'rep@acme.example', historyId: Number(latest) }])
    arrive()
    const after = (await api.users.getProfile({ userId: 'me' })).data.historyId
    expect(await notices()).toEqual([{ emailAddress: 'rep@acme.example', historyId: Number(after) }])
    google.clock.advance(7 * DAY)
    arrive()
    token = await robotToken(['https://www.googleapis.com/auth/pubsub'])
    expect(await notices()).toEqual([])
  })

  it('renews for the same topic; another one is refused until stop', async () => {
    await watch()
    google.clock.advance(DAY)
    api = gmailOf(google, 'rep@acme.example')
    expect(Number((await watch()).data.expiration)).toBe(NOW + 8 * DAY)
    google.pubsub.addTopic('projects/arbor/topics/other')
    const { status, data } = await refusalOf(watch('projects/arbor/topics/other'))
    expect([status, data.error.message]).toEqual([
      400,
      'Only one user push notification client allowed per developer (call /stop then try again)',
    ])
    expect((await api.users.stop({ userId: 'me' })).status).toBe(204)
    await watch('projects/arbor/topics/other')
    expect(google.pubsub.watchOf('rep@acme.example')?.topicName).toBe('projects/arbor/topics/other')
    expect(google.requests.filter((one) => /watch|stop/.test(one.path)).map((one) => one.units)).toEqual([
      100, 100, 100, 50, 100,
    ])
  })

  it('refuses a topic that is not there or that Gmail may not publish to, and a token without reading', async () => {
    expect((await refusalOf(watch('projects/arbor/topics/none'))).status).toBe(404)
    expect((await refusalOf(watch('gmail'))).status).toBe(400)
    google.pubsub.addTopic('projects/arbor/topics/closed', { gmailMayPublish: false })
    const { status, data } = await refusalOf(watch('projects/arbor/topics/closed'))
    expect([status, data.error.message]).toEqual([403, expect.stringContaining('User not authorized')])
    api = gmailOf(google, 'rep@acme.example', ['compose'])
    expect((await refusalOf(watch())).status).toBe(403)
  })

  it('tells one user at most once a second, and only of the labels asked for', async () => {
    await watch(TOPIC, { labelIds: ['INBOX'], labelFilterBehavior: 'include' })
    arrive()
    arrive()
    google.clock.advance(1_000)
    arrive(['SENT'])
    arrive()
    expect(await notices()).toHaveLength(3)
  })

  it('drops, doubles, delays and reorders when told', async () => {
    await watch()
    await notices()
    const change = async () => {
      google.clock.advance(1_000)
      arrive()
      return Number((await api.users.getProfile({ userId: 'me' })).data.historyId)
    }
    google.settings.notices = 'drop'
    await change()
    expect(await notices()).toEqual([])
    google.settings.notices = 'duplicate'
    const second = await change()
    expect((await notices()).map((one) => one.historyId)).toEqual([second, second])
    google.settings.notices = 'reorder'
    const [third, fourth] = [await change(), await change()]
    expect((await notices()).map((one) => one.historyId)).toEqual([fourth, third])
    Object.assign(google.settings, { notices: 'deliver', noticeDelayMs: 20_000 })
    await change()
    expect(await notices()).toEqual([])
    google.clock.advance(20_000)
    expect(await notices()).toHaveLength(1)
  })
})

describe('Pub/Sub', () => {
  it('hands out again what was not acknowledged in time', async () => {
    google.pubsub.publish(TOPIC, { emailAddress: 'x@acme.example', historyId: 1 })
    const [first] = (await call('pull', { maxMessages: 1 })).body.receivedMessages ?? []
    expect((await call('pull', { maxMessages: 1 })).body).toEqual({})
    google.clock.advance(10_000)
    const [again] = (await call('pull', { maxMessages: 1 })).body.receivedMessages ?? []
    expect(again?.message.messageId).toBe(first?.message.messageId)
    // Too late for the first lease; the second one counts.
    await call('acknowledge', { ackIds: [first?.ackId] })
    expect(google.pubsub.backlog(SUBSCRIPTION)).toBe(1)
    await call('acknowledge', { ackIds: [again?.ackId] })
    expect(google.pubsub.backlog(SUBSCRIPTION)).toBe(0)
  })

  it('holds a pull until something comes', async () => {
    google.settings.pullWaitMs = 60_000
    const pulling = call('pull', { maxMessages: 10 })
    google.pubsub.publish(TOPIC, { emailAddress: 'x@acme.example', historyId: 1 })
    expect((await pulling).body.receivedMessages).toHaveLength(1)
  })

  it('lets in only the service account, with its scope and its own signature', async () => {
    expect((await call('pull', { maxMessages: 1 }, 'ya29.nobody')).status).toBe(401)
    const other = await robotToken(['https://www.googleapis.com/auth/devstorage.read_only'])
    expect((await call('pull', { maxMessages: 1 }, other)).status).toBe(403)
    const forged = [{ alg: 'RS256' }, { iss: ROBOT, scope: 'x', exp: 4e9 }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const answer = await fetch(`${google.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: `${forged}.AAAA`,
      }),
    })
    expect(answer.status).toBe(400)
  })

  it('is set up over HTTP too, for another process', async () => {
    const fake = (path: string, body: object) =>
      fetch(`${google.url}/__fake/${path}`, { method: 'POST', body: JSON.stringify(body) })
    const topic = 'projects/arbor/topics/more'
    const name = 'projects/arbor/subscriptions/more'
    expect((await fake('topics', { name: topic })).status).toBe(204)
    expect((await fake('subscriptions', { name, topic })).status).toBe(204)
    expect(await (await fake('service-accounts', { email: ROBOT })).json()).toMatchObject({
      client_email: ROBOT,
    })
    google.pubsub.publish(topic, { emailAddress: 'x@acme.example', historyId: 1 })
    expect(google.pubsub.backlog(name)).toBe(1)
    expect((await fake('settings', { notices: 'drop', noticeDelayMs: 5, pullWaitMs: 1 })).status).toBe(200)
    expect(google.settings.notices).toBe('drop')
  })

  it('pushes with an OIDC token Google’s certificates prove, again after a refusal', async () => {
    const got: { authorization: string; body: string }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        got.push({ authorization: request.headers.authorization ?? '', body })
        response.writeHead(got.length === 1 ? 500 : 204).end()
        arrived.shift()?.()
      })
    })
    const arrived: (() => void)[] = []
    const next = () => new Promise<void>((resolve) => void arrived.push(resolve))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/google/push`
    const name = 'projects/arbor/subscriptions/pushed'
    const target = { url, audience: 'https://inlay.example/google/push', account: ROBOT }
    google.pubsub.addSubscription(name, { topic: TOPIC, push: target })
    const first = next()
    google.pubsub.publish(TOPIC, { emailAddress: 'rep@acme.example', historyId: 7 })
    await first
    // The refusal has to be back at Pub/Sub before its ten seconds begin.
    const later = () => {
      google.clock.advance(10_000)
      return got.length
    }
    await expect.poll(later).toBe(2)
    server.close()
    expect(got[0]?.body).toBe(got[1]?.body)
    const { message, subscription } = JSON.parse(got[0]?.body ?? '')
    expect(subscription).toBe(name)
    expect(JSON.parse(Buffer.from(message.data, 'base64').toString())).toEqual({
      emailAddress: 'rep@acme.example',
      historyId: 7,
    })
    const idToken = (got[0]?.authorization ?? '').replace('Bearer ', '')
    const claims = (
      await oauthClient(google).verifyIdToken({ idToken, audience: target.audience })
    ).getPayload()
    expect(claims).toMatchObject({ iss: google.url, email: ROBOT, email_verified: true })
    await expect(
      new OAuth2Client().verifySignedJwtWithCertsAsync(idToken, {}, target.audience),
    ).rejects.toThrow()
  })
})
