import './harness/loopback-only.ts'
import { connect } from 'node:net'
import { gmail } from 'googleapis/build/src/apis/gmail/index.js'
import { describe, expect, test } from 'vitest'
import type { Budget, GmailMailbox } from '../../backend/google/gateway.ts'
import { createLane } from '../../backend/google/lane.ts'
import { uploadMail } from '../../backend/google/upload.ts'
import { composeScope, freely, testGateway } from './harness/gateway.ts'
import { asMail, rawMail } from './harness/mails.ts'

const signal = new AbortController().signal
const town = await testGateway()
const { google, gateway, newMailbox, calls } = town

/** Lets what runs in the background go on while the clock moves on by steps. */
async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
  let done = false
  const ended = work.finally(() => {
    done = true
  })
  ended.catch(() => undefined)
  while (!done) {
    google.clock.advance(500)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return ended
}

describe('nothing leaves this machine', () => {
  test('a real googleapis call without our address trips the guard, media uploads included', async () => {
    const api = gmail({ version: 'v1', retry: false })
    await expect(api.users.getProfile({ userId: 'me' })).rejects.toThrow(
      'A test tried to reach gmail.googleapis.com',
    )
    const half = gmail({ version: 'v1', retry: false, rootUrl: `${google.url}/` })
    const media = { mimeType: 'message/rfc822', body: 'x' }
    await expect(half.users.drafts.create({ userId: 'me', media })).rejects.toThrow('A test tried to reach')
    expect(() => connect(443, 'example.com')).toThrow('A test tried to reach example.com')
    await expect(fetch('http://192.0.2.1/')).rejects.toThrow()
  })

  test('the gateway’s own upload stays here and is whole', async () => {
    const { own, mailbox } = newMailbox()
    const mime = rawMail({ from: own.email, to: 'x@halden.example', text: 'é '.repeat(200_000) })
    const { messageId } = await mailbox.createDraft(asMail(mime), undefined, signal)
    expect(own.rawMessage(messageId)?.equals(mime)).toBe(true)
  })
})

