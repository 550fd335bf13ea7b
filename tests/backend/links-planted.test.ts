import { beforeAll, describe, expect, test } from 'vitest'
import type { EmailsPage } from '../../lib/contract/emails.ts'
import type { LookupAnswer, RecordCard } from '../../lib/contract/records.ts'
import type { TestHouse } from './harness/house.ts'
import { merge } from './harness/merging.ts'
import {
  contact,
  deliver,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { chips, link, make, shareBy, standing, threadOf } from './harness/standing.ts'
import { tables } from './harness/tables.ts'
import { passTime, workOff } from './harness/work.ts'

let house: HouseOfReps
let town: TestHouse
/** Shares everything; what is hers alone is what was there before. */
let mia: Rep
/** Plants addresses. */
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  town = house.town
  mia = await house.newRep()
  ken = await house.newRep()
  await shareBy(town, mia, 'public')
})

const secret = 'Our private affair'

/** Somebody Mia alone wrote with, an hour ago; her mailbox would give it to whoever had a right to it. */
function privateCorrespondent(): string {
  const address = someone('private')
  deliver(mia, { from: address, subject: secret, text: secret }, town.google.clock.now() - 3_600_000)
  return address
}

/** Everything Ken can ask about a record and an address. */
async function askEverything(recordId: string, address: string): Promise<void> {
  await passTime(town, 300_000)
  // It is there: Mia has it before her eyes, so that Ken's nothing means something.
  const hers = await mia.me.call<EmailsPage>('GET', `/records/${recordId}/emails`)
  expect(hers.body.rows.map((row) => row.subject)).toContain(secret)
  for (const filter of ['all', 'received', 'sent', 'scheduled']) {
    const { body } = await ken.me.call<EmailsPage>('GET', `/records/${recordId}/emails?filter=${filter}`)
    expect(body).toMatchObject({ total: 0, rows: [], people: [] })
  }
  for (const q of [secret, address, 'from:private'])
    expect(
      (await ken.me.call<EmailsPage>('GET', `/records/${recordId}/emails?q=${encodeURIComponent(q)}`)).body,
    ).toMatchObject({ total: 0, rows: [] })
  const card = (await ken.me.call<RecordCard>('GET', `/records/${recordId}`)).body
  expect(card).toMatchObject({ emails: { total: 0, rows: [] }, lastContact: null, colleagues: [] })
  const looked = await ken.me.call<LookupAnswer>('POST', '/lookup', {
    account: ken.me.email,
    people: [{ address, name: '' }],
  })
  for (const one of looked.body.people[0]?.cards ?? [])
    expect(one).toMatchObject({ emails: { total: 0 }, lastContact: null, colleagues: [] })
  const [thread] = mia.gmail.listThreads({ q: `from:${address}` })
  const threadId = thread?.id ?? ''
  expect(await chips(ken, [threadId])).toEqual([])
  for (const path of ['/emails', `/records?q=${encodeURIComponent(secret)}`]) {
    const answer = await ken.me.call('GET', path)
    expect(JSON.stringify(answer.body)).not.toContain(secret)
  }
  expect((await standing(mia, threadId)).seenBy).toEqual([])
}

