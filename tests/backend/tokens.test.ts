import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../backend/http/app.ts'
import type { Log } from '../../backend/services/context.ts'
import type { Me } from '../../lib/contract/identity.ts'
import type { AccessTokens, NewAccessToken } from '../../lib/contract/people.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Answer, Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'

let town: TestHouse
let admin: Person
let count = 0
const lines: string[] = []
const day = 24 * 60 * 60_000

beforeAll(async () => {
  town = await testHouse()
  const keep: Log['info'] = (event, facts) => void lines.push(JSON.stringify({ event, ...facts }))
  Object.assign(town.house, { log: { info: keep, warn: keep, error: keep } })
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  admin = await town.signIn('mia@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
})

async function newRep(): Promise<Person> {
  const email = `rep${++count}@arbor.example`
  town.google.addAccount({ email, name: `Rep ${count}` })
  return town.signIn(email)
}

async function newToken(who: Person, more: object = {}): Promise<NewAccessToken> {
  const answer = await who.call<NewAccessToken>('POST', '/tokens', { name: 'Script', ...more })
  expect(answer.status).toBe(201)
  return answer.body
}

/** Calls with a token instead of a session. */
const by =
  (token: string) =>
  <T = unknown>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
    town.knock<T>(method, `/api/v1${path}`, body, { authorization: `Bearer ${token}` })

const list = async (who: Person) => (await who.call<AccessTokens>('GET', '/tokens')).body.tokens
const lead = { module: 'leads', fields: { lastName: 'Brandt' } }

describe('a token', () => {
  test('is shown once, kept as a hash, and opens what its owner may do', async () => {
    const rep = await newRep()
    const { token, info } = await newToken(rep)
    expect(token).toMatch(/^inlay_pat_[A-Za-z0-9_-]{43}$/)
    expect(info).toMatchObject({ name: 'Script', hint: token.slice(-4), readOnly: false, lastUsedAt: null })
    expect(Date.parse(info.expiresAt ?? '')).toBe(town.google.clock.now() + 90 * day)
    const call = by(token)
    const me = (await call<Me>('GET', '/me')).body
    expect(me.user.email).toBe(rep.email)
    const made = await call<RecordCard>('POST', '/records', lead)
    expect(made).toMatchObject({ status: 201, body: { record: { owner: { id: me.user.id } } } })
    const stored = await town.house.db.selectFrom('access_tokens').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(token.slice(10))
    expect(JSON.stringify(await list(rep))).not.toContain(token.slice(10))
  })

  test('opens nothing once it is revoked, has expired, or is not quite it', async () => {
    const rep = await newRep()
    const short = await newToken(rep, { expiresInDays: 1 })
    const forEver = await newToken(rep, { expiresInDays: null })
    const gone = await newToken(rep)
    expect((await by(short.token)('GET', '/me')).status).toBe(200)
    town.google.clock.advance(day)
    expect(await by(short.token)('GET', '/me')).toMatchObject({
      status: 401,
      body: { error: { reason: 'session_expired' } },
    })
    expect((await by(forEver.token)('GET', '/me')).status).toBe(200)
    expect((await rep.call('DELETE', `/tokens/${gone.info.id}`)).status).toBe(204)
    expect((await by(gone.token)('GET', '/me')).status).toBe(401)
    expect((await rep.call('DELETE', `/tokens/${gone.info.id}`)).status).toBe(404)
    const flipped = forEver.token.slice(0, -1) + (forEver.token.endsWith('A') ? 'B' : 'A')
    for (const wrong of [flipped, forEver.token.slice(10), 'inlay_pat_', `${forEver.token}x`])
      expect((await by(wrong)('GET', '/me')).status).toBe(401)
    expect((await list(rep)).map((one) => one.id)).toEqual([forEver.info.id])
  })

  test('is its owner’s alone: nobody else sees or revokes it, admins included', async () => {
    const rep = await newRep()
    const { token, info } = await newToken(rep)
    expect((await list(admin)).map((one) => one.id)).not.toContain(info.id)
    expect((await admin.call('DELETE', `/tokens/${info.id}`)).status).toBe(404)
    expect((await by(token)('GET', '/me')).status).toBe(200)
  })

  test('follows its owner’s role, and ends with their deactivation for good', async () => {
    const rep = await newRep()
    const { token } = await newToken(rep)
    const { user } = (await rep.call<Me>('GET', '/me')).body
    await admin.call('PATCH', `/people/${user.id}`, { role: 'viewer' })
    expect((await by(token)('POST', '/records', lead)).status).toBe(403)
    await admin.call('PATCH', `/people/${user.id}`, { role: 'rep', status: 'deactivated' })
    expect((await by(token)('GET', '/me')).status).toBe(401)
    await admin.call('PATCH', `/people/${user.id}`, { status: 'active' })
    expect((await by(token)('GET', '/me')).status).toBe(401)
  })

  test('the last use is written down at most every five minutes', async () => {
    const rep = await newRep()
    const { token } = await newToken(rep)
    const used = async () => (await list(rep))[0]?.lastUsedAt
    await by(token)('GET', '/me')
    const first = await used()
    expect(first).toBe(new Date(town.google.clock.now()).toISOString())
    town.google.clock.advance(4 * 60_000)
    await by(token)('GET', '/me')
    expect(await used()).toBe(first)
    town.google.clock.advance(2 * 60_000)
    await by(token)('GET', '/me')
    expect(await used()).toBe(new Date(town.google.clock.now()).toISOString())
  })

  test('a creation repeated with its key answers the same token with another secret, the lost one opens nothing', async () => {
    const rep = await newRep()
    const headers = { 'idempotency-key': randomUUID() }
    const create = () => rep.call<NewAccessToken>('POST', '/tokens', { name: 'Script' }, headers)
    const [lost, kept] = [(await create()).body, (await create()).body]
    expect(kept.info.id).toBe(lost.info.id)
    expect(await list(rep)).toHaveLength(1)
    expect((await by(lost.token)('GET', '/me')).status).toBe(401)
    expect((await by(kept.token)('GET', '/me')).status).toBe(200)
    expect((await create()).status).toBe(409)
    expect((await by(kept.token)('GET', '/me')).status).toBe(200)
  })

  test('fifty and no more; names and days keep to their bounds', async () => {
    const rep = await newRep()
    for (const body of [{ name: '' }, { name: 'x'.repeat(81) }, { name: 'A', expiresInDays: 731 }])
      expect((await rep.call('POST', '/tokens', body)).status).toBe(400)
    for (let n = 0; n < 50; n++) await newToken(rep)
    expect(await rep.call('POST', '/tokens', { name: 'More' })).toMatchObject({
      status: 400,
      body: { error: { reason: 'too_many' } },
    })
  })

  test('stands in no line of the log, whatever goes wrong', async () => {
    const rep = await newRep()
    const { token } = await newToken(rep)
    const { db } = town.house
    Object.assign(town.house, { db: undefined })
    expect((await by(token)('GET', '/me')).status).toBe(500)
    Object.assign(town.house, { db })
    await by(`${token.slice(0, -2)}zz`)('GET', '/me')
    await by(token)('GET', '/nowhere')
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('\n')).not.toContain('inlay_pat_')
    expect(lines.join('\n')).not.toContain(token.slice(12, 40))
  })
})

