import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChangesPage } from '../../lib/contract/history.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import { until } from './harness/until.ts'
import {
  findings,
  focusedId,
  furnishElena,
  inputOf,
  type Office,
  openCard,
  openOffice,
} from './records-kit.ts'

describe.each(['chromium', 'firefox'] as const)('the card of a record, in %s', (kind) => {
  let office: Office
  let elena: string
  let deal: string

  beforeAll(async () => {
    office = await openOffice(kind)
    const made = await furnishElena(office)
    elena = made.elena.record.id
    deal = made.deal.record.id
    // Only mail that Ken lets others see, that from before Elena's record included, tells that he is in contact.
    await office.ken.call('PUT', '/sharing', { mode: 'metadata' })
    const older = { recordId: elena, address: office.town.world.elena, agreed: true }
    expect((await office.ken.call('PUT', '/sharing/older', older)).status).toBe(200)
    await openCard(office.mia, 'retrofit', 'Elena Brandt')
  })

  afterAll(async () => {
    await office?.stop()
  })

  const stored = async (id: string) =>
    (await office.door.call<RecordCard>('GET', `/records/${id}`)).body.record
  const press = (key: string) => office.mia.page.keyboard.press(key as 'Enter')
  const type = (text: string) => office.mia.page.keyboard.type(text)
  /** Somebody else saves first. */
  const elsewhere = async (fields: Record<string, string>) => {
    const { version } = await stored(elena)
    const { status } = await office.ken.call('PATCH', `/records/${elena}`, { version, fields })
    expect(status).toBe(200)
  }

  it('says what matters now, in its order, and nothing else', async () => {
    const { side } = office.mia
    await side.waitFor('next-step', { text: 'Tomorrow' })
    const frame = await side.frame()
    const rows = await frame.$$eval('.now > ul > li', (all) =>
      all.map((one) => (one as HTMLElement).innerText.replace(/\s+/g, ' ').trim()),
    )
    expect(rows).toEqual([
      'Send quote incl. ext. warranty Tomorrow',
      expect.stringMatching(/^(?:Wrote to you|You wrote) /),
      expect.stringMatching(/^Line 4 retrofit €184,000 closes 18 Dec Negotiation$/),
      'INV-1043 €8,420 12 days overdue',
      expect.stringMatching(/^Ken Mori is in contact too /),
    ])
    expect(await side.text('open-account')).toBe('Halden Marine')
    expect(await findings(office.mia)).toEqual([])
  })

  it('a value is edited where it stands: at once on the screen, then stored, undone by z', async () => {
    const { side } = office.mia
    await side.click('edit-title')
    expect(await focusedId(office.mia)).toBe('input-title')
    await press('End')
    await type(', Europe')
    await press('Enter')
    await side.waitFor('fact-title', { text: 'Head of Procurement, Europe' })
    await side.waitFor('toast', { text: 'Title changed.' })
    expect((await stored(elena)).fields['title']).toBe('Head of Procurement, Europe')
    expect(await focusedId(office.mia)).toBe('edit-title')
    await press('z')
    await until(async () => (await stored(elena)).fields['title'] === 'Head of Procurement', 'the old title')
    await side.waitFor('fact-title', { text: 'Head of Procurement' })
  })

  it('Esc gives up; what can’t be a value says so at its field and stays as typed', async () => {
    const { side } = office.mia
    await side.click('edit-title')
    await type('Nonsense')
    await press('Escape')
    await side.waitFor('fact-title', { text: 'Head of Procurement' })
    await side.click('more-fields')
    // By key: the word of the last change may lie over that row.
    await side.press('edit-secondaryAddress', 'Enter')
    await type('elena at home')
    await press('Enter')
    await side.waitFor('field-error', { text: 'That isn’t a complete mail address.' })
    expect(await inputOf(office.mia, 'input-secondaryAddress')).toBe('elena at home')
    expect(await findings(office.mia)).toEqual([])
    await press('Escape')
    await side.waitForNo('field-error')
    await side.click('more-fields')
    expect((await stored(elena)).fields['title']).toBe('Head of Procurement')
    expect((await stored(elena)).secondaryAddress).toBeNull()
  })

  it('who saved first is named, both values are shown, and nothing is overwritten until one is chosen', async () => {
    const { side } = office.mia
    await side.click('edit-title')
    await type('Head of Buying')
    await press('Enter')
    await side.waitFor('toast', { text: 'Title changed.' })
    await side.click('edit-title')
    await elsewhere({ title: 'Chief Buyer' })
    await type('Head of Purchasing')
    await press('Enter')
    await side.waitFor('conflict', { text: 'Ken Mori saved Title first.' })
    // "Title changed. Undo" would read as if mine had been saved.
    expect(await side.texts('toast')).toEqual([])
    expect(await side.text('conflict-mine')).toBe('Head of Purchasing')
    expect(await side.text('conflict-theirs')).toBe('Chief Buyer')
    expect((await stored(elena)).fields['title']).toBe('Chief Buyer')
    expect(await findings(office.mia)).toEqual([])
    await side.press('take-theirs', 'Enter')
    await side.waitForNo('conflict')
    await side.waitFor('fact-title', { text: 'Chief Buyer' })

    await side.click('edit-title')
    await elsewhere({ title: 'Chief Buyer, Marine' })
    await type('Head of Purchasing')
    await press('Enter')
    await side.waitFor('conflict')
    await side.press('keep-mine', 'Enter')
    await until(async () => (await stored(elena)).fields['title'] === 'Head of Purchasing', 'my title')
    await side.waitForNo('conflict')
  })

  it('a change of another field is no conflict', async () => {
    const { side } = office.mia
    await side.click('edit-phone')
    await elsewhere({ department: 'Purchasing' })
    await type('+49 40 5550 9999')
    await press('Enter')
    await until(async () => (await stored(elena)).fields['phone'] === '+49 40 5550 9999', 'the new number')
    expect((await stored(elena)).fields['department']).toBe('Purchasing')
    expect(await side.texts('conflict')).toEqual([])
  })

  it('the stage of a deal is chosen from the card of its contact', async () => {
    const { side } = office.mia
    await side.click('stage')
    expect(await focusedId(office.mia)).toBe('menu-stage-negotiation')
    await side.click('menu-stage-proposal')
    await side.waitFor('deal-row', { text: 'Proposal' })
    await until(async () => (await stored(deal)).fields['stage'] === 'proposal', 'the stage')
    await side.click('toast-undo')
    await side.waitFor('deal-row', { text: 'Negotiation' })
    await until(async () => (await stored(deal)).fields['stage'] === 'negotiation', 'the old stage')
    await side.waitFor('toast', { text: 'Stage changed.' })
  })

  it('a task and a note are written by key, ticked off, changed, taken back', async () => {
    const { mia, door } = office
    const { side } = mia
    const frame = await side.frame()
    await frame.focus('main')
    await press('t')
    await side.waitFor('task-form')
    await type('Call about the crane')
    await side.click('due-today')
    expect(await findings(mia)).toEqual([])
    await side.click('jotting-save')
    expect(await side.waitFor('next-step', { text: 'Call about the crane' })).toContain('Today')
    await side.click('todo-tick')
    await side.waitFor('toast', { text: 'Task done.' })
    await side.waitFor('next-step', { text: 'Send quote' })
    await side.click('toast-undo')
    await side.waitFor('next-step', { text: 'Call about the crane' })
    await frame.focus('main')
    await press('n')
    await side.waitFor('note-form')
    await type('Wants the crane by May.')
    await side.click('jotting-save')
    await side.waitForNo('note-form')
    // The toast lies over the foot of the panel.
    await side.press('fold-notes', 'Enter')
    await side.waitFor('note-row', { text: 'Wants the crane by May.' })
    // Ken's note is his alone to change.
    expect((await side.texts('note-row')).length).toBe(2)
    expect((await side.texts('note-edit')).length).toBe(1)
    await side.press('note-edit', 'Enter')
    await side.fill('note-input', 'Wants the crane by June.')
    await side.press('note-save', 'Enter')
    await side.waitFor('note-row', { text: 'by June.' })
    await side.press('note-delete', 'Enter')
    await side.waitFor('toast', { text: 'Note deleted.' })
    await side.click('toast-undo')
    await side.waitFor('note-row', { text: 'by June.' })
    expect(await findings(mia)).toEqual([])
    const { body } = await door.call<{ total: number }>('GET', `/records/${elena}/notes`)
    expect(body.total).toBe(2)
  })

  it('all notes are one click away, newest first', async () => {
    const { mia, ken } = office
    const { side } = mia
    for (const text of ['First', 'Second', 'Third', 'Fourth'])
      await ken.call('POST', `/records/${elena}/notes`, { text })
    await side.waitFor('all-notes', { text: 'All 6' })
    await side.press('all-notes', 'Enter')
    await side.waitFor('note-row', { text: 'Prefers calls before ten.' })
    expect((await side.texts('note-shown'))[0]).toBe('Fourth')
    expect((await side.texts('note-shown')).length).toBe(6)
  })

  it('its history names who changed what, and shows it as it stood', async () => {
    const { mia, door } = office
    const { side } = mia
    await side.click('card-more')
    await side.click('menu-history')
    await side.waitFor('change', { text: 'Head of Purchasing' })
    const page = await side.waitFor('history-page')
    expect(page).toContain('Chief Buyer, Marine → Head of Purchasing')
    expect(page).toContain('Ken Mori changed it')
    expect(await findings(mia)).toEqual([])
    const { body } = await door.call<ChangesPage>('GET', `/records/${elena}/changes`)
    expect(body.rows.length).toBeGreaterThan(3)
    await side.fill('as-of-date', '2026-11-23')
    await side.waitFor('as-of', { text: 'Head of Purchasing' })
    await side.fill('as-of-date', '2026-11-01')
    await side.waitFor('as-of', { text: 'It did not exist then.' })
    await side.click('back')
    await side.waitFor('card')
  })

  it('a lead becomes a contact with its account and a deal', async () => {
    const { mia, make, door } = office
    const { side } = mia
    const fields = { firstName: 'Priya', lastName: 'Greene', company: 'Northwind Foods' }
    const address = 'priya.greene@northwindfoods.example'
    await make(door, { module: 'leads', fields, primaryAddress: address })
    await openCard(mia, 'northwind', 'Priya Greene')
    await side.click('card-more')
    await side.click('menu-convert')
    await side.waitFor('convert-sheet', { text: 'New contact Priya Greene' })
    await until(
      async () => (await inputOf(mia, 'convert-account-name')) === 'Northwind Foods',
      'the account’s name',
    )
    await side.click('convert-deal')
    await side.fill('convert-dealName', 'Bottling hall')
    expect(await findings(mia)).toEqual([])
    await side.click('convert-save')
    await side.waitFor('record-page', { text: 'Contact' })
    await side.waitFor('open-account', { text: 'Northwind Foods' })
    await side.waitFor('deal-row', { text: 'Bottling hall' })
    await side.click('back')
    await side.waitFor('card-name', { text: 'Priya Greene' })
  })

  it('a record is deleted from its card, and comes back', async () => {
    const { mia } = office
    const { side } = mia
    await side.click('card-more')
    await side.click('menu-delete')
    await side.waitFor('unknown')
    await side.click('toast-undo')
    await side.waitFor('card-name', { text: 'Priya Greene' })
  })

  it('no page complained', () => {
    expect(office.browser.errors).toEqual([])
  })
})
