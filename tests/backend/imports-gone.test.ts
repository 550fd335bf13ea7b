import { beforeAll, expect, test } from 'vitest'
import { purgeBins } from '../../backend/services/records/purge.ts'
import type { RecordCard, RecordSummary } from '../../lib/contract/records.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, newTeam } from './harness/people.ts'
import { type Tables, tables } from './harness/tables.ts'
import { workOff } from './harness/work.ts'

// Taking an import back when something it needs is gone: nobody else's import waits for it.

let town: TestHouse
let files: Tables
const day = 24 * 60 * 60_000

beforeAll(async () => {
  town = await testHouse()
  files = tables(town)
})

test('while its module is deleted it is not taken back, and others import; restored, it can be', async () => {
  const { mia, ken } = await newTeam(town)
  const labels = { one: 'Boat', many: 'Boats' }
  const { key } = (await mia.call<{ key: string }>('POST', '/modules', { labels })).body
  const made = await files.upload(mia, key, [['name'], ['Aurora'], ['Borealis']])
  await files.map(mia, made, { columns: { 0: 'name' } })
  expect(await files.run(mia, made.id)).toMatchObject({ status: 'done', created: 2 })
  await mia.call('DELETE', `/modules/${key}`)
  expect(await files.step(mia, made.id, 'undo')).toMatchObject({
    status: 400,
    body: { error: { reason: 'module_unknown' } },
  })
  await mia.call('POST', `/modules/${key}/restore`)
  // Deleted between the click and the work.
  expect((await files.step(mia, made.id, 'undo')).status).toBe(202)
  await mia.call('DELETE', `/modules/${key}`)
  expect(await workOff(town, ['import'])).toEqual([])
  expect(await files.get(mia, made.id)).toMatchObject({ status: 'failed', reason: 'module_unknown' })
  const next = await files.upload(ken, 'contacts', [['last name'], ['Brandt']])
  expect(await files.run(ken, next.id)).toMatchObject({ status: 'done', created: 1 })
  await mia.call('POST', `/modules/${key}/restore`)
  expect(await files.run(mia, made.id, 'undo')).toMatchObject({ status: 'undone', kept: 0 })
  expect(await files.records(mia, key)).toEqual([])
})

test('an old parent that was erased since does not come back, and the rest does', async () => {
  const { mia } = await newTeam(town)
  const old = await make(mia, 'accounts', { accountName: 'Old Parent' })
  await make(mia, 'accounts', { accountName: 'New Parent' })
  const child = await make(mia, 'accounts', {
    accountName: 'Child',
    parentAccount: old.id,
    phone: '030 11111',
  })
  const made = await files.upload(mia, 'accounts', [
    ['account name', 'parent account', 'phone'],
    ['Child', 'New Parent', '030 22222'],
  ])
  await files.map(mia, made, {
    columns: { 0: 'accountName', 1: 'parentAccount', 2: 'phone' },
    matchKey: 'accountName',
  })
  expect(await files.run(mia, made.id)).toMatchObject({ status: 'done', updated: 1 })
  await mia.call('PUT', '/policy/records.binDays', { value: 1 })
  await mia.call('DELETE', `/records/${old.id}`)
  town.google.clock.advance(2 * day)
  await purgeBins(town.house)
  expect(await files.run(mia, made.id, 'undo')).toMatchObject({ status: 'undone', kept: 1 })
  const { record } = (await mia.call<RecordCard>('GET', `/records/${child.id}`)).body
  const names = record.refs.map((ref: RecordSummary['refs'][number]) => ref.name)
  expect([record.fields['phone'], names]).toEqual(['030 11111', ['New Parent']])
})