describe('how far a token gets', () => {
  test('reading only: every look, no change', async () => {
    const rep = await newRep()
    const { body } = await rep.call<RecordCard>('POST', '/records', lead)
    const { id, version } = body.record
    const { token } = await newToken(rep, { readOnly: true })
    const call = by(token)
    const people = [{ address: 'elena@customer.example' }]
    const reads: [string, string, unknown?][] = [
      ['GET', '/me'],
      ['GET', '/modules'],
      ['GET', `/records/${id}`],
      ['GET', '/records?q=Brandt'],
      ['POST', '/lookup', { account: rep.email, people }],
      ['POST', '/records/list', { module: 'leads' }],
      ['POST', '/records/duplicates', lead],
    ]
    for (const [method, path, input] of reads)
      expect([path, (await call(method, path, input)).status]).toEqual([path, 200])
    const writes: [string, string, unknown?][] = [
      ['POST', '/records', lead],
      ['PATCH', `/records/${id}`, { version, fields: { lastName: 'Other' } }],
      ['DELETE', `/records/${id}`],
      ['POST', `/records/${id}/notes`, { text: 'x' }],
      ['PUT', '/picks', { address: 'a@b.example', recordId: id }],
    ]
    for (const [method, path, input] of writes)
      expect(await call(method, path, input)).toMatchObject({
        status: 403,
        body: { error: { reason: 'token_read_only' } },
      })
    expect((await rep.call<RecordCard>('GET', `/records/${id}`)).body.record.version).toBe(version)
  })

  test('no route changes anything for a token that only reads, unless it is known to change nothing', async () => {
    const { token } = await newToken(await newRep(), { readOnly: true })
    const passed: string[] = []
    for (const { method, path } of createApp(town.house).routes) {
      if (['ALL', 'GET'].includes(method) || !path.startsWith('/api/v1/')) continue
      const { status, body } = await by(token)(method, path.replace('/api/v1', '').replaceAll(/:\w+/g, some))
      if (status === 403 && /token_(read_only|not_enough)/.test(JSON.stringify(body))) continue
      passed.push(`${method} ${path}`)
    }
    expect([...new Set(passed)].toSorted()).toEqual([
      'POST /api/v1/auth/pairings',
      'POST /api/v1/auth/pairings/redeem',
      'POST /api/v1/exports',
      'POST /api/v1/filings/targets',
      'POST /api/v1/lookup',
      'POST /api/v1/mass/plan',
      'POST /api/v1/mass/preview',
      'POST /api/v1/recipients/check',
      'POST /api/v1/records/duplicates',
      'POST /api/v1/records/list',
      'POST /api/v1/sends/:id/check',
      'POST /api/v1/sharing/older/count',
      'POST /api/v1/sharing/preview',
      'POST /api/v1/sharing/preview/rule',
      'POST /api/v1/sync/ask',
      'POST /api/v1/templates/merge',
      'POST /api/v1/threads/chips',
    ])
  })

  const some = randomUUID()
  test.each([
    ['POST', '/tokens', { name: 'Another' }],
    ['DELETE', `/tokens/${some}`, undefined],
    ['PUT', '/policy/sends.lateMinutes', { value: 60 }],
    ['PUT', '/policy/join', { domains: [] }],
    ['PATCH', `/people/${some}`, { role: 'admin' }],
    ['POST', `/people/${some}/transfer`, { toId: some }],
    ['POST', '/invitations', { email: 'x@y.example' }],
    ['DELETE', '/invitations/x@y.example', undefined],
    ['POST', '/modules', { labels: { one: 'A', many: 'As' } }],
    ['PATCH', '/modules/deals', { cardFields: [] }],
    ['DELETE', '/modules/x_a', undefined],
    ['POST', '/modules/x_a/restore', undefined],
    ['POST', '/modules/x_a/purge', undefined],
    ['POST', '/modules/deals/fields', { label: 'A', type: 'text' }],
    ['PATCH', '/modules/deals/fields/x_a', { label: 'B' }],
    ['DELETE', '/modules/deals/fields/x_a', undefined],
    ['POST', '/modules/deals/fields/x_a/restore', undefined],
    ['POST', '/modules/deals/fields/x_a/purge', undefined],
    ['POST', '/auth/consents', { stages: ['send'], account: 'mia@arbor.example' }],
    ['POST', '/auth/consents/finish', { code: 'x', receipt: 'y' }],
    ['DELETE', '/session', undefined],
    ['DELETE', `/sessions/${some}`, undefined],
  ])('%s %s is for people signed in themselves, an admin’s token included', async (method, path, body) => {
    const { token } = await newToken(admin)
    expect(await by(token)(method, path, body)).toMatchObject({
      status: 403,
      body: { error: { reason: 'token_not_enough' } },
    })
    await admin.call('DELETE', `/tokens/${(await list(admin))[0]?.id}`)
  })
})

