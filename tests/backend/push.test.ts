import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createNoticeQueue } from '../../backend/google/pubsub.ts'
import { createApp } from '../../backend/http/app.ts'
import { startNotices } from '../../backend/jobs/notices.ts'
import type { Runner } from '../../backend/jobs/runner.ts'
import { startJobs } from '../../backend/jobs/start.ts'
import { fetchNotices } from '../../backend/services/sync/notices.ts'
import { keepWatches, stopWatching } from '../../backend/services/sync/watch.ts'
import { findMailbox } from '../../backend/storage/mail/mailboxes.ts'
import { StreamEvent } from '../../lib/contract/stream.ts'
import type { TestHouse } from './harness/house.ts'
import {
  contact,
  deliver,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

const topic = 'projects/arbor/topics/gmail'
const subscription = 'projects/arbor/subscriptions/inlay'
const pushed = 'projects/arbor/subscriptions/pushed'
const account = 'inlay@arbor.iam.gserviceaccount.com'
const audience = 'https://inlay.example/google/push'
const day = 24 * 60 * 60_000
const signal = new AbortController().signal

let town: TestHouse
let newRep: HouseOfReps['newRep']
/** Address of the house's own server: Pub/Sub posts to real addresses only. */
let url: string

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
  Object.assign(town.house, { watchTopic: topic, pushDoor: { audience, account } })
  town.google.pubsub.addTopic(topic)
  town.google.settings.pullWaitMs = 50
  const app = createApp(town.house)
  const server = createAdaptorServer({ fetch: async (request) => app.fetch(request) })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  afterAll(() => new Promise<void>((done) => server.close(() => done())))
})
beforeEach(() => {
  Object.assign(town.google.settings, { notices: 'deliver', noticeDelayMs: 0 })
})

const mailbox = async (rep: Rep) => {
  const row = await findMailbox(town.house.db, rep.mailboxId)
  if (row === undefined) throw new Error('The mailbox is gone.')
  return row
}

/** The next event of a kind in the rep's own stream. */
async function listen(rep: Rep) {
  const ending = new AbortController()
  const answer = await fetch(`${url}/api/v1/stream`, {
    headers: { authorization: `Bearer ${rep.me.session}` },
    signal: ending.signal,
  })
  const lines = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (lines === undefined) throw new Error('no stream')
  let rest = ''
  return {
    async next(type: StreamEvent['type']): Promise<StreamEvent> {
      for (;;) {
        const end = rest.indexOf('\n\n')
        const data = end < 0 ? undefined : /^data: (.*)$/m.exec(rest.slice(0, end))?.[1]
        if (end >= 0) rest = rest.slice(end + 2)
        const event = data === undefined ? undefined : StreamEvent.parse(JSON.parse(data))
        if (event?.type === type) return event
        if (end >= 0) continue
        const { value, done } = await lines.read()
        if (done) throw new Error('the stream ended')
        rest += value
      }
    },
    async close() {
      ending.abort()
      await lines.cancel().catch(() => undefined)
    },
  }
}

/** A synchronised rep, Gmail watching, and a contact whose mail is theirs. */
async function arrange() {
  const rep = await newRep()
  const elena = someone()
  const recordId = await contact(rep, elena)
  await workOff(town)
  return { rep, elena, recordId }
}

describe('new mail in an open sidebar', () => {
  const running: Runner[] = []
  const fetching = async (): Promise<void> => {
    town.google.pubsub.addSubscription(subscription, { topic })
    const key = await town.google.pubsub.addServiceAccount(account)
    const queue = createNoticeQueue({
      subscription,
      account: { email: key.client_email, key: key.private_key },
      base: town.google.url,
      clock: town.house.clock,
    })
    running.push(
      startNotices(
        town.house,
        (end) => fetchNotices(town.house, queue, end),
        () => ({}),
      ),
    )
  }
  const posting = async (): Promise<void> => {
    const push = { url: `${url}/google/push`, audience, account }
    town.google.pubsub.addSubscription(pushed, { topic, push })
  }
  const none = async (): Promise<void> => {
    town.google.settings.notices = 'drop'
  }

  test.each([
    ['fetched from Pub/Sub', fetching, 0],
    ['posted by Pub/Sub', posting, 0],
    ['posted 3 s late', posting, 3_000],
    ['never told of', none, 60_000],
  ])('%s', async (_, begin, takes) => {
    const { rep, elena, recordId } = await arrange()
    // Nobody looked for long: the mailbox is asked as seldom as ever.
    await passTime(town, 10 * 60_000)
    await begin()
    const jobs = await startJobs(town.house, town.opened, 'jobs', () => ({}))
    const stream = await listen(rep)
    await stream.next('hello')
    if (takes < 60_000) town.google.settings.noticeDelayMs = takes
    const heard = stream.next('emails')
    const since = town.google.clock.now()
    deliver(rep, { from: elena, subject: 'Quick' })
    town.google.clock.advance(takes)
    expect(await heard).toMatchObject({ type: 'emails', recordIds: [recordId] })
    expect(town.google.clock.now() - since).toBeLessThanOrEqual(takes)
    expect(await subjects(rep, recordId)).toEqual(['Quick'])
    await stream.close()
    await Promise.all([jobs.stop(), ...running.splice(0).map((one) => one.stop())])
  })
})

