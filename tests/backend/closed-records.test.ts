import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { BulkRun, ListPage } from '../../lib/contract/lists.ts'
import type { Found, RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { make, newTeam } from './harness/people.ts'
import { workOff } from './harness/work.ts'

// What the policy closes stays closed on the ways around the front door too.

let town: TestHouse

beforeAll(async () => {
  town = await testHouse()
})

type Team = Awaited<ReturnType<typeof newTeam>>

async function teamWhere(module: string): Promise<Team> {
  const team = await newTeam(town)
  await team.mia.call('PUT', `/policy/access.${module}`, { value: 'private' })
  return team
}

test('a list sorted by a lookup tells no name of a record the viewer may not open, in its cursor neither', async () => {
  const { mia, ken } = await teamWhere('accounts')
  const zebra = await make(mia, 'accounts', { accountName: 'Zebra Holdings' })
  const alpha = await make(mia, 'accounts', { accountName: 'Alpha Holdings' })
  const own = await make(ken, 'accounts', { accountName: 'Mine Ltd' })
  for (const [lastName, accountId] of [
    ['A', zebra.id],
    ['B', own.id],
    ['C', alpha.id],
  ] as const)
    await make(mia, 'contacts', { lastName }, { accountId })
  const names: string[] = []
  let cursor: string | undefined
  do {
    const query = { module: 'contacts', sort: { field: 'accountId', direction: 'asc' }, limit: 1 }
    const { body } = await ken.call<ListPage>('POST', '/records/list', {
      ...query,
      ...(cursor && { cursor }),
    })
    names.push(...body.rows.map((row) => row.name))
    cursor = body.nextCursor ?? undefined
    expect(Buffer.from(cursor ?? '', 'base64url').toString()).not.toMatch(/zebra|alpha/)
  } while (cursor !== undefined)
  expect(names[0]).toBe('B')
  expect(names.toSorted()).toEqual(['A', 'B', 'C'])
})

test('nobody spells out the name of an account they may not open: a search does not look there, a list neither', async () => {
  const { mia, ken } = await teamWhere('accounts')
  const hidden = await make(mia, 'accounts', { accountName: 'Topsecret Holdings' })
  const own = await make(ken, 'accounts', { accountName: 'Mainsail Ltd' })
  await make(mia, 'contacts', { lastName: 'Under' }, { accountId: hidden.id })
  await make(mia, 'contacts', { lastName: 'Topsecretary' }, { accountId: hidden.id })
  await make(mia, 'contacts', { lastName: 'Beside' }, { accountId: own.id })
  await make(mia, 'contacts', { lastName: 'Alone', company: 'Typed Works' })
  const found = async (who: Person, q: string) => {
    const listed = await who.call<ListPage>('POST', '/records/list', { module: 'contacts', q })
    const { records } = (await who.call<Found>('GET', `/records?q=${q}&module=contacts`)).body
    return [records, listed.body.rows].map((rows) => rows.map((row) => row.name).toSorted())
  }
  const both = (...names: string[]) => [names, names]
  expect(await found(mia, 'topsecret')).toEqual(both('Topsecretary', 'Under'))
  expect(await found(ken, 'topsecret')).toEqual(both('Topsecretary'))
  expect(await found(ken, 'holdings')).toEqual(both())
  expect(await found(ken, 'hodlings')).toEqual(both())
  expect(await found(ken, 'mainsail')).toEqual(both('Beside'))
  expect(await found(ken, 'typed')).toEqual(both('Alone'))
  expect(await found(ken, 'under')).toEqual(both('Under'))
})

test('the key of a call that made a record opens it no longer once it is somebody else’s', async () => {
  const { mia, ken, ana } = await teamWhere('leads')
  const headers = { 'idempotency-key': randomUUID() }
  const body = { module: 'leads', fields: { lastName: 'Brandt' } }
  const again = () => ken.call<RecordCard>('POST', '/records', body, headers)
  const { record } = (await again()).body
  expect((await again()).body.record.id).toBe(record.id)
  const taken = { version: 1, ownerId: ana.id, fields: { description: 'what Ken is not to know' } }
  await mia.call('PATCH', `/records/${record.id}`, taken)
  expect((await again()).status).toBe(404)
  // Given away with its creation, it is still answered as it was made.
  const gift = { ...body, ownerId: ana.id }
  const giving = { 'idempotency-key': randomUUID() }
  const given = () => ken.call<RecordCard>('POST', '/records', gift, giving)
  expect([(await given()).status, (await given()).status]).toEqual([201, 201])
  town.google.clock.advance(2 * 60 * 60_000)
  expect((await given()).status).toBe(404)
})

test('a change of many records in the background leaves those of a deleted module alone', async () => {
  const { mia, ken } = await newTeam(town)
  const labels = { one: 'Boat', many: 'Boats' }
  const { key } = (await mia.call<{ key: string }>('POST', '/modules', { labels })).body
  const boat = await make(mia, key, { name: 'Aurora' })
  await mia.call('DELETE', `/modules/${key}`)
  // More than are done before the request is answered.
  const ids = [boat.id, ...Array.from({ length: 120 }, () => randomUUID())]
  const begun = await ken.call<BulkRun>('POST', '/bulk', { selection: { ids }, action: { kind: 'delete' } })
  expect(await workOff(town, ['bulk'])).toEqual([])
  const { body } = await ken.call<BulkRun>('GET', `/bulk/${begun.body.id}`)
  expect(body).toMatchObject({ status: 'done', done: 121, changed: 0 })
  expect(body.skipped.find((row) => row.id === boat.id)).toMatchObject({ name: '', reason: 'record_missing' })
})