describe('a stream', () => {
  test('ends when its token is revoked or its person deactivated', async () => {
    const rep = await newRep()
    const { token, info } = await newToken(rep)
    const [byToken, bySession] = [await openStream(token), await openStream(rep.session)]
    await rep.call('DELETE', `/tokens/${info.id}`)
    await rep.call('POST', '/records', lead)
    expect(await byToken.rest()).not.toContain('event: record')
    expect(bySession.isOpen()).toBe(true)
    const { user } = (await rep.call<Me>('GET', '/me')).body
    await admin.call('PATCH', `/people/${user.id}`, { status: 'deactivated' })
    expect(await bySession.rest()).not.toContain('event: policy')
  })
})

async function openStream(bearer: string) {
  const response = await createApp(town.house).fetch(
    new Request('http://127.0.0.1:8787/api/v1/stream', { headers: { authorization: `Bearer ${bearer}` } }),
  )
  expect(response.status).toBe(200)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const hello = await reader?.read()
  expect(hello?.value).toContain('event: hello')
  let text = ''
  let open = true
  const reading = (async () => {
    for (;;) {
      const part = await reader?.read()
      if (part === undefined || part.done) break
      text += part.value
    }
    open = false
  })()
  return {
    isOpen: () => open,
    async rest() {
      await reading
      return text
    },
  }
}
