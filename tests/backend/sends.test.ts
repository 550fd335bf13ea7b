import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import { claimDueSends } from '../../backend/services/sends/claim.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Send, SendList } from '../../lib/contract/sends.ts'
import type { SharingMode } from '../../lib/domain/sharing.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import {
  arrived,
  deliverDue,
  inMinutes,
  newPair,
  type Pair,
  see,
  tryWrite,
  workerDeps,
  write,
} from './harness/sending.ts'

interface Refused {
  error: { code: string; reason: string; facts: Record<string, string | number>; fields: object[] }
}

let town: TestHouse
let deps: Deps
let admin: Person
const minute = 60_000

beforeAll(async () => {
  town = await testHouse()
  deps = workerDeps(town)
  town.google.addAccount({ email: 'boss@arbor.example', name: 'Aya Boss' })
  // The first to sign in becomes the admin, and lets the domain join.
  admin = await town.signIn('boss@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
})

const at = (local: string, zone: string, offset?: string) => ({
  when: { kind: 'at', local, zone, ...(offset !== undefined && { offset }) },
})

const act = <T = Send>(who: Person, id: string, verb: string, body: object) =>
  who.call<T>('POST', `/sends/${id}/${verb}`, body)

describe('writing a mail for later (S-038)', () => {
  test('is stored with its wall-clock time, zone and instant (S-037)', async () => {
    const pair = await newPair(town, ['send'])
    const send = await write(pair, at('2027-03-01T18:00', 'Asia/Tokyo'))
    expect(send).toMatchObject({
      status: 'scheduled',
      dueAt: '2027-03-01T09:00:00.000Z',
      zone: 'Asia/Tokyo',
      localTime: '2027-03-01T18:00',
      version: 1,
      mine: true,
      steps: [{ step: 'created' }],
    })
  })

  test.each([
    ['past', at('2026-11-23T08:59', 'UTC'), 'time_past', { earliest: expect.stringMatching(/Z$/) }],
    [
      'skipped by daylight saving',
      at('2027-03-28T02:30', 'Europe/Berlin'),
      'time_skipped',
      {
        before: '2027-03-28T01:59',
        after: '2027-03-28T03:00',
      },
    ],
    [
      'twice',
      at('2027-10-31T02:30', 'Europe/Berlin'),
      'time_twice',
      {
        firstOffset: '+02:00',
        secondOffset: '+01:00',
      },
    ],
    ['in no known zone', at('2027-03-01T18:00', 'Mars/Olympus'), 'zone_unknown', { zone: 'Mars/Olympus' }],
  ])('a time that is %s is refused with what would be right (S-037)', async (_, more, reason, facts) => {
    const pair = await newPair(town, ['send'])
    const { status, body } = await tryWrite(pair, more)
    expect(status).toBe(400)
    expect((body as unknown as Refused).error).toMatchObject({ code: 'invalid', reason, facts })
    expect((await pair.rep.call<SendList>('GET', '/sends')).body.sends).toEqual([])
  })

  test('a doubled time goes at the offset the person chose (S-037)', async () => {
    const pair = await newPair(town, ['send'])
    const send = await write(pair, at('2027-10-31T02:30', 'Europe/Berlin', '+01:00'))
    expect(send.dueAt).toBe('2027-10-31T01:30:00.000Z')
  })

  test('the same request twice makes one send', async () => {
    const pair = await newPair(town, ['send'])
    const body = {
      account: pair.rep.email,
      to: [{ address: pair.customer.email, name: '' }],
      when: { kind: 'at', local: '2027-03-01T18:00', zone: 'UTC' },
    }
    const key = { 'idempotency-key': 'one-and-the-same' }
    const first = await pair.rep.call<Send>('POST', '/sends', body, key)
    const second = await pair.rep.call<Send>('POST', '/sends', body, key)
    expect(second.body.id).toBe(first.body.id)
    expect((await pair.rep.call<SendList>('GET', '/sends')).body.sends).toHaveLength(1)
  })

  test('needs an own mailbox that may send, a recipient and a role that writes (S-044)', async () => {
    const pair = await newPair(town, ['send'])
    const reader = await newPair(town, ['read'])
    const viewer = await newPair(town, ['send'])
    await town.house.db
      .updateTable('users')
      .set({ role: 'viewer' })
      .where('email', '=', viewer.rep.email)
      .execute()
    const reasons = [
      await tryWrite(pair, { account: reader.rep.email }),
      await tryWrite(pair, { account: 'nobody@arbor.example' }),
      await tryWrite(reader),
      await tryWrite(viewer),
      await tryWrite(pair, { to: [] }),
      await tryWrite(pair, { recordId: crypto.randomUUID() }),
    ].map(({ status, body }) => [status, (body as unknown as Refused).error.reason])
    expect(reasons).toEqual([
      [403, 'wrong_account'],
      [403, 'mailbox_none'],
      [403, 'scope_send_missing'],
      [403, 'role_cannot_write'],
      [400, 'no_recipient'],
      [400, 'record_missing'],
    ])
  })

  test('shows in the lists of the records that hold its addresses, at once', async () => {
    const pair = await newPair(town, ['send'])
    const record = await pair.rep.call<RecordCard>('POST', '/records', {
      module: 'contacts',
      fields: { lastName: 'Brandt' },
      primaryAddress: pair.customer.email,
    })
    const send = await write(pair, inMinutes(town, 60))
    const events = await town.house.db.selectFrom('events').select('payload').execute()
    const mine = events
      .map(({ payload }) => payload)
      .filter((one) => one.type === 'send' && one.id === send.id)
    expect(mine).toMatchObject([{ status: 'scheduled', recordIds: [record.body.record.id] }])
  })
})

describe('before it is due', () => {
  test('its author edits, moves and sends it now (S-040)', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const send = await write(pair, inMinutes(town, 60))
    const edited = await pair.rep.call<Send>('PATCH', `/sends/${send.id}`, {
      version: send.version,
      subject: 'Better offer',
    })
    expect(edited.body).toMatchObject({ subject: 'Better offer', body: send.body, version: 2 })
    const moved = await pair.rep.call<Send>('PATCH', `/sends/${send.id}`, {
      version: 2,
      ...at('2027-03-01T18:00', 'Asia/Tokyo'),
    })
    expect(moved.body).toMatchObject({ dueAt: '2027-03-01T09:00:00.000Z', zone: 'Asia/Tokyo' })
    expect(await deliverDue(deps)).toBe(0)
    await act(pair.rep, send.id, 'send-now', { version: 3 })
    await deliverDue(deps)
    const sent = await see(pair.rep, send.id)
    expect(sent.status).toBe('sent')
    expect(sent.steps.map(({ step }) => step)).toEqual([
      'created',
      'edited',
      'moved',
      'moved',
      'claimed',
      'built',
      'draft_created',
      'handed_over',
      'accepted',
      'seen_in_sent',
    ])
    expect(arrived(pair.customer, 'Better')).toHaveLength(1)
  })

  test('cancelled is never sent (S-041), and can be taken back', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const gone = await write(pair, inMinutes(town, 10))
    const back = await write(pair, inMinutes(town, 10))
    for (const { id } of [gone, back]) await act(pair.rep, id, 'cancel', { version: 1 })
    const restored = await act(pair.rep, back.id, 'restore', { version: 2 })
    expect(restored.body).toMatchObject({ status: 'scheduled', dueAt: back.dueAt })
    town.google.clock.advance(11 * minute)
    await deliverDue(deps)
    expect(await see(pair.rep, gone.id)).toMatchObject({ status: 'cancelled' })
    expect(await see(pair.rep, back.id)).toMatchObject({ status: 'sent' })
    expect(arrived(pair.customer)).toHaveLength(1)
  })

  test('taken back after its time it waits for a new one instead of going out late', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair, inMinutes(town, 10))
    await act(pair.rep, id, 'cancel', { version: 1 })
    town.google.clock.advance(11 * minute)
    const restored = await act(pair.rep, id, 'restore', { version: 2 })
    expect(restored.body).toMatchObject({ status: 'held', reason: 'overdue' })
    await deliverDue(deps)
    expect(arrived(pair.customer)).toEqual([])
    await act(pair.rep, id, 'resume', { version: 3, when: { kind: 'now' } })
    await deliverDue(deps)
    expect(arrived(pair.customer)).toHaveLength(1)
  })

  test('an edit over a version somebody changed is refused with the new one', async () => {
    const pair = await newPair(town, ['send'])
    const { id } = await write(pair, inMinutes(town, 60))
    await pair.rep.call('PATCH', `/sends/${id}`, { version: 1, body: 'One' })
    const { status, body } = await pair.rep.call<Refused>('PATCH', `/sends/${id}`, {
      version: 1,
      body: 'Other',
    })
    expect(status).toBe(409)
    expect(body.error).toMatchObject({ reason: 'version_stale', facts: { version: 2 } })
    expect((await see(pair.rep, id)).body).toBe('One')
  })
})

