import { beforeAll, describe, expect, test } from 'vitest'
import type { Conversion } from '../../lib/contract/duplicates.ts'
import type { TestHouse } from './harness/house.ts'
import { everythingOn, merge, preview, undo } from './harness/merging.ts'
import { contact, deal, deliver, houseOfReps, type Rep, someone, subjects } from './harness/reps.ts'
import {
  choose,
  link,
  make,
  replyTo,
  shareBy,
  standing,
  switchOn,
  threadOf,
  unlink,
} from './harness/standing.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let mia: Rep
let ken: Rep
let miaId: string

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  mia = await house.newRep()
  ken = await house.newRep()
  miaId = await shareBy(town, mia, 'per_record')
})

/** A thread that stands on no record by address. */
function strangersThread(subject: string): { from: string; threadId: string } {
  const from = someone('stranger')
  const id = deliver(mia, { from, subject, messageId: `<${from}>` })
  return { from, threadId: threadOf(mia, id) }
}

/** Somebody with one mail. */
async function personWithMail(subject: string) {
  const address = someone()
  const id = await contact(mia, address)
  const mail = deliver(mia, { from: address, subject })
  await workOff(town)
  return { address, id, threadId: threadOf(mia, mail) }
}

async function isOn(recordId: string): Promise<boolean> {
  const row = await town.house.db
    .selectFrom('record_shares')
    .select('user_id')
    .where('record_id', '=', recordId)
    .where('user_id', '=', miaId)
    .executeTakeFirst()
  return row !== undefined
}

const answerOlder = (recordId: string, address: string) =>
  town.house.db
    .insertInto('older_mail')
    .values({
      ...{ user_id: miaId, record_id: recordId, address, agreed: true, at: new Date(town.house.clock.now()) },
      org_id: town.house.newId(),
    })
    .execute()

describe('merging', () => {
  test('links by hand, mail taken off and answers go along, new mail of the thread follows, and all comes back', async () => {
    const [winner, loser] = [await personWithMail('Of the winner'), await personWithMail('Of the loser')]
    const put = strangersThread('Put there')
    await link(mia, put.threadId, loser.id)
    await unlink(mia, loser.threadId, loser.id)
    await answerOlder(loser.id, loser.address)
    const ids = [winner.id, loser.id]
    const before = await everythingOn(town, ids)
    expect((await preview(mia.me, winner.id, loser.id)).moves.emails).toBe(1)
    const { id } = await merge(mia.me, winner.id, loser.id)
    expect((await subjects(mia, winner.id)).sort()).toEqual(['Of the winner', 'Put there'])
    expect((await standing(mia, put.threadId)).standings).toMatchObject([
      { record: { id: winner.id }, by: 'hand' },
    ])
    replyTo(town, mia, put.from, 'Put there')
    await passTime(town, 60_000)
    expect(await subjects(mia, winner.id)).toContain('Re: Put there')
    await undo(mia.me, id)
    expect(await subjects(mia, winner.id)).toEqual(['Of the winner'])
    expect(await subjects(mia, loser.id)).toEqual(['Re: Put there', 'Put there'])
    const after = await everythingOn(town, ids)
    for (const table of ['thread_links', 'older_mail', 'record_shares'])
      expect(after[table]).toEqual(before[table])
    expect(after['hand_links']).toEqual(expect.arrayContaining(before['hand_links'] ?? []))
  })

  test('where both were told something of a thread, each keeps its own', async () => {
    const [winner, loser] = [await personWithMail('W'), await personWithMail('L')]
    const both = strangersThread('Both')
    await link(mia, both.threadId, winner.id)
    await link(mia, both.threadId, loser.id)
    const before = await everythingOn(town, [winner.id, loser.id])
    const { id } = await merge(mia.me, winner.id, loser.id)
    expect((await subjects(mia, winner.id)).sort()).toEqual(['Both', 'L', 'W'])
    await undo(mia.me, id)
    expect(await everythingOn(town, [winner.id, loser.id])).toEqual(before)
  })

  test('a deal chosen for a thread is the one it went into, and its own again', async () => {
    const person = await personWithMail('Which?')
    const [winner, loser] = [await deal(mia, 'Winner', person.id), await deal(mia, 'Loser', person.id)]
    await choose(mia, person.threadId, loser)
    const { id } = await merge(mia.me, winner, loser)
    expect(await standing(mia, person.threadId)).toMatchObject({ chosenDealId: winner, question: 'answered' })
    await undo(mia.me, id)
    expect(await standing(mia, person.threadId)).toMatchObject({ chosenDealId: loser })
  })

  test('S-062: no merge opens mail that was off, whichever way round; undoing it brings each switch back', async () => {
    for (const onIsLoser of [true, false]) {
      const [on, off] = [await personWithMail('On'), await personWithMail('Off')]
      await switchOn(town, miaId, on.id)
      const [winner, loser] = onIsLoser ? [off, on] : [on, off]
      expect(await subjects(ken, on.id)).toEqual(['On'])
      const { id } = await merge(mia.me, winner.id, loser.id)
      expect((await subjects(mia, winner.id)).sort()).toEqual(['Off', 'On'])
      expect(await subjects(ken, winner.id)).toEqual([])
      await undo(mia.me, id)
      expect([await isOn(on.id), await isOn(off.id)]).toEqual([true, false])
      expect(await subjects(ken, on.id)).toEqual(['On'])
      expect(await subjects(ken, off.id)).toEqual([])
    }
  })

  test('a switch goes along where nothing else is opened by it, and off since stays off after the undo', async () => {
    const on = await personWithMail('On')
    await switchOn(town, miaId, on.id)
    const empty = await contact(mia, someone())
    const { id } = await merge(mia.me, empty, on.id)
    expect(await subjects(ken, empty)).toEqual(['On'])
    await town.house.db.deleteFrom('record_shares').where('record_id', '=', empty).execute()
    await undo(mia.me, id)
    expect([await isOn(on.id), await isOn(empty)]).toEqual([false, false])
  })
})

