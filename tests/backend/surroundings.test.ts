import { beforeAll, describe, expect, test } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import { attach, cardOf, make, setPolicy } from './harness/around.ts'
import { contact, deal, deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { shareBy } from './harness/standing.ts'
import { passTime } from './harness/work.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

const account = (rep: Rep, accountName: string, more: object = {}) =>
  make(rep, { module: 'accounts', fields: { accountName }, ...more })
const invoice = (rep: Rep, number: string, fields: object, more: object) =>
  make(rep, { module: 'invoices', fields: { number, ...fields }, ...more })
const names = (records: readonly { name: string }[]) => records.map((record) => record.name)
const related = (card: RecordCard) =>
  Object.fromEntries(card.related.map(({ module, total, rows }) => [module, [total, names(rows)]]))

describe('what stands around a record', () => {
  test('a contact: open deals, what names it by module, the oldest overdue invoice, the account’s name', async () => {
    const halden = await account(mia, 'Halden Marine')
    const elena = await make(mia, {
      module: 'contacts',
      fields: { lastName: 'Brandt', company: 'Halden (typed)' },
      primaryAddress: someone(),
      accountId: halden,
    })
    for (const [name, stage] of [
      ['Line 1', 'won'],
      ['Line 2', 'proposal'],
      ['Line 3', 'lost'],
      ['Line 4', 'negotiation'],
    ] as const) {
      await deal(mia, name, elena, stage)
      house.town.google.clock.advance(1000)
    }
    const due = { status: 'sent', dueOn: '2026-11-02' }
    await invoice(mia, 'I-1', { ...due, dueOn: '2026-11-10' }, { mainContactId: elena })
    await invoice(mia, 'I-2', due, { mainContactId: elena })
    await invoice(mia, 'I-3', { ...due, dueOn: '2026-10-01', status: 'paid' }, { mainContactId: elena })
    await invoice(mia, 'I-4', { ...due, dueOn: '2026-11-23' }, { mainContactId: elena })
    const card = await cardOf(mia, elena)
    expect(card.company).toBe('Halden Marine')
    expect(names(card.deals)).toEqual(['Line 4', 'Line 2'])
    expect(card.overdue).toMatchObject({ name: 'I-2' })
    expect(related(card)).toMatchObject({
      deals: [4, ['Line 4', 'Line 3', 'Line 2']],
      invoices: [4, expect.any(Array)],
    })
    expect(card.people).toEqual([])
  })

  test('an account: its contacts, newest touched, at most five; deals and documents of its own', async () => {
    const halden = await account(mia, 'Halden')
    const people: string[] = []
    for (const lastName of ['A', 'B', 'C', 'D', 'E', 'F']) {
      people.push(await make(mia, { module: 'contacts', fields: { lastName }, accountId: halden }))
      house.town.google.clock.advance(1000)
    }
    await make(mia, { module: 'deals', fields: { dealName: 'Pumps', stage: 'proposal' }, accountId: halden })
    await invoice(mia, 'I-9', { status: 'created', dueOn: '2026-01-01' }, { accountId: halden })
    const card = await cardOf(mia, halden)
    expect(names(card.people)).toEqual(['F', 'E', 'D', 'C', 'B'])
    expect(related(card)).toMatchObject({
      contacts: [6, ['F', 'E', 'D']],
      deals: [1, ['Pumps']],
      invoices: [1, ['I-9']],
    })
    expect(names(card.deals)).toEqual(['Pumps'])
    expect(card.overdue).toMatchObject({ name: 'I-9' })
  })

  test('a deal: the main contact first, then the others; its documents', async () => {
    const [elena, tom, ada] = [
      await contact(mia, someone()),
      await contact(mia, someone()),
      await contact(mia, someone()),
    ]
    const pumps = await make(mia, {
      module: 'deals',
      fields: { dealName: 'Pumps' },
      mainContactId: elena,
      contactIds: [ada, tom],
    })
    await make(mia, { module: 'quotes', fields: { number: 'Q-1' }, dealId: pumps })
    const card = await cardOf(mia, pumps)
    expect(card.people.map((one) => one.id)).toEqual([elena, ...card.people.slice(1).map((one) => one.id)])
    expect(card.people.map((one) => one.id).toSorted()).toEqual([elena, tom, ada].toSorted())
    expect(related(card)).toEqual({ quotes: [1, ['Q-1']] })
    // A further contact's card shows the deal too.
    expect(names((await cardOf(mia, tom)).deals)).toEqual(['Pumps'])
  })

  test('open tasks due first, at most five; the next step; the newest three notes of all', async () => {
    const elena = await contact(mia, someone())
    for (const [title, dueOn] of [
      ['t6', null],
      ['t2', '2026-12-02'],
      ['t1', '2026-12-01'],
      ['t3', '2026-12-03'],
      ['t4', '2026-12-04'],
      ['t5', '2026-12-05'],
    ])
      await mia.me.call('POST', '/todos', { recordId: elena, title, dueOn })
    for (const text of ['n1', 'n2', 'n3', 'n4']) {
      await mia.me.call('POST', `/records/${elena}/notes`, { text })
      house.town.google.clock.advance(1000)
    }
    const card = await cardOf(ken, elena)
    expect(card.todos.map((todo) => todo.title)).toEqual(['t1', 't2', 't3', 't4', 't5'])
    expect(card.nextStep).toMatchObject({ title: 't1', dueOn: '2026-12-01', record: { id: elena } })
    expect(card.notes.total).toBe(4)
    expect(card.notes.rows.map((note) => note.text)).toEqual(['n4', 'n3', 'n2'])
    await mia.me.call('PATCH', `/todos/${card.nextStep?.id}`, { version: 1, done: true })
    expect((await cardOf(ken, elena)).nextStep).toMatchObject({ title: 't2' })
  })

  test('colleagues who write with the same person: by name and time alone, through deals and documents too', async () => {
    const address = someone()
    const elena = await contact(mia, address)
    const pumps = await deal(mia, 'Pumps', elena)
    const quote = await make(mia, { module: 'quotes', fields: { number: 'Q-7' }, dealId: pumps })
    const soon = house.town.google.clock.now() + 1000
    deliver(ken, { from: address, subject: 'Only for Ken' }, soon)
    deliver(mia, { from: address, subject: 'For Mia' }, soon)
    await passTime(house.town, 120_000)
    // What Ken keeps to himself is not told, not even that it is there (decisions 7).
    for (const id of [elena, pumps, quote]) expect((await cardOf(mia, id)).colleagues).toEqual([])
    await shareBy(house.town, ken, 'metadata')
    await shareBy(house.town, mia, 'metadata')
    for (const id of [elena, pumps, quote]) {
      const card = await cardOf(mia, id)
      expect(card.colleagues).toMatchObject([{ name: expect.stringMatching(/^Rep/), at: expect.any(String) }])
      expect(JSON.stringify(card)).not.toContain('Only for Ken')
    }
    expect((await cardOf(ken, elena)).colleagues).toHaveLength(1)
    const set = (table: 'disconnected' | 'connected') =>
      house.town.house.db
        .updateTable('mailboxes')
        .set({ status: table })
        .where('id', '=', ken.mailboxId)
        .execute()
    await set('disconnected')
    expect((await cardOf(mia, elena)).colleagues).toEqual([])
    await set('connected')
    const people = house.town.house.db.updateTable('users').where('email', '=', ken.me.email)
    await people.set({ status: 'deactivated' }).execute()
    expect((await cardOf(mia, elena)).colleagues).toEqual([])
    await people.set({ status: 'active' }).execute()
  })

  test('what the viewer may not open is neither shown nor counted', async () => {
    const halden = await account(mia, 'Closed company')
    const elena = await make(mia, {
      module: 'contacts',
      fields: { lastName: 'Brandt' },
      accountId: halden,
    })
    await deal(mia, 'Mia’s deal', elena)
    await deal(ken, 'Ken’s deal', elena)
    await invoice(mia, 'I-5', { status: 'sent', dueOn: '2026-01-01' }, { mainContactId: elena })
    await setPolicy(house, {
      'access.deals': 'private',
      'access.accounts': 'private',
      'access.invoices': 'private',
    })
    try {
      const card = await cardOf(ken, elena)
      expect([card.overdue, card.company]).toEqual([null, ''])
      expect(names(card.deals)).toEqual(['Ken’s deal'])
      expect(related(card)).toEqual({ deals: [1, ['Ken’s deal']] })
      expect((await cardOf({ me: house.founder }, elena)).deals).toHaveLength(2)
    } finally {
      await setPolicy(house, {})
    }
  })

  test('files: a contact’s list has those of their deals and documents, never of what is closed to the viewer', async () => {
    const elena = await contact(mia, someone())
    const pumps = await deal(mia, 'Pumps', elena)
    const quote = await make(mia, { module: 'quotes', fields: { number: 'Q-8' }, dealId: pumps })
    const own = await make(mia, { module: 'sales_orders', fields: { number: 'S-8' }, mainContactId: elena })
    const ids = new Map<string, string>()
    for (const recordId of [elena, pumps, quote, own]) ids.set(recordId, await attach(house, mia, recordId))
    const shown = async (rep: Rep, id: string) =>
      (await cardOf(rep, id)).attachments.rows.map((file) => file.deal?.name ?? 'own').toSorted()
    expect(await cardOf(mia, elena)).toMatchObject({ attachments: { total: 4 } })
    expect(await shown(mia, quote)).toEqual(['own'])
    await setPolicy(house, { 'access.deals': 'private' })
    try {
      expect(await cardOf(ken, elena)).toMatchObject({ attachments: { total: 3 } })
      const page = await ken.me.call('GET', `/records/${elena}/attachments`)
      expect(page.body).toMatchObject({ total: 3 })
      expect((await ken.me.call('GET', `/attachments/${ids.get(pumps)}/content`)).status).toBe(404)
    } finally {
      await setPolicy(house, {})
    }
  })
})
