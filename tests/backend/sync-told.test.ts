import { beforeAll, expect, test } from 'vitest'
import { contact, deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { eventsOf, make, shareBy, threadOf } from './harness/standing.ts'
import { passTime } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep
let jo: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
  jo = await house.newRep()
})

/** Two mails of one contact in Mia's mailbox, of which she says something of the first. */
async function twoMails(level: 'full' | 'none') {
  const from = someone()
  const recordId = await contact(mia, from)
  await pass()
  const at = house.town.google.clock.now()
  const [spoken, other] = ['One', 'Two'].map((subject) => deliver(mia, { from, subject }, at)) as [
    string,
    string,
  ]
  await pass()
  const body = { account: mia.me.email, threadId: threadOf(mia, spoken), level }
  expect((await mia.me.call('PUT', '/sharing/mail', body)).status).toBe(200)
  return { recordId, spoken, other }
}

const pass = async () => expect(await passTime(house.town, 120_000)).toEqual([])

/** On which records' lists each hears that mail came or went, while this is done and read. */
async function heard(work: () => void): Promise<{ mia: string[]; ken: string[]; jo: string[] }> {
  const told = async (rep: Rep) =>
    (await eventsOf(house.town, rep)).flatMap((one) => (one.type === 'emails' ? one.recordIds : []))
  const before = [await told(mia), await told(ken), await told(jo)].map((one) => one.length)
  work()
  await pass()
  const [a, b, c] = [await told(mia), await told(ken), await told(jo)]
  return { mia: a.slice(before[0]), ken: b.slice(before[1]), jo: c.slice(before[2]) }
}

test('S-063: of private mail that leaves Gmail nobody hears, of one shared by word exactly those who saw it', async () => {
  await shareBy(house.town, mia, 'private')
  const { recordId, spoken, other } = await twoMails('full')
  const all = [recordId]
  expect(await heard(() => mia.gmail.trash(other))).toEqual({ mia: all, ken: [], jo: [] })
  expect(await heard(() => mia.gmail.trash(spoken))).toEqual({ mia: all, ken: all, jo: all })
  const back = () => mia.gmail.modify(spoken, { remove: ['TRASH'] })
  expect(await heard(back)).toEqual({ mia: all, ken: all, jo: all })
  expect(await heard(() => mia.gmail.deleteForever(spoken))).toEqual({ mia: all, ken: all, jo: all })
})

test('of a hidden mail of somebody who shares everything nobody hears, and of the others who may open the record', async () => {
  await shareBy(house.town, mia, 'public')
  const { recordId, spoken, other } = await twoMails('none')
  const all = [recordId]
  for (const work of [
    () => mia.gmail.trash(spoken),
    () => mia.gmail.modify(spoken, { remove: ['TRASH'] }),
    () => mia.gmail.deleteForever(spoken),
  ])
    expect(await heard(work)).toEqual({ mia: all, ken: [], jo: [] })
  const deal = { module: 'deals', fields: { dealName: 'Line', stage: 'proposal' }, mainContactId: recordId }
  const dealId = await make(ken, deal)
  for (const module of ['contacts', 'deals'])
    await house.founder.call('PUT', `/policy/access.${module}`, { value: 'private' })
  const told = await heard(() => mia.gmail.deleteForever(other))
  expect({ ...told, mia: told.mia.toSorted() }).toEqual({
    mia: [recordId, dealId].toSorted(),
    ken: [dealId],
    jo: [],
  })
})
