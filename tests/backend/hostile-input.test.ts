import { beforeAll, expect, test } from 'vitest'
import type { ErrorBody } from '../../lib/contract/common.ts'
import type { SavedView } from '../../lib/contract/lists.ts'
import type { RecordSummary } from '../../lib/contract/records.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, newTeam } from './harness/people.ts'

// Whatever a request holds, it is taken, cleaned or refused by name; nothing of it is a defect.

let town: TestHouse
let team: Awaited<ReturnType<typeof newTeam>>
let some: RecordSummary

beforeAll(async () => {
  town = await testHouse()
  team = await newTeam(town)
  some = await make(team.ken, 'contacts', { lastName: 'Brandt' })
})

/** NUL, half of a surrogate pair, and the mark that turns text around: what no database or screen takes. */
const bad = '\u0000\ud800\u202e'
const list = (query: object) => ['POST', '/records/list', { module: 'contacts', ...query }] as const
const cursor = (name: string, value: string) =>
  Buffer.from(JSON.stringify([name, value, some.id])).toString('base64url')

test.each([
  [
    'a new account',
    'POST',
    '/records',
    {
      module: 'contacts',
      fields: { lastName: 'q' },
      newAccount: { name: `A${bad}`, domain: `a${bad}.example` },
    },
  ],
  [
    'duplicates',
    'POST',
    '/records/duplicates',
    { module: 'accounts', fields: { accountName: 'x', domain: `a${bad}.com` } },
  ],
  [
    'a filter in a view',
    'POST',
    '/views',
    {
      module: 'contacts',
      name: 'f',
      definition: { filter: [{ field: 'lastName', op: 'contains', values: [`a${bad}`] }] },
    },
  ],
  ['a token', 'POST', '/tokens', { name: `a${bad}b` }],
  [
    'a list to change',
    'POST',
    '/bulk',
    {
      selection: { list: { module: 'contacts', q: `zz${bad}` } },
      action: { kind: 'set', fields: { description: `a${bad}` } },
    },
  ],
  ['a list', ...list({ q: `zz${bad}`, filter: [{ field: 'lastName', op: 'is', values: [bad] }] })],
])('text that no database takes is cleaned or refused: %s', async (_, method, path, body) => {
  expect((await team.ken.call(method, path, body)).status).toBeLessThan(500)
})

test.each([
  ['a module', 'POST', '/modules', { labels: { one: `One${bad}`, many: `Many${bad}` } }, 201],
  [
    'a field',
    'POST',
    '/modules/contacts/fields',
    { label: `Of${bad}`, type: 'choice', choices: [`C${bad}`] },
    201,
  ],
  ['a domain that never links', 'PUT', '/policy/links.never', { value: [`a${bad}.com`] }, 400],
  ['a domain whose people join', 'PUT', '/policy/join', { domains: [`a${bad}.com`] }, 400],
])('of an admin too: %s', async (_, method, path, body, status) => {
  expect((await team.mia.call(method, path, body)).status).toBe(status)
})

test('a name keeps what can be read of it, and needs something', async () => {
  const view = (name: string) =>
    team.ken.call<SavedView>('POST', '/views', { module: 'contacts', name, definition: {} })
  expect((await view(` Mine${bad} `)).body.name).toBe('Mine\ufffd')
  expect(await view('\u0000\u202e')).toMatchObject({
    status: 400,
    body: { error: { fields: [{ field: 'name' }] } },
  })
})

const days = ['0000-01-01', '0000-00-00', '9999-12-31', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00']

test.each(days.flatMap((day) => ['is', 'before', 'after', 'to'].map((op) => [day, op] as const)))(
  'a filter by the moment %s (%s) is refused',
  async (day, op) => {
    const filter = [{ field: 'createdAt', op, values: [day] }]
    const [, path, query] = list({ zone: 'America/Los_Angeles', filter })
    const answer = await team.ken.call('POST', path, query)
    expect(answer.status).toBe(400)
  },
)

const early = '-99999999999999'
test.each([
  `/records/ID/as-of?at=0000-01-01T00:00:00.000Z`,
  ...['notes', 'emails', 'attachments'].map((one) => `/records/ID/${one}?cursor=${early}.ID`),
  `/todos?cursor=0000-01-01.1.ID`,
  `/todos?cursor=-.${early}.ID`,
  `/todos?done=done&cursor=${early}.ID`,
  `/bin?cursor=${early}.ID`,
  `/policy/join.domains/changes?cursor=${early}.ID`,
])('no place in a list that the server never wrote: %s', async (path) => {
  expect((await team.ken.call('GET', path.replaceAll('ID', some.id))).status).toBe(400)
})

test.each(['2026-99-99 00:00:00+00', '0000-01-01 00:00:00+00', '2026-01-01 00:00:00+99'])(
  'nor in a list by time: %s',
  async (at) => {
    const sort = { field: 'createdAt', direction: 'asc' }
    const [, path, query] = list({ sort, cursor: cursor('createdAt asc', at) })
    const answer = await team.ken.call<ErrorBody>('POST', path, query)
    expect(answer.body.error.fields).toEqual([{ field: 'cursor', reason: 'field_invalid' }])
  },
)

test.each([
  ['amount', `${'1'.repeat(90_000)}a`],
  ['closingOn', `1${' '.repeat(90_000)}a`],
  ['stage', 'x'.repeat(90_000)],
])('a value far too long is refused before any pattern looks at it: %s', async (key, value) => {
  const answer = await team.ken.call<ErrorBody>('POST', '/records', {
    module: 'deals',
    fields: { dealName: 'Long', [key]: value },
  })
  expect(answer.body.error.fields).toEqual([{ field: `fields.${key}`, reason: 'too_long' }])
})
