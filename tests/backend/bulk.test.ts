import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { runBulk } from '../../backend/services/bulk.ts'
import type { ChangesPage } from '../../lib/contract/history.ts'
import type { BulkRun, ListPage, StartBulk } from '../../lib/contract/lists.ts'
import type { RecordCard, RecordSummary } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, newTeam } from './harness/people.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse

beforeAll(async () => {
  town = await testHouse()
})

const start = (who: Person, selection: object, action: object, headers?: Record<string, string>) =>
  who.call<BulkRun>('POST', '/bulk', { selection, action }, headers)
const of = (...records: RecordSummary[]) => ({ ids: records.map((record) => record.id) })
const read = async (who: Person, { id }: RecordSummary) =>
  (await who.call<RecordCard>('GET', `/records/${id}`)).body.record
const listed = async (who: Person, query: object) =>
  (await who.call<ListPage>('POST', '/records/list', { module: 'leads', limit: 200, ...query })).body
const leads = (who: Person, ...names: string[]) =>
  Promise.all(names.map((lastName) => make(who, 'leads', { lastName })))

test('a field set on many: done when it answers, each with its line of history, one event for all', async () => {
  const { ken, orgId } = await newTeam(town)
  const [a, b] = await leads(ken, 'A', 'B')
  if (a === undefined || b === undefined) throw new Error('Nothing was made')
  const before = await lastEvent(orgId)
  const { status, body } = await start(ken, of(a, b, a), { kind: 'set', fields: { status: 'contacted' } })
  expect(status).toBe(202)
  expect(body).toMatchObject({ status: 'done', total: 2, done: 2, changed: 2, skipped: [] })
  expect(await read(ken, a)).toMatchObject({ version: a.version + 1, fields: { status: 'contacted' } })
  const { rows } = (await ken.call<ChangesPage>('GET', `/records/${b.id}/changes`)).body
  expect(rows[0]).toMatchObject({ changes: [{ field: 'status', old: 'new', new: 'contacted' }] })
  expect(await eventsAfter(orgId, before)).toEqual([{ type: 'records' }])
  const again = await start(ken, of(a, b), { kind: 'set', fields: { status: 'contacted' } })
  expect(again.body).toMatchObject({ status: 'done', done: 2, changed: 0, skipped: [] })
})

test('rows that cannot take it are skipped and named with the reason, the others change', async () => {
  const { mia, ken, ana, orgId } = await newTeam(town)
  const [mine, hers, gone] = [
    ...(await leads(ken, 'Mine')),
    ...(await leads(ana, 'Hers')),
    ...(await leads(ken, 'Gone')),
  ] as [RecordSummary, RecordSummary, RecordSummary]
  await ken.call('DELETE', `/records/${gone.id}`)
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ 'access.leads': 'read' }) })
    .where('id', '=', orgId)
    .execute()
  const { body } = await start(ken, of(mine, hers, gone), { kind: 'owner', ownerId: mia.id })
  expect(body).toMatchObject({ status: 'done', total: 3, done: 3, changed: 1 })
  expect(new Set(body.skipped)).toEqual(
    new Set([
      { id: hers.id, name: 'Hers', reason: 'record_read_only' },
      { id: gone.id, name: 'Gone', reason: 'record_missing' },
    ]),
  )
  expect((await read(mia, mine)).owner.id).toBe(mia.id)
  expect((await read(mia, hers)).owner.id).toBe(ana.id)
  // What another may not even see has no name.
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ 'access.leads': 'private' }) })
    .where('id', '=', orgId)
    .execute()
  const hidden = await start(ken, of(hers), { kind: 'delete' })
  expect(hidden.body.skipped).toEqual([{ id: hers.id, name: '', reason: 'record_missing' }])
})

test('delete and its undo: restoring the same ids', async () => {
  const { ken } = await newTeam(town)
  const made = await leads(ken, 'One', 'Two')
  expect((await start(ken, of(...made), { kind: 'delete' })).body).toMatchObject({ changed: 2 })
  expect((await listed(ken, {})).total).toBe(0)
  expect((await start(ken, of(...made), { kind: 'restore' })).body).toMatchObject({ changed: 2 })
  expect((await listed(ken, {})).rows.map((row) => row.name)).toEqual(['One', 'Two'])
})

test.each<[string, StartBulk['action'] | object, object]>([
  ['nothing', { kind: 'set', fields: {} }, { field: 'action.fields', reason: 'field_required' }],
  [
    'a field the module does not have',
    { kind: 'set', fields: { stage: 'won' } },
    { field: 'action.fields.stage', reason: 'field_unknown' },
  ],
  [
    'no choice of the field',
    { kind: 'set', fields: { status: 'maybe' } },
    { field: 'action.fields.status', reason: 'not_a_choice' },
  ],
  [
    'somebody who is not here',
    { kind: 'owner', ownerId: '00000000-0000-4000-8000-000000000000' },
    { field: 'action.ownerId', reason: 'person_missing' },
  ],
])('a change to %s is refused by name before anything changes', async (_, action, problem) => {
  const { ken } = await newTeam(town)
  const made = await leads(ken, 'Kept')
  expect(await start(ken, of(...made), action)).toMatchObject({
    status: 400,
    body: { error: { fields: [problem] } },
  })
})

