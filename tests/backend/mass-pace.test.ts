import './harness/loopback-only.ts'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MassSend } from '../../lib/contract/mass.ts'
import { refusal, refused } from './harness/drafting.ts'
import {
  contacts,
  draftOf,
  gotBy,
  type MassHouse,
  mass,
  massHouse,
  rows,
  start,
  work,
} from './harness/massing.ts'
import { contact, type Rep, someone } from './harness/reps.ts'

/** Records of the large one, enough for limits of a minute and of two days; INLAY_MASS=1000 takes the most there may be. */
const most = Number(process.env['INLAY_MASS'] ?? 62)

let house: MassHouse
const minute = 60_000

beforeAll(async () => {
  house = await massHouse()
})

/** Copies of a contact with addresses of their own, as an import makes them; their ids. */
async function many(rep: Rep, count: number): Promise<string[]> {
  const { db } = house.reps.town.house
  const model = await contact(rep, someone('model'))
  const { rows } = await sql<{ id: string }>`
    with made as (
      insert into records select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'name', 'Nr ' || n))).*
      from records r, generate_series(1, ${count}) n where r.id = ${model}::uuid returning id, name)
    insert into record_addresses select (jsonb_populate_record(a, jsonb_build_object('record_id', made.id,
      'address', 'nr' || substr(made.name, 4) || '@' || left(${model}, 8) || '.example'))).*
    from made, record_addresses a where a.record_id = ${model}::uuid returning record_id::text as id`.execute(
    db,
  )
  return rows.map((row) => row.id)
}

test('the most a mass mail takes: each once, never over a limit, whatever is pressed meanwhile', async () => {
  const rep = await house.reps.newRep()
  const { clock } = house.reps.town.google
  const ids = await many(rep, most)
  const none = await contact(rep, rep.me.email)
  const perDay = Math.ceil((most - 2) / 2)
  await house.reps.founder.call('PUT', '/policy/sends.perDay', { value: perDay })
  const draft = await draftOf(rep, { subject: 'To all', html: '<p>Hello</p>' })
  const all = [...ids.slice(0, most - 2), none, ids[0] ?? '']
  const started = await start(rep, draft, all, { expected: most - 2 })
  expect(started.body).toMatchObject({ total: most - 2, leftOut: 1 })
  const press = async (what: string, of: MassSend) =>
    (await rep.me.call<MassSend>('POST', `/mass/${of.id}/${what}`, { version: of.version })).body
  await work(house, clock.now() + 2 * minute, 20_000)
  const paused = await press('pause', await mass(rep, started.body.id))
  await work(house, clock.now() + 60 * minute, 20_000)
  expect(await mass(rep, paused.id)).toMatchObject({ status: 'paused', sent: paused.sent })
  const { id } = await press('resume', paused)
  await work(house, clock.now() + 3 * 24 * 60 * minute, 20_000)
  expect(await mass(rep, id)).toMatchObject({
    status: 'done',
    sent: most - 2,
    waiting: 0,
    failed: 0,
    held: 0,
  })
  const left = house.reps.town.google.outbox.filter((one) => one.raw.includes('Subject: To all'))
  expect(left).toHaveLength(most - 2)
  expect(new Set(left.map((one) => one.to)).size).toBe(most - 2)
  const times = (await rows(rep, id)).rows.map((row) => Date.parse(row.at)).toSorted((a, b) => a - b)
  const between = (count: number) => times.slice(count).map((at, nth) => at - (times[nth] ?? 0))
  expect(Math.min(...between(20))).toBeGreaterThanOrEqual(minute)
  expect(Math.min(...between(perDay))).toBeGreaterThanOrEqual(24 * 60 * minute)
  await house.reps.founder.call('PUT', '/policy/sends.perDay', { value: null })
})

