import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { Me } from '../../lib/contract/identity.ts'
import type { PolicyAnswer, PolicyChanges, PolicySetting } from '../../lib/contract/people.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { policyRules } from '../../lib/domain/policy.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { deliverDue, inMinutes, newPair, see, tryWrite, workerDeps, write } from './harness/sending.ts'

let town: TestHouse
let deps: Deps
let admin: Person
let rep: Person
let viewer: Person

beforeAll(async () => {
  town = await testHouse()
  deps = workerDeps(town)
  for (const name of ['Mia Sato', 'Ken Mori', 'Vera Voss'])
    town.google.addAccount({ email: `${name.split(' ')[0]?.toLowerCase()}@arbor.example`, name })
  admin = await town.signIn('mia@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  await admin.call('POST', '/invitations', { email: 'vera@arbor.example', role: 'viewer' })
  rep = await town.signIn('ken@arbor.example')
  viewer = await town.signIn('vera@arbor.example')
})

const set = (key: string, value: unknown, who = admin) =>
  who.call<PolicySetting>('PUT', `/policy/${key}`, { value })
const back = (key: string) => set(key, null)

describe('settings', () => {
  test('every setting is there from the start with its default and enough to draw and check it', async () => {
    const { body } = await viewer.call<PolicyAnswer>('GET', '/policy')
    expect(body.settings.map((one) => one.key)).toEqual(Object.keys(policyRules))
    const quota = body.settings.find((one) => one.key === 'fileQuotaBytes')
    expect(quota).toEqual({
      key: 'fileQuotaBytes',
      kind: 'number',
      min: 0,
      max: 10 * 1024 ** 4,
      unit: 'bytes',
      value: null,
      default: 5 * 1024 ** 3,
      changedBy: null,
      changedAt: null,
    })
    expect(body.settings.find((one) => one.key === 'schedule.who')).toMatchObject({
      choices: ['everyone', 'admins', 'off'],
      default: 'everyone',
    })
  })

  test.each([
    ['rep', () => rep],
    ['viewer', () => viewer],
  ] as const)('a %s reads them and sets none', async (_, who) => {
    expect((await who().call('GET', '/policy')).status).toBe(200)
    expect(await set('sends.lateMinutes', 30, who())).toMatchObject({
      status: 403,
      body: { error: { reason: 'not_admin' } },
    })
    expect((await who().call('GET', '/policy/join')).status).toBe(403)
    expect((await who().call('PUT', '/policy/join', { domains: ['x.example'] })).status).toBe(403)
  })

  test.each([
    ['sends.lateMinutes', 4],
    ['sends.lateMinutes', 10_081],
    ['sends.lateMinutes', 20.5],
    ['sends.lateMinutes', '20'],
    ['access.deals', 'everything'],
    ['permissions.rep', ['admin']],
    ['permissions.viewer', 'mail.send'],
    ['links.internalDomains', ['mia@arbor.example']],
    ['sharing.forced', 'yes'],
  ])('%s refuses %j by name and leaves what was', async (key, value) => {
    const answer = await set(key, value)
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { reason: 'setting_out_of_bounds', fields: [{ field: 'value' }] } },
    })
    const { body } = await admin.call<PolicyAnswer>('GET', '/policy')
    expect(body.settings.find((one) => one.key === key)).toMatchObject({ value: null, changedAt: null })
  })

  test.each(['sends.later', '__proto__', 'toString', 'x'.repeat(90)])('there is no %s', async (key) => {
    expect(await set(key, 1)).toMatchObject({ status: 404, body: { error: { reason: 'setting_unknown' } } })
    expect((await admin.call('GET', `/policy/${key}/changes`)).status).toBe(404)
  })

  test('who, when, old and new are kept; null goes back to the default; the same again is no change', async () => {
    const key = 'sends.deliveredMinutes'
    expect((await set(key, 20)).body).toMatchObject({ value: 20, default: 15, changedBy: 'Mia Sato' })
    await set(key, 20)
    town.google.clock.advance(60_000)
    expect((await back(key)).body).toMatchObject({ value: null, default: 15 })
    const { body } = await rep.call<PolicyChanges>('GET', `/policy/${key}/changes`)
    expect(body.rows).toMatchObject([
      { by: { name: 'Mia Sato' }, old: 20, new: null },
      { by: { name: 'Mia Sato' }, old: null, new: 20 },
    ])
    expect(body.nextCursor).toBeNull()
  })

  test('a long story comes in pages', async () => {
    for (let n = 0; n < 60; n++) await set('mail.maxLibraryFiles', (n % 2) + 2)
    const path = '/policy/mail.maxLibraryFiles/changes'
    const first = (await rep.call<PolicyChanges>('GET', path)).body
    expect(first.rows).toHaveLength(50)
    const second = (await rep.call<PolicyChanges>('GET', `${path}?cursor=${first.nextCursor}`)).body
    expect(second.rows).toHaveLength(10)
    expect(second.nextCursor).toBeNull()
    const ids = new Set([...first.rows, ...second.rows].map((row) => row.id))
    expect(ids.size).toBe(60)
    expect((await rep.call('GET', `${path}?cursor=nonsense`)).status).toBe(400)
  })

  test('lists are written in one way: lower case, nothing twice', async () => {
    const domains = ['Arbor.Example', ' arbor.example', 'halden.example']
    expect((await set('links.internalDomains', domains)).body.value).toEqual([
      'arbor.example',
      'halden.example',
    ])
    expect((await set('permissions.viewer', ['records.import', 'records.write'])).body.value).toEqual([
      'records.write',
      'records.import',
    ])
    await back('permissions.viewer')
  })

  test('two admins setting two things at once lose neither', async () => {
    await Promise.all([set('records.binDays', 10), set('sharing.default', 'metadata')])
    const { body } = await rep.call<PolicyAnswer>('GET', '/policy')
    const value = (key: string) => body.settings.find((one) => one.key === key)?.value
    expect([value('records.binDays'), value('sharing.default')]).toEqual([10, 'metadata'])
  })

  test('who may join is written down too', async () => {
    await admin.call('PUT', '/policy/join', { domains: ['arbor.example', 'arbor.test'] })
    const { body } = await admin.call<PolicyChanges>('GET', '/policy/join.domains/changes')
    expect(body.rows[0]).toMatchObject({ old: ['arbor.example'], new: ['arbor.example', 'arbor.test'] })
  })
})

