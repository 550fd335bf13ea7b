import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Merges } from '../../lib/contract/duplicates.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'
import type { TestHouse } from './harness/house.ts'
import {
  change,
  everythingOn,
  history,
  look,
  make,
  merge,
  preview,
  tryMerge,
  tryUndo,
  undo,
} from './harness/merging.ts'
import { setPolicy } from './harness/records.ts'
import { houseOfReps, someone } from './harness/reps.ts'

const day = 24 * 60 * 60 * 1000

let town: TestHouse
let mia: Person
let founder: Person
let newRep: Awaited<ReturnType<typeof houseOfReps>>['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  founder = house.founder
  newRep = house.newRep
  mia = (await newRep()).me
})

/** Two contacts of one person, each with what may stand on a contact. */
async function twins() {
  const account = await make(mia, { module: 'accounts', fields: { accountName: `Halden ${randomUUID()}` } })
  const [a, b, c] = [someone('a'), someone('b'), someone('c')]
  const winner = await make(mia, {
    fields: { firstName: 'Elena', lastName: 'Brandt', company: 'Halden', phone: '+49 40 1234567' },
    primaryAddress: a,
  })
  const loser = await make(mia, {
    fields: { firstName: 'Elena', lastName: 'Brand', title: 'CTO', phone: '+49 40 7654321' },
    primaryAddress: b,
    secondaryAddress: c,
    accountId: account.id,
  })
  return { winner, loser, account, addresses: [a, b, c] as const }
}

describe('preview', () => {
  test('what differs, what is proposed, what moves, and the address that finds no room', async () => {
    const { winner, loser, addresses } = await twins()
    await make(mia, { module: 'deals', fields: { dealName: 'Line 4' }, mainContactId: loser.id })
    await mia.call('POST', `/records/${loser.id}/notes`, { text: 'Met at the fair.' })
    await mia.call('POST', '/todos', { recordId: loser.id, title: 'Call' })
    town.google.clock.advance(1000)
    await change(mia, winner.id, { fields: { phone: '+49 40 1111111' } })
    const shown = await preview(mia, winner.id, loser.id)
    expect(shown.fields.map(({ field, take }) => [field, take])).toEqual([
      ['lastName', 'winner'],
      ['accountId', 'loser'],
      ['title', 'loser'],
      ['primaryAddress', 'winner'],
      ['secondaryAddress', 'loser'],
      ['phone', 'winner'],
    ])
    expect(shown.lostAddresses).toEqual([addresses[1]])
    expect(shown.moves).toEqual({ emails: 0, attachments: 0, notes: 1, todos: 1, related: 1, sends: 0 })
    expect([shown.winner.id, shown.loser.id]).toEqual([winner.id, loser.id])
  })

  test('records the viewer may not see are not counted among what moves', async () => {
    const { winner, loser } = await twins()
    const other = (await newRep()).me
    for (const who of [mia, other])
      await make(who, { module: 'deals', fields: { dealName: 'Line 5' }, mainContactId: loser.id })
    const related = async () => (await preview(mia, winner.id, loser.id)).moves.related
    expect(await related()).toBe(2)
    await setPolicy(town, { 'access.deals': 'private' })
    try {
      expect(await related()).toBe(1)
    } finally {
      await setPolicy(town, { 'access.deals': 'edit' })
    }
  })

  test('two modules, one record twice, and unknown fields are refused', async () => {
    const { winner, loser } = await twins()
    const lead = await make(mia, { module: 'leads', fields: { lastName: 'Brandt' } })
    for (const [one, other] of [
      [winner.id, lead.id],
      [winner.id, winner.id],
    ] as const) {
      expect(await mia.call('GET', `/merges/preview?winnerId=${one}&loserId=${other}`)).toMatchObject({
        status: 400,
        body: { error: { reason: 'not_mergeable' } },
      })
      expect(await tryMerge(mia, one, other)).toMatchObject({ status: 400 })
    }
    expect(await tryMerge(mia, winner.id, loser.id, { take: { nothing: 'loser' } })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'take.nothing', reason: 'field_unknown' }] } },
    })
  })
})

