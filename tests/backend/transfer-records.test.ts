import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { Me } from '../../lib/contract/identity.ts'
import type { PeopleAnswer, PersonRow, TransferStarted } from '../../lib/contract/people.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import { type HouseOfReps, houseOfReps } from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let here: HouseOfReps
let admin: Person
let reps = 0

beforeAll(async () => {
  here = await houseOfReps()
  admin = here.founder
})

/** A rep without a mailbox. */
async function colleague(): Promise<{ me: Person; id: string }> {
  const email = `colleague${++reps}@arbor.example`
  here.town.google.addAccount({ email, name: `Colleague ${reps}` })
  const me = await here.town.signIn(email)
  return { me, id: await idOf(me) }
}

const idOf = async (who: Person) => (await who.call<Me>('GET', '/me')).body.user.id
const change = (id: string, body: object, who = admin) => who.call<PersonRow>('PATCH', `/people/${id}`, body)
const rowOf = async (id: string) =>
  (await admin.call<PeopleAnswer>('GET', '/people')).body.people.find((one) => one.id === id)

test('every record of one person goes to another, with its history and its place in the bin', async () => {
  const from = await colleague()
  const to = await colleague()
  const make = (lastName: string) =>
    from.me.call<RecordCard>('POST', '/records', { module: 'leads', fields: { lastName } })
  const kept = (await make('Brandt')).body.record
  const binned = (await make('Gone')).body.record
  await from.me.call('DELETE', `/records/${binned.id}`)
  const started = await admin.call<TransferStarted>('POST', `/people/${from.id}/transfer`, { toId: to.id })
  expect(started).toMatchObject({ status: 202, body: { records: 2 } })
  expect(await workOff(here.town)).toEqual([])
  const { body } = await admin.call<RecordCard>('GET', `/records/${kept.id}`)
  expect(body.record).toMatchObject({ owner: { id: to.id }, version: kept.version + 1 })
  const db = here.town.house.db
  const owners = await db
    .selectFrom('records')
    .select('owner_id')
    .where('id', 'in', [kept.id, binned.id])
    .execute()
  expect(owners.every((row) => row.owner_id === to.id)).toBe(true)
  const history = await db
    .selectFrom('record_changes')
    .select(['kind', 'changes', 'by_user'])
    .where('record_id', '=', kept.id)
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow()
  expect(history).toEqual({
    kind: 'changed',
    changes: [{ field: 'ownerId', old: from.id, new: to.id }],
    by_user: await idOf(admin),
  })
})

test('more than a batch, and two crossing transfers, come to an end', async () => {
  const [a, b] = [await colleague(), await colleague()]
  const orgId = (await admin.call<Me>('GET', '/me')).body.organisation.id
  const at = new Date(here.town.google.clock.now())
  const rows = Array.from({ length: 1203 }, (_, n) => ({
    id: randomUUID(),
    org_id: orgId,
    module: 'leads' as const,
    owner_id: n < 1200 ? a.id : b.id,
    name: `Lead ${n}`,
    fields: '{}',
    created_by: a.id,
    created_at: at,
    updated_at: at,
  }))
  const { db } = here.town.house
  for (let n = 0; n < rows.length; n += 500)
    await db
      .insertInto('records')
      .values(rows.slice(n, n + 500))
      .execute()
  await admin.call('POST', `/people/${a.id}/transfer`, { toId: b.id })
  await admin.call('POST', `/people/${b.id}/transfer`, { toId: a.id })
  expect(await workOff(here.town)).toEqual([])
  const counts = [(await rowOf(a.id))?.records ?? 0, (await rowOf(b.id))?.records ?? 0]
  expect(counts[0]).toBe(1203)
  expect(counts[1]).toBe(0)
})

test('while it waits a second one to somebody else is refused; the same again is the same', async () => {
  const [from, to, other] = [await colleague(), await colleague(), await colleague()]
  const lead = { module: 'leads', fields: { lastName: 'Once' } }
  const { record } = (await from.me.call<RecordCard>('POST', '/records', lead)).body
  const give = (toId: string) => admin.call('POST', `/people/${from.id}/transfer`, { toId })
  expect((await give(to.id)).status).toBe(202)
  expect(await give(other.id)).toMatchObject({
    status: 409,
    body: { error: { reason: 'transfer_running' } },
  })
  expect((await give(to.id)).status).toBe(202)
  expect(await workOff(here.town)).toEqual([])
  expect((await admin.call<RecordCard>('GET', `/records/${record.id}`)).body.record.owner.id).toBe(to.id)
  expect((await give(other.id)).status).toBe(202)
  expect(await workOff(here.town)).toEqual([])
})

test('to nobody, to a deactivated person, to oneself: refused', async () => {
  const from = await colleague()
  const away = await colleague()
  await change(away.id, { status: 'deactivated' })
  for (const toId of [randomUUID(), away.id, from.id])
    expect(await admin.call('POST', `/people/${from.id}/transfer`, { toId })).toMatchObject({
      status: 400,
      body: { error: { reason: 'person_missing', fields: [{ field: 'toId' }] } },
    })
  const nobody = `/people/${randomUUID()}/transfer`
  expect((await admin.call('POST', nobody, { toId: from.id })).status).toBe(404)
})
