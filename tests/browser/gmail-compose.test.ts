import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DraftList } from '../../lib/contract/compose.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { lookAt } from '../road/arrange.ts'
import { until } from './harness/until.ts'
import { type Rep, settle } from './sidebar-kit.ts'

/** Hostile words a mail may carry. */
const HOSTILE = '<img src=x onerror="document.title=1">'

describe.each(['chromium', 'firefox'] as const)('in Gmail’s own compose window, in %s', (kind) => {
  let rep: Rep

  beforeAll(async () => {
    // Gmail saves when the test says so.
    rep = await settle(kind, {
      town: { page: { autosaveMs: 600_000 }, google: { startAt: Date.parse('2026-11-23T15:00:00+09:00') } },
    })
    const made = await rep.person.call('POST', '/templates', {
      name: 'Dates',
      subject: 'Dates for {{ recipient.firstName }}',
      html: '<p>Dear <b>{{ recipient.firstName }}</b>,</p><p><a href="https://arbor.example/dates">our dates</a><img src="https://x.example/x.png"></p>',
    })
    if (made.status !== 201) throw new Error(JSON.stringify(made.body))
    await toLibrary('価格表 2026.pdf', 900_000)
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const side = () => rep.mia.side
  const page = () => rep.mia.page
  const windowsBody = '.dw [g_editable]'
  const html = () => page().$eval(windowsBody, (node) => node.innerHTML)
  const box = () => rep.town.google.mailbox(rep.town.world.mia)
  const drafts = () => box().listDrafts()
  const ours = async () => (await rep.person.call<DraftList>('GET', '/sends/drafts')).body.drafts

  async function toLibrary(name: string, size: number) {
    const begun = await rep.person.call<{ id: string }>('POST', '/uploads', {
      purpose: 'library',
      name,
      size,
      mimeType: 'application/pdf',
    })
    const put = await fetch(`${rep.town.backend.url}/api/v1/uploads/${begun.body.id}?offset=0`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${rep.person.session}` },
      body: Buffer.alloc(size, 'x'),
    })
    if (put.status !== 200) throw new Error(await put.text())
  }

  /** Gmail saves now, whatever the page has told it by then. */
  function saved(look: () => boolean): boolean {
    rep.town.gmail.saveDrafts()
    return look()
  }

  /** A new window of Gmail's with a recipient, a subject and words. */
  async function compose(to: string[], subject: string, words: string) {
    await page().bringToFront()
    await page().$$eval('.dw .az5 .iconButton', (all) => {
      for (const one of all) if (one instanceof HTMLElement) one.click()
    })
    await page().click('[gh=cm]')
    const field = await page().waitForSelector('.dw .anm[name=to] input')
    for (const address of to) {
      await field?.type(address)
      await field?.press('Enter')
    }
    if (subject !== '') await page().type('.dw input[name=subjectbox]', subject)
    await page().click(windowsBody)
    await page().keyboard.type(words)
    await page().waitForSelector('.dw inlay-compose >>> .tool')
  }

  /** Chooses a row of our menu in it. */
  async function choose(row: string, place = '.dw') {
    await page().bringToFront()
    await page().waitForSelector(`${place} inlay-compose >>> .tool`)
    // What scrolls closes a menu, and a window that has just opened may still do so.
    await until(async () => {
      await using shown = await page().$(`${place} inlay-compose >>> .menu:popover-open [data-id=${row}]`)
      if (shown === null) await page().click(`${place} inlay-compose >>> .tool`)
      else await shown.click()
      return shown !== null
    }, `the row ${row}`)
  }
  /** The mail was taken over, and its times are shown; Gmail saves on until then. */
  const scheduling = () =>
    until(async () => {
      rep.town.gmail.saveDrafts()
      return (await side().texts('schedule-sheet')).length > 0
    }, 'the times')
  const closeWindow = async () => {
    // A moment ago the panel lay over it.
    await page().$eval('.dw .oh', (trash) => trash instanceof HTMLElement && trash.click())
    await until(async () => (await page().$('.dw .aoI')) === null, 'no window')
  }

  it('its button stands among Gmail’s tools, is reached by keys, and brings template, link and file to the caret', async () => {
    await compose([rep.town.world.elena], '', 'Before after')
    const place = await page().$eval('.dw inlay-compose', (host) => {
      const own = host.getBoundingClientRect()
      const others = [...document.querySelectorAll('.dw .btC [role=button]')].map((one) =>
        one.getBoundingClientRect(),
      )
      const covers = others.some(
        (one) =>
          one.left < own.right - 1 &&
          one.right > own.left + 1 &&
          one.top < own.bottom &&
          one.bottom > own.top,
      )
      return {
        covers,
        inRow: host.parentElement?.className,
        scripts: document.querySelectorAll('script[src*="extension"]').length,
      }
    })
    expect(place).toEqual({ covers: false, inRow: 'btC', scripts: 0 })
    const tool = await page().waitForSelector('.dw inlay-compose >>> .tool')
    await tool?.focus()
    await page().keyboard.press('Enter')
    await page().waitForSelector('.dw inlay-compose >>> [data-id=template]')
    const rows = await page().$$eval('.dw inlay-compose >>> [role=menuitem] span', (all) =>
      all.map((one) => one.firstChild?.textContent),
    )
    expect(rows).toEqual([
      'Insert template',
      'Insert record link',
      'Attach from Inlay',
      'Check recipients',
      'Schedule with Inlay',
    ])
    if (kind === 'chromium') await lookAt(rep.mia, 'gmail-menu')
    await page().keyboard.press('Escape')
    // The caret stands between the two words.
    await page().click(windowsBody)
    await page().keyboard.press('End')
    for (let step = 0; step < 'after'.length; step++) await page().keyboard.press('ArrowLeft')
    await choose('template')
    await side().click('gmail-template-row', { text: 'Dates' })
    await until(async () => (await html()).includes('our dates'), 'the template in Gmail’s window')
    const put = await html()
    expect(put).toMatch(/Before\s*(?:&nbsp;)?.*Dear <b>Elena<\/b>.*after/s)
    expect(put).toContain('<a href="https://arbor.example/dates">our dates</a>')
    expect(put).not.toContain('<img')
    expect(await page().$eval('.dw input[name=subjectbox]', (node) => (node as HTMLInputElement).value)).toBe(
      'Dates for Elena',
    )
    await side().waitForNo('gmail-template')
    await choose('link')
    await side().fill('search-input', 'Elena')
    await side().click('search-row', { text: 'Elena Brandt' })
    await until(
      async () => (await html()).includes(`inlay=record/${rep.elenaId}">Elena Brandt</a>`),
      'the link',
    )
    await choose('files')
    await side().waitFor('gmail-file-row', { text: '価格表 2026.pdf' })
    await lookAt(rep.mia, 'gmail-files')
    await side().click('gmail-file-row', { text: '価格表 2026.pdf' })
    await page().waitForSelector('.dw .dL .vI')
    await side().waitFor('toast', { text: '価格表 2026.pdf is with Gmail now.' })
    // Gmail has heard of all of it: its draft has the words and the bytes.
    const kept = () =>
      drafts()
        .map((one) => box().getMessage(one.message?.id ?? ''))
        .filter((one) => one?.snippet?.startsWith('Before'))
        .flatMap((one) => one?.payload?.parts ?? [])
        .map((part) => [part.filename, part.body?.size])
    await until(() => saved(() => kept().some(([, size]) => size === 900_000)), 'the file in Gmail’s draft')
    expect(kept().at(-1)).toEqual(['価格表 2026.pdf', 900_000])
    await side().click('close')
    await closeWindow()
  })

  it('checks whom the mail would reach: known, colleague, unknown, a slip', async () => {
    await compose(
      [rep.town.world.elena, 'ken.mori@arbor.example', 'nobody@nowhere.example', 'ana@gmial.com'],
      'Check',
      'x',
    )
    await choose('check')
    await side().waitFor('gmail-recipient', { text: 'Elena Brandt' })
    await lookAt(rep.mia, 'gmail-check')
    // The panel stands beside the window it speaks of.
    const panel = await page().$eval('inlay-sidebar >>> .panel', (node) => node.getBoundingClientRect().right)
    const left = await page().$eval('.dw', (node) => node.querySelector('form')?.getBoundingClientRect().left)
    expect(panel).toBeLessThan(left ?? 0)
    const rows = await side().texts('gmail-recipient')
    expect(rows[0]).toContain('ana@gmail.com')
    expect(rows.find((row) => row.startsWith('nobody'))).toContain('On no record')
    expect(await side().text('gmail-check-sum')).toContain('1 recipient needs a look')
    await side().click('close')
    await closeWindow()
  })

  it('hands the mail over once Gmail has saved it as it stands; then Gmail’s window and draft are gone', async () => {
    const before = drafts().length
    await compose(
      [`Elena Brandt <${rep.town.world.elena}>`],
      `見積 ${HOSTILE}`,
      `お世話に ${HOSTILE} なっております。`,
    )
    await choose('files')
    await side().click('gmail-file-row', { text: '価格表 2026.pdf' })
    await page().waitForSelector('.dw .dL .vI')
    await choose('take')
    await side().waitFor('gmail-waiting')
    await lookAt(rep.mia, 'gmail-waiting')
    expect(await ours()).toEqual([])
    await scheduling()
    await until(async () => (await page().$('.dw .aoI')) === null, 'no window')
    await until(() => drafts().length === before, 'no draft of Gmail’s')
    await lookAt(rep.mia, 'gmail-taken')
    const [taken] = await ours()
    const { body } = await rep.person.call<Send>('GET', `/sends/${taken?.id}`)
    expect(body).toMatchObject({
      subject: `見積 ${HOSTILE}`,
      to: [{ address: rep.town.world.elena, name: 'Elena Brandt' }],
    })
    expect(body.body).toContain(`お世話に ${HOSTILE} なっております。`)
    expect(body.html).not.toContain('<img')
    expect(body.files.map(({ name, size, source }) => [name, size, source])).toEqual([
      ['価格表 2026.pdf', 900_000, 'gmail'],
    ])
    await side().click('time-tomorrow_8')
    await side().waitForNo('schedule-sheet')
    await until(
      async () => (await rep.person.call<Send>('GET', `/sends/${taken?.id}`)).body.status === 'scheduled',
      'it to be scheduled',
    )
  })

  it('hands an answer over that is written below its thread: with its quote, to its thread', async () => {
    await page().bringToFront()
    await page().$$eval('[role=main] .amn .ams', ([reply]) => reply instanceof HTMLElement && reply.click())
    const body = await page().waitForSelector('.iN [g_editable]')
    await body?.click()
    await page().keyboard.type('Yes, gladly.')
    await choose('take', '.iN')
    await scheduling()
    await until(async () => (await page().$('.iN .aoI')) === null, 'no answer below the thread')
    const taken = (await ours()).find((one) => one.subject.startsWith('Re: Line 4'))
    const { body: send } = await rep.person.call<Send>('GET', `/sends/${taken?.id}`)
    const thread = rep.town.world.thread('retrofit')
    expect(send.replyTo).toEqual({
      threadId: thread.threadIdIn(rep.town.world.mia),
      messageId: thread.messageIdIn(rep.town.world.mia, -1),
    })
    expect([send.html.includes('Yes, gladly.'), send.html.includes('fast turnaround')]).toEqual([true, false])
    expect(send.quote).toContain('fast turnaround')
    await side().click('close')
  })

  it('stops after ten seconds when Gmail’s draft never says the same, and takes nothing', async () => {
    await compose([rep.town.world.elena], 'Never', 'One')
    await until(
      () => saved(() => drafts().some((one) => subjectOf(one.message?.id) === 'Never')),
      'the draft',
    )
    await page().click(windowsBody)
    await page().keyboard.type(' two')
    await choose('take')
    await side().waitFor('gmail-waiting')
    rep.town.google.clock.advance(10_000)
    expect(await side().waitFor('gmail-not-taken')).toContain('Gmail has not saved this mail')
    await lookAt(rep.mia, 'gmail-late')
    expect((await ours()).filter((one) => one.subject === 'Never')).toEqual([])
    expect(await html()).toContain('One two')
    await until(() => saved(() => snippetOf('Never').includes('two')), 'the later words')
    await side().click('gmail-again')
    await scheduling()
    await side().click('close')
  })

  it('a window that will not close says whose the mail is; what Gmail writes once more is deleted', async () => {
    await compose([rep.town.world.elena], 'Stays', 'Held')
    await until(
      () => saved(() => drafts().some((one) => subjectOf(one.message?.id) === 'Stays')),
      'the draft',
    )
    // Gmail’s button is not where it was: nothing presses it.
    await page().evaluate(() => document.querySelector('.dw .oh')?.classList.remove('oh'))
    await choose('take')
    await scheduling()
    const line = await page().waitForSelector('.dw inlay-compose >>> .held')
    expect(await line?.evaluate((node) => node.textContent)).toContain('Inlay holds this mail.Discard here')
    await lookAt(rep.mia, 'gmail-held')
    await until(() => !drafts().some((one) => subjectOf(one.message?.id) === 'Stays'), 'no draft')
    // Gmail’s page finds its draft gone, and writes it again.
    await page().click('.dw input[name=subjectbox]')
    await page().keyboard.type('x')
    await page().keyboard.press('Backspace')
    await until(
      () => saved(() => drafts().some((one) => subjectOf(one.message?.id) === 'Stays')),
      'the draft again',
    )
    rep.town.google.clock.advance(70_000)
    await until(() => !drafts().some((one) => subjectOf(one.message?.id) === 'Stays'), 'no draft again')
    await page().evaluate(() => document.querySelector('.dw .az5 .iconButton')?.classList.add('oh'))
    await (await page().waitForSelector('.dw inlay-compose >>> .held button'))?.click()
    await until(async () => (await page().$('.dw .aoI')) === null, 'no window')
  })

  const subjectOf = (id: string | null | undefined) =>
    box()
      .getMessage(id ?? '')
      ?.payload?.headers?.find((header) => header.name === 'Subject')?.value
  const snippetOf = (subject: string) =>
    drafts()
      .filter((one) => subjectOf(one.message?.id) === subject)
      .map((one) => box().getMessage(one.message?.id ?? '')?.snippet ?? '')
      .join()
})