describe('merge', () => {
  test('takes the chosen values; the loser leads to the winner and is in no bin; both histories say so', async () => {
    const { winner, loser, account, addresses } = await twins()
    const [a, b] = addresses
    const take = { lastName: 'loser', title: 'loser', primaryAddress: 'loser' } as const
    const done = await merge(mia, winner.id, loser.id, { take })
    expect(done).toMatchObject({ winnerId: winner.id, loserId: loser.id, loserName: 'Elena Brand' })
    expect(Date.parse(done.undoUntil) - Date.parse(done.at)).toBe(30 * day)
    const card = await mia.call<RecordCard>('GET', `/records/${loser.id}`)
    expect(card.body.record).toMatchObject({
      id: winner.id,
      name: 'Elena Brand',
      fields: { firstName: 'Elena', lastName: 'Brand', title: 'CTO', phone: '+49 40 1234567' },
      primaryAddress: b,
      secondaryAddress: a,
      accountId: account.id,
    })
    expect(await mia.call('PATCH', `/records/${loser.id}`, { version: 2, fields: {} })).toMatchObject({
      status: 404,
      body: { error: { facts: { mergedInto: winner.id } } },
    })
    expect(await mia.call('POST', `/records/${loser.id}/restore`)).toMatchObject({ status: 404 })
    expect((await history(mia, winner.id))[0]).toMatchObject({
      kind: 'merged',
      facts: { mergeId: done.id, from: loser.id, name: 'Elena Brand' },
      changes: expect.arrayContaining([
        { field: 'lastName', old: 'Brandt', new: 'Brand' },
        { field: 'primaryAddress', old: a, new: b },
      ]),
    })
    expect((await history(mia, loser.id)).map((one) => one.kind)).toEqual(['merged', 'created'])
    const list = await mia.call<Merges>('GET', `/records/${winner.id}/merges`)
    expect(list.body.merges).toEqual([done])
  })

  test('somebody saved first: 409 and nothing happened; a repeated request merges once', async () => {
    const { winner, loser } = await twins()
    const stale = { loserVersion: loser.version }
    await change(mia, loser.id, { fields: { city: 'Kiel' } })
    expect(await tryMerge(mia, winner.id, loser.id, stale)).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale', facts: { recordId: loser.id } } },
    })
    expect((await look(mia, loser.id)).id).toBe(loser.id)
    const headers = { 'idempotency-key': randomUUID() }
    const body = {
      winnerId: winner.id,
      loserId: loser.id,
      winnerVersion: winner.version,
      loserVersion: loser.version + 1,
    }
    const answers = []
    for (let nth = 0; nth < 2; nth++) answers.push(await mia.call('POST', '/merges', body, headers))
    expect(answers.map((one) => one.status)).toEqual([201, 201])
    expect(answers[0]?.body).toEqual(answers[1]?.body)
  })

  test('two merges of the same two at once, either way round: one happens', async () => {
    const { winner, loser } = await twins()
    const body = (one: string, other: string) => ({
      winnerId: one,
      loserId: other,
      winnerVersion: 1,
      loserVersion: 1,
    })
    const answers = await Promise.all([
      mia.call('POST', '/merges', body(winner.id, loser.id)),
      mia.call('POST', '/merges', body(loser.id, winner.id)),
      mia.call('POST', '/merges', body(winner.id, loser.id)),
    ])
    expect(answers.filter((one) => one.status === 201)).toHaveLength(1)
    expect(answers.every((one) => [201, 404, 409].includes(one.status))).toBe(true)
    expect((await look(mia, winner.id)).id).toBe((await look(mia, loser.id)).id)
  })

  test('one transaction: what fails at the last step leaves both as they were', async () => {
    const { winner, loser } = await twins()
    const ids = [winner.id, loser.id]
    const before = await everythingOn(town, ids)
    const key = randomUUID()
    await sql`create function stop_${sql.raw(key.slice(0, 8))}() returns trigger language plpgsql as
      $$ begin raise exception 'stopped'; end $$`.execute(town.house.db)
    await sql`create trigger stop before insert on events for each row
      execute function stop_${sql.raw(key.slice(0, 8))}()`.execute(town.house.db)
    const failed = await tryMerge(mia, winner.id, loser.id)
    await sql`drop trigger stop on events`.execute(town.house.db)
    expect(failed.status).toBe(500)
    expect(await everythingOn(town, ids)).toEqual(before)
    await merge(mia, winner.id, loser.id)
  })

  test('whoever may only read one of them merges and undoes nothing', async () => {
    const { winner, loser } = await twins()
    const other = (await newRep()).me
    await founder.call('PUT', '/policy/access.contacts', { value: 'read' })
    try {
      expect(await tryMerge(other, winner.id, loser.id)).toMatchObject({
        status: 403,
        body: { error: { reason: 'record_read_only' } },
      })
      const done = await merge(mia, winner.id, loser.id)
      expect(await tryUndo(other, done.id)).toMatchObject({ status: 403 })
    } finally {
      await founder.call('PUT', '/policy/access.contacts', { value: null })
    }
  })
})