describe('converting a lead', () => {
  test('carries links by hand, switch and answers to the contact', async () => {
    const address = someone()
    const lead = await make(mia, { module: 'leads', fields: { lastName: 'Lead' }, primaryAddress: address })
    deliver(mia, { from: address, subject: 'By address' })
    await workOff(town)
    const { threadId } = strangersThread('By hand')
    await link(mia, threadId, lead)
    await switchOn(town, miaId, lead)
    await answerOlder(lead, address)
    const body = { version: 1, account: null, contactId: null, deal: null }
    const made = await mia.me.call<Conversion>('POST', `/records/${lead}/convert`, body)
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { contactId } = made.body
    for (const rep of [mia, ken])
      expect((await subjects(rep, contactId)).sort()).toEqual(['By address', 'By hand'])
    expect((await everythingOn(town, [contactId]))['older_mail']).toHaveLength(1)
  })

  test('into a contact with mail of its own turns the switch off rather than open that', async () => {
    const there = await personWithMail('There before')
    const address = someone()
    const lead = await make(mia, { module: 'leads', fields: { lastName: 'Lead' }, primaryAddress: address })
    deliver(mia, { from: address, subject: 'Of the lead' })
    await workOff(town)
    await switchOn(town, miaId, lead)
    expect(await subjects(ken, lead)).toEqual(['Of the lead'])
    const body = { version: 1, account: null, contactId: there.id, deal: null }
    expect((await mia.me.call('POST', `/records/${lead}/convert`, body)).status).toBe(201)
    expect((await subjects(mia, there.id)).sort()).toEqual(['Of the lead', 'There before'])
    expect(await subjects(ken, there.id)).toEqual([])
  })
})

test('the bin hides what stands by hand and gives it back', async () => {
  const account = await make(mia, { module: 'accounts', fields: { accountName: 'Halden' } })
  const { threadId } = strangersThread('By hand')
  await link(mia, threadId, account)
  await mia.me.call('DELETE', `/records/${account}`)
  expect((await standing(mia, threadId)).standings).toEqual([])
  await mia.me.call('POST', `/records/${account}/restore`)
  expect(await subjects(mia, account)).toEqual(['By hand'])
})