/** Every verb an author has, at some version. */
function everyVerb(who: Person, id: string, version: number) {
  return Promise.all([
    who.call<Refused>('PATCH', `/sends/${id}`, { version, body: 'changed' }),
    who.call<Refused>('PATCH', `/sends/${id}`, { version, ...inMinutes(town, 90) }),
    act<Refused>(who, id, 'send-now', { version }),
    act<Refused>(who, id, 'cancel', { version }),
  ])
}

test('S-040: once the worker has claimed it, edit, move, send now and cancel answer 409 and say since when', async () => {
  const pair = await newPair(town, ['send', 'read'])
  const { id } = await write(pair)
  const claimedAt = new Date(town.google.clock.now()).toISOString()
  await claimDueSends(deps, { worker: 'worker', limit: 5 })
  for (const version of [1, 2]) {
    const answers = await everyVerb(pair.rep, id, version)
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409, 409])
    for (const { body } of answers)
      expect(body.error).toMatchObject({ reason: 'already_claimed', facts: { claimedAt } })
  }
  town.google.clock.advance(3 * minute)
  await deliverDue(deps)
  const { version } = await see(pair.rep, id)
  const answers = await everyVerb(pair.rep, id, version)
  expect(answers.map(({ body }) => body.error.reason)).toEqual(Array(4).fill('already_final'))
  expect(arrived(pair.customer)).toHaveLength(1)
})

