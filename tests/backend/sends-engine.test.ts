import './harness/loopback-only.ts'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { GoogleGateway } from '../../backend/google/gateway.ts'
import { startRunner } from '../../backend/jobs/runner.ts'
import { sendSource } from '../../backend/jobs/sends.ts'
import { errorFacts } from '../../backend/log.ts'
import type { Deps } from '../../backend/services/context.ts'
import { claimDueSends, leaseMs } from '../../backend/services/sends/claim.ts'
import { deliverSend } from '../../backend/services/sends/deliver.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
import {
  arrived,
  deliverDue,
  deliverToRest,
  headerOf,
  inMinutes,
  newPair,
  type Pair,
  see,
  until,
  workerDeps,
  write,
} from './harness/sending.ts'

let town: TestHouse
let deps: Deps
const minute = 60_000
const never = new AbortController().signal

beforeAll(async () => {
  town = await testHouse()
  deps = workerDeps(town)
})

afterEach(() => {
  town.google.clearFaults()
})

describe('several workers', () => {
  test('two that look at once: each mail is claimed once', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const ids: string[] = []
    for (let nth = 0; nth < 3; nth++) ids.push((await write(pair)).id)
    const rounds = await Promise.all([
      claimDueSends(deps, { worker: 'a', limit: 10 }),
      claimDueSends(deps, { worker: 'b', limit: 10 }),
    ])
    const claimed = rounds.flat()
    expect(claimed.map(({ row }) => row.id).toSorted()).toEqual(ids.toSorted())
    await Promise.all(claimed.map((one) => deliverSend(deps, one, never)))
    expect(arrived(pair.customer)).toHaveLength(3)
  })

  test('no mailbox has more than three on their way', async () => {
    const pair = await newPair(town, ['send'])
    for (let nth = 0; nth < 5; nth++) await write(pair)
    const first = await claimDueSends(deps, { worker: 'a', limit: 10 })
    expect(first).toHaveLength(3)
    expect(await claimDueSends(deps, { worker: 'b', limit: 10 })).toHaveLength(0)
    await Promise.all(first.map((one) => deliverSend(deps, one, never)))
    expect(await deliverDue(deps)).toBe(2)
    expect(arrived(pair.customer)).toHaveLength(5)
  })

  test('a lease that lapses goes to another worker, and the first can change nothing any more', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    const [slow] = await claimDueSends(deps, { worker: 'slow', limit: 1 })
    expect(await claimDueSends(deps, { worker: 'early', limit: 1 })).toEqual([])
    town.google.clock.advance(leaseMs + 1)
    expect(await deliverDue(deps, 'quick')).toBe(1)
    if (slow !== undefined) await deliverSend(deps, slow, never)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'sent' })
    expect(arrived(pair.customer)).toHaveLength(1)
  })

  test('a slow delivery keeps its lease', async () => {
    const pair = await newPair(town, ['send', 'read'])
    await write(pair)
    const [claimed] = await claimDueSends(deps, { worker: 'slow', limit: 1 })
    if (claimed === undefined) throw new Error('nothing was claimed')
    const gate = Promise.withResolvers<void>()
    const waiting = { ...deps, google: hooked(deps.google, () => gate.promise) }
    const delivery = deliverSend(waiting, claimed, never)
    for (let nth = 0; nth < 6; nth++) {
      town.google.clock.advance(leaseMs / 3 + 1)
      await until(async () => {
        const row = await town.house.db
          .selectFrom('sends')
          .select('lease_until')
          .where('id', '=', claimed.row.id)
          .executeTakeFirstOrThrow()
        return (row.lease_until?.getTime() ?? 0) - town.google.clock.now() > leaseMs / 2
      })
      expect(await claimDueSends(deps, { worker: 'other', limit: 1 })).toEqual([])
    }
    gate.resolve()
    await delivery
    expect(arrived(pair.customer)).toHaveLength(1)
  })
})

describe('a worker that dies', () => {
  const points = Array.from({ length: 9 }, (_, nth) => nth)

  test.each(points)('at point %i of the delivery: the next one goes on, one copy', async (point) => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    const [claimed] = await claimDueSends(deps, { worker: 'mortal', limit: 1 })
    if (claimed === undefined) throw new Error('nothing was claimed')
    const dying = mortal(deps, point)
    await deliverSend(dying.deps, claimed, never).catch(() => undefined)
    expect(dying.died()).toBe(point < 8)
    town.google.clock.advance(leaseMs + 1)
    const send = await deliverToRest(deps, pair.rep, id)
    expect(send.status).toBe('sent')
    expect(arrived(pair.customer)).toHaveLength(1)
    expect(send.messageId).toBe(headerOf(arrived(pair.customer)[0] ?? '', 'Message-ID'))
    expect(town.google.mailbox(pair.rep.email).listDrafts()).toEqual([])
  })
})