describe('what a role may do', () => {
  test('is told to its screens, and follows the policy at the next request', async () => {
    const mine = async (who: Person) => (await who.call<Me>('GET', '/me')).body.permissions
    expect(await mine(viewer)).toEqual([])
    expect(await mine(admin)).toContain('admin')
    await set('permissions.rep', ['mail.send', 'records.write'])
    expect(await mine(rep)).toEqual(['mail.send', 'records.write'])
    await set('permissions.viewer', ['records.write'])
    const lead = { module: 'leads', fields: { lastName: 'Brandt' } }
    expect((await viewer.call('POST', '/records', lead)).status).toBe(201)
    await back('permissions.viewer')
    expect((await viewer.call('POST', '/records', lead)).status).toBe(403)
    await set('permissions.rep', ['mail.send'])
    expect(await rep.call('POST', '/records', lead)).toMatchObject({
      status: 403,
      body: { error: { reason: 'permission_missing', facts: { permission: 'records.write' } } },
    })
    await back('permissions.rep')
    expect((await rep.call('POST', '/records', lead)).status).toBe(201)
  })

  test('sidebars hear that something changed, and nothing of what', async () => {
    const { body } = await admin.call<Me>('GET', '/me')
    await set('sends.lateMinutes', 60)
    await back('sends.lateMinutes')
    const events = await town.house.db
      .selectFrom('events')
      .select('payload')
      .where('org_id', '=', body.organisation.id)
      .orderBy('seq', 'desc')
      .limit(2)
      .execute()
    expect(events.map((event) => event.payload)).toEqual([{ type: 'policy' }, { type: 'policy' }])
  })
})

describe('scheduling by policy (S-029, S-044)', () => {
  test.each([
    ['schedule.who', 'off'],
    ['schedule.who', 'admins'],
    ['permissions.rep', ['mail.send']],
  ])('%s = %j: scheduling is refused by name, sending now is not', async (key, value) => {
    const pair = await newPair(town, ['send'])
    const waiting = await write(pair, inMinutes(town, 30))
    await set(key, value)
    const refusal = {
      status: 403,
      body: { error: { reason: 'permission_missing', facts: { permission: 'mail.schedule' } } },
    }
    const { version } = waiting
    const later = inMinutes(town, 90)
    expect(await tryWrite(pair, later)).toMatchObject(refusal)
    expect(await pair.rep.call('PATCH', `/sends/${waiting.id}`, { version, ...later })).toMatchObject(refusal)
    expect((await tryWrite(pair)).status).toBe(201)
    const now = await pair.rep.call<Send>('POST', `/sends/${waiting.id}/send-now`, { version })
    expect(now.status).toBe(200)
    await deliverDue(deps)
    expect(await see(pair.rep, waiting.id)).toMatchObject({ status: 'sent' })
    await back(key)
  })

  test('a mail scheduled before is held when its time comes, never sent, and goes on when it may (decisions 10)', async () => {
    const pair = await newPair(town, ['send'])
    const { id } = await write(pair, inMinutes(town, 30))
    const undone = await write(pair, inMinutes(town, 40))
    const cancelled = await pair.rep.call<Send>('POST', `/sends/${undone.id}/cancel`, {
      version: undone.version,
    })
    await set('schedule.who', 'off')
    const restore = { version: cancelled.body.version }
    expect((await pair.rep.call('POST', `/sends/${undone.id}/restore`, restore)).status).toBe(403)
    town.google.clock.advance(31 * 60_000)
    await deliverDue(deps)
    const held = await see(pair.rep, id)
    expect(held).toMatchObject({ status: 'held', reason: 'permission_withdrawn' })
    await back('schedule.who')
    const resume = { version: held.version, ...inMinutes(town, 5) }
    expect((await pair.rep.call('POST', `/sends/${id}/resume`, resume)).status).toBe(200)
    town.google.clock.advance(6 * 60_000)
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'sent' })
  })

  test('without permission to send nothing goes out, not even what was written before', async () => {
    const pair = await newPair(town, ['send'])
    const { id } = await write(pair)
    await set('permissions.rep', ['records.write'])
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'held', reason: 'permission_withdrawn' })
    expect((await tryWrite(pair)).status).toBe(403)
    await back('permissions.rep')
  })

  test('the policy says how late is too late (sends.lateMinutes)', async () => {
    const pair = await newPair(town, ['send'])
    await set('sends.lateMinutes', 5)
    const { id } = await write(pair, inMinutes(town, 10))
    town.google.clock.advance(16 * 60_000)
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'held', reason: 'overdue' })
    await back('sends.lateMinutes')
  })
})
