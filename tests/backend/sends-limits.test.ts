import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import { keepHouse } from '../../backend/services/housekeeping.ts'
import { claimDueSends } from '../../backend/services/sends/claim.ts'
import { deliverSend } from '../../backend/services/sends/deliver.ts'
import type { Allowance } from '../../lib/contract/compose.ts'
import type { Send } from '../../lib/contract/sends.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
import { arrived, deliverDue, newPair, type Pair, see, workerDeps, write } from './harness/sending.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let deps: Deps
let admin: Person
const never = new AbortController().signal
const minute = 60_000
const day = 24 * 60 * minute

beforeAll(async () => {
  town = await testHouse()
  deps = workerDeps(town)
  town.google.addAccount({ email: 'founder@arbor.example', name: 'Founder' })
  admin = await town.signIn('founder@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
})

async function limit(perDay: number, perMinute: number): Promise<void> {
  for (const [key, value] of Object.entries({ 'sends.perDay': perDay, 'sends.perMinute': perMinute }))
    expect((await admin.call('PUT', `/policy/${key}`, { value })).status).toBe(200)
}

async function allowance({ rep }: Pair): Promise<Allowance> {
  const { status, body } = await rep.call<Allowance>('GET', `/sends/allowance?account=${rep.email}`)
  expect(status).toBe(200)
  return body
}

async function writeMany(pair: Pair, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let nth = 0; nth < count; nth++) ids.push((await write(pair)).id)
  return ids
}

/** Claims and delivers until nothing more is due now. */
async function deliverAll(worker = 'worker'): Promise<void> {
  while ((await deliverDue(deps, worker)) > 0);
}

async function statuses(rep: Person, ids: readonly string[]): Promise<Send[]> {
  return Promise.all(ids.map((id) => see(rep, id)))
}

describe('a limit by the minute', () => {
  test('the rest waits with its reason and a time, and goes then; another mailbox goes on', async () => {
    await limit(100, 2)
    const pair = await newPair(town, ['send', 'read'])
    const other = await newPair(town, ['send'])
    const ids = await writeMany(pair, 5)
    const [mine] = await writeMany(other, 1)
    await deliverAll()
    const after = await statuses(pair.rep, ids)
    expect(after.filter((send) => send.status === 'sent')).toHaveLength(2)
    const [third, fourth, fifth] = after
      .filter((send) => send.status === 'scheduled')
      .toSorted((a, b) => (a.notBefore ?? '').localeCompare(b.notBefore ?? ''))
    for (const send of [third, fourth, fifth]) {
      expect(send).toMatchObject({ reason: 'minute_limit', claimedAt: null })
      expect(send?.steps.map((step) => [step.step, step.detail])).toEqual([
        ['created', ''],
        ['waits', 'minute_limit'],
      ])
    }
    // Two fit into the next minute, the last one into the one after.
    const times = [third, fourth, fifth].map((send) => Date.parse(send?.notBefore ?? ''))
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(minute)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThan(minute)
    expect(await see(other.rep, mine ?? '')).toMatchObject({ status: 'sent' })
    expect(await allowance(pair)).toMatchObject({ usedToday: 2, perMinute: 2, nextAt: third?.notBefore })
    town.google.clock.set(times[0] ?? 0)
    await deliverAll()
    town.google.clock.set(Math.max(times[2] ?? 0, town.google.clock.now()))
    await deliverAll()
    const sent = await statuses(pair.rep, ids)
    expect(sent.map((send) => send.status)).toEqual(Array(5).fill('sent'))
    expect(sent.every((send) => send.reason === null)).toBe(true)
    expect(arrived(pair.customer)).toHaveLength(5)
  })

  test('is kept by two instances that claim at once, and by mails whose answer is not there yet', async () => {
    await limit(100, 2)
    const pair = await newPair(town, ['send', 'read'])
    await writeMany(pair, 8)
    const rounds = await Promise.all(
      Array.from({ length: 6 }, (_, nth) => claimDueSends(deps, { worker: `w${nth}`, limit: 10 })),
    )
    const claimed = rounds.flat()
    expect(claimed.length).toBeLessThanOrEqual(2)
    // One has been accepted, one is on its way: there is no more room, though three may be on their way.
    for (const one of claimed.slice(0, 1)) await deliverSend(deps, one, never)
    await writeMany(pair, 2)
    expect(await claimDueSends(deps, { worker: 'late', limit: 10 })).toEqual([])
    for (const one of claimed.slice(1)) await deliverSend(deps, one, never)
    expect(arrived(pair.customer)).toHaveLength(2)
  })
})

