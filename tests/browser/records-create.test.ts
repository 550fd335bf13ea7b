import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Found, RecordCard } from '../../lib/contract/records.ts'
import { openThread } from '../road/road.ts'
import { until } from './harness/until.ts'
import { findings, focusedId, inputOf, type Office, openCard, openOffice } from './records-kit.ts'

describe.each(['chromium', 'firefox'] as const)('making and finding records, in %s', (kind) => {
  let office: Office

  beforeAll(async () => {
    office = await openOffice(kind)
  })

  afterAll(async () => {
    await office?.stop()
  })

  const find = async (q: string) =>
    (await office.door.call<Found>('GET', `/records?q=${encodeURIComponent(q)}`)).body.records
  const card = async (id: string) => (await office.door.call<RecordCard>('GET', `/records/${id}`)).body
  const press = (key: string) => office.mia.page.keyboard.press(key as 'Enter')

  it('S-001: an unknown sender is a lead in two clicks, filled from the mail; undo takes it back', async () => {
    const { mia } = office
    const { side } = mia
    await openThread(mia, 'ferrovia')
    await side.waitFor('unknown', { text: 'The signature fills 3 fields.' })
    expect(await findings(mia)).toEqual([])
    await side.click('create-lead')
    await side.waitFor('create-sheet', { text: 'New lead' })
    expect(await focusedId(mia)).toBe('field-firstName')
    expect(await side.texts('source')).toEqual([
      'sender',
      'sender',
      'signature',
      'signature',
      'sender',
      'signature',
    ])
    expect(await findings(mia)).toEqual([])
    await side.click('create-save')
    await side.waitFor('card-name', { text: 'Marc Dubois' })
    const [lead] = await find('m.dubois@ferrovia.example')
    expect(lead).toMatchObject({
      module: 'leads',
      primaryAddress: 'm.dubois@ferrovia.example',
      fields: {
        firstName: 'Marc',
        lastName: 'Dubois',
        title: 'Responsable Achats',
        company: 'Ferrovia Rail SAS',
        phone: '+33 4 55 50 01 76',
        source: 'Email',
        status: 'new',
      },
    })
    await side.waitFor('toast', { text: 'Lead created.' })
    await side.click('toast-undo')
    await side.waitFor('unknown')
    expect(await find('m.dubois@ferrovia.example')).toEqual([])
  })

  it('a contact’s company becomes an account, and the next contact of that domain finds it', async () => {
    const { mia } = office
    const { side } = mia
    await openThread(mia, 'retrofit')
    await side.click('person-tab', { text: '' })
    await side.waitFor('unknown')
    await side.click('create-contact')
    await side.waitFor('source', { text: 'new account' })
    expect(await inputOf(mia, 'field-newAccount')).toBe('Halden Marine GmbH')
    await side.click('create-save')
    await side.waitFor('card-name', { text: 'Elena Brandt' })
    await side.waitFor('open-account', { text: 'Halden Marine GmbH' })
    await openThread(mia, 'skidDrawings')
    await side.waitFor('near', { text: 'Halden Marine GmbH' })
    await side.click('create-contact')
    await side.waitFor('source', { text: 'by domain' })
    expect(await inputOf(mia, 'field-accountId')).toBe('Halden Marine GmbH')
    await side.click('create-save')
    await side.waitFor('card-name', { text: 'Jonas Lind' })
    const accounts = (await find('Halden Marine')).filter((one) => one.module === 'accounts')
    expect(accounts).toHaveLength(1)
    expect(accounts[0]?.fields['domain']).toBe('haldenmarine.example')
  })

  it('what may be there already is shown, and takes the address; creating anyway stays possible', async () => {
    const { mia, ken, make } = office
    const { side } = mia
    const marc = await make(ken, {
      module: 'contacts',
      fields: {
        firstName: 'Marc',
        lastName: 'Dubois',
        company: 'Ferrovia Rail SAS',
        phone: '0033 455500176',
      },
      primaryAddress: 'marc@ferrovia-rail.example',
    })
    await openThread(mia, 'ferrovia')
    await side.click('create-lead')
    const shown = await side.waitFor('duplicate')
    expect(shown).toContain('You may already have this person')
    expect(shown).toContain('Same phone, same name and company. Known address: marc@ferrovia-rail.example')
    expect(await side.text('create-save')).toBe('Create lead anyway')
    expect(await findings(mia)).toEqual([])
    await side.fill('field-firstName', 'Xavier')
    await side.fill('field-lastName', 'Nobody')
    await side.fill('field-phone', '+1 202 555 0199')
    await side.fill('field-company', 'Elsewhere')
    await side.waitForNo('duplicate', { text: 'Marc' })
    await side.fill('field-phone', '+33 (0)4 55 50 01 76')
    await side.waitFor('duplicate', { text: 'Same phone' })
    await side.click('add-address')
    await side.waitFor('card-name', { text: 'Marc Dubois' })
    expect((await card(marc.record.id)).record).toMatchObject({
      primaryAddress: 'marc@ferrovia-rail.example',
      secondaryAddress: 'm.dubois@ferrovia.example',
    })
    await press('z')
    await side.waitFor('unknown')
  })

  it('a value that can’t be one is named at its field, has the focus, and stays as typed', async () => {
    const { mia, make, door } = office
    const { side } = mia
    await make(door, {
      module: 'contacts',
      fields: { firstName: 'Sabine', lastName: 'Huber' },
      primaryAddress: 'sabine.huber@alpenpharma.example',
    })
    await openCard(mia, 'alpen', 'Sabine Huber')
    await side.click('card-more')
    await side.click('menu-new-deal')
    expect(await inputOf(mia, 'field-mainContactId')).toBe('Sabine Huber')
    expect(await inputOf(mia, 'field-dealName')).toBe('Qualifizierungsunterlagen IQ/OQ')
    await side.fill('field-amount', 'about 12')
    await side.click('create-save')
    await side.waitFor('field-error', { text: 'That isn’t a number.' })
    expect(await focusedId(mia)).toBe('field-amount')
    expect(await inputOf(mia, 'field-amount')).toBe('about 12')
    await side.fill('field-amount', '184,000.50')
    await side.fill('field-currency', 'EUR')
    expect(await findings(mia)).toEqual([])
    await side.click('create-save')
    await side.waitFor('deal-row', { text: '€184,000.50' })
    const [deal] = (await find('Qualifizierungsunterlagen')).filter((one) => one.module === 'deals')
    expect(deal?.fields).toMatchObject({ amount: '184000.5', currency: 'EUR', stage: 'qualification' })
  })

  it('an address on several records asks once, by number key, and remembers the answer', async () => {
    const { mia, make, door, ken } = office
    const { side } = mia
    const address = 'p.rossi@lumenoptics.example'
    const paolo = { firstName: 'Paolo', lastName: 'Rossi', company: 'Lumen Optics' }
    await make(ken, { module: 'leads', fields: { ...paolo, lastName: 'Desk' }, primaryAddress: address })
    await make(door, { module: 'contacts', fields: paolo, primaryAddress: address })
    await openThread(mia, 'lumen')
    await side.waitFor('several', { text: 'This address is on 2 records.' })
    const rows = await side.texts('several-row')
    expect(rows[0]).toContain('Paolo Rossi')
    expect(rows[0]).toContain('Named like the sender')
    expect(await findings(mia)).toEqual([])
    await side.click('several-later')
    await side.waitFor('put-off', { text: '2 records have this address.' })
    await side.click('several-choose')
    await side.waitFor('several-use', { text: 'Use Paolo Rossi' })
    await (await side.frame()).focus('main')
    await press('2')
    await side.waitFor('several-use', { text: 'Use Paolo Desk' })
    await press('Enter')
    await side.waitFor('card-name', { text: 'Paolo Desk' })
    await until(async () => {
      const { body } = await door.call<{ people: { pickedId: string | null }[] }>('POST', '/lookup', {
        account: office.town.world.mia,
        people: [{ address, name: '' }],
      })
      return body.people[0]?.pickedId
    }, 'the remembered choice')
    await side.click('card-more')
    await side.click('menu-another')
    await side.waitFor('several', { text: 'Which record is this?' })
    await side.click('several-row', { text: 'Paolo Rossi' })
    await side.click('several-use')
    await side.waitFor('card-name', { text: 'Paolo Rossi' })
  })

  it('finds as one types, by keys alone, marks what matched, and makes what is not there', async () => {
    const { mia, make, door } = office
    const { side, page } = mia
    await make(door, {
      module: 'accounts',
      fields: { accountName: 'みなと海運株式会社', phone: '03-5550-0199' },
    })
    const frame = await side.frame()
    await frame.focus('main')
    await press('/')
    await side.waitFor('search-sheet')
    expect(await focusedId(mia)).toBe('search-input')
    await page.keyboard.type('海運')
    await side.waitFor('search-row', { text: 'みなと海運株式会社' })
    expect(
      await frame.$$eval('[data-testid=search-row] mark', (all) => all.map((one) => one.textContent)),
    ).toEqual(['海運'])
    expect(await findings(mia)).toEqual([])
    await side.fill('search-input', '5550 0199')
    await side.waitFor('search-row', { text: 'みなと海運株式会社' })
    await side.fill('search-input', 'huber')
    await side.waitFor('search-row', { text: 'Sabine Huber' })
    const marked = () => frame.$eval('[role=option][aria-selected=true]', (one) => one.textContent ?? '')
    await press('ArrowUp')
    await until(async () => (await marked()).includes('Create contact “huber”'), 'the last line')
    await press('ArrowDown')
    await until(async () => (await marked()).includes('Huber'), 'the first line')
    await press('Enter')
    await side.waitFor('record-page')
    await press('Escape')
    await page.keyboard.down('Control')
    await press('k')
    await page.keyboard.up('Control')
    await side.waitFor('search-sheet')
    await side.fill('search-input', 'Naoko Abe')
    await side.waitFor('search-none', { text: 'No record matches “Naoko Abe”.' })
    await side.click('search-create-contacts')
    await side.waitFor('create-sheet', { text: 'New contact' })
    expect(await inputOf(mia, 'field-lastName')).toBe('Abe')
    await press('Escape')
    await side.waitForNo('create-sheet')
  })

  it('no page complained', () => {
    expect(office.browser.errors).toEqual([])
  })
})