describe('an answer', () => {
  async function receive(pair: Pair) {
    const raw = rawMail({
      from: pair.customer.email,
      to: pair.rep.email,
      subject: 'Offer wanted',
      messageId: '<question@halden.example>',
      headers: ['References: <first@halden.example>'],
    })
    const { id = '', threadId = '' } = town.google.mailbox(pair.rep.email).deliver(raw)
    return { messageId: id ?? '', threadId: threadId ?? '' }
  }

  test('joins the thread and names what it answers', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const replyTo = await receive(pair)
    const { id } = await write(pair, { replyTo, subject: 'Re: Offer wanted' })
    await deliverDue(deps)
    const send = await see(pair.rep, id)
    expect(send).toMatchObject({ status: 'sent', threadId: replyTo.threadId })
    const [copy = ''] = arrived(pair.customer)
    expect(headerOf(copy, 'In-Reply-To')).toBe('<question@halden.example>')
    expect(headerOf(copy, 'References')).toBe(
      `<first@halden.example> <question@halden.example> <${id}@sends.inlay.invalid>`,
    )
  })

  test('to a mail that is gone, or that may not be read, is a mail of its own', async () => {
    const pair = await newPair(town, ['send'])
    const replyTo = await receive(pair)
    const { id } = await write(pair, { replyTo, subject: 'Re: Offer wanted' })
    const gone = await newPair(town, ['send', 'read'])
    const lost = await write(gone, {
      replyTo: { messageId: 'abcdef0123456789', threadId: 'abcdef0123456789' },
    })
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'sent' })
    expect(await see(gone.rep, lost.id)).toMatchObject({ status: 'sent' })
    expect(headerOf(arrived(pair.customer)[0] ?? '', 'In-Reply-To')).toBeUndefined()
  })
})

test('S-030: a worker sends on time with nobody looking, and stops cleanly', async () => {
  const pair = await newPair(town, ['send', 'read'])
  const { id } = await write(pair, inMinutes(town, 30))
  const { clock, log } = deps
  const runner = await startRunner(
    { clock: town.google.clock, log, worker: 'alone', listen: town.opened.listen, facts: errorFacts },
    [sendSource({ ...deps, clock })],
  )
  town.google.clock.advance(29 * minute)
  expect(arrived(pair.customer)).toEqual([])
  town.google.clock.advance(minute)
  await until(async () => (await see(pair.rep, id)).status === 'sent')
  expect(arrived(pair.customer)).toHaveLength(1)

  // A mail for now wakes it by its hint alone: the clock stands still.
  const now = await write(pair)
  await until(async () => (await see(pair.rep, now.id)).status === 'sent')
  await runner.stop()
  const late = await write(pair)
  expect((await see(pair.rep, late.id)).status).toBe('scheduled')
})

/** A gateway whose mailboxes call `before` ahead of each request and `after` behind it. */
function hooked(
  google: GoogleGateway,
  before: () => Promise<void>,
  after: () => Promise<void> = async () => undefined,
): GoogleGateway {
  return {
    ...google,
    openMailbox(...given) {
      const mailbox = google.openMailbox(...given)
      return new Proxy(mailbox, {
        get(target, name) {
          const call: unknown = Reflect.get(target, name)
          if (typeof call !== 'function') return call
          return async (...given: unknown[]) => {
            await before()
            const answer: unknown = await Reflect.apply(call, target, given)
            await after()
            return answer
          }
        },
      })
    },
  }
}

/** A house that dies for good at the nth point: before or after one of the requests, with its database and all. */
function mortal(house: Deps, point: number): { deps: Deps; died: () => boolean } {
  let passed = 0
  let dead = false
  const pass = async (): Promise<void> => {
    if (passed++ === point) dead = true
    if (dead) throw new Error('The process was killed.')
  }
  const db = new Proxy(house.db, {
    get(target, name) {
      if (dead) throw new Error('The process was killed.')
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { deps: { ...house, db, google: hooked(house.google, pass, pass) }, died: () => dead }
}
