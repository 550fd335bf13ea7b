import { beforeAll, expect, test } from 'vitest'
import type { SavedView, SavedViews } from '../../lib/contract/lists.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { newTeam } from './harness/people.ts'

let town: TestHouse

beforeAll(async () => {
  town = await testHouse()
})

const late = { filter: [{ field: 'closingOn', op: 'before', values: ['today'] }] }
const save = (who: Person, more: object = {}) =>
  who.call<SavedView>('POST', '/views', { module: 'deals', name: 'Late', definition: late, ...more })
const views = async (who: Person, module = 'deals') =>
  (await who.call<SavedViews>('GET', `/views?module=${module}`)).body.views.map((view) => view.name)

test('a view is kept as it was saved, for its owner alone until it is shared', async () => {
  const { ken, ana, mia } = await newTeam(town)
  const saved = (
    await save(ken, {
      definition: { ...late, columns: ['name', 'openDeals'], sort: { field: 'amount', direction: 'desc' } },
    })
  ).body
  expect(saved).toMatchObject({
    version: 1,
    shared: false,
    owner: { id: ken.id },
    definition: {
      columns: ['name', 'openDeals'],
      filter: [{ field: 'closingOn', op: 'before', values: ['today'] }],
      sort: { field: 'amount', direction: 'desc' },
    },
    ignored: [],
  })
  for (const who of [ana, mia]) {
    expect(await views(who)).toEqual([])
    expect((await who.call('PATCH', `/views/${saved.id}`, { version: 1, name: 'Mine' })).status).toBe(404)
    expect((await who.call('DELETE', `/views/${saved.id}`)).status).toBe(404)
  }
  await ken.call('PATCH', `/views/${saved.id}`, { version: 1, shared: true })
  expect(await views(ana)).toEqual(['Late'])
  expect(await views(ana, 'leads')).toEqual([])
})

test('a shared view is changed by its owner or an admin, never over somebody faster', async () => {
  const { ken, ana, mia } = await newTeam(town)
  const { id } = (await save(ken, { shared: true })).body
  const rename = (who: Person, version: number, name: string) =>
    who.call('PATCH', `/views/${id}`, { version, name })
  expect(await rename(ana, 1, 'Ana’s')).toMatchObject({
    status: 403,
    body: { error: { reason: 'view_of_other', facts: { owner: 'ken' } } },
  })
  expect((await ana.call('DELETE', `/views/${id}`)).status).toBe(403)
  expect(await rename(mia, 1, 'By admin')).toMatchObject({
    status: 200,
    body: { version: 2, name: 'By admin' },
  })
  expect(await rename(ken, 1, 'Stale')).toMatchObject({
    status: 409,
    body: { error: { reason: 'version_stale', facts: { version: 2 } } },
  })
  const hidden = await mia.call<SavedView>('PATCH', `/views/${id}`, { version: 2, shared: false })
  expect(hidden).toMatchObject({ status: 200, body: { shared: false, version: 3 } })
  expect((await ken.call('DELETE', `/views/${id}`)).status).toBe(204)
  expect(await views(ken)).toEqual([])
})

test('who may write no more changes and takes away nothing that others see, only what is theirs alone', async () => {
  const { ken, mia } = await newTeam(town)
  const shared = (await save(ken, { shared: true })).body
  const own = (await save(ken, { name: 'Own' })).body
  await mia.call('PATCH', `/people/${ken.id}`, { role: 'viewer' })
  const refused = { status: 403, body: { error: { reason: 'role_cannot_write' } } }
  for (const change of [{ name: 'Other' }, { shared: false }, { definition: {} }])
    expect(await ken.call('PATCH', `/views/${shared.id}`, { version: 1, ...change })).toMatchObject(refused)
  expect(await ken.call('DELETE', `/views/${shared.id}`)).toMatchObject(refused)
  expect(await views(mia)).toEqual(['Late'])
  expect((await ken.call('PATCH', `/views/${own.id}`, { version: 1, name: 'Mine' })).status).toBe(200)
  expect((await ken.call('DELETE', `/views/${own.id}`)).status).toBe(204)
})

test('a name stands once among one’s own views, and once among the shared ones; case and width do not matter', async () => {
  const { ken, ana } = await newTeam(town)
  const first = (await save(ken)).body
  const taken = { status: 409, body: { error: { reason: 'name_taken' } } }
  expect(await save(ken, { name: 'ＬＡＴＥ' })).toMatchObject(taken)
  expect((await save(ken, { module: 'quotes', definition: {} })).status).toBe(201)
  const hers = (await save(ana, { shared: true })).body
  expect(await ken.call('PATCH', `/views/${first.id}`, { version: 1, shared: true })).toMatchObject(taken)
  expect(await ana.call('PATCH', `/views/${hers.id}`, { version: 1, name: 'late' })).toMatchObject({
    status: 200,
  })
})

test('the same request twice saves one view', async () => {
  const { ken } = await newTeam(town)
  const headers = { 'idempotency-key': 'view-once-0001' }
  const body = { module: 'deals', name: 'Once', definition: {} }
  const answers = await Promise.all([1, 2, 3].map(() => ken.call<SavedView>('POST', '/views', body, headers)))
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201])
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
})

test('a view of fields that are gone still opens, without them, and says which', async () => {
  const { ken, orgId } = await newTeam(town)
  const { id } = (await save(ken)).body
  const definition = {
    columns: ['name', 'x_gone'],
    filter: [...late.filter, { field: 'x_gone', op: 'is', values: ['1'] }],
    sort: { field: 'x_gone', direction: 'asc' },
  }
  await town.house.db
    .updateTable('saved_views')
    .set({ definition: JSON.stringify(definition) })
    .where('org_id', '=', orgId)
    .execute()
  const { views: opened } = (await ken.call<SavedViews>('GET', '/views')).body
  expect(opened).toMatchObject([
    { id, definition: { columns: ['name'], filter: late.filter }, ignored: ['x_gone'] },
  ])
  expect(opened[0]?.definition.sort).toBeUndefined()
  const list = await ken.call('POST', '/records/list', {
    module: 'deals',
    filter: opened[0]?.definition.filter,
  })
  expect(list.status).toBe(200)
})

test('what a module does not have is refused by name; a viewer keeps views and shares none', async () => {
  const { ken, vic } = await newTeam(town)
  const wrong = {
    columns: ['x_nothing'],
    filter: [{ field: 'amount', op: 'from', values: ['much'] }],
    sort: { field: 'lastContact', direction: 'asc' },
  }
  expect(await save(ken, { definition: wrong })).toMatchObject({
    status: 400,
    body: {
      error: {
        fields: [
          { field: 'definition.columns.0', reason: 'field_unknown' },
          { field: 'definition.filter.0.values', reason: 'not_a_number' },
          { field: 'definition.sort.field', reason: 'field_invalid' },
        ],
      },
    },
  })
  expect((await save(ken, { module: 'x_nowhere' })).status).toBe(400)
  expect((await save(ken, { name: '   ' })).status).toBe(400)
  expect((await save(vic)).status).toBe(201)
  expect((await save(vic, { name: 'Ours', shared: true })).status).toBe(403)
})