describe('a raw mail', () => {
  const mime = rawMail({ from: 'box@arbor.example', to: 'x@halden.example', text: '見積書 '.repeat(50_000) })

  test('goes up as it is read, whole again with a new token, and each piece shows that it gets on', async () => {
    const { email, own, mailbox } = newMailbox()
    google.addFault({ account: email, kind: { status: 401 } })
    const { messageId } = await mailbox.createDraft(asMail(mime, 1000), undefined, signal)
    expect(own.rawMessage(messageId)?.equals(mime)).toBe(true)
    expect(own.listDrafts()).toHaveLength(1)
    let pieces = 0
    const headers = { authorization: `Bearer ${google.issueToken(email, [composeScope]).accessToken}` }
    await uploadMail(
      {
        root: `${google.url}/`,
        path: 'drafts',
        json: {},
        mail: asMail(mime, 100_000),
        alive: () => pieces++,
      },
      { headers, signal },
    )
    expect(pieces).toBe(Math.ceil(mime.length / 100_000))
  })

  test('that cannot be read to its end leaves no draft, and a strange thread is refused', async () => {
    const { own, mailbox } = newMailbox()
    const half = {
      size: mime.length,
      async *open() {
        yield mime.subarray(0, 1000)
        throw new Error('The disk is gone.')
      },
    }
    await expect(mailbox.createDraft(half, undefined, signal)).rejects.toMatchObject({ kind: 'uncertain' })
    const short = { size: mime.length, open: () => asMail(mime.subarray(0, 1000)).open() }
    await expect(mailbox.createDraft(short, undefined, signal)).rejects.toMatchObject({ kind: 'uncertain' })
    await expect(mailbox.createDraft(asMail(mime), 'abcdef0123', signal)).rejects.toMatchObject({
      kind: 'refused',
    })
    expect(own.listDrafts()).toEqual([])
  })

  test('of a draft is read as Gmail keeps it, up to a size', async () => {
    const { email, own, mailbox } = newMailbox()
    const { id, message } = own.createDraft(mime)
    const read = await mailbox.getDraftRaw(id ?? '', mime.length, signal)
    expect(read).toMatchObject({ messageId: message?.id, threadId: message?.threadId })
    expect(read.raw.equals(mime)).toBe(true)
    await expect(mailbox.getDraftRaw(id ?? '', mime.length - 1, signal)).rejects.toMatchObject({
      kind: 'refused',
      reason: 'too_large',
    })
    google.addFault({ account: email, kind: { truncate: true } })
    await expect(mailbox.getDraftRaw(id ?? '', mime.length, signal)).rejects.toMatchObject({
      kind: 'uncertain',
    })
    await expect(mailbox.getDraftRaw('r1', mime.length, signal)).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('retries', () => {
  test('a read is tried again after 5xx and dropped answers, on the house’s clock', async () => {
    const { email, mailbox } = newMailbox()
    google.addFault({ account: email, kind: { status: 503 } })
    google.addFault({ account: email, kind: { drop: 'before-commit' } })
    google.addFault({ account: email, kind: { truncate: true } })
    const before = google.clock.now()
    expect((await whileTimePasses(mailbox.getProfile(signal))).email).toBe(email)
    expect(calls(email)).toHaveLength(4)
    // 1 + 2 + 4 s at least, with some jitter on top.
    expect(google.clock.now() - before).toBeGreaterThanOrEqual(7_000)
  })

  test('a read gives up after five, and a refusal is never repeated', async () => {
    const { email, mailbox } = newMailbox()
    google.addFault({ account: email, times: 9, kind: { status: 500 } })
    await expect(whileTimePasses(mailbox.getProfile(signal))).rejects.toMatchObject({ kind: 'uncertain' })
    expect(calls(email)).toHaveLength(5)
    google.clearFaults()
    await expect(mailbox.getMessage('abcdef0123456789', 'full', signal)).rejects.toMatchObject({
      kind: 'not_found',
    })
    expect(calls(email)).toHaveLength(6)
  })

  test.each([
    [
      'createDraft',
      (box: GmailMailbox) =>
        box.createDraft(asMail(Buffer.from('To: a@b.example\r\n\r\nx')), undefined, signal),
    ],
    ['sendDraft', (box: GmailMailbox) => box.sendDraft('r1', signal)],
    ['deleteDraft', (box: GmailMailbox) => box.deleteDraft('r1', signal)],
  ])('%s is never tried again by itself', async (_, call) => {
    const { email, mailbox } = newMailbox()
    for (const kind of [{ status: 503 }, { drop: 'after-commit' as const }]) {
      google.clearRequests()
      google.addFault({ account: email, kind })
      await expect(call(mailbox)).rejects.toMatchObject({
        kind: expect.stringMatching(/uncertain|not_found/),
      })
      expect(calls(email)).toHaveLength(1)
    }
  })

  test('401 renews the token once; a second one is a dead grant', async () => {
    const { email, mailbox, asked } = newMailbox()
    google.addFault({ account: email, kind: { status: 401 } })
    await mailbox.getProfile(signal)
    expect(asked).toEqual([undefined, expect.stringMatching(/^ya29\./)])
    google.addFault({ account: email, times: 2, kind: { status: 401 } })
    await expect(mailbox.sendDraft('r1', signal)).rejects.toMatchObject({ kind: 'reauth' })
    expect(asked).toHaveLength(4)
  })

  test('a token that cannot be had means that nothing was sent', async () => {
    const { email } = newMailbox()
    const mailbox = gateway.openMailbox(
      email,
      async () => (await gateway.refresh('no such token')).accessToken,
      freely,
    )
    await expect(mailbox.sendDraft('r1', signal)).rejects.toMatchObject({ kind: 'reauth' })
    google.addFault({ path: /\/token$/, kind: { status: 503 } })
    await expect(mailbox.sendDraft('r1', signal)).rejects.toMatchObject({ kind: 'unreachable' })
  })

  test('a scope that was not given is said so', async () => {
    const { mailbox } = newMailbox([composeScope])
    await expect(mailbox.listSendAs(signal)).rejects.toMatchObject({ kind: 'scope_missing' })
  })
})

describe('limits', () => {
  test('a call ends with its time or its signal', async () => {
    const { email } = newMailbox()
    const slow = town
      .another(100)
      .openMailbox(email, async () => google.issueToken(email, [composeScope]).accessToken, freely)
    google.addFault({ account: email, kind: { hang: true } })
    await expect(slow.sendDraft('r1', signal)).rejects.toMatchObject({ kind: 'uncertain' })
    google.addFault({ account: email, times: 2, kind: { hang: true } })
    const ending = new AbortController()
    const sending = slow.sendDraft('r1', ending.signal)
    ending.abort()
    await expect(sending).rejects.toMatchObject({ kind: expect.stringMatching(/uncertain|unreachable/) })
  })

  test('at most four calls of one mailbox at a time', async () => {
    google.settings.maxConcurrent = 4
    const { email, mailbox } = newMailbox()
    await Promise.all(Array.from({ length: 20 }, () => mailbox.getProfile(signal)))
    expect(calls(email).map(({ status }) => status)).toEqual(Array(20).fill(200))
    google.settings.maxConcurrent = 20
  })

  test('who waits for units gives the place to others, and goes on when there are some', async () => {
    const clock = google.clock
    let free = false
    const lane = createLane(clock, { concurrent: { background: 1, person: 1, send: 1 }, block: 100 })
    const budget: Budget = {
      take: async ({ use, want }) =>
        free || use === 'send'
          ? { units: want, span: clock.now(), until: clock.now() + 1_000 }
          : { freeAt: clock.now() + 30_000 },
    }
    let through = false
    const waiting = lane.enter(20, { use: 'background', budget }, signal).then((leave) => {
      through = true
      leave()
    })
    ;(await lane.enter(100, { use: 'send', budget }, signal))()
    expect(through).toBe(false)
    free = true
    clock.advance(30_000)
    await waiting
    expect(through).toBe(true)
  })

  test('the background asks for units once for many calls, and hands in what is left when their time is over', async () => {
    const clock = google.clock
    const lane = createLane(clock, { concurrent: { background: 1, person: 1, send: 1 }, block: 100 })
    const asked: unknown[] = []
    const budget: Budget = {
      take: async (input) => {
        asked.push(input)
        return { units: input.want, span: 7, until: clock.now() + 1_000 }
      },
    }
    for (let n = 0; n < 4; n++) (await lane.enter(20, { use: 'background', budget }, signal))()
    clock.advance(1_000)
    ;(await lane.enter(20, { use: 'background', budget }, signal))()
    expect(asked).toEqual([
      { use: 'background', need: 20, want: 100 },
      { use: 'background', need: 20, want: 100, rest: { span: 7, units: 20 } },
    ])
  })

  test('a person’s call has a place however long the queue of the background is', async () => {
    const lane = createLane(google.clock)
    const queue = Array.from({ length: 20 }, () => lane.enter(20, { ...freely, use: 'background' }, signal))
    ;(await lane.enter(20, freely, signal))()
    // Of the four places only three were given to the background.
    const given = await Promise.race([queue[3], Promise.resolve('waits')])
    expect(given).toBe('waits')
    for (const one of queue) (await one)()
  })

  test('who is stopped while waiting for a place hands it on', async () => {
    const lane = createLane(google.clock, { concurrent: { background: 1, person: 1, send: 1 }, block: 100 })
    const leave = await lane.enter(1, freely, signal)
    const ending = new AbortController()
    const stopped = lane.enter(1, freely, ending.signal)
    const next = lane.enter(1, freely, signal)
    ending.abort()
    await expect(stopped).rejects.toMatchObject({ kind: 'unreachable' })
    leave()
    ;(await next)()
  })
})