test('S-042, S-062: who may see it changes nothing, admins included; without Bcc and receipt', async () => {
  const pair = await newPair(town, ['send'])
  const colleague = await newPair(town, ['send'])
  await admin.call('POST', '/records', {
    ...{ module: 'contacts', fields: { lastName: 'Brandt' }, primaryAddress: pair.customer.email },
  })
  const { id } = await write(pair, { ...inMinutes(town, 60), bcc: [{ address: 'secret@halden.example' }] })
  const share = (sharing: SharingMode) =>
    town.house.db.updateTable('users').set({ sharing }).where('email', '=', pair.rep.email).execute()
  const verbs = async (who: Person) => {
    const answers = await everyVerb(who, id, 1)
    answers.push(await act<Refused>(who, id, 'restore', { version: 1 }))
    answers.push(await act<Refused>(who, id, 'resume', { version: 1, when: { kind: 'now' } }))
    return answers.map(({ status, body }) => `${status} ${body.error.reason}`)
  }
  for (const who of [admin, colleague.rep]) {
    await share('private')
    expect((await who.call('GET', `/sends/${id}`)).status).toBe(404)
    expect(new Set(await verbs(who))).toEqual(new Set(['404 message_missing']))
    await share('metadata')
    expect(await see(who, id)).toMatchObject({ level: 'metadata', subject: '', body: '', bcc: [], steps: [] })
    await share('public')
    expect(await see(who, id)).toMatchObject({
      level: 'full',
      mine: false,
      subject: 'Offer',
      bcc: [],
      steps: [],
    })
    expect(new Set(await verbs(who))).toEqual(new Set(['403 not_author']))
    expect((await who.call<SendList>('GET', '/sends')).body.sends).toEqual([])
  }
  expect(await see(pair.rep, id)).toMatchObject({ version: 1, bcc: [{ address: 'secret@halden.example' }] })
})

test('another organisation does not see that it exists', async () => {
  const pair: Pair = await newPair(town, ['send'])
  const { id } = await write(pair, inMinutes(town, 60))
  const stranger = crypto.randomUUID()
  await town.house.db
    .insertInto('organisations')
    .values({ id: stranger, name: 'Other', created_at: new Date() })
    .execute()
  await town.house.db.updateTable('sends').set({ org_id: stranger }).where('id', '=', id).execute()
  const { status } = await pair.rep.call('GET', `/sends/${id}`)
  expect(status).toBe(404)
  expect((await act(pair.rep, id, 'cancel', { version: 1 })).status).toBe(404)
})
