import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordCard } from '../../lib/contract/records.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Company, found, goTo, placeOf } from './workspace-kit.ts'

describe.each(['chromium', 'firefox'] as const)(
  'a record’s page and tasks of the workspace in %s',
  (kind) => {
    let company: Company
    let elenaId: string
    let dealId: string

    beforeAll(async () => {
      company = await found(kind)
      const accountId = await company.make('accounts', {
        accountName: 'Halden Marine',
        domain: 'haldenmarine.example',
      })
      const primaryAddress = company.town.world.elena
      elenaId = await company.make(
        'contacts',
        { firstName: 'Elena', lastName: 'Brandt', title: 'Head of Procurement' },
        { accountId, primaryAddress },
      )
      const parties = { accountId, mainContactId: elenaId }
      dealId = await company.make(
        'deals',
        {
          dealName: 'Line 4 retrofit',
          amount: '184000',
          currency: 'EUR',
          stage: 'negotiation',
          closingOn: '2026-12-30',
        },
        parties,
      )
      const invoice = {
        number: 'INV-1043',
        status: 'sent',
        total: '8420',
        currency: 'EUR',
        dueOn: '2026-11-11',
      }
      await company.make('invoices', invoice, { ...parties, dealId })
      await company.person.call('POST', `/records/${dealId}/notes`, { text: 'The price is fine.' })
      const todo = (title: string, dueOn: string | null, recordId: string | null) =>
        company.person.call('POST', '/todos', { recordId, title, dueOn })
      await todo('Send the quote', '2026-11-24', dealId)
      await todo('Ask for references', '2026-11-20', elenaId)
      await todo('Book the fair', null, null)
      await company.mia.page.reload()
    })

    afterAll(async () => {
      await company?.stop()
    })

    const side = () => company.mia.side
    const inFrame = async <Value>(work: (input: string) => Value, input = '') =>
      (await side().frame()).evaluate(work as (input: string) => Value, input)
    const deal = async () => (await company.person.call<RecordCard>('GET', `/records/${dealId}`)).body
    const openDeal = async () => {
      await goTo(company.mia, 'deals')
      await side().click('list-row', { text: 'Line 4 retrofit' })
      await side().waitFor('record-name', { text: 'Line 4 retrofit' })
    }

    it('widens to the record in front of the rep, and narrows back to the panel', async () => {
      await side().waitFor('card-name', { text: 'Elena Brandt' })
      await side().click('widen')
      await side().waitFor('record-name', { text: 'Elena Brandt' })
      expect(await placeOf(company.mia)).toBe(`record/${elenaId}`)
      await side().click('narrow')
      await side().waitFor('card-name', { text: 'Elena Brandt' })
      expect(await placeOf(company.mia)).toBeUndefined()
      await inFrame(() => document.querySelector<HTMLElement>('main')?.focus())
      await company.mia.page.keyboard.press('w')
      await side().waitFor('record-name', { text: 'Elena Brandt' })
    })

    it('S-007, S-061: shows a deal with its contact’s mail, its documents, its facts and its people', async () => {
      await openDeal()
      expect(await side().waitFor('record-worth')).toBe('€184,000')
      await until(async () => (await side().texts('email-row')).length === 6, 'six mails of the contact')
      expect(await side().waitFor('related-documents')).toContain('12 days overdue')
      expect(await side().waitFor('fact-mainContactId')).toContain('Elena Brandt')
      expect(await side().waitFor('people')).toContain('Head of Procurement')
      expect(await side().waitFor('notes')).toContain('The price is fine.')
      await side().click('filter-sent')
      await until(async () => (await side().texts('email-row')).length === 3, 'only what was sent')
      await side().click('compose-email')
      await side().waitFor('compose')
      await company.mia.page.keyboard.press('Escape')
      await side().waitForNo('compose')
    })

    it('moves the stage with one click and takes it back', async () => {
      await openDeal()
      await side().click('stage-won')
      await until(async () => (await deal()).record.fields['stage'] === 'won', 'the deal won')
      expect(
        await inFrame(() => document.querySelector('[data-testid=stage-won]')?.getAttribute('aria-current')),
      ).toBe('step')
      await side().click('toast-undo')
      await until(async () => (await deal()).record.fields['stage'] === 'negotiation', 'the stage before')
    })

    it('edits a fact in its place and adds a task and a note', async () => {
      await openDeal()
      await side().click('edit-probability')
      await side().fill('input-probability', '80')
      await company.mia.page.keyboard.press('Enter')
      await until(async () => (await deal()).record.fields['probability'] === '80', 'the probability')
      await side().click('note')
      await side().fill('note-text', 'Ask again on Friday.')
      await side().click('jotting-save')
      await side().waitFor('note-row', { text: 'Ask again on Friday.' })
      await side().click('add-todo')
      await side().fill('task-text', 'Call the yard')
      await side().click('jotting-save')
      await side().waitFor('todo-row', { text: 'Call the yard' })
    })

    it('follows its people and accounts by address, with Back', async () => {
      await openDeal()
      await side().click('person-row')
      await side().waitFor('record-name', { text: 'Elena Brandt' })
      await company.mia.page.goBack()
      await side().waitFor('record-name', { text: 'Line 4 retrofit' })
      await company.mia.page.reload()
      await side().waitFor('record-name', { text: 'Line 4 retrofit' })
      await side().click('back')
      await side().waitFor('list-row', { text: 'Line 4 retrofit' })
    })

    it('shows all mail of a record as a page in the workspace, and Esc leads back step by step', async () => {
      await openDeal()
      await side().click('card-more')
      await side().click('menu-history')
      await side().waitFor('history-page')
      await inFrame(() => document.querySelector<HTMLElement>('main')?.focus())
      await company.mia.page.keyboard.press('Escape')
      await side().waitFor('record-name')
      await inFrame(() => document.querySelector<HTMLElement>('main')?.focus())
      await company.mia.page.keyboard.press('Escape')
      await side().waitFor('list-row')
      await company.mia.page.keyboard.press('Escape')
      await until(async () => (await placeOf(company.mia)) === undefined, 'the mail')
    })

    it('has no finding of axe on a record’s page, wide and narrow', async () => {
      await openDeal()
      for (const width of [1440, 1000, 700]) {
        await company.mia.page.setViewport({ width, height: 800 })
        await side().waitFor('record-name')
        expect(await accessibilityProblems(await side().frame())).toEqual([])
        expect(await inFrame(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      }
      await company.mia.page.setViewport({ width: 1440, height: 810 })
    })

    it('lists my tasks by when they are due, checks one off and takes it back, adds one', async () => {
      await goTo(company.mia, 'tasks')
      expect(await side().waitFor('tasks-late')).toContain('Ask for references')
      expect(await side().waitFor('tasks-later')).toContain('Send the quote')
      expect(await side().waitFor('tasks-undated')).toContain('Book the fair')
      expect(await accessibilityProblems(await side().frame())).toEqual([])
      const open = async () =>
        (await company.person.call<{ rows: { title: string }[] }>('GET', '/todos')).body.rows.map(
          (row) => row.title,
        )
      await (await side().frame()).click('[data-testid=tasks-late] [data-testid=task-check]')
      await side().waitFor('toast', { text: 'Task done' })
      expect(await open()).not.toContain('Ask for references')
      await side().click('toast-undo')
      await until(async () => (await open()).includes('Ask for references'), 'the task open again')
      await side().click('new-task')
      await side().fill('task-title', 'Write to the yard')
      await side().fill('task-due', '2026-11-23')
      await side().click('task-save')
      expect(await side().waitFor('tasks-today')).toContain('Write to the yard')
      await company.mia.page.keyboard.press('Escape')
      await side().click('task-record', { text: 'Elena Brandt' })
      await side().waitFor('record-name', { text: 'Elena Brandt' })
    })

    it('says that the server is away, keeps what is known, and goes on when it is back', async () => {
      await goTo(company.mia, 'deals')
      await side().waitFor('list-row')
      await company.town.backend.kill()
      await side().waitFor('offline', { timeout: 20_000 })
      await side().waitFor('list-row', { text: 'Line 4 retrofit' })
      await company.town.backend.restart()
      await side().click('offline-action')
      await side().waitForNo('offline', { timeout: 20_000 })
      await side().waitFor('list-row', { text: 'Line 4 retrofit' })
    })
  },
)
