import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { purgeBins } from '../../backend/services/records/purge.ts'
import type { Person } from '../stand-ins/door.ts'
import type { TestHouse } from './harness/house.ts'
import { look, make, merge, undo } from './harness/merging.ts'
import { houseOfReps } from './harness/reps.ts'

const day = 24 * 60 * 60 * 1000

let town: TestHouse
let mia: Person
let founder: Person

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  founder = house.founder
  mia = (await house.newRep()).me
})

/** Ids of the records whose cards are told to look again by `act`. */
async function toldBy(act: () => Promise<unknown>): Promise<string[]> {
  const { rows } = await sql<{ seq: number }>`select coalesce(max(seq), 0) as seq from events`.execute(
    town.house.db,
  )
  await act()
  const events = await town.house.db
    .selectFrom('events')
    .select('payload')
    .where('seq', '>', rows[0]?.seq ?? 0)
    .execute()
  return events.flatMap(({ payload }) => (payload.type === 'record' ? [payload.id] : []))
}

test('the winner’s card is told, also where none of its fields changes: notes came and go again', async () => {
  const winner = await make(mia, { fields: { lastName: 'Twin' } })
  const loser = await make(mia, { fields: { lastName: 'Twin' } })
  await mia.call('POST', `/records/${loser.id}/notes`, { text: 'Calls back on Monday' })
  let mergeId = ''
  const merging = async () => {
    mergeId = (await merge(mia, winner.id, loser.id)).id
  }
  expect((await toldBy(merging)).sort()).toEqual([winner.id, loser.id].sort())
  expect((await toldBy(() => undo(mia, mergeId))).sort()).toEqual([winner.id, loser.id].sort())
})

test('a contact that was erased since does not keep a merge of two deals from being undone', async () => {
  const erased = await make(mia, { fields: { lastName: 'Erased' } })
  const stays = await make(mia, { fields: { lastName: 'Stays' } })
  const deal = (more: object) => make(mia, { module: 'deals', fields: { dealName: 'Retrofit' }, ...more })
  const winner = await deal({ contactIds: [erased.id, stays.id] })
  const loser = await deal({ mainContactId: erased.id })
  const { id } = await merge(mia, winner.id, loser.id, { take: { mainContactId: 'loser' } })
  await founder.call('PUT', '/policy/records.binDays', { value: 1 })
  await mia.call('DELETE', `/records/${erased.id}`)
  town.google.clock.advance(2 * day)
  await purgeBins(town.house)
  await undo(mia, id)
  expect((await look(mia, winner.id)).contactIds).toEqual([stays.id])
  expect(await look(mia, loser.id)).toMatchObject({ name: 'Retrofit', mainContactId: null })
})
