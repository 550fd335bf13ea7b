import { beforeAll, expect, test } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import type { TestHouse } from './harness/house.ts'
import {
  contact,
  deal,
  deliver,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { eventsOf, link, make, shareBy, standing, switchOn, threadOf } from './harness/standing.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let town: TestHouse
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  town = house.town
  mia = await house.newRep()
  ken = await house.newRep()
  await shareBy(town, mia, 'public')
})

/** A contact with its deal, a mail by address on both, and one by hand on the contact. */
async function everythingSeen() {
  const address = someone()
  const id = await contact(mia, address)
  const dealId = await deal(mia, 'Deal', id)
  town.google.clock.advance(1000)
  const threadId = threadOf(mia, deliver(mia, { from: address, subject: 'By address' }))
  const byHand = threadOf(mia, deliver(mia, { from: someone(), subject: 'By hand' }))
  await workOff(town)
  await link(mia, byHand, id)
  return { address, id, dealId, threadId, byHand }
}

const both = ['By address', 'By hand']
const seen = async (who: Rep, id: string) => (await subjects(who, id)).sort()

async function change(id: string, body: object): Promise<void> {
  const { record } = (await mia.me.call<RecordCard>('GET', `/records/${id}`)).body
  const answer = await mia.me.call('PATCH', `/records/${id}`, { version: record.version, ...body })
  expect(answer.status).toBe(200)
}

test('S-064, S-065: old mail leaves with the address, what stands by hand stays; the address back brings it back, seen as before', async () => {
  const { address, id, dealId, threadId } = await everythingSeen()
  for (const who of [mia, ken]) expect(await seen(who, id)).toEqual(both)
  for (const primaryAddress of [someone(), null]) {
    await change(id, { primaryAddress })
    for (const who of [mia, ken]) {
      expect(await seen(who, id)).toEqual(['By hand'])
      expect(await seen(who, dealId)).toEqual([])
    }
    const gone = await standing(mia, threadId)
    expect(gone.standings).toEqual([])
    expect(gone.notLinked).toContainEqual({ party: { address, name: '' }, why: 'no_record' })
  }
  await passTime(town, 60_000)
  await change(id, { primaryAddress: address })
  // Its since came back with it: the mail is not from before (decisions 6).
  for (const who of [mia, ken]) {
    expect(await seen(who, id)).toEqual(both)
    expect(await seen(who, dealId)).toEqual(['By address'])
  }
  expect((await standing(mia, threadId)).older).toEqual([])
})

test('S-061: deal, its documents and what is told about the thread follow the main contact', async () => {
  const { id, dealId, threadId } = await everythingSeen()
  const quote = await make(mia, { module: 'quotes', fields: { number: 'Q-1' }, dealId })
  await change(quote, { mainContactId: null })
  const ids = async () => (await standing(mia, threadId)).standings.map((line) => line.record.id).sort()
  expect(await ids()).toEqual([id, dealId, quote].sort())
  const other = await contact(mia, someone())
  await change(dealId, { mainContactId: other })
  expect(await ids()).toEqual([id])
  for (const one of [dealId, quote]) expect(await seen(ken, one)).toEqual([])
  await change(dealId, { mainContactId: id })
  expect(await ids()).toEqual([id, dealId, quote].sort())
  for (const one of [dealId, quote]) expect(await seen(ken, one)).toEqual(['By address'])
})

test('S-066: a disconnected mailbox takes its mail off every list, by address and by hand, until it is back', async () => {
  const { id, dealId, threadId, byHand } = await everythingSeen()
  const status = (to: 'connected' | 'disconnected') =>
    town.house.db.updateTable('mailboxes').set({ status: to }).where('id', '=', mia.mailboxId).execute()
  await status('disconnected')
  for (const who of [mia, ken]) for (const one of [id, dealId]) expect(await seen(who, one)).toEqual([])
  for (const thread of [threadId, byHand]) {
    const path = `/threads/${thread}/standing?account=${mia.me.email}`
    expect(await mia.me.call('GET', path)).toMatchObject({ status: 403 })
  }
  expect((await ken.me.call<RecordCard>('GET', `/records/${id}`)).body).toMatchObject({
    emails: { total: 0 },
    lastContact: null,
    colleagues: [],
  })
  await status('connected')
  for (const who of [mia, ken]) expect(await seen(who, id)).toEqual(both)
})

test('new mail is told to whoever sees it: to others while its owner shares, to nobody of what is private', async () => {
  const { address, id } = await everythingSeen()
  const told = async () =>
    (await eventsOf(town, ken)).filter((one) => one.type === 'emails' && one.recordIds.includes(id)).length
  const next = async () => {
    deliver(mia, { from: address, subject: 'Next' })
    await passTime(town, 60_000)
  }
  const before = await told()
  await next()
  expect(await told()).toBe(before + 1)
  await shareBy(town, mia, 'private')
  await next()
  expect(await told()).toBe(before + 1)
  const miaId = await shareBy(town, mia, 'per_record')
  await next()
  expect(await told()).toBe(before + 1)
  await switchOn(town, miaId, id)
  await next()
  expect(await told()).toBe(before + 2)
  await shareBy(town, mia, 'public')
})

// Last: it ends Mia’s session.
test('S-067: a deactivated colleague’s mail is on no list, by address and by hand, and is back with them', async () => {
  const { id, dealId } = await everythingSeen()
  const { body } = await house.founder.call<{ people: { id: string; email: string }[] }>('GET', '/people')
  const miaId = body.people.find((one) => one.email === mia.me.email)?.id ?? ''
  const status = (to: string) => house.founder.call('PATCH', `/people/${miaId}`, { status: to })
  expect((await status('deactivated')).status).toBe(200)
  for (const one of [id, dealId]) expect(await seen(ken, one)).toEqual([])
  expect((await ken.me.call<RecordCard>('GET', `/records/${id}`)).body).toMatchObject({ colleagues: [] })
  expect((await status('active')).status).toBe(200)
  expect(await seen(ken, id)).toEqual(both)
  expect(await seen(ken, dealId)).toEqual(['By address'])
})
