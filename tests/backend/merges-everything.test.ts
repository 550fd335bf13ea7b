import { beforeAll, describe, expect, test } from 'vitest'
import { keepHouse } from '../../backend/services/housekeeping.ts'
import type { AttachmentsPage, RecordCard, RecordSummary } from '../../lib/contract/records.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { attach } from './harness/around.ts'
import { filingHands, pdf } from './harness/filing-hands.ts'
import { change, everythingOn, history, look, make, merge, preview, undo } from './harness/merging.ts'
import { ownField } from './harness/records.ts'
import { deliver, type HouseOfReps, houseOfReps, type Rep, someone, subjects } from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let rep: Rep

beforeAll(async () => {
  house = await houseOfReps()
  rep = await house.newRep()
})

const person = (lastName: string, more: object = {}) => make(rep.me, { fields: { lastName }, ...more })
const deal = (dealName: string, more: object) =>
  make(rep.me, { module: 'deals', fields: { dealName }, ...more })

/** Files of a record's own list. */
async function files(id: string): Promise<string[]> {
  const { body } = await rep.me.call<AttachmentsPage>('GET', `/records/${id}/attachments`)
  return body.rows.map((row) => row.name)
}

/** The same content on another record too. */
async function attachSame(attachmentId: string, recordId: string): Promise<void> {
  const { db, newId } = house.town.house
  const row = await db
    .selectFrom('attachments')
    .selectAll()
    .where('id', '=', attachmentId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('attachments')
    .values({ ...row, id: newId(), record_id: recordId })
    .execute()
}

async function schedule(recordId: string, to: string): Promise<Send> {
  const { status, body } = await rep.me.call<Send>('POST', '/sends', {
    account: rep.me.email,
    recordId,
    to: [{ address: to, name: '' }],
    subject: 'Later',
    body: 'Dear Elena',
    when: { kind: 'at', local: '2027-03-01T09:00', zone: 'UTC' },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

describe('everything that stands on a contact or names it', () => {
  test('goes to the winner and comes back row by row, the since of shared addresses included (decisions 6)', async () => {
    const lookup = await ownField(house.town, 'deals', 'lookup', { lookup: 'contacts' })
    const [a, b, shared] = [someone('a'), someone('b'), someone('shared')]
    const loser = await person('Brand', { primaryAddress: shared, secondaryAddress: b })
    house.town.google.clock.advance(60_000)
    const at = { loser: house.town.google.clock.now() - 60_000, winner: house.town.google.clock.now() }
    const winner = await person('Brandt', { primaryAddress: a, secondaryAddress: shared })
    const ids = [winner.id, loser.id]
    const other = await person('Other')
    const main = await deal('Main', { mainContactId: loser.id, contactIds: [winner.id, other.id] })
    const further = await deal('Further', { mainContactId: other.id, contactIds: [loser.id] })
    const doubled = await deal('Doubled', { mainContactId: winner.id, contactIds: [loser.id] })
    const both = await deal('Both', { contactIds: [loser.id, winner.id] })
    const looked = await make(rep.me, {
      module: 'deals',
      fields: { dealName: 'Looked', [lookup]: loser.id },
      mainContactId: other.id,
    })
    const quote = await make(rep.me, {
      module: 'quotes',
      fields: { number: `Q-${loser.id}` },
      mainContactId: loser.id,
    })
    const same = await attach(house, rep, loser.id)
    await attachSame(same, winner.id)
    await attach(house, rep, loser.id)
    await rep.me.call('POST', `/records/${loser.id}/notes`, { text: 'Met at the fair.' })
    await rep.me.call('POST', '/todos', { recordId: loser.id, title: 'Call' })
    await schedule(loser.id, b)
    await rep.me.call('PUT', '/picks', { address: shared, recordId: loser.id })
    const everybody = [...ids, main, further, doubled, both, looked, quote].map((one) =>
      typeof one === 'string' ? one : one.id,
    )
    const before = await everythingOn(house.town, everybody)
    expect((await preview(rep.me, winner.id, loser.id)).moves).toMatchObject({
      attachments: 1,
      notes: 1,
      todos: 1,
      sends: 1,
      related: 6,
    })

    const done = await merge(rep.me, winner.id, loser.id)
    expect(await sinceOf(winner.id)).toEqual({ [a]: at.winner, [shared]: at.loser })
    const card = (await rep.me.call<RecordCard>('GET', `/records/${winner.id}`)).body
    expect(card).toMatchObject({ attachments: { total: 2 }, notes: { total: 1 }, todos: [{ title: 'Call' }] })
    expect(card.deals.map((one) => one.name)).toEqual(expect.arrayContaining(['Main', 'Doubled']))
    expect(await namesOf(main)).toEqual([winner.id, [other.id]])
    expect(await namesOf(further)).toEqual([other.id, [winner.id]])
    expect(await namesOf(doubled)).toEqual([winner.id, []])
    expect(await namesOf(both)).toEqual([null, [winner.id]])
    expect((await look(rep.me, looked.id)).fields[lookup]).toBe(winner.id)
    expect((await look(rep.me, quote.id)).mainContactId).toBe(winner.id)
    expect((await history(rep.me, main.id))[0]).toMatchObject({
      kind: 'changed',
      changes: expect.arrayContaining([
        { field: 'mainContactId', old: loser.id, new: winner.id },
        { field: 'contactIds', old: [winner.id, other.id].sort().join(';'), new: other.id },
      ]),
      facts: { mergeId: done.id },
    })
    expect((await history(rep.me, both.id))[0]?.changes).toEqual([
      { field: 'contactIds', old: [...ids].sort().join(';'), new: winner.id },
    ])

    await undo(rep.me, done.id)
    expect(await everythingOn(house.town, everybody)).toEqual(before)
    expect((await history(rep.me, main.id))[0]?.changes).toContainEqual({
      field: 'contactIds',
      old: other.id,
      new: [winner.id, other.id].sort().join(';'),
    })
    for (const one of [doubled, both, further])
      expect((await history(rep.me, one.id))[0]?.changes.map((change) => change.field)).toEqual([
        'contactIds',
      ])
  })

  test('what somebody moved on since stays where they put it', async () => {
    const [winner, loser, other] = [await person('W'), await person('L'), await person('O')]
    const moved = await deal('Moved', { mainContactId: loser.id })
    const kept = await deal('Kept', { mainContactId: loser.id })
    const done = await merge(rep.me, winner.id, loser.id)
    await change(rep.me, moved.id, { mainContactId: other.id })
    await undo(rep.me, done.id)
    expect(await namesOf(moved)).toEqual([other.id, []])
    expect(await namesOf(kept)).toEqual([loser.id, []])
  })

  async function sinceOf(id: string): Promise<Record<string, number>> {
    const { db } = house.town.house
    const rows = await db.selectFrom('record_addresses').selectAll().where('record_id', '=', id).execute()
    return Object.fromEntries(rows.map((row) => [row.address, row.since.getTime()]))
  }

  async function namesOf({ id }: RecordSummary): Promise<[string | null, string[]]> {
    const { mainContactId, contactIds } = await look(rep.me, id)
    return [mainContactId, [...contactIds].sort()]
  }
})

describe('mail follows the addresses (S-013, S-065)', () => {
  test('the winner’s Emails list shows both, a deal’s list follows (S-061), and after undo each shows its own', async () => {
    const [a, b] = [someone('a'), someone('b')]
    const winner = await person('Brandt', { primaryAddress: a })
    const loser = await person('Brand', { primaryAddress: b })
    const line4 = await deal('Line 4', { mainContactId: loser.id })
    deliver(rep, { from: `A <${a}>`, subject: 'From A' })
    deliver(rep, { from: `B <${b}>`, subject: 'From B' })
    await workOff(house.town)
    await passTime(house.town, 200_000)
    expect(await subjects(rep, line4.id)).toEqual(['From B'])
    expect((await preview(rep.me, winner.id, loser.id)).moves.emails).toBe(1)
    const done = await merge(rep.me, winner.id, loser.id)
    expect((await subjects(rep, winner.id)).sort()).toEqual(['From A', 'From B'])
    expect((await subjects(rep, line4.id)).sort()).toEqual(['From A', 'From B'])
    await undo(rep.me, done.id)
    expect(await subjects(rep, winner.id)).toEqual(['From A'])
    expect(await subjects(rep, loser.id)).toEqual(['From B'])
    expect(await subjects(rep, line4.id)).toEqual(['From B'])
  })

  test('an address that found no room is out of sight until the undo, which also finds what came meanwhile', async () => {
    const [a, b, c] = [someone('a'), someone('b'), someone('c')]
    const winner = await person('Brandt', { primaryAddress: a, secondaryAddress: b })
    const loser = await person('Brand', { primaryAddress: c })
    const done = await merge(rep.me, winner.id, loser.id)
    deliver(rep, { from: `C <${c}>`, subject: 'From C' })
    await passTime(house.town, 200_000)
    expect(await subjects(rep, winner.id)).toEqual([])
    const { db } = house.town.house
    const remembered = await db.selectFrom('former_addresses').selectAll().where('address', '=', c).execute()
    expect(remembered).toMatchObject([{ record_id: winner.id }])
    await undo(rep.me, done.id)
    await workOff(house.town)
    await passTime(house.town, 200_000)
    expect(await subjects(rep, loser.id)).toEqual(['From C'])
  })
})

describe('files (S-055)', () => {
  test('one both have stays once; one on its way arrives at the winner; all are back after undo', async () => {
    const hands = filingHands(house)
    const sent = pdf('offer.pdf')
    const address = someone()
    const loser = await person('Brand', { primaryAddress: address })
    const winner = await person('Brandt')
    const messageId = deliver(rep, { from: `Elena <${address}>`, subject: 'Files', files: [sent] })
    const same = await attach(house, rep, loser.id)
    await attachSame(same, winner.id)
    const filing = await hands.file(rep, messageId, loser.id, { name: sent.name })
    const done = await merge(rep.me, winner.id, loser.id)
    expect(await workOff(house.town)).toEqual([])
    expect(await hands.look(rep, filing.id)).toMatchObject({ status: 'done', recordId: winner.id })
    expect((await files(winner.id)).sort()).toEqual(['offer.pdf', 'order.pdf'])
    await undo(rep.me, done.id)
    expect(await files(loser.id)).toEqual(['order.pdf'])
    expect((await files(winner.id)).sort()).toEqual(['offer.pdf', 'order.pdf'])
  })
})

test('a note written in the moment of the merge follows to the winner within the hour', async () => {
  const [winner, loser] = [await person('Brandt'), await person('Brand')]
  const { db } = house.town.house
  await rep.me.call('POST', `/records/${loser.id}/notes`, { text: 'Just now.' })
  await merge(rep.me, winner.id, loser.id)
  // As it stands when the note's transaction ends right after the merge's.
  await db.updateTable('notes').set({ record_id: loser.id }).where('record_id', '=', winner.id).execute()
  await keepHouse(house.town.house, false)
  const card = (await rep.me.call<RecordCard>('GET', `/records/${winner.id}`)).body
  expect(card.notes.rows).toMatchObject([{ text: 'Just now.' }])
})

describe('after the 30 days', () => {
  test('the loser keeps its history and leads to the winner; a file the winner dropped is nobody’s any more', async () => {
    const { db, clock } = house.town.house
    const [winner, loser] = [await person('Brandt'), await person('Brand')]
    const same = await attach(house, rep, loser.id)
    await attachSame(same, winner.id)
    await merge(rep.me, winner.id, loser.id)
    const kept = () =>
      db
        .selectFrom('attachments')
        .select('id')
        .where('record_id', '=', loser.id)
        .where('deleted_at', 'is', null)
        .execute()
    house.town.google.clock.advance(30 * 24 * 3_600_000 - 1000)
    await keepHouse(house.town.house, false)
    expect(await kept()).toHaveLength(1)
    house.town.google.clock.set(clock.now() + 2000)
    await keepHouse(house.town.house, false)
    expect(await kept()).toEqual([])
    expect(await files(winner.id)).toEqual(['order.pdf'])
    expect((await look(rep.me, loser.id)).id).toBe(winner.id)
    expect((await history(rep.me, loser.id)).map((one) => one.kind)).toEqual(['merged', 'created'])
  })
})

describe('two deals', () => {
  test('keep every contact, the main one that was not chosen among the further ones', async () => {
    const [x, y, z] = [await person('X'), await person('Y'), await person('Z')]
    const winner = await deal('One', { mainContactId: x.id, contactIds: [y.id] })
    const loser = await deal('Two', { mainContactId: y.id, contactIds: [z.id] })
    const ids = [winner.id, loser.id]
    const before = await everythingOn(house.town, ids)
    const done = await merge(rep.me, winner.id, loser.id, { take: { mainContactId: 'loser' } })
    const after = await look(rep.me, winner.id)
    expect([after.mainContactId, [...after.contactIds].sort()]).toEqual([y.id, [x.id, z.id].sort()])
    await undo(rep.me, done.id)
    expect(await everythingOn(house.town, ids)).toEqual(before)
  })
})

describe('two accounts', () => {
  test('people and children go along, and everything is back after undo', async () => {
    const account = (accountName: string, more: object = {}) =>
      make(rep.me, { module: 'accounts', fields: { accountName, ...more } })
    const tag = someone().replace(/[^a-z]/g, '')
    const [winner, loser] = [await account(`Keel ${tag}`), await account(`Mast ${tag}`)]
    const child = await account('Child', { parentAccount: loser.id })
    const employee = await person('Employee', { accountId: loser.id })
    const ids = [winner.id, loser.id, child.id, employee.id]
    const before = await everythingOn(house.town, ids)
    const done = await merge(rep.me, winner.id, loser.id)
    expect((await look(rep.me, child.id)).fields['parentAccount']).toBe(winner.id)
    expect((await look(rep.me, employee.id)).accountId).toBe(winner.id)
    await undo(rep.me, done.id)
    expect(await everythingOn(house.town, ids)).toEqual(before)
  })
})