/** Posts to our door as Pub/Sub does. */
async function post(
  token: string | undefined,
  notice: unknown = { emailAddress: 'nobody@arbor.example', historyId: 1 },
  body: string = JSON.stringify({
    message: { data: Buffer.from(JSON.stringify(notice)).toString('base64'), messageId: '1' },
    subscription: pushed,
  }),
): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${url}/google/push`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

const good = (claims: object = {}) => town.google.pubsub.pushToken({ audience, account }, claims)

describe('a notification is a poke', () => {
  const waits = async (rep: Rep): Promise<boolean> => {
    const task = await town.house.db
      .selectFrom('tasks')
      .select('due_at')
      .where('kind', '=', 'sync')
      .where('key', '=', rep.mailboxId)
      .executeTakeFirst()
    return task !== undefined && task.due_at.getTime() <= town.google.clock.now()
  }

  test('doubled, late, of another order or with a strange history id: each mail once, the cursor never back', async () => {
    const { rep, elena, recordId } = await arrange()
    deliver(rep, { from: elena, subject: 'One' })
    deliver(rep, { from: elena, subject: 'Two' })
    const newest = rep.gmail.listThreads()[0]?.historyId ?? ''
    for (const historyId of [newest, newest, 1, '999', '99999999999999999999', null, -5]) {
      expect(await post(good(), { emailAddress: rep.me.email, historyId })).toBe(204)
      expect(await waits(rep)).toBe(true)
      expect(await workOff(town)).toEqual([])
    }
    expect(new Set(await subjects(rep, recordId))).toEqual(new Set(['One', 'Two']))
    expect(BigInt((await mailbox(rep)).history_id ?? '0')).toBeGreaterThanOrEqual(BigInt(newest))
    expect((await mailbox(rep)).pushed_at).toEqual(new Date(town.google.clock.now()))
  })

  test('our own spelling of the address is found whatever Gmail’s is', async () => {
    const { rep } = await arrange()
    expect(await post(good(), { emailAddress: rep.me.email.toUpperCase(), historyId: 7 })).toBe(204)
    expect(await waits(rep)).toBe(true)
  })

  test('an account nobody connected, and a mailbox at rest, are taken and nothing happens', async () => {
    const { rep } = await arrange()
    expect(await post(good())).toBe(204)
    await town.house.db
      .updateTable('mailboxes')
      .set({ sync_stopped_at: new Date(town.google.clock.now()) })
      .where('id', '=', rep.mailboxId)
      .execute()
    expect(await post(good(), { emailAddress: rep.me.email, historyId: 7 })).toBe(204)
    expect(await waits(rep)).toBe(false)
  })

  test('rubbish with Google’s own signature is taken and forgotten', async () => {
    const data = (text: string) => JSON.stringify({ message: { data: Buffer.from(text).toString('base64') } })
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '{"message":3}',
      data('{'),
      data('null'),
      data('{"emailAddress":{}}'),
    ])
      expect([body, await post(good(), undefined, body)]).toEqual([body, 204])
    expect(await post(good(), undefined, `"${'x'.repeat(70_000)}"`)).toBe(413)
  })

  test('only Google’s token for us opens the door', async () => {
    const { rep } = await arrange()
    const notice = { emailAddress: rep.me.email, historyId: 7 }
    const [head = '', body = '', mark = ''] = good().split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const forged: Record<string, string | undefined> = {
      'no token': undefined,
      'not a token': 'x'.repeat(40),
      'a changed body': `${head}.${body.slice(0, -2)}AA.${mark}`,
      'no signature': `${none}.${body}.AAAA`,
      'for somebody else': good({ aud: 'https://other.example' }),
      'another account': good({ email: 'evil@other.iam.gserviceaccount.com' }),
      'an unproven address': good({ email_verified: false }),
      'not issued by Google': good({ iss: 'https://evil.example' }),
      'too old': good({ iat: 1_600_000_000, exp: 1_600_003_600 }),
    }
    for (const [what, token] of Object.entries(forged))
      expect([what, await post(token, notice)]).toEqual([what, 401])
    expect(await waits(rep)).toBe(false)
    const { pushDoor } = town.house
    Object.assign(town.house, { pushDoor: undefined })
    expect(await post(good(), notice)).toBe(401)
    Object.assign(town.house, { pushDoor })
    expect(await post(good(), notice)).toBe(204)
  })

  test('fetched ones are acknowledged when they are stored, not before', async () => {
    const { rep } = await arrange()
    const name = 'projects/arbor/subscriptions/alone'
    const own = 'projects/arbor/topics/alone'
    town.google.pubsub.addTopic(own)
    town.google.pubsub.addSubscription(name, { topic: own })
    const key = await town.google.pubsub.addServiceAccount(account)
    const queue = createNoticeQueue({
      subscription: name,
      account: { email: key.client_email, key: key.private_key },
      base: town.google.url,
      clock: town.house.clock,
    })
    town.google.pubsub.publish(own, { emailAddress: rep.me.email, historyId: 7 })
    town.google.pubsub.publish(own, 'rubbish')
    const dead = { ...town.house, db: new Proxy(town.house.db, { get: () => fail }) }
    await expect(fetchNotices(dead, queue, signal)).rejects.toThrow('away')
    expect(town.google.pubsub.backlog(name)).toBe(2)
    // The token is older than its hour by Google's clock by then; a new one is fetched.
    town.google.clock.advance(2 * 60 * 60_000)
    expect(await fetchNotices(town.house, queue, signal)).toBe(2)
    expect(town.google.pubsub.backlog(name)).toBe(0)
    expect((await mailbox(rep)).pushed_at).toEqual(new Date(town.google.clock.now()))
    town.google.addFault({ path: /:pull$/, kind: { status: 403 } })
    await expect(fetchNotices(town.house, queue, signal)).rejects.toMatchObject({ kind: 'refused' })
  })
})

function fail(): never {
  throw new Error('The database is away.')
}

describe('watching', () => {
  const renew = () => workOff(town, ['watch'])
  const watched = async (): Promise<Rep> => {
    const rep = await newRep()
    await renew()
    return rep
  }
  const watchOf = (rep: Rep) => town.google.pubsub.watchOf(rep.me.email)
  const asked = (rep: Rep) =>
    town.google.requests
      .filter((one) => one.account === rep.me.email && /\/(watch|stop)$/.test(one.path))
      .map((one) => one.path.slice(one.path.lastIndexOf('/') + 1))

  test('begins with the connection and is renewed daily', async () => {
    const rep = await watched()
    const began = town.google.clock.now()
    expect(watchOf(rep)).toEqual({ topicName: topic, expiresAt: began + 7 * day })
    expect(await mailbox(rep)).toMatchObject({
      watch_topic: topic,
      watch_expires_at: new Date(began + 7 * day),
      watch_error: null,
    })
    for (let n = 1; n <= 8; n++) {
      town.google.clock.advance(day)
      await renew()
      expect(watchOf(rep)?.expiresAt).toBe(began + (7 + n) * day)
    }
    expect(asked(rep)).toEqual(Array(9).fill('watch'))
  })

  test('another client’s watch is ended first', async () => {
    const rep = await watched()
    town.google.pubsub.addTopic('projects/arbor/topics/next')
    Object.assign(town.house, { watchTopic: 'projects/arbor/topics/next' })
    town.google.clearRequests()
    await keepWatches(town.house)
    expect(await renew()).toEqual([])
    expect(asked(rep)).toEqual(['watch', 'stop', 'watch'])
    expect((await mailbox(rep)).watch_topic).toBe('projects/arbor/topics/next')
    Object.assign(town.house, { watchTopic: topic })
    await keepWatches(town.house)
    await renew()
    expect(watchOf(rep)?.topicName).toBe(topic)
  })

  test('a topic Gmail may not publish to: the reason is kept, mail still comes, and it is tried again', async () => {
    const closed = 'projects/arbor/topics/closed'
    town.google.pubsub.addTopic(closed, { gmailMayPublish: false })
    Object.assign(town.house, { watchTopic: closed })
    const { rep, elena, recordId } = await arrange()
    expect(await mailbox(rep)).toMatchObject({
      watch_topic: null,
      watch_error: 'forbidden',
      paused_until: null,
    })
    deliver(rep, { from: elena, subject: 'By asking' })
    await passTime(town, 60_000)
    expect(await subjects(rep, recordId)).toEqual(['By asking'])
    town.google.pubsub.addTopic(closed)
    town.google.clock.advance(60 * 60_000)
    await renew()
    expect(await mailbox(rep)).toMatchObject({ watch_topic: closed, watch_error: null })
    Object.assign(town.house, { watchTopic: topic })
  })

  test('with less than two days left the log says so', async () => {
    const rep = await watched()
    const warned: unknown[] = []
    const log = {
      ...town.house.log,
      warn: (event: string, facts?: object) => void warned.push({ event, ...facts }),
    }
    town.google.clock.advance(5 * day + 60_000)
    await keepWatches({ ...town.house, log })
    expect(warned).toContainEqual({ event: 'watch.ending', mailbox: rep.mailboxId, hoursLeft: 47 })
  })

  test('ends with the connection, and without a topic everywhere', async () => {
    const rep = await watched()
    const other = await watched()
    await stopWatching(town.house, await mailbox(rep), signal)
    expect([watchOf(rep), (await mailbox(rep)).watch_topic]).toEqual([undefined, null])
    Object.assign(town.house, { watchTopic: undefined })
    await keepWatches(town.house)
    await renew()
    expect([watchOf(other), (await mailbox(other)).watch_topic]).toEqual([undefined, null])
    const third = await watched()
    expect(asked(third)).toEqual([])
    Object.assign(town.house, { watchTopic: topic })
  })
})
