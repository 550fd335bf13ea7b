import { beforeAll, describe, expect, test } from 'vitest'
import { createGateway } from '../../backend/google/connect.ts'
import { startJobs } from '../../backend/jobs/start.ts'
import type { Deps } from '../../backend/services/context.ts'
import { keepHouse } from '../../backend/services/housekeeping.ts'
import { mailboxClient } from '../../backend/services/mailboxes.ts'
import { quotaUsed } from '../../backend/services/quota.ts'
import { takeUnits } from '../../backend/storage/mail/quota.ts'
import { quota } from '../../lib/domain/sync.ts'
import { retryLater } from '../stand-ins/google/known-errors.ts'
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
import { until } from './harness/sending.ts'
import { workOff } from './harness/work.ts'

const signal = new AbortController().signal
let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

/** The house as another process has it: same database, a gateway of its own. */
function instance(): Deps {
  const { google } = town
  return {
    ...town.house,
    google: createGateway({
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: `${town.house.baseUrl}/auth/google/callback`,
      base: google.url,
      clock: google.clock,
    }),
  }
}

/** A rep whose mailbox has used nothing of its minute. */
async function freshRep(): Promise<Rep> {
  const rep = await newRep()
  // Other tests' mailboxes first get their units back: their work would wait for them.
  town.google.clock.advance(quota.longestWaitMs)
  await workOff(town)
  town.google.clock.advance(quota.longestWaitMs)
  return rep
}

const asked = (rep: Rep) =>
  town.google.requests.filter((one) => one.account === rep.me.email && one.units > 0)
const units = (rep: Rep) => asked(rep).reduce((sum, one) => sum + one.units, 0)
const take = (rep: Rep, use: 'background' | 'person' | 'send', need: number, want = need) =>
  takeUnits(town.house.db, rep.mailboxId, { use, need, want }, town.google.clock.now())

describe('a mailbox’s minute', () => {
  test('two instances share one budget; people and sends get through while the background is at its limit', async () => {
    const rep = await freshRep()
    const id = deliver(rep, { from: someone() })
    town.google.clearRequests()
    const [one, two] = [instance(), instance()]
    let done = 0
    const work: Promise<void>[] = []
    for (const deps of [one, two]) {
      const client = await mailboxClient(deps, rep.mailboxId, 'background')
      for (let n = 0; n < 150; n++)
        work.push(client.getMessage(id, 'metadata', signal).then(() => void done++))
    }
    const most = quota.unitsPerMinute - quota.reserve
    await until(async () => units(rep) === most)
    const person = await mailboxClient(two, rep.mailboxId, 'person')
    await person.getMessage(id, 'full', signal)
    const send = await mailboxClient(one, rep.mailboxId, 'send')
    await send.getProfile(signal)
    expect(units(rep)).toBe(most + 21)
    expect(await quotaUsed(one, rep.mailboxId)).toEqual({
      unitsThisMinute: most + 21,
      byUse: { background: most, person: 20, send: 1 },
      perMinute: 6_000,
      reserve: 1_500,
      sentToday: 0,
    })
    town.google.clock.advance(59_000)
    await person.getProfile(signal)
    expect(done).toBe(most / 20)
    town.google.clock.advance(quota.longestWaitMs - 59_000)
    await Promise.all(work)
    expect(done).toBe(300)
    expect(asked(rep).map((call) => call.status)).toEqual(Array(303).fill(200))
  })

  test('each use stops at its own line, and says when some units come back', async () => {
    const rep = await newRep()
    const start = town.google.clock.now()
    expect(await take(rep, 'background', 20, 4_400)).toMatchObject({ units: 4_400 })
    town.google.clock.advance(10_000)
    // What is left goes to whoever takes less than they want; then not even one more.
    expect(await take(rep, 'background', 20, 500)).toMatchObject({ units: 100 })
    expect(await take(rep, 'background', 1)).toEqual({ freeAt: start + quota.longestWaitMs })
    expect(await take(rep, 'person', 1_200)).toMatchObject({ units: 1_200 })
    expect(await take(rep, 'person', 20)).toEqual({ freeAt: start + quota.longestWaitMs })
    expect(await take(rep, 'send', 300)).toMatchObject({ units: 300 })
    expect(await take(rep, 'send', 1)).toEqual({ freeAt: start + quota.longestWaitMs })
    town.google.clock.advance(quota.longestWaitMs - 10_000)
    expect(await take(rep, 'send', 4_400)).toMatchObject({ units: 4_400 })
  })

  test('many at once never take more than there is', async () => {
    const rep = await newRep()
    const answers = await Promise.all(Array.from({ length: 40 }, () => take(rep, 'background', 20, 500)))
    const had = answers.map((answer) => ('units' in answer ? answer.units : 0))
    expect(had.reduce((sum, one) => sum + one, 0)).toBe(4_500)
  })

  test('what was taken and not used is given back; a clock put back frees what lies ahead', async () => {
    const rep = await newRep()
    const first = await take(rep, 'background', 20, 4_500)
    if (!('units' in first)) throw new Error('nothing was free')
    const { db } = town.house
    const rest = { span: first.span, units: 1_000 }
    const now = town.google.clock.now()
    expect(
      await takeUnits(db, rep.mailboxId, { use: 'background', need: 20, want: 2_000, rest }, now),
    ).toMatchObject({ units: 1_000 })
    expect(
      await takeUnits(db, rep.mailboxId, { use: 'background', need: 20, want: 20 }, now - 3_600_000),
    ).toMatchObject({ units: 20 })
  })

  test('old spans are swept every hour', async () => {
    const rep = await newRep()
    await take(rep, 'person', 20)
    town.google.clock.advance(60 * 60_000)
    await keepHouse(town.house, false)
    const rows = await town.house.db
      .selectFrom('quota_spent')
      .select('span')
      .where('mailbox_id', '=', rep.mailboxId)
      .execute()
    expect(rows).toEqual([])
  })
})

