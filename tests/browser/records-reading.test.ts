import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import { arrive } from '../road/road.ts'
import { until } from './harness/until.ts'
import { findings, furnishElena, type Office, openCard, openOffice } from './records-kit.ts'

describe.each(['chromium', 'firefox'] as const)('what a card says and takes, in %s', (kind) => {
  let office: Office
  let deal: string

  beforeAll(async () => {
    office = await openOffice(kind)
    deal = (await furnishElena(office)).deal.record.id
    await openCard(office.mia, 'retrofit', 'Elena Brandt')
  })

  afterAll(async () => {
    await office?.stop()
  })

  const stored = async (id: string) =>
    (await office.door.call<RecordCard>('GET', `/records/${id}`)).body.record
  const press = (key: string) => office.mia.page.keyboard.press(key as 'Enter')
  const type = (text: string) => office.mia.page.keyboard.type(text)

  it('a document that was found says whose it is, how much and how it stands', async () => {
    const { side, page } = office.mia
    const frame = await side.frame()
    await frame.focus('main')
    await page.keyboard.press('/')
    await side.fill('search-input', 'INV-1043')
    const row = await side.waitFor('search-row', { text: 'INV-1043' })
    expect(row.replace(/\s+/g, ' ').trim()).toBe('INV-1043 Invoice Halden Marine, €8,420, Sent')
    await page.keyboard.press('Escape')
    await side.waitForNo('search-sheet')
  })

  it('an amount may be typed with its currency, and never against the one beside it', async () => {
    const { side } = office.mia
    const frame = await side.frame()
    // Its middle lies below the menu of its stage.
    await frame.$eval('[data-testid=deal-row] button.row-main', (one) => (one as HTMLElement).click())
    await side.waitFor('record-page', { text: 'Line 4 retrofit' })
    await side.click('more-fields')
    await side.click('edit-amount')
    await type('€200,000')
    await press('Enter')
    await until(async () => (await stored(deal)).fields['amount'] === '200000', 'the amount')
    await side.waitFor('fact-amount', { text: '€200,000' })
    await side.click('edit-amount')
    await type('210,000 USD')
    await press('Enter')
    await side.waitFor('field-error', { text: 'The amount names another currency than EUR.' })
    await press('Escape')
    await side.waitForNo('field-error')
    expect((await stored(deal)).fields).toMatchObject({ amount: '200000', currency: 'EUR' })
  })

  it('a deal that is lost says so on its own card, and is opened again there', async () => {
    const { side } = office.mia
    await side.click('stage')
    await side.click('menu-stage-lost')
    const row = await side.waitFor('deal-row', { text: 'Closed Lost' })
    expect(row).toContain('€200,000')
    expect(row).toContain('18 Dec')
    expect(await findings(office.mia)).toEqual([])
    await until(async () => (await stored(deal)).fields['stage'] === 'lost', 'the end')
    await side.click('stage')
    await side.click('menu-stage-negotiation')
    await until(async () => (await stored(deal)).fields['stage'] === 'negotiation', 'the stage before')
  })

  it('a viewer reads: plain values, and the reason at all that is off (decisions 15)', async () => {
    const { town, browser, make, door } = office
    const { record } = await make(door, {
      module: 'contacts',
      fields: { firstName: 'Paolo', lastName: 'Rossi', title: 'Buyer' },
      primaryAddress: 'p.rossi@lumenoptics.example',
    })
    await door.call('POST', '/todos', { recordId: record.id, title: 'Send the list', dueOn: '2026-11-24' })
    const ana = await arrive(town, browser, 3, town.world.ana)
    const { side } = ana
    await openCard(ana, 'anaLead', 'Paolo Rossi')
    await ana.page.bringToFront()
    const frame = await side.frame()
    const change = 'Viewers can’t change records. An admin can change your role.'
    await side.waitFor('fact-title', { text: 'Buyer' })
    expect(await frame.$$('.fact button')).toEqual([])
    expect(await side.text('facts-why')).toBe(change)
    const off = (id: string) =>
      frame.$eval(`[data-testid=${id}]`, (one) => [
        one.getAttribute('aria-disabled'),
        one.getAttribute('aria-description'),
      ])
    const mail = ['true', 'Viewers can’t write mail. An admin can change your role.']
    expect(await off('email')).toEqual(mail)
    expect(await off('todo-tick')).toEqual(['true', change])
    await side.click('todo-tick')
    expect(await side.texts('toast')).toEqual([])
    expect(await frame.$eval('[data-testid=todo-tick]', (one) => (one as HTMLInputElement).checked)).toBe(
      false,
    )
    expect(await findings(ana)).toEqual([])
    await side.click('card-more')
    await side.click('menu-wide')
    await side.waitFor('record-name', { text: 'Paolo Rossi' })
    expect(await off('email')).toEqual(mail)
    const grounds = await frame.$$eval('[data-testid=email], [data-testid=task]', (all) =>
      all.map((one) => getComputedStyle(one).backgroundColor),
    )
    expect(new Set(grounds).size).toBe(1)
    await ana.page.close()
  })

  it('no page complained', () => {
    expect(office.browser.errors).toEqual([])
  })
})
