import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { newTeam } from './harness/people.ts'
import { type Tables, tables } from './harness/tables.ts'
import { workOff } from './harness/work.ts'

// An import takes minutes: what its person may do is read anew for each batch, and everybody hears of what it changes.

let town: TestHouse
let files: Tables

beforeAll(async () => {
  town = await testHouse()
  files = tables(town)
})

const many = Array.from({ length: 1200 }, (_, n) => [`Row ${n}`, `row${n}@x.example`])

/** An import that has written its first batch and goes on. */
async function running(who: Person) {
  const { id } = await files.upload(who, 'leads', [['Last name', 'Email'], ...many])
  await files.step(who, id, 'start')
  const working = workOff(town, ['import'])
  while ((await files.get(who, id)).done === 0) await nextTurn()
  return { id, working }
}

async function toldToAll(orgId: string): Promise<unknown[]> {
  const rows = await town.house.db
    .selectFrom('events')
    .select('payload')
    .where('org_id', '=', orgId)
    .where('user_id', 'is', null)
    .execute()
  return rows.map((row) => row.payload).filter((one) => one.type === 'records')
}

test.each<[string, object, boolean]>([
  ['made a viewer', { role: 'viewer' }, true],
  ['deactivated', { status: 'deactivated' }, false],
])('a person %s meanwhile imports no further, and an admin takes it back', async (_, change, reads) => {
  const { mia, ken } = await newTeam(town)
  const { id, working } = await running(ken)
  expect((await mia.call('PATCH', `/people/${ken.id}`, change)).status).toBe(200)
  expect(await working).toEqual([])
  const stopped = await files.get(mia, id)
  expect(stopped).toMatchObject({ status: 'failed', reason: 'permission_missing' })
  expect(stopped.done).toBeLessThan(1200)
  const records = await files.records(mia, 'leads')
  expect(records).toHaveLength(stopped.created)
  if (reads) expect((await files.step(ken, id, 'undo')).status).toBe(403)
  expect(await files.run(mia, id, 'undo')).toMatchObject({ status: 'undone', kept: 0 })
  expect(await files.records(mia, 'leads')).toEqual([])
})

test('a policy that takes importing from reps stops it too', async () => {
  const { mia, ken, orgId } = await newTeam(town)
  const { id, working } = await running(ken)
  await town.house.db
    .updateTable('organisations')
    .set({ policy: JSON.stringify({ 'permissions.rep': ['records.write'] }) })
    .where('id', '=', orgId)
    .execute()
  expect(await working).toEqual([])
  expect(await files.get(mia, id)).toMatchObject({ status: 'failed', reason: 'permission_missing' })
})

test('every batch, written or taken back, is told to everybody; one that changes nothing is not', async () => {
  const { ken, orgId } = await newTeam(town)
  const rows = [['Last name', 'Email'], ...many.slice(0, 300)]
  const made = await files.upload(ken, 'leads', rows)
  await files.run(ken, made.id)
  expect(await toldToAll(orgId)).toHaveLength(2)
  const again = await files.upload(ken, 'leads', rows)
  expect(await files.run(ken, again.id)).toMatchObject({ unchanged: 300 })
  expect(await toldToAll(orgId)).toHaveLength(2)
  await files.run(ken, made.id, 'undo')
  expect(await toldToAll(orgId)).toHaveLength(3)
})
