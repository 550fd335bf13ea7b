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
import { shareBy } from './harness/standing.ts'
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

test('S-065: mail of a domain that was internal when it came is looked for once it no longer is, taken or not', async () => {
  for (const [list, put] of Object.entries(setTo)) {
    const domain = `${list.toLowerCase()}.example`
    expect((await put([domain, 'holding.example'])).status).toBe(200)
    const [boss, elena] = [`boss@${domain}`, someone()]
    const known = await contact(mia, elena)
    const released = await contact(ken, boss)
    deliver(mia, { from: boss, subject: 'Never taken' })
    deliver(mia, { from: elena, cc: `Boss <${boss}>`, subject: 'Taken by another' })
    await pass()
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