describe('what Google and we refuse', () => {
  test('429 pauses that account alone: its person hears why, others go on, and it goes on in time', async () => {
    const [slow, quick] = [await freshRep(), await freshRep()]
    const open = (rep: Rep, threadId: string) =>
      rep.me.call<{ error?: { reason: string } }>(
        'GET',
        `/threads/${threadId}?account=${encodeURIComponent(rep.me.email)}`,
      )
    const thread = (rep: Rep) =>
      rep.gmail.deliver(`From: ${someone()}\r\nTo: ${rep.me.email}\r\n\r\nx`).threadId ?? ''
    const [slowThread, quickThread] = [thread(slow), thread(quick)]
    const at = town.google.clock.now() + 20_000
    town.google.addFault({ account: slow.me.email, path: /threads/, kind: retryLater(429, at) })
    const refused = await open(slow, slowThread)
    expect([refused.status, refused.body.error?.reason]).toEqual([429, 'google_rate'])
    town.google.clearRequests()
    // Not even asked: the pause is the account's, whatever asks.
    expect((await open(slow, slowThread)).status).toBe(429)
    expect(await workOff(town)).toEqual([])
    expect(asked(slow)).toEqual([])
    expect((await open(quick, quickThread)).status).toBe(200)
    town.google.clock.set(at)
    expect((await open(slow, slowThread)).status).toBe(200)
  })

  test('mailboxes whose units are used up hold up no other', async () => {
    const busy = await Promise.all(Array.from({ length: 6 }, () => newRep()))
    await workOff(town)
    // The free one comes to its turn after all of them.
    town.google.clock.advance(1_000)
    const free = await newRep()
    const elena = someone()
    const recordId = await contact(free, elena)
    await workOff(town)
    town.google.clock.advance(quota.longestWaitMs)
    for (const rep of busy) await take(rep, 'background', 20, 4_500)
    deliver(free, { from: elena, subject: 'Through' })
    const jobs = await startJobs(town.house, town.opened, 'jobs', () => ({}))
    await until(async () => (await subjects(free, recordId)).includes('Through'))
    town.google.clock.advance(quota.longestWaitMs)
    await jobs.stop()
  })
})
