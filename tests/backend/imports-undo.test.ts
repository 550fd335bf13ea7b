import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { RecordSummary } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { type Tables, tables } from './harness/tables.ts'
import { workOff } from './harness/work.ts'

// Taking an import back, or stopping it halfway.

let town: TestHouse
let files: Tables
let mia: Person

beforeAll(async () => {
  town = await testHouse()
  town.google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  mia = await town.signIn('mia@arbor.example')
  files = tables(town)
})

const create = async (body: object): Promise<RecordSummary> =>
  (await mia.call<{ record: RecordSummary }>('POST', '/records', { fields: {}, ...body })).body.record

const read = async (id: string): Promise<RecordSummary> =>
  (await mia.call<{ record: RecordSummary }>('GET', `/records/${id}`)).body.record

const named = async (module: string, name: string): Promise<RecordSummary[]> =>
  (await files.records(mia, module)).filter((record) => record.name === name)

const rows = [
  ['Last name', 'Email', 'Title', 'Account'],
  ['Undo One', 'undo1@x.example', 'New title', 'Undo Works'],
  ['Undo Two', 'undo2@x.example', 'New title', 'Undo Works'],
  ['Undo Three', 'undo3@x.example', 'New title', ''],
]

test('undo: made records go to the bin, changed ones get their old values; what a person touched is left and counted', async () => {
  const before = await create({
    module: 'contacts',
    fields: { lastName: 'Old Name', title: 'Old title' },
    primaryAddress: 'undo3@x.example',
  })
  const made = await files.upload(mia, 'contacts', rows)
  expect(await files.run(mia, made.id)).toMatchObject({ created: 2, updated: 1, accounts: 1 })
  const [two] = await named('contacts', 'Undo Two')
  await mia.call('PATCH', `/records/${two?.id}`, {
    version: two?.version,
    fields: { phone: '03-1111-2222' },
  })
  const now = await read(before.id)
  await mia.call('PATCH', `/records/${before.id}`, { version: now.version, fields: { title: 'By hand' } })
  const undone = await files.run(mia, made.id, 'undo')
  expect(undone).toMatchObject({ status: 'undone', kept: 3, undoUntil: null })
  expect(await named('contacts', 'Undo One')).toEqual([])
  expect(await named('contacts', 'Undo Two')).toHaveLength(1)
  // The account stays for the contact that stays.
  expect(await named('accounts', 'Undo Works')).toHaveLength(1)
  expect(await read(before.id)).toMatchObject({ name: 'Old Name', fields: { title: 'By hand' } })
})

test('an address that an import replaced matches again since when it first did (decisions 6)', async () => {
  const record = await create({
    module: 'contacts',
    fields: { lastName: 'Mover' },
    primaryAddress: 'mover@old.example',
  })
  const sinceOf = async () =>
    (
      await town.house.db
        .selectFrom('record_addresses')
        .selectAll()
        .where('record_id', '=', record.id)
        .execute()
    ).map(({ address, since }) => ({ address, since: since.getTime() }))
  const before = await sinceOf()
  town.google.clock.advance(60_000)
  const made = await files.upload(mia, 'contacts', [
    ['Inlay ID', 'Email'],
    [record.id, 'mover@new.example'],
  ])
  expect(made.mapping.matchKey).toBe('id')
  expect(await files.run(mia, made.id)).toMatchObject({ updated: 1 })
  expect((await sinceOf()).map((one) => one.address)).toEqual(['mover@new.example'])
  await files.run(mia, made.id, 'undo')
  expect(await sinceOf()).toEqual(before)
})

test('cancel in the middle leaves nothing half done; sends and others go on between batches', async () => {
  const many = Array.from({ length: 1200 }, (_, n) => [`Half ${n}`, `half${n}@x.example`, '', 'Half Works'])
  const made = await files.upload(mia, 'contacts', [rows[0] ?? [], ...many])
  await files.step(mia, made.id, 'start')
  const working = workOff(town, ['import'])
  for (;;) {
    const { done } = await files.get(mia, made.id)
    if (done > 0) break
    await nextTurn()
  }
  const cancelled = await files.step(mia, made.id, 'cancel')
  expect(cancelled.body.status).toBe('undoing')
  expect(await working).toEqual([])
  const ended = await files.get(mia, made.id)
  expect(ended).toMatchObject({ status: 'cancelled', done: 0, kept: 0 })
  expect(ended.created).toBeGreaterThan(0)
  expect(ended.created).toBeLessThan(1200)
  expect((await files.records(mia, 'contacts')).filter((one) => one.name.startsWith('Half'))).toEqual([])
  expect(await named('accounts', 'Half Works')).toEqual([])
})

test('what has not begun is simply cancelled; what is over cannot be; undo ends after 30 days', async () => {
  const waiting = await files.upload(mia, 'contacts', rows)
  expect((await files.step(mia, waiting.id, 'cancel')).body.status).toBe('cancelled')
  const refused = { status: 409, body: { error: { reason: 'import_state' } } }
  expect(await files.step(mia, waiting.id, 'start')).toMatchObject(refused)
  expect(await files.step(mia, waiting.id, 'undo')).toMatchObject(refused)
  const late = await files.upload(mia, 'leads', [['Last name'], ['Late']])
  await files.run(mia, late.id)
  expect(await files.step(mia, late.id, 'cancel')).toMatchObject(refused)
  town.google.clock.advance(30 * 24 * 60 * 60_000 + 1)
  expect(await files.step(mia, late.id, 'undo')).toMatchObject({
    status: 409,
    body: { error: { reason: 'undo_too_late', facts: { days: 30 } } },
  })
})