test('all of a list goes on in the background and holds what matches then, not only what was seen', async () => {
  const { ken, orgId } = await newTeam(town)
  await many(ken, orgId, 130)
  const list = { module: 'leads', filter: [{ field: 'status', op: 'is', values: ['new'] }] }
  const run = (await start(ken, { list }, { kind: 'set', fields: { status: 'contacted' } })).body
  expect(run).toMatchObject({ status: 'running', total: 130, done: 0 })
  expect((await ken.call('GET', `/bulk/${run.id}`)).body).toMatchObject({ status: 'running' })
  await leads(ken, 'Late')
  expect(await workOff(town, ['bulk'])).toEqual([])
  expect((await ken.call('GET', `/bulk/${run.id}`)).body).toMatchObject({
    status: 'done',
    total: 131,
    done: 131,
    changed: 131,
  })
  expect((await listed(ken, list)).total).toBe(0)
})

test('cancelled it stops after its batch: what was changed stays, and is told', async () => {
  const { ken, orgId } = await newTeam(town)
  await many(ken, orgId, 120)
  const run = (await start(ken, { list: { module: 'leads' } }, { kind: 'delete' })).body
  await oneBatch(orgId, run.id)
  const cancelled = (await ken.call<BulkRun>('DELETE', `/bulk/${run.id}`)).body
  expect(cancelled).toMatchObject({ status: 'cancelled', total: 120, done: 50, changed: 50 })
  expect(await workOff(town, ['bulk'])).toEqual([])
  expect((await listed(ken, {})).total).toBe(70)
  expect((await ken.call('DELETE', `/bulk/${run.id}`)).body).toEqual(cancelled)
})

test('a run that was cut off goes on where it stopped', async () => {
  const { ken, orgId } = await newTeam(town)
  await many(ken, orgId, 120)
  const set = { kind: 'set', fields: { source: 'Fair' } }
  const run = (await start(ken, { list: { module: 'leads' } }, set)).body
  await oneBatch(orgId, run.id)
  await oneBatch(orgId, run.id)
  expect(await changesOf(orgId)).toBe(100)
  await workOff(town, ['bulk'])
  expect(await changesOf(orgId)).toBe(120)
})

test.each<[string, object]>([
  ['made a viewer', { role: 'viewer' }],
  ['deactivated', { status: 'deactivated' }],
])('a person %s meanwhile changes nothing more: the run is cancelled', async (_, change) => {
  const { ken, mia, orgId } = await newTeam(town)
  await many(ken, orgId, 1000)
  const run = (await start(ken, { list: { module: 'leads' } }, { kind: 'delete' })).body
  const see = async () => (await mia.call<BulkRun>('GET', `/bulk/${run.id}`)).body
  const working = workOff(town, ['bulk'])
  while ((await see()).done === 0) await nextTurn()
  expect((await mia.call('PATCH', `/people/${ken.id}`, change)).status).toBe(200)
  expect(await working).toEqual([])
  const ended = await see()
  expect(ended).toMatchObject({ status: 'cancelled', changed: ended.done, skipped: [] })
  expect(ended.done).toBeLessThan(1000)
  expect((await listed(mia, {})).total).toBe(1000 - ended.done)
})

test('the same request twice runs once; others neither see nor stop it; a viewer starts none', async () => {
  const { ken, ana, vic } = await newTeam(town)
  const made = await leads(ken, 'Once')
  const headers = { 'idempotency-key': 'bulk-once-0001' }
  const ask = () => start(ken, of(...made), { kind: 'set', fields: { source: 'Fair' } }, headers)
  const [one, two] = [await ask(), await ask()]
  expect(two.body).toEqual(one.body)
  expect((await ana.call('GET', `/bulk/${one.body.id}`)).status).toBe(404)
  expect((await ana.call('DELETE', `/bulk/${one.body.id}`)).status).toBe(404)
  expect((await start(vic, of(...made), { kind: 'delete' })).status).toBe(403)
})

/** Leads of one person, copies of one that was made as usual. */
async function many(who: Person, orgId: string, count: number): Promise<void> {
  const { id } = await make(who, 'leads', { lastName: 'Copy' })
  const row = await town.house.db
    .selectFrom('records')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const copy = () => ({ ...row, id: town.house.newId(), fields: JSON.stringify(row.fields) })
  await town.house.db
    .insertInto('records')
    .values(Array.from({ length: count - 1 }, copy))
    .execute()
}

/** The worker is stopped when its first batch is done. */
async function oneBatch(orgId: string, id: string): Promise<void> {
  const stopping = new AbortController()
  let turns = 0
  const signal = new Proxy(stopping.signal, {
    get(target, key) {
      if (key === 'throwIfAborted' && turns++ > 0) stopping.abort(new Error('stopped'))
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const task = { id, orgId, kind: 'bulk', key: id, payload: {}, attempts: 1 }
  await expect(runBulk(town.house, task, signal)).rejects.toThrow('stopped')
}

async function changesOf(orgId: string): Promise<number> {
  const rows = await town.house.db
    .selectFrom('record_changes')
    .select('id')
    .where('org_id', '=', orgId)
    .where('kind', '=', 'changed')
    .execute()
  return rows.length
}

async function lastEvent(orgId: string): Promise<number> {
  const rows = await town.house.db.selectFrom('events').select('seq').where('org_id', '=', orgId).execute()
  return Math.max(0, ...rows.map((row) => row.seq))
}

async function eventsAfter(orgId: string, seq: number): Promise<unknown[]> {
  const rows = await town.house.db
    .selectFrom('events')
    .select('payload')
    .where('org_id', '=', orgId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .execute()
  return rows.map((row) => row.payload)
}
