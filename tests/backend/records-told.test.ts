import { beforeAll, expect, test } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import { type HouseOfReps, houseOfReps, type Rep } from './harness/reps.ts'
import { idOf } from './harness/sharing.ts'
import { make } from './harness/standing.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

const access = (value: string | null) => house.founder.call('PUT', '/policy/access.contacts', { value })

/** Who of these people hears the id of a record that changes meanwhile. */
async function whoHears(work: () => Promise<unknown>): Promise<Map<string, string[]>> {
  const { db } = house.town.house
  const last = await db
    .selectFrom('events')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  await work()
  const rows = await db
    .selectFrom('events as e')
    .leftJoin('users as u', 'u.id', 'e.user_id')
    .select(['e.payload', 'u.name'])
    .where('e.seq', '>', last?.seq ?? 0)
    .execute()
  const told = rows.flatMap(({ payload, name }) =>
    payload.type === 'record' ? [{ id: payload.id, name: name ?? 'everybody' }] : [],
  )
  return new Map(
    [...Map.groupBy(told, (one) => one.id)].map(([id, some]) => [id, some.map((one) => one.name).sort()]),
  )
}

test('of a record in a module closed to others its owner and the admins hear, and who owned it before', async () => {
  await access('private')
  const accountId = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
  let id = ''
  const made = await whoHears(async () => {
    id = await make(mia, { module: 'contacts', fields: { lastName: 'Closed' } })
  })
  expect(made).toEqual(new Map([[id, ['Founder', 'Rep 1']]]))
  const noted = await whoHears(() => mia.me.call('POST', `/records/${id}/notes`, { text: 'Called' }))
  expect(noted).toEqual(new Map([[id, ['Founder', 'Rep 1']]]))
  const given = await whoHears(async () => {
    const { body } = await mia.me.call<RecordCard>('GET', `/records/${id}`)
    const ownerId = await idOf(house.town, ken)
    const change = { version: body.record.version, ownerId, accountId }
    expect((await mia.me.call('PATCH', `/records/${id}`, change)).status).toBe(200)
  })
  // Accounts are open: of the one that shows the contact everybody hears.
  expect(given).toEqual(
    new Map([
      [id, ['Founder', 'Rep 1', 'Rep 2']],
      [accountId, ['everybody']],
    ]),
  )
  const binned = await whoHears(() => ken.me.call('DELETE', `/records/${id}`))
  expect(binned.get(id)).toEqual(['Founder', 'Rep 2'])
  await access(null)
  const open = await whoHears(() => make(ken, { module: 'contacts', fields: { lastName: 'Open' } }))
  expect([...open.values()]).toEqual([['everybody']])
})