describe('planting an address shows nothing of before (decisions 6)', () => {
  test('as a new record’s address, the second one too, and by changing one', async () => {
    const [first, second, third] = [privateCorrespondent(), privateCorrespondent(), privateCorrespondent()]
    await askEverything(await contact(ken, first), first)
    const lead = { module: 'leads', fields: { lastName: 'Planted' }, secondaryAddress: second }
    await askEverything(await make(ken, lead), second)
    const changed = await contact(ken, someone())
    const { record } = (await ken.me.call<RecordCard>('GET', `/records/${changed}`)).body
    const body = { version: record.version, primaryAddress: third }
    expect((await ken.me.call('PATCH', `/records/${changed}`, body)).status).toBe(200)
    await askEverything(changed, third)
  })

  test('through a deal and its documents, by changing the main contact', async () => {
    const address = privateCorrespondent()
    const harmless = await contact(ken, someone())
    const planted = await contact(ken, address)
    const dealId = await make(ken, {
      module: 'deals',
      fields: { dealName: 'Bait' },
      mainContactId: harmless,
    })
    const quote = await make(ken, { module: 'quotes', fields: { number: 'Bait' }, dealId })
    for (const id of [dealId, quote]) {
      const { record } = (await ken.me.call<RecordCard>('GET', `/records/${id}`)).body
      await ken.me.call('PATCH', `/records/${id}`, { version: record.version, mainContactId: planted })
      await askEverything(id, address)
    }
  })

  test('by merging, also into a record that is older than the mail, and by undoing it', async () => {
    const old = await contact(ken, someone())
    await passTime(town, 7_200_000)
    const address = privateCorrespondent()
    const planted = await contact(ken, address)
    const { id } = await merge(ken.me, old, planted)
    await askEverything(old, address)
    expect((await ken.me.call('POST', `/merges/${id}/undo`)).status).toBe(200)
    await askEverything(planted, address)
  })

  test('by the bin and back, and by taking the address off and putting it on again', async () => {
    const address = privateCorrespondent()
    const planted = await contact(ken, address)
    await ken.me.call('DELETE', `/records/${planted}`)
    await ken.me.call('POST', `/records/${planted}/restore`)
    await askEverything(planted, address)
    for (const primaryAddress of [someone(), address]) {
      const { record } = (await ken.me.call<RecordCard>('GET', `/records/${planted}`)).body
      await ken.me.call('PATCH', `/records/${planted}`, { version: record.version, primaryAddress })
    }
    await askEverything(planted, address)
  })

  test('by converting a lead, into a new contact and into one that stands', async () => {
    for (const into of [null, await contact(ken, someone())]) {
      const address = privateCorrespondent()
      const lead = await make(ken, { module: 'leads', fields: { lastName: 'L' }, primaryAddress: address })
      const body = { version: 1, account: null, contactId: into, deal: { dealName: 'D', stage: 'proposal' } }
      const made = await ken.me.call<{ contactId: string; dealId: string }>(
        'POST',
        `/records/${lead}/convert`,
        body,
      )
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      await askEverything(made.body.contactId, address)
      await askEverything(made.body.dealId, address)
    }
  })

  test('by a table of addresses that is brought in', async () => {
    const address = privateCorrespondent()
    const files = tables(town)
    const made = await files.upload(ken.me, 'contacts', [
      ['Last name', 'Email'],
      [address, address],
    ])
    await files.run(ken.me, made.id, 'check')
    expect(await files.run(ken.me, made.id)).toMatchObject({ status: 'done', created: 1 })
    const [record] = (await files.records(ken.me, 'contacts')).filter((one) => one.primaryAddress === address)
    await askEverything(record?.id ?? '', address)
  })

  test('what comes afterwards is shared as Mia shares; what was before she can show by her own word', async () => {
    const address = privateCorrespondent()
    const planted = await contact(ken, address)
    await askEverything(planted, address)
    deliver(mia, { from: address, subject: 'Now' })
    await passTime(town, 60_000)
    expect(await subjects(ken, planted)).toEqual(['Now'])
    const [thread] = mia.gmail.listThreads({ q: `subject:"${secret}" from:${address}` })
    await link(mia, thread?.id ?? '', planted)
    expect((await subjects(ken, planted)).sort()).toEqual(['Now', secret])
  })
})

describe('who never links (decisions 6)', () => {
  test('a colleague’s own address, an alias, and anybody of an internal domain bring no mail', async () => {
    const jo = await house.newRep({ aliases: [{ email: 'jo.alias@elsewhere.example' }] })
    await workOff(town)
    const joined = jo.me.email
    const internal = `boss.${town.house.newId().slice(0, 8)}@holding.example`
    await house.founder.call('PUT', '/policy/links.internalDomains', { value: ['holding.example'] })
    for (const from of [joined, 'jo.alias@elsewhere.example', 'never.came@arbor.example', internal]) {
      const planted = await contact(ken, from)
      deliver(mia, { from, subject: 'Between us' })
      await passTime(town, 60_000)
      for (const rep of [ken, mia]) expect(await subjects(rep, planted)).toEqual([])
      expect((await ken.me.call<RecordCard>('GET', `/records/${planted}`)).body).toMatchObject({
        emails: { total: 0 },
        lastContact: null,
        colleagues: [],
      })
    }
    await house.founder.call('PUT', '/policy/links.internalDomains', { value: null })
  })

  test('S-021: the never-link list takes mail off every list at once, domains with what is below them, and gives it back', async () => {
    const tail = town.house.newId().slice(0, 8)
    const address = `anna@news.${tail}.example`
    const anna = await contact(mia, address)
    const line = await make(mia, { module: 'deals', fields: { dealName: 'Line' }, mainContactId: anna })
    const id = deliver(mia, { from: address, subject: 'Before' })
    await workOff(town)
    expect(await subjects(mia, line)).toEqual(['Before'])
    const looked = () =>
      mia.me.call<LookupAnswer>('POST', '/lookup', { account: mia.me.email, people: [{ address, name: '' }] })
    expect((await looked()).body.people[0]).toMatchObject({ kind: 'known' })
    expect((await looked()).body.people[0]?.neverLinked).toBeUndefined()
    for (const entry of [address, `${tail}.example`, `news.${tail}.example`]) {
      await house.founder.call('PUT', '/policy/links.never', { value: [entry] })
      expect(await subjects(mia, anna)).toEqual([])
      expect(await subjects(mia, line)).toEqual([])
      const one = await standing(mia, threadOf(mia, id))
      expect(one.standings).toEqual([])
      expect(one.notLinked).toContainEqual({ party: { address, name: '' }, why: 'never_link' })
      expect(await chips(mia, [threadOf(mia, id)])).toEqual([])
      expect((await looked()).body.people[0]).toMatchObject({ neverLinked: true })
    }
    deliver(mia, { from: address, subject: 'Meanwhile' })
    await passTime(town, 60_000)
    await house.founder.call('PUT', '/policy/links.never', {
      value: [`other-${tail}.example`, `s.${tail}.example`],
    })
    expect(await subjects(mia, line)).toEqual(['Before'])
    // What nobody took meanwhile is looked for.
    await passTime(town, 300_000)
    expect((await subjects(mia, anna)).sort()).toEqual(['Before', 'Meanwhile'])
    await house.founder.call('PUT', '/policy/links.never', { value: null })
  })
})