describe('a limit by the day', () => {
  test('counts what the rep sends by hand, and never twice what Inlay sent', async () => {
    await limit(4, 30)
    const pair = await newPair(town, ['send', 'read'])
    const gmail = town.google.mailbox(pair.rep.email)
    await workOff(town)
    for (let nth = 0; nth < 2; nth++)
      gmail.deliver(
        rawMail({
          from: pair.rep.email,
          to: 'aunt@family.example, uncle@family.example',
          subject: 'Private',
        }),
        { labelIds: ['SENT'] },
      )
    const ids = await writeMany(pair, 3)
    await deliverDue(deps)
    await passTime(town, 2 * minute)
    const used = await allowance(pair)
    expect(used).toMatchObject({ perDay: 4, byHand: 2, countsByHand: true })
    expect(used.usedToday).toBe(5)
    const [fourth] = await writeMany(pair, 1)
    await deliverAll()
    const waits = await see(pair.rep, fourth ?? '')
    expect(waits).toMatchObject({ status: 'scheduled', reason: 'day_limit' })
    expect(waits.steps.at(-1)).toMatchObject({ step: 'waits', detail: 'day_limit' })
    expect(ids).toHaveLength(3)
    // Nothing of the private mail but that it was sent, when, and to how many.
    const marks = await town.house.db.selectFrom('sent_marks').selectAll().where('ours', '=', false).execute()
    expect(marks.map((mark) => mark.recipients)).toEqual([2, 2])
    const kept = await town.house.db
      .selectFrom('sightings')
      .select('id')
      .where('subject', '=', 'Private')
      .execute()
    expect(kept).toEqual([])
    // An admin who allows more need not wait for tomorrow.
    await limit(50, 30)
    await deliverAll()
    expect(await see(pair.rep, fourth ?? '')).toMatchObject({ status: 'sent' })
  })

  test('is rolling: a day later there is room again; what waited for it is not overdue', async () => {
    await limit(1, 30)
    const pair = await newPair(town, ['send'])
    const ids = await writeMany(pair, 2)
    await deliverAll()
    const waiting = (await statuses(pair.rep, ids)).filter((send) => send.status === 'scheduled')
    expect(waiting).toMatchObject([{ reason: 'day_limit' }])
    expect(await allowance(pair)).toMatchObject({ usedToday: 1, countsByHand: false })
    town.google.clock.advance(day - minute)
    await deliverAll()
    expect(arrived(pair.customer)).toHaveLength(1)
    town.google.clock.advance(2 * minute)
    await deliverAll()
    expect(arrived(pair.customer)).toHaveLength(2)
    town.google.clock.advance(25 * 60 * minute + minute)
    await keepHouse(deps, false)
    expect(await town.house.db.selectFrom('sent_marks').selectAll().execute()).toEqual([])
    await limit(400, 20)
  })
})

test('the undo hold: nothing takes a mail before its time, and what was taken back never goes', async () => {
  const pair = await newPair(town, ['send'])
  const drafted = await pair.rep.call<Send>('POST', '/sends/drafts', {
    account: pair.rep.email,
    to: [{ address: pair.customer.email, name: '' }],
    subject: 'Offer',
    html: '<p>Hello</p>',
  })
  const submit = async ({ id, version }: Send) =>
    (
      await pair.rep.call<Send>('POST', `/sends/${id}/submit`, {
        version,
        when: { kind: 'now' },
        undoSeconds: 10,
      })
    ).body
  const first = await submit(drafted.body)
  town.google.clock.advance(12_999)
  expect(await deliverDue(deps)).toBe(0)
  const undone = await pair.rep.call<Send>('POST', `/sends/${first.id}/undo`, { version: first.version })
  expect(undone.body.status).toBe('draft')
  town.google.clock.advance(day)
  expect(await deliverDue(deps)).toBe(0)
  await submit(undone.body)
  town.google.clock.advance(13_000)
  expect(await deliverDue(deps)).toBe(1)
  expect(arrived(pair.customer)).toHaveLength(1)
  expect(
    (await pair.rep.call('POST', `/sends/${first.id}/undo`, { version: first.version + 2 })).status,
  ).toBe(409)
})