describe('on its way', () => {
  test('pause, resume, stop: what waits obeys, what is being sent ends, nothing goes twice', async () => {
    const rep = await house.reps.newRep()
    const { clock } = house.reps.town.google
    const people = await contacts(rep, 6)
    const started = await start(
      rep,
      await draftOf(rep),
      people.map((one) => one.id),
    )
    const { id } = started.body
    await work(house, clock.now() + 4000)
    expect(await mass(rep, id)).toMatchObject({ sent: 2, waiting: 4 })
    const paused = await rep.me.call<MassSend>('POST', `/mass/${id}/pause`, { version: started.body.version })
    expect(paused.body).toMatchObject({ status: 'paused', waiting: 4, held: 0 })
    await work(house, clock.now() + 10 * minute)
    expect(await mass(rep, id)).toMatchObject({ sent: 2 })
    const old = await rep.me.call('POST', `/mass/${id}/stop`, { version: started.body.version })
    expect(refusal(old)).toMatchObject(refused(409, 'mass_state'))
    const resumed = await rep.me.call<MassSend>('POST', `/mass/${id}/resume`, paused.body)
    expect(resumed.body).toMatchObject({ status: 'running', waiting: 4 })
    await work(house, clock.now() + 4000)
    expect(await mass(rep, id)).toMatchObject({ sent: 4, waiting: 2 })
    const stopped = await rep.me.call<MassSend>('POST', `/mass/${id}/stop`, resumed.body)
    expect(stopped.body).toMatchObject({ status: 'stopped', sent: 4, cancelled: 2, waiting: 0 })
    await work(house, clock.now() + 10 * minute)
    expect(people.map((one) => gotBy(house, one.address).length)).toEqual([1, 1, 1, 1, 0, 0])
    const again = await rep.me.call('POST', `/mass/${id}/resume`, stopped.body)
    expect(refusal(again)).toMatchObject(refused(409, 'mass_state'))
  })

  test('over the limit of a day it goes on when there is room; a mail by hand steps in front', async () => {
    const rep = await house.reps.newRep()
    const { clock } = house.reps.town.google
    await house.reps.founder.call('PUT', '/policy/sends.perDay', { value: 3 })
    const people = await contacts(rep, 4)
    const started = await start(
      rep,
      await draftOf(rep),
      people.map((one) => one.id),
    )
    const { id } = started.body
    const [, , , last] = (await rows(rep, id)).rows
    expect(Date.parse(last?.at ?? '') - clock.now()).toBeGreaterThan(1439 * minute)
    await work(house, clock.now() + 4000)
    const mine = someone('mine')
    const to = [{ address: mine, name: '' }]
    const mail = { account: rep.me.email, to, subject: 'Mine', body: 'Hi', when: { kind: 'now' } }
    await rep.me.call('POST', '/sends', mail)
    await work(house, clock.now() + minute)
    expect(gotBy(house, mine)).toHaveLength(1)
    expect(await mass(rep, id)).toMatchObject({ sent: 2, waiting: 2 })
    expect((await rows(rep, id)).rows[2]).toMatchObject({ status: 'scheduled', reason: 'day_limit' })
    clock.advance(24 * 60 * minute)
    await work(house, clock.now() + 2 * minute)
    expect(await mass(rep, id)).toMatchObject({ status: 'done', sent: 4 })
    await house.reps.founder.call('PUT', '/policy/sends.perDay', { value: null })
  })

  test('a field that is empty by then holds that mail alone', async () => {
    const rep = await house.reps.newRep()
    const people = await contacts(rep, 2)
    const [first, second] = people
    const draft = await draftOf(rep)
    const { id } = (
      await start(
        rep,
        draft,
        people.map((one) => one.id),
      )
    ).body
    const { db } = house.reps.town.house
    await db
      .updateTable('sends')
      .set({ subject: '{{ contact.phone }}' })
      .where('record_id', '=', first?.id ?? '')
      .execute()
    await work(house, house.reps.town.google.clock.now() + minute)
    expect(await mass(rep, id)).toMatchObject({ sent: 1, held: 1, status: 'done' })
    expect((await rows(rep, id)).rows[0]).toMatchObject({ status: 'held', reason: 'not_merged' })
    expect(gotBy(house, second?.address ?? '')).toHaveLength(1)
    expect(gotBy(house, first?.address ?? '')).toHaveLength(0)
  })
})
