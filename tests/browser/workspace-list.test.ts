import type { ElementHandle } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListPage, SavedViews } from '../../lib/contract/lists.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { HERE } from './harness/gmail-tab.ts'
import { until } from './harness/until.ts'
import { type Company, found, goTo, placeOf, rowNames, showsRows } from './workspace-kit.ts'

const many = 3000
const team = ['Team Aya', 'Team Ben', 'Team Cho', 'Team Dee', 'Team Eva']

describe.each(['chromium', 'firefox'] as const)('lists of the workspace in %s', (kind) => {
  let company: Company

  beforeAll(async () => {
    company = await found(kind, many)
    for (const [index, name] of team.entries()) {
      const [firstName = '', lastName = ''] = name.split(' ')
      const address = `${lastName.toLowerCase()}@team.example`
      await company.make(
        'contacts',
        { firstName, lastName, source: index % 2 === 0 ? 'Fair' : 'Web' },
        // The last one cannot be written to.
        index === team.length - 1 ? {} : { primaryAddress: address },
      )
    }
  })

  afterAll(async () => {
    await company?.stop()
  })

  const side = () => company.mia.side
  const press = (key: string) => company.mia.page.keyboard.press(key as 'Enter')
  const inFrame = async <Value>(work: (input: string) => Value, input = '') =>
    (await side().frame()).evaluate(work as (input: string) => Value, input)
  const focused = () =>
    inFrame(() => document.activeElement?.closest('[data-index]')?.getAttribute('data-index'))
  const focusRow = async (index: number) => {
    await inFrame((at) => {
      document.querySelector<HTMLElement>(`[data-index="${at}"] [data-row]`)?.focus()
    }, String(index))
  }
  /** The list of contacts with only the team in it. */
  const openTeam = async () => {
    await goTo(company.mia, 'contacts')
    await side().fill('quick-filter', 'Team')
    await until(
      async () => (await rowNames(company.mia)).every((name) => name.startsWith('Team')),
      'the rows of the team',
    )
    await side().waitFor('list-row', { text: 'Team Cho' })
  }
  const openAll = async () => {
    await side().press('quick-filter', 'Escape')
    await until(async () => (await rowNames(company.mia)).length > 10, 'more rows')
  }
  const named = async (name: string) =>
    (await company.person.call<ListPage>('POST', '/records/list', { module: 'contacts', q: name })).body
      .rows[0]
  const check = async (name: string, shift = false) => {
    const frame = await side().frame()
    const handle = await frame.evaluateHandle(
      (wanted) =>
        [...document.querySelectorAll('[data-testid=list-row]')]
          .find((row) => row.textContent?.includes(wanted))
          ?.querySelector('[data-check]') ?? null,
      name,
    )
    const box = handle.asElement() as ElementHandle | null
    if (shift) await company.mia.page.keyboard.down('Shift')
    await box?.click()
    if (shift) await company.mia.page.keyboard.up('Shift')
  }

  it('widens the very same frame over Gmail, moves nothing of Gmail, and gives the focus back', async () => {
    const { page } = company.mia
    await inFrame(() => {
      Object.assign(globalThis, { same: 'frame' })
    })
    const gmail = () =>
      page.evaluate((here) => {
        const boxes = ['[role=banner]', here, '.aeN', '.bAw'].map((one) =>
          document.querySelector(one)?.getBoundingClientRect(),
        )
        return JSON.stringify(boxes)
      }, HERE)
    const before = await gmail()
    const body = await page.$(`${HERE} [role=listitem]`)
    await body?.focus()
    await page.evaluate((here) => {
      const item = document.querySelector<HTMLElement>(`${here} [role=listitem]`)
      if (item) item.tabIndex = -1
      item?.focus()
    }, HERE)
    await press('g')
    await press('w')
    await side().waitFor('list-row')
    expect(await placeOf(company.mia)).toBe('contacts')
    expect(await inFrame(() => (globalThis as { same?: string }).same)).toBe('frame')
    expect(await gmail()).toBe(before)
    const width = await page.$eval(
      'inlay-sidebar >>> .panel',
      (element) => element.getBoundingClientRect().width,
    )
    expect(width).toBeGreaterThan(1300)
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('inlay-sidebar')
    await press('Escape')
    await until(async () => (await placeOf(company.mia)) === undefined, 'the mail again')
    expect(
      await page.evaluate(
        () => document.activeElement?.getAttribute('role') ?? document.activeElement?.localName,
      ),
    ).toBe('listitem')
    expect(await gmail()).toBe(before)
  })

  it('scrolls 3,000 rows of which few stand in the page and few are fetched, true to the total', async () => {
    await goTo(company.mia, 'contacts')
    await side().waitFor('list-total', { text: '3,005' })
    const rows = () => inFrame(() => document.querySelectorAll('[data-index]').length)
    const asked = () =>
      inFrame(
        () =>
          performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/records/list')).length,
      )
    expect(await rows()).toBeLessThan(60)
    expect(
      await inFrame(() => {
        const table = document.querySelector('[data-testid=list]')
        return [table?.getAttribute('aria-rowcount'), table?.querySelector('.table-rows')?.clientHeight]
      }),
    ).toEqual(['3006', 3005 * 40])
    const before = await asked()
    await focusRow(0)
    await press('End')
    await until(async () => (await rowNames(company.mia)).at(-1) === team.at(-1), 'the last row')
    expect(await focused()).toBe(String(many + team.length - 1))
    expect(await rows()).toBeLessThan(60)
    // The pages in view and what lies just before them; nothing of what was passed on the way.
    expect((await asked()) - before).toBeLessThanOrEqual(3)
    await inFrame(() => {
      const table = document.querySelector('[data-testid=list]')
      if (table) table.scrollTop = 1500 * 40
    })
    await until(async () => (await rowNames(company.mia)).includes('Row 1510'), 'the rows in the middle')
    await side().waitFor('list-range', { text: '1,501–' })
    await press('Home')
    await until(async () => (await rowNames(company.mia))[0] === 'Row 0001', 'the first row')
    await press('PageDown')
    await until(async () => Number(await focused()) > 10, 'a page further')
    await press('j')
    await press('k')
    expect(await inFrame(() => document.activeElement?.hasAttribute('data-row'))).toBe(true)
  })

  it('opens a record and comes back to the same scroll, selection and focus', async () => {
    await goTo(company.mia, 'contacts')
    await inFrame(() => {
      const table = document.querySelector('[data-testid=list]')
      if (table) table.scrollTop = 2000 * 40
    })
    await until(async () => (await rowNames(company.mia)).includes('Row 2010'), 'the rows in the middle')
    await focusRow(2009)
    await press('x')
    await side().waitFor('bulk-count', { text: '1 selected' })
    await press('Enter')
    await side().waitFor('record-name', { text: 'Row 2010' })
    expect(await placeOf(company.mia)).toMatch(/^record\//)
    await company.mia.page.goBack()
    await side().waitFor('bulk-count', { text: '1 selected' })
    await until(async () => (await focused()) === '2009', 'the focus on the row')
    expect(await inFrame(() => document.querySelector('[data-testid=list]')?.scrollTop)).toBe(2000 * 40)
    await side().click('select-none')
    await side().waitForNo('bulk-bar')
  })

  it('S-005: writes one mail each to everybody who is selected, and names who has no address', async () => {
    await openTeam()
    await side().waitForNo('bulk-email')
    await check('Team Aya')
    await check('Team Cho', true)
    await side().waitFor('bulk-count', { text: '3 selected' })
    await side().click('bulk-email')
    await side().waitFor('compose')
    expect(await side().texts('mass-chip')).toEqual(['3 records'])
    expect(await side().texts('send')).toEqual([expect.stringContaining('Continue')])
    await press('Escape')
    await side().waitForNo('compose')
    await check('Team Eva')
    expect(
      await inFrame(() => document.querySelector('[data-testid=bulk-email-hint]')?.textContent),
    ).toContain('Team Eva')
    await focusRow(0)
    await press('e')
    await side().waitFor('toast', { text: 'Team Eva' })
    expect(await side().texts('mass-chip')).toEqual(['4 records'])
    await press('Escape')
    await side().waitForNo('compose')
    await side().click('select-none')
    await check('Team Eva')
    const off = () =>
      inFrame(() => document.querySelector('[data-testid=bulk-email]')?.getAttribute('aria-disabled'))
    expect(await off()).toBe('true')
    await side().click('select-none')
  })

  it('selects by keys, and everything with those rows that nobody loaded', async () => {
    await openTeam()
    await focusRow(0)
    await press('x')
    await press('j')
    await press('x')
    await side().waitFor('bulk-count', { text: '2 selected' })
    await company.mia.page.keyboard.down('Shift')
    await press('ArrowDown')
    await company.mia.page.keyboard.up('Shift')
    await side().waitFor('bulk-count', { text: '3 selected' })
    await press('Escape')
    await side().waitForNo('bulk-bar')
    await openAll()
    await side().waitFor('list-total', { text: '3,005' })
    await until(async () => (await rowNames(company.mia))[0] === 'Row 0001', 'all rows')
    await check('Row 0001')
    await side().click('select-all')
    await side().waitFor('bulk-count', { text: '3,005 selected' })
    const off = await inFrame(() =>
      document.querySelector('[data-testid=bulk-email]')?.getAttribute('aria-description'),
    )
    expect(off).toContain('1,000')
    await side().click('select-none')
  })

  it('changes the owner of many, edits a field of many, deletes and takes it back', async () => {
    await openTeam()
    await check('Team Aya')
    await check('Team Ben')
    await side().click('bulk-owner')
    const frame = await side().frame()
    await side().waitFor('change-owner')
    const kenId = await inFrame(
      () =>
        [...document.querySelectorAll<HTMLOptionElement>('[data-testid=new-owner] option')].find((one) =>
          one.text.startsWith('Ken'),
        )?.value ?? '',
    )
    await frame.select('[data-testid=new-owner]', kenId)
    await side().click('change-owner-do')
    await side().waitFor('toast', { text: '2 records have a new owner' })
    expect((await named('Team Ben'))?.owner.id).toBe(kenId)
    expect((await named('Team Cho'))?.owner.id).not.toBe(kenId)
    // Chosen with different owners, each goes back to their own.
    await check('Team Ben')
    await check('Team Cho')
    const miaId = (await named('Team Cho'))?.owner.id
    const tomId = (await company.tom.call<{ user: { id: string } }>('GET', '/me')).body.user.id
    await side().click('bulk-owner')
    await side().waitFor('change-owner')
    await frame.select('[data-testid=new-owner]', tomId)
    await side().click('change-owner-do')
    await side().waitFor('toast', { text: '2 records have a new owner' })
    await until(async () => (await named('Team Cho'))?.owner.id === tomId, 'the new owner')
    await side().click('toast-undo')
    await side().waitFor('toast', { text: '2 records are back with their former owners' })
    expect((await named('Team Ben'))?.owner.id).toBe(kenId)
    expect((await named('Team Cho'))?.owner.id).toBe(miaId)
    await check('Team Cho')
    await check('Team Dee')
    await side().click('bulk-edit')
    await frame.select('[data-testid=bulk-field]', 'city')
    await side().fill('bulk-value', 'Hamburg')
    await side().click('edit-field-do')
    await side().waitFor('toast', { text: '2 records changed' })
    expect((await named('Team Dee'))?.fields['city']).toBe('Hamburg')
    await check('Team Dee')
    await side().click('bulk-delete')
    await side().waitFor('delete-many', { text: '1 contact' })
    await side().click('delete-many-do')
    await side().waitFor('toast', { text: '1 record deleted' })
    await showsRows(
      company.mia,
      team.filter((name) => name !== 'Team Dee'),
    )
    await side().click('toast-undo')
    await side().waitFor('toast', { text: '1 record restored' })
    await showsRows(company.mia, team)
  })

  it('names who was skipped: a record of somebody else that the policy keeps to reading', async () => {
    await company.tom.call('PUT', '/policy/access.contacts', { value: 'read' })
    await openTeam()
    await check('Team Aya')
    await check('Team Cho')
    await side().click('bulk-edit')
    await (await side().frame()).select('[data-testid=bulk-field]', 'department')
    await side().fill('bulk-value', 'Sales')
    await side().click('edit-field-do')
    expect(await side().waitFor('toast', { text: '1 record changed' })).toContain('Team Aya')
    await company.tom.call('PUT', '/policy/access.contacts', { value: null })
  })

  it('sorts by a header, filters by conditions, keeps both as a view that has an address', async () => {
    await openTeam()
    const sorted = () =>
      inFrame(() => document.querySelector('[data-testid=column-name]')?.getAttribute('aria-sort'))
    await side().click('sort-name')
    await until(async () => (await sorted()) === 'ascending', 'up')
    await side().click('sort-name')
    await showsRows(company.mia, [...team].reverse())
    expect(await sorted()).toBe('descending')
    await openAll()
    await side().click('open-filter')
    const frame = await side().frame()
    await side().waitFor('filter-builder')
    expect(await accessibilityProblems(frame)).toEqual([])
    await frame.select('[data-testid=filter-field-0]', 'source')
    await frame.select('[data-testid=filter-op-0]', 'is')
    await side().fill('filter-value-0', 'Fair')
    await side().click('filter-show')
    const fair = ['Team Eva', 'Team Cho', 'Team Aya']
    await showsRows(company.mia, fair)
    expect(await side().waitFor('filter-chip')).toContain('Source is Fair')
    await side().click('view-menu')
    await side().click('menu-view-save-as')
    await side().fill('view-name', 'From the fair')
    await side().click('save-view-do')
    await side().waitFor('view-menu', { text: 'From the fair' })
    const { body } = await company.person.call<SavedViews>('GET', '/views?module=contacts')
    const [view] = body.views
    expect(view).toMatchObject({ name: 'From the fair', shared: false })
    expect(await placeOf(company.mia)).toBe(`contacts/view/${view?.id}`)
    // Its address is enough: after a reload and for Back.
    await company.mia.page.reload()
    await side().waitFor('view-menu', { text: 'From the fair' })
    await showsRows(company.mia, fair)
    await goTo(company.mia, 'deals')
    await side().waitFor('list-empty')
    await company.mia.page.goBack()
    await side().waitFor('view-menu', { text: 'From the fair' })
    await showsRows(company.mia, fair)
    await side().click('filter-drop')
    await side().waitFor('view-menu', { text: 'changed' })
    await side().click('view-menu')
    await side().click('menu-view-delete')
    await side().waitFor('view-menu', { text: 'All' })
  })

  it('keeps the columns a person chose, and their order', async () => {
    await openTeam()
    await side().click('open-columns')
    await side().waitFor('column-chooser')
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await side().click('column-on-city')
    await side().click('column-on-openDeals')
    await side().click('column-up-city')
    const heads = () =>
      inFrame(() =>
        [...document.querySelectorAll('[role=columnheader][data-testid]')].map((one) =>
          one.getAttribute('data-testid')?.slice('column-'.length),
        ),
      )
    const wanted = ['name', 'accountId', 'primaryAddress', 'lastContact', 'nextStep', 'city', 'ownerId']
    await until(async () => JSON.stringify(await heads()) === JSON.stringify(wanted), 'the columns')
    await press('Escape')
    await side().waitForNo('column-chooser')
    await company.mia.page.reload()
    await until(
      async () => JSON.stringify(await heads()) === JSON.stringify(wanted),
      'the same after a reload',
    )
  })

  it('says that rows came in, and moves none under the pointer', async () => {
    await openTeam()
    await side().hover('list-row', { text: 'Team Ben' })
    await company.make('contacts', { firstName: 'Team', lastName: 'Aab' })
    await side().waitFor('list-fresh', { text: '1 new' })
    expect(await rowNames(company.mia)).toEqual(team)
    await side().click('list-fresh')
    await showsRows(company.mia, ['Team Aab', ...team])
  })

  it('shows a list that was left as it is now, without a click and at the same place', async () => {
    await openTeam()
    await openAll()
    const total = await side().waitFor('list-total', { text: '3,0' })
    const next = (Number(total.replaceAll(/\D/g, '')) + 1).toLocaleString('en')
    await inFrame(() => {
      const table = document.querySelector('[data-testid=list]')
      if (table) table.scrollTop = 1000 * 40
    })
    await until(async () => (await rowNames(company.mia)).includes('Row 1005'), 'the rows in the middle')
    await goTo(company.mia, 'deals')
    const { body } = await company.person.call<ListPage>('POST', '/records/list', {
      module: 'contacts',
      at: 1000,
      limit: 20,
    })
    const row = body.rows.find((one) => one.name === 'Row 1005')
    const changed = await company.tom.call('PATCH', `/records/${row?.id}`, {
      version: row?.version,
      fields: { lastName: '1005 Renamed' },
    })
    expect(changed.status).toBe(200)
    const made = await company.tom.call('POST', '/records', {
      module: 'contacts',
      fields: { firstName: 'Zoe', lastName: 'Zuletzt' },
    })
    expect(made.status).toBe(201)
    // The events are over before the list is opened again.
    await side().waitFor('place-contacts', { text: next })
    await goTo(company.mia, 'contacts')
    await side().waitFor('list-total', { text: next })
    await until(async () => (await rowNames(company.mia)).includes('Row 1005 Renamed'), 'the row as it is')
    expect(await inFrame(() => document.querySelector('[data-testid=list]')?.scrollTop)).toBe(1000 * 40)
    await side().waitForNo('list-fresh')
  })

  it('the box in the head of a list whose rows are all at hand selects them by name', async () => {
    await goTo(company.mia, 'contacts')
    await side().fill('quick-filter', 'Team A')
    await until(
      async () => (await rowNames(company.mia)).every((name) => name.startsWith('Team A')),
      'the rows of the filter',
    )
    await inFrame(() => document.querySelector<HTMLElement>('[data-testid=select-all-box]')?.click())
    await side().waitFor('bulk-bar')
    expect(
      await inFrame(() => document.querySelector('[data-testid=bulk-task]')?.getAttribute('aria-disabled')),
    ).not.toBe('true')
    await side().click('select-none')
  })

  it('goes to anything by a few letters', async () => {
    await goTo(company.mia, 'contacts')
    await company.mia.page.keyboard.down('Control')
    await press('k')
    await company.mia.page.keyboard.up('Control')
    await side().waitFor('go-to-dialog')
    await side().fill('go-to-input', 'task')
    await side().waitFor('go-to-option', { text: 'My tasks' })
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await press('Enter')
    await side().waitFor('tasks-place')
    await side().click('go-to')
    await side().fill('go-to-input', 'Team Cho')
    await side().waitFor('go-to-option', { text: 'Team Cho' })
    await press('Enter')
    await side().waitFor('record-name', { text: 'Team Cho' })
  })

  it('creates a record in the workspace and opens it', async () => {
    await goTo(company.mia, 'contacts')
    await side().click('new-record')
    await side().waitFor('create-sheet')
    await side().fill('field-lastName', 'Newcomer')
    await side().click('create-save')
    await side().waitFor('record-name', { text: 'Newcomer' })
  })

  it('stays over a compose window of Gmail’s, and gives way when Gmail goes elsewhere', async () => {
    await goTo(company.mia, 'contacts')
    const go = (hash: string) =>
      company.mia.page.evaluate((to) => {
        location.hash = to
      }, hash)
    const address = () => company.mia.page.evaluate(() => location.hash)
    // The list opens at the view it was left in.
    const place = await until(async () => /inlay=contacts[^&]*$/.exec(await address())?.[0], 'the place')
    const path = (await address()).split('?')[0] ?? ''
    await go(`${path}?compose=new`)
    await until(async () => (await address()).endsWith(`?compose=new&${place}`), 'both in the address')
    await side().waitFor('list-row')
    await go('#search/Halden')
    await side().waitForNo('nav')
    await company.mia.page.goBack()
    await side().waitFor('list-row')
    // The compose window closes.
    await go(path)
    await until(async () => (await address()) === `${path}?${place}`, 'the place alone')
    await side().waitFor('list-row')
  })

  it('a link to nowhere says so; a wrong view shows all', async () => {
    const go = (place: string) =>
      company.mia.page.evaluate((to) => {
        location.hash = `#inbox?inlay=${to}`
      }, place)
    await go('no_such_place')
    await side().waitFor('nowhere', { text: 'no_such_place' })
    await go('record/00000000-0000-4000-8000-000000000000')
    await side().waitFor('record-missing')
    await go('contacts/view/00000000-0000-4000-8000-000000000000')
    await side().waitFor('list-total', { text: '3,0' })
  })

  it('has no finding of axe, in any of its shapes', async () => {
    await openTeam()
    for (const width of [1440, 1000, 700]) {
      await company.mia.page.setViewport({ width, height: 800 })
      await side().waitFor('list-row')
      expect(await accessibilityProblems(await side().frame())).toEqual([])
      expect(await inFrame(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
    await company.mia.page.setViewport({ width: 1440, height: 810 })
    await check('Team Aya')
    await side().waitFor('bulk-bar')
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await side().click('select-none')
  })

  it('leaves room for the round button of the panel below the last row of a narrow list', async () => {
    await openTeam()
    await openAll()
    await company.mia.page.setViewport({ width: 700, height: 800 })
    await side().waitFor('list-row')
    const below = await until(
      () =>
        inFrame(() => {
          const table = document.querySelector('[data-testid=list]')
          if (table) table.scrollTop = table.scrollHeight
          const last = [...document.querySelectorAll<HTMLElement>('[data-testid=list-row]')].find(
            (row) => row.ariaRowIndex === table?.ariaRowCount,
          )
          return last && innerHeight - last.getBoundingClientRect().bottom
        }),
      'the last row',
    )
    // It is 40 px high and stands 20 px above the edge.
    expect(below).toBeGreaterThanOrEqual(60)
    await company.mia.page.setViewport({ width: 1440, height: 810 })
  })

  it('S-006: who may not send has no Send email button, and nothing selected shows none', async () => {
    await openTeam()
    await side().waitForNo('bulk-email')
    await check('Team Aya')
    await side().waitFor('bulk-email')
    const { body } = await company.person.call<{ user: { id: string } }>('GET', '/me')
    const changed = await company.tom.call('PATCH', `/people/${body.user.id}`, { role: 'viewer' })
    expect(changed.status).toBe(200)
    await company.mia.page.reload()
    await openTeam()
    await check('Team Aya')
    await side().waitFor('bulk-bar')
    await side().waitForNo('bulk-email')
  })

  it('no page complained', () => {
    expect(company.browser.errors).toEqual([])
  })
})