describe('undo', () => {
  test('within 30 days, not a moment later; undoing twice changes nothing', async () => {
    const { winner, loser } = await twins()
    const done = await merge(mia, winner.id, loser.id)
    town.google.clock.advance(30 * day)
    expect(await undo(mia, done.id)).toMatchObject({ kept: [], undoneAt: expect.any(String) })
    const version = (await look(mia, winner.id)).version
    await undo(mia, done.id)
    expect((await look(mia, winner.id)).version).toBe(version)
    const again = await merge(mia, winner.id, loser.id)
    town.google.clock.advance(30 * day + 1)
    expect(await tryUndo(mia, again.id)).toMatchObject({
      status: 409,
      body: { error: { reason: 'undo_too_late' } },
    })
  })

  test('what was changed since stays, and the answer names it', async () => {
    const { winner, loser, addresses } = await twins()
    const done = await merge(mia, winner.id, loser.id, { take: { lastName: 'loser' } })
    const fresh = someone('fresh')
    await change(mia, winner.id, { fields: { title: 'CEO' }, secondaryAddress: fresh })
    const undone = await undo(mia, done.id)
    expect(undone.kept).toEqual(['secondaryAddress', 'title'])
    expect(await look(mia, winner.id)).toMatchObject({
      name: 'Elena Brandt',
      fields: { title: 'CEO' },
      primaryAddress: addresses[0],
      secondaryAddress: fresh,
      accountId: null,
    })
    expect(await look(mia, loser.id)).toMatchObject({
      id: loser.id,
      name: 'Elena Brand',
      fields: { title: 'CTO' },
      primaryAddress: addresses[1],
      secondaryAddress: addresses[2],
    })
    expect((await history(mia, loser.id))[0]).toMatchObject({ kind: 'unmerged', facts: { into: winner.id } })
  })

  test('a chain comes apart from its end only; a deleted winner keeps what went into it', async () => {
    const { winner, loser } = await twins()
    const top = await make(mia, { fields: { lastName: 'Top' } })
    const first = await merge(mia, winner.id, loser.id)
    const second = await merge(mia, top.id, winner.id)
    expect((await look(mia, loser.id)).id).toBe(top.id)
    const refused = { status: 409, body: { error: { reason: 'undo_changed' } } }
    expect(await tryUndo(mia, first.id)).toMatchObject(refused)
    await undo(mia, second.id)
    expect((await look(mia, loser.id)).id).toBe(winner.id)
    await mia.call('DELETE', `/records/${winner.id}`)
    expect(await tryUndo(mia, first.id)).toMatchObject(refused)
    await mia.call('POST', `/records/${winner.id}/restore`)
    await undo(mia, first.id)
    expect((await look(mia, loser.id)).id).toBe(loser.id)
  })

  test('an account above the other never becomes its own parent, and comes back above it', async () => {
    const name = () => `Works ${randomUUID()}`
    const account = (parentAccount?: string) =>
      make(mia, {
        module: 'accounts',
        fields: { accountName: name(), ...(parentAccount && { parentAccount }) },
      })
    const bottom = await account()
    const middle = await account(bottom.id)
    const top = await account(middle.id)
    const ids = [bottom.id, middle.id, top.id]
    const before = await everythingOn(town, ids)
    const done = await merge(mia, top.id, bottom.id)
    expect((await look(mia, top.id)).fields['parentAccount']).toBeUndefined()
    expect((await look(mia, middle.id)).fields['parentAccount']).toBe(top.id)
    await undo(mia, done.id)
    expect(await everythingOn(town, ids)).toEqual(before)
  })
})
