import { beforeAll, expect, test } from 'vitest'
import {
  contact,
  deliver,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { eventsOf, shareBy } from './harness/standing.ts'
import { passTime } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
  await shareBy(house.town, mia, 'public')
})

const pass = async () => expect(await passTime(house.town, 300_000)).toEqual([])
const setTo = {
  internalDomains: (value: string[]) =>
    house.founder.call('PUT', '/policy/links.internalDomains', { value: value.length > 0 ? value : null }),
  join: (value: string[]) =>
    house.founder.call('PUT', '/policy/join', { domains: ['arbor.example', ...value] }),
}

/** Until no search that began earlier has a second look left. */
async function settle(): Promise<void> {
  await pass()
  await pass()
}

test('S-065: mail of a domain that was internal when it came is looked for once it no longer is, taken or not', async () => {
  for (const [list, put] of Object.entries(setTo)) {
    const domain = `${list.toLowerCase()}.example`
    expect((await put([domain, 'holding.example'])).status).toBe(200)
    const [boss, elena] = [`boss@${domain}`, someone()]
    const known = await contact(mia, elena)
    const released = await contact(ken, boss)
    deliver(mia, { from: boss, subject: 'Never taken' })
    deliver(mia, { from: elena, cc: `Boss <${boss}>`, subject: 'Taken by another' })
    await settle()
    expect(await subjects(mia, known)).toEqual(['Taken by another'])
    expect(await subjects(mia, released)).toEqual([])
    expect((await put(['holding.example'])).status).toBe(200)
    await pass()
    for (const who of [mia, ken])
      expect((await subjects(who, released)).sort(), list).toEqual(['Never taken', 'Taken by another'])
    // And back, at once.
    await put([domain, 'holding.example'])
    expect(await subjects(mia, released)).toEqual([])
    await put([])
  }
})

test('stored mail that stands on a record again is told to its owner and to who sees it', async () => {
  await setTo.internalDomains(['told.example'])
  const elena = someone()
  await contact(mia, elena)
  const released = await contact(mia, 'boss@told.example')
  deliver(mia, { from: elena, cc: 'boss@told.example', subject: 'Between' })
  await settle()
  const toldOf = async (rep: Rep) =>
    (await eventsOf(house.town, rep)).filter(
      (one) => one.type === 'emails' && one.recordIds.includes(released),
    ).length
  expect([await toldOf(mia), await toldOf(ken)]).toEqual([0, 0])
  await setTo.internalDomains([])
  await pass()
  expect(await subjects(ken, released)).toEqual(['Between'])
  expect([await toldOf(mia), await toldOf(ken)]).toEqual([1, 1])
})

test('a whole domain that comes back is looked for in few searches', async () => {
  await setTo.internalDomains(['many.example'])
  const ids: string[] = []
  for (let n = 0; n <= 100; n += 1) ids.push(await contact(mia, `p${n}@many.example`))
  deliver(mia, { from: 'p100@many.example', subject: 'The last one' })
  await pass()
  await setTo.internalDomains([])
  const { db } = house.town.house
  const open = await db.selectFrom('backfills').select('address').where('ended_at', 'is', null).execute()
  // One of each mailbox.
  expect(open.map((one) => one.address)).toEqual(['', ''])
  await pass()
  expect(await subjects(mia, ids.at(-1) ?? '')).toEqual(['The last one'])
})
