import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CardState, PageState } from '../../lib/extension/messages.ts'
import { type FakeWeb, startFakeWeb } from '../stand-ins/fake-web.ts'
import { tokenOf } from '../stand-ins/gmail-page/ids.ts'
import { createGmailPage, type GmailPage } from '../stand-ins/gmail-page/page.ts'
import { seedWorld, type World } from '../stand-ins/gmail-page/world.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { type PanelProbe, probePanel } from './harness/panel-probe.ts'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'

/** The view somebody sees; Gmail keeps others hidden beside it. */
const HERE = '[role=main]:not([style*="none"])'
const MIA = 'mia.sato@arbor.example'
const KEN = 'ken.mori@arbor.example'

describe.each(['chromium', 'firefox'] as const)('the page adapter in %s', (kind) => {
  let google: GoogleStandIn
  let world: World
  let gmail: GmailPage
  let web: FakeWeb
  let browser: TestBrowser
  let extensionDir: string
  let page: Page
  let panel: PanelProbe

  const hashOf = (thread: string, account = MIA) =>
    `#inbox/${tokenOf(account, world.thread(thread).threadIdIn(account))}`
  const go = (hash: string, tab = page) =>
    tab.evaluate((next) => {
      location.hash = next
    }, hash)
  const open = async (thread: string): Promise<PageState> => {
    await go(hashOf(thread))
    return panel.state((state) => state.thread?.threadId === world.thread(thread).threadIdIn(MIA))
  }

  beforeAll(async () => {
    google = await startGoogle()
    world = seedWorld(google)
    gmail = createGmailPage({ google, accounts: [MIA, KEN] })
    web = await startFakeWeb({ 'mail.google.com': gmail.handler })
    extensionDir = await buildExtension(kind)
    browser = await launchBrowser(kind, { proxyPort: web.proxyPort, extensionDir })
    page = await browser.newPage()
    await page.goto('https://mail.google.com/mail/u/0/#inbox')
    panel = await probePanel(page)
  })

  afterAll(async () => {
    await browser?.close()
    gmail?.stop()
    await web?.stop()
    await google?.stop()
  })

  it('S-001: tells the panel the thread, its people and its files, under Gmail’s own policy', async () => {
    const { thread, account, accountIndex, theme, health } = await open('retrofit')
    const seeded = world.thread('retrofit')
    expect({ account, accountIndex, theme, health }).toEqual({
      account: MIA,
      accountIndex: 0,
      theme: 'light',
      health: { ok: true, missing: [] },
    })
    expect(thread?.subject).toBe('Line 4 retrofit: revised quote')
    expect(thread?.messageCount).toBe(2)
    expect(thread?.messageIds).toEqual([seeded.messageIdIn(MIA, 1)])
    expect(thread?.people.map((person) => person.address)).toEqual([
      MIA,
      'elena.brandt@haldenmarine.example',
      KEN,
      'jonas.lind@haldenmarine.example',
    ])
    expect(thread?.attachments.map(({ name, isDriveLink }) => [name, isDriveLink])).toEqual([
      ['PO-2291_Halden.pdf', false],
      ['deck_layout_L4.png', false],
      ['Spec_sheet_v2.xlsx', false],
    ])
    expect(thread?.signatureText).toContain('Kind regards')
    expect(thread?.signatureFrom).toBe('elena.brandt@haldenmarine.example')
  })

  it('follows a message that is opened, and leaves closed ones without an id', async () => {
    await open('retrofit')
    await page.click(`${HERE} [role=listitem][aria-expanded=false] .adf`)
    const { thread } = await panel.state((state) => state.thread?.messageIds.length === 2)
    expect(thread?.messageCount).toBe(2)
    expect(thread?.attachments.map(({ name }) => name)).toContain('Q-1187_revB.pdf')
  })

  it('counts a long thread with its folded messages, and the same when they are shown', async () => {
    const { thread } = await open('long')
    expect(thread?.messageCount).toBe(44)
    await page.click(`${HERE} .kx`)
    await until(
      () => page.$$eval(`${HERE} [role=listitem]`, (items) => items.length === 44),
      'the folded messages',
    )
    const after = await panel.settled()
    expect(after.thread?.messageCount).toBe(44)
    expect(after.thread?.people.map((person) => person.address).sort()).toEqual(
      [MIA, KEN, 'jonas.lind@haldenmarine.example'].sort(),
    )
  })

  it('forgets the thread on the list, and is not fooled by the stale one Gmail keeps hidden', async () => {
    await open('retrofit')
    await open('northwind')
    expect(await page.$$eval('h2.hP', (all) => all.length)).toBeGreaterThan(1)
    await go('#inbox')
    const { thread } = await panel.state((state) => state.thread === undefined)
    expect(thread).toBeUndefined()
    expect((await open('retrofit')).thread?.subject).toBe('Line 4 retrofit: revised quote')
  })

  it('keeps Drive chips and leaves inline images out', async () => {
    const drive = await open('driveFolder')
    expect(drive.thread?.attachments.filter(({ isDriveLink }) => isDriveLink)).toHaveLength(1)
  })

  it('says nothing while somebody types', async () => {
    await open('retrofit')
    await page.click(`${HERE} .amn [role=button]`)
    const body = await page.waitForSelector('[contenteditable=true]')
    await body?.focus()
    await panel.settled()
    const before = await panel.count('page.changed')
    await page.keyboard.type('Dear Elena, many thanks')
    expect(await panel.count('page.changed')).toBe(before)
    await page.click('.iN [aria-label*="iscard"]').catch(() => undefined)
  })

  it('follows Gmail’s theme', async () => {
    gmail.setTheme('dark')
    expect((await panel.state((state) => state.theme === 'dark')).theme).toBe('dark')
    gmail.setTheme('light')
    expect((await panel.state((state) => state.theme === 'light')).theme).toBe('light')
  })

  describe('S-054: the File button', () => {
    const cardOf = (state: PageState, name: string) => {
      const found = state.thread?.attachments.find((attachment) => attachment.name === name)
      if (!found) throw new Error(`No card ${name}`)
      return found.key
    }
    const card = (key: string, part: Partial<CardState>): CardState => ({
      key,
      state: 'rest',
      label: 'File',
      tooltip: '',
      percent: undefined,
      undo: false,
      ...part,
    })

    it('stands in Gmail’s row and files with one click that Gmail does not see', async () => {
      const state = await open('retrofit')
      await panel.say('panel.labels', { file: 'File', undo: 'Undo', openPanel: 'Open Inlay', cancel: 'Stop' })
      const key = cardOf(state, 'PO-2291_Halden.pdf')
      await panel.say('panel.cards', {
        cards: [card(key, { tooltip: 'File to Line 4 retrofit\nPO-2291 is on page 1\n⇧ click: file all 3' })],
      })
      await page.hover(`${HERE} .aQH > span.aZo`)
      const button = await page.waitForSelector('inlay-file >>> .file')
      const box = await button?.boundingBox()
      expect(box?.height).toBe(32)
      await page.evaluate(() => {
        for (const type of ['click', 'mousedown', 'keydown'])
          document.body.addEventListener(type, () => document.body.setAttribute('data-gmail-saw', type))
      })
      await page.hover('inlay-file >>> .file')
      expect(await page.$eval('inlay-file >>> .tip', (tip) => tip.matches(':popover-open'))).toBe(true)
      await screenshot(page, `${kind}-card-rest`)
      await page.click('inlay-file >>> .file')
      expect(await panel.heard('page.file')).toEqual({ key, choose: false })
      expect(await page.$eval('body', (body) => body.dataset['gmailSaw'])).toBeUndefined()
    })

    it('shows progress with a way to stop, then the record with a way back, in both themes', async () => {
      const state = await open('retrofit')
      const [first, second, third] = ['PO-2291_Halden.pdf', 'deck_layout_L4.png', 'Spec_sheet_v2.xlsx'].map(
        (name) => cardOf(state, name),
      )
      await panel.say('panel.cards', {
        cards: [
          card(first ?? '', {
            state: 'failed',
            label: 'No room for this file',
            tooltip: 'Nothing was filed.',
          }),
          card(second ?? '', { state: 'busy', label: 'Filing… 64%', percent: 64 }),
          card(third ?? '', { state: 'filed', label: 'On Line 4 retrofit', undo: true }),
        ],
      })
      await page.waitForSelector('inlay-file >>> .strip')
      await page.mouse.move(5, 5)
      await screenshot(page, `${kind}-cards`)
      gmail.setTheme('dark')
      await panel.state((next) => next.theme === 'dark')
      const ground = await page.$eval(
        'inlay-file >>> .strip',
        (strip) => getComputedStyle(strip).backgroundColor,
      )
      expect(ground).toBe('rgb(25, 28, 29)')
      await screenshot(page, `${kind}-cards-dark`)
      gmail.setTheme('light')
      await panel.state((next) => next.theme === 'light')
      await page.click('inlay-file >>> .close')
      expect(await panel.heard('page.cancel-file')).toEqual({ key: second })
      await page.click('inlay-file >>> .undo')
      expect(await panel.heard('page.undo-file')).toEqual({ key: third })
      await page.click('inlay-file >>> .label.filed')
      expect(await panel.heard('page.open-filed')).toEqual({ key: third })
      await panel.say('panel.cards', { cards: [] })
    })

    it('is off on a Drive chip, with the reason', async () => {
      const state = await open('driveFolder')
      const chip = state.thread?.attachments.find(({ isDriveLink }) => isDriveLink)
      await panel.say('panel.cards', {
        cards: [card(chip?.key ?? '', { state: 'off', tooltip: 'Drive link, no file inside' })],
      })
      const off = await page.waitForSelector('inlay-file >>> .file[aria-disabled=true]')
      const before = await panel.count('page.file')
      await page.hover(`${HERE} .aQH > span.aZo`)
      await off?.click()
      await panel.settled()
      expect(await panel.count('page.file')).toBe(before)
    })
  })

  it('keeps the line under the subject free from the first paint, and fills it with text only', async () => {
    const { thread } = await open('northwind')
    const top = await page.$eval('inlay-line', (line) => [
      line.clientHeight,
      line.previousElementSibling?.className,
    ])
    expect(top).toEqual([22, 'ha'])
    const list = () =>
      page.$$eval(`${HERE} [role=list]`, (all) => all.map((one) => one.getBoundingClientRect().top))
    const before = await list()
    const hostile = '<img src=x onerror=alert(1)>'
    await panel.say('panel.subject-line', {
      threadId: thread?.threadId,
      text: [
        { text: 'On ', strong: false },
        { text: hostile, strong: true },
      ],
    })
    await until(
      () => page.$eval('inlay-line >>> span', (span) => span.textContent?.startsWith('On ')),
      'the line',
    )
    expect(
      await page.$eval('inlay-line >>> span', (span) => [span.textContent, span.querySelector('img')]),
    ).toEqual([`On ${hostile}`, null])
    expect(await list()).toEqual(before)
    await panel.say('panel.subject-line', {
      threadId: 'abcdef0123',
      text: [{ text: 'Too late', strong: false }],
    })
    await panel.settled()
    expect(await page.$eval('inlay-line >>> span', (span) => span.textContent)).toContain('On ')
  })

  it('opens and closes by the button on the rail, remembers it, and lies below compose windows', async () => {
    const isOpen = () => page.$eval('inlay-sidebar >>> .panel', (element) => !(element as HTMLElement).inert)
    // Nobody is signed in here, so the panel answered the clicks on File above by opening itself.
    await panel.say('panel.open', { open: false })
    await until(async () => !(await isOpen()), 'the panel to close')
    await page.click('inlay-sidebar >>> .rail')
    expect(await panel.heard('page.focus-panel')).toEqual({})
    expect(await isOpen()).toBe(true)
    await panel.say('panel.badge', { held: 2 })
    await until(
      () => page.$eval('inlay-sidebar >>> .count', (count) => count.textContent === '2'),
      'the counter',
    )
    const box = () =>
      page.$eval('inlay-sidebar >>> .panel', (element) => {
        const { top, width, right, bottom } = element.getBoundingClientRect()
        return [top, width, innerWidth - right, innerHeight - bottom].join()
      })
    await until(async () => (await box()) === '64,360,56,12', 'the panel beside the rail')
    await page.click('[gh=cm]')
    const covers = await until(
      () =>
        page.evaluate(() => {
          const form = document
            .querySelector('.dw input[name=composeid]')
            ?.closest('[role=region], .aoI, .dw > *')
          if (!form) return undefined
          const { left, right, top, bottom } = form.getBoundingClientRect()
          const x = Math.min(right - 10, innerWidth - 80)
          return { hit: form.contains(document.elementFromPoint(x, (top + bottom) / 2)), left }
        }),
      'a compose window',
    )
    expect(covers.hit).toBe(true)
    await screenshot(page, `${kind}-panel-open`)
    await page.reload()
    panel = await probePanel(page)
    await panel.state((state) => state.account === MIA)
    await until(isOpen, 'the panel to stand as it was left')
    await page.click('inlay-sidebar >>> .rail')
    await until(async () => !(await isOpen()), 'the panel to close')
  })

  it('is closed and over the mail in a narrow window, and a sheet in a very narrow one', async () => {
    const shape = () =>
      page.$eval('inlay-sidebar >>> .panel', (element) => (element as HTMLElement).dataset['shape'])
    await page.setViewport({ width: 1000, height: 700 })
    await until(async () => (await shape()) === 'over', 'the panel to lie over')
    await page.click('inlay-sidebar >>> .rail')
    await page.setViewport({ width: 700, height: 700 })
    await until(async () => (await shape()) === 'sheet', 'the sheet')
    const width = await page.$eval(
      'inlay-sidebar >>> .panel',
      (element) => element.getBoundingClientRect().width,
    )
    expect(width).toBe(700)
    await page.setViewport({ width: 1440, height: 810 })
    await until(async () => (await shape()) === 'beside', 'the panel beside the mail')
  })

  it('goes on after the background was stopped', async () => {
    await go('#inbox')
    await panel.state((state) => state.thread === undefined)
    await browser.stopBackground()
    expect((await open('warranty')).thread?.subject).toBe('Extended warranty: what is covered?')
  })

  it('keeps two tabs with two accounts apart', async () => {
    const before = await panel.settled()
    const other = await browser.newPage()
    await other.goto('https://mail.google.com/mail/u/1/#inbox')
    const otherPanel = await probePanel(other)
    const seen = await otherPanel.state((state) => state.account !== undefined)
    expect([seen.account, seen.accountIndex]).toEqual([KEN, 1])
    await go(hashOf('retrofit', KEN), other)
    await otherPanel.state((state) => state.thread?.subject === 'Line 4 retrofit: revised quote')
    await other.close()
    await page.bringToFront()
    const after = await panel.settled()
    expect([after.account, after.thread?.threadId]).toEqual([MIA, before.thread?.threadId])
  })

  it('weighs little', () => {
    const script = readFileSync(join(extensionDir, 'content-scripts/gmail.js'))
    const bytes = gzipSync(script, { level: 9 }).length
    console.log(`content script: ${script.length} bytes, ${bytes} gzipped`)
    expect(bytes).toBeLessThan(15_000)
    expect(script.toString()).not.toMatch(/preact|ZodError/i)
  })

  it('leaves nothing in the page when the extension is replaced', async () => {
    await browser.browser.installExtension(extensionDir)
    await page.bringToFront()
    await page.evaluate(() => document.body.append(document.createElement('p')))
    const hosts = () =>
      page.$$eval('inlay-sidebar, inlay-file, inlay-line', (all) => all.map((one) => one.localName))
    // Firefox puts the new script into open tabs, Chromium waits for a reload.
    const wanted = kind === 'firefox' ? 1 : 0
    await until(
      async () => (await hosts()).filter((name) => name === 'inlay-sidebar').length === wanted,
      'the old panel to go',
    )
    expect(browser.errors).toEqual([])
  })
})
