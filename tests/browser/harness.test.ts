import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElementHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeWeb, startFakeWeb } from '../stand-ins/fake-web.ts'
import { createGmailPage, type GmailPage } from '../stand-ins/gmail-page/page.ts'
import { longThread, seedThreads, seedWorld, type World } from '../stand-ins/gmail-page/world.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'
import { openExtensionPage, sidebarOf, testIdsOf } from './harness/extension-page.ts'
import { writeFixtureExtension } from './harness/fixture-extension.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { until } from './harness/until.ts'

const GMAIL = 'https://mail.google.com/mail/u/0/'

describe.each(['chromium', 'firefox'] as const)('the harness in %s', (kind) => {
  let google: GoogleStandIn
  let world: World
  let gmail: GmailPage
  let web: FakeWeb
  let browser: TestBrowser
  let page: Page
  const folder = mkdtempSync(join(tmpdir(), 'inlay-harness-'))

  beforeAll(async () => {
    google = await startGoogle({ startAt: Date.parse('2026-09-22T06:12:00Z'), running: false })
    world = seedWorld(google)
    seedThreads(google, new Map([['deep', longThread(200, 'Line 3 log')]]))
    gmail = createGmailPage({ google, accounts: [world.mia, world.ken] })
    web = await startFakeWeb({ 'mail.google.com': gmail.handler })
    browser = await launchBrowser(kind, {
      proxyPort: web.proxyPort,
      extensionDir: writeFixtureExtension(folder),
      language: 'ja',
    })
    page = await browser.newPage()
    await page.goto(GMAIL)
  })

  afterAll(async () => {
    await browser?.close()
    gmail?.stop()
    await web?.stop()
    await google?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('reaches the frame of the extension inside the page with real clicks and keys', async () => {
    const sidebar = sidebarOf(page)
    await sidebar.fill('name', 'Mia')
    await sidebar.click('greet')
    expect(await sidebar.waitFor('answer', { text: 'Mia' })).toBe('Hello Mia')
    await expect(sidebar.waitFor('hidden', { timeout: 200 })).rejects.toThrow(
      'Waited 0.2 s for [data-testid=hidden]',
    )
    await sidebar.waitForNo('hidden')
  })

  it('finds the frame again after it was loaded anew', async () => {
    const sidebar = sidebarOf(page)
    await (await sidebar.frame()).evaluate(() => location.reload())
    await sidebar.waitFor('answer', { text: '' }).catch(() => '')
    await sidebar.fill('name', 'Ken')
    await sidebar.click('greet')
    expect(await sidebar.waitFor('answer', { text: 'Ken' })).toBe('Hello Ken')
  })

  it('moves the frame’s clock, and has the language and zone it was started with', async () => {
    const sidebar = sidebarOf(page)
    await sidebar.setNow(Date.parse('2031-05-06T07:08:00Z'))
    await sidebar.click('date')
    expect(await sidebar.waitFor('answer', { text: 'Z ' })).toMatch(/^2031-05-06T07:08:0\d\.\d+Z ja$/)
    await sidebar.setNow(Date.parse('2020-01-01T00:00:00Z'))
    await sidebar.click('date')
    expect(await sidebar.waitFor('answer', { text: '2020' })).toMatch(/^2020-01-01T00:00:0/)
    expect(await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone)).toBe('Asia/Tokyo')
  })

  it('opens pages of the extension in a tab', async () => {
    const tab = testIdsOf(await openExtensionPage(browser, 'sidebar.html'))
    await tab.fill('name', 'Ana')
    await tab.click('greet')
    expect(await tab.text('answer')).toBe('Hello Ana')
    await page.bringToFront()
  })

  it('stops the background at once, and a message starts a new one', async () => {
    const sidebar = sidebarOf(page)
    const started = async () => {
      await sidebar.click('background')
      return sidebar.waitFor('answer', { text: 'started' })
    }
    const before = await started()
    expect(await started()).toBe(before)
    await browser.stopBackground()
    await sidebar.click('greet')
    expect(await started()).not.toBe(before)
  })

  it('grants a host permission that is asked for at run time', async () => {
    // Chromium's prompt cannot be answered; there only a host the manifest grants already is asked for.
    const origin = kind === 'firefox' ? 'https://crm.arbor.example/*' : 'http://127.0.0.1/*'
    // Firefox answers only in a tab: a frame inside a web page has no browser.permissions.
    const tab = testIdsOf(await openExtensionPage(browser, 'sidebar.html'))
    await tab.fill('name', origin)
    await tab.click('grant')
    expect(await tab.waitFor('answer', { text: 'granted' })).toBe('granted true')
    if (kind === 'firefox') {
      const sidebar = sidebarOf(page)
      await page.bringToFront()
      await sidebar.click('grant')
      expect(await sidebar.waitFor('answer', { text: 'refused' })).toBe('refused no such call here')
    }
  })

  describe('Gmail’s page', () => {
    /** Everything that matches and is not hidden, by what `read` takes from it. */
    const shown = (selector: string, attribute?: string): Promise<(string | null)[]> =>
      page.$$eval(
        selector,
        (nodes, name) =>
          nodes
            .filter((node) => node.getClientRects().length > 0)
            .map((node) => (name ? node.getAttribute(name) : node.textContent)),
        attribute,
      )
    const heading = (subject: string) =>
      until(async () => (await shown('h2.hP')).includes(subject) || undefined, `the thread ${subject}`)
    const go = async (hash: string) => {
      await page.evaluate((to) => {
        location.hash = to
      }, hash)
    }
    const shownNode = (selector: string, text: string) =>
      until(async () => {
        const find = (css: string, wanted: string) =>
          [...document.querySelectorAll(css)].find(
            (node) => node.getClientRects().length > 0 && node.textContent.includes(wanted),
          )
        const node = await page.evaluateHandle(find, selector, text)
        return (node.asElement() as ElementHandle<Element> | null) ?? undefined
      }, `${selector} ${text}`)
    const openRow = async (subject: string) => {
      await (await shownNode('tr.zA', subject)).click()
      await heading(subject)
    }

    beforeAll(() => page.bringToFront())

    it('opens threads without a load, by click, keys and history, and leaves the old one hidden', async () => {
      await page.evaluate(() => {
        document.documentElement.dataset['marker'] = 'same page'
      })
      await openRow('Line 4 retrofit: revised quote')
      const retrofit = world.thread('retrofit')
      expect(await shown('h2.hP', 'data-legacy-thread-id')).toEqual([retrofit.threadIdIn(world.mia)])
      expect(await page.evaluate(() => location.hash)).toMatch(/^#inbox\/FMfcg[A-Za-z]{27}$/)
      await page.keyboard.press('j')
      await heading('Nozzle loads for Line 4')
      expect(await page.$$eval('h2.hP', (nodes) => nodes.length)).toBe(2)
      expect(await shown('[role=main]')).toHaveLength(1)
      await page.goBack()
      await heading('Line 4 retrofit: revised quote')
      await page.keyboard.press('u')
      await until(async () => (await shown('tr.zA')).length > 0, 'the list')
      expect(await shown('h2.hP')).toEqual([])
      expect(await page.evaluate(() => document.documentElement.dataset['marker'])).toBe('same page')
    })

    it('gives ids and people to open messages only', async () => {
      await openRow('Line 4 retrofit: revised quote')
      const ids = () => shown('div.adn', 'data-legacy-message-id')
      const message = (nth: number) => world.thread('retrofit').messageIdIn(world.mia, nth)
      expect(await ids()).toEqual([message(1)])
      expect(await shown('.hb span[email]', 'email')).toEqual([
        world.mia,
        world.ken,
        'jonas.lind@haldenmarine.example',
      ])
      expect(await shown('.aQH > span.aZo .aV3')).toEqual([
        'PO-2291_Halden.pdf',
        'deck_layout_L4.png',
        'Spec_sheet_v2.xlsx',
      ])
      expect(await shown('.adf .gD', 'email')).toEqual([world.mia])
      await (await shownNode('.kv .adf', '')).click()
      await until(async () => (await ids()).length === 2, 'the second message')
      expect(await ids()).toEqual([message(0), message(1)])
    })

    it('has cards without a file until Gmail knows it, and cards that never have one', async () => {
      gmail.setCardsLoaded(false)
      await page.reload()
      await go('#inbox')
      await openRow('Reference projects, one folder')
      const cards = () => shown('.aQH > span.aZo', 'download_url')
      expect(await cards()).toEqual([null, null])
      expect(await shown('.aQH > span.aZo .aV3')).toEqual([])
      gmail.setCardsLoaded(true)
      await until(async () => (await shown('.aQH > span.aZo .aV3')).length === 2, 'the loaded cards')
      expect(await cards()).toEqual([expect.stringContaining('sheet:reference_contacts.xlsx:https://'), null])
      expect(await shown('.aQH .aQw button')).toHaveLength(3)
    })

    it('folds a thread of 200 messages', async () => {
      await go('#inbox')
      await openRow('Line 3 log')
      expect(await shown('[role=list] > [role=listitem]')).toHaveLength(3)
      expect(await page.$$eval('.kQ:not([role])', (nodes) => nodes.length)).toBe(197)
      await (await shownNode('.kx', '197')).click()
      expect(await shown('[role=list] > [role=listitem]')).toHaveLength(200)
    })

    it('shows new mail in the list as it comes, and keeps the accounts apart', async () => {
      await go('#inbox')
      google.mailbox(world.ken).deliver('From: x@y.example\r\nSubject: Only for Ken\r\n\r\nhello')
      google.mailbox(world.mia).deliver('From: New Person <n@y.example>\r\nSubject: Just in\r\n\r\nhello')
      await until(async () => (await shown('tr.zA .y6'))[0] === 'Just in', 'the new row')
      expect(await shown('tr.zA .y6')).not.toContain('Only for Ken')
      const other = await browser.newPage()
      await other.goto('https://mail.google.com/mail/u/1/')
      await other.waitForSelector('tr.zA')
      expect(await other.$eval('tr.zA .y6', (node) => node.textContent)).toBe('Only for Ken')
      expect(
        await other.$eval('header[role=banner] a[aria-label*="@"]', (a) => a.getAttribute('aria-label')),
      ).toContain(world.ken)
      await other.close()
      await page.bringToFront()
    })

    it('saves an answer late, sends it by Ctrl+Enter, and has no id for it until loaded anew', async () => {
      await openRow('Line 4 retrofit: revised quote')
      await page.keyboard.press('r')
      await page.waitForSelector('input[name=composeid]')
      await page.keyboard.type('Dear Elena, here it is.')
      expect(await shown('.anm[name=to] [role=option][data-hovercard-id]', 'data-hovercard-id')).toEqual([
        world.elena,
      ])
      const draft = () => page.$eval('input[name=draft]', (input) => (input as HTMLInputElement).value)
      expect(await draft()).toBe('')
      const saved = await until(async () => {
        google.clock.advance(3000)
        return draft()
      }, 'the saved draft')
      expect(saved).toMatch(/^#msg-a:r-?\d+$/)
      expect(
        google
          .mailbox(world.mia)
          .listDrafts()
          .map((d) => `#msg-a:${d.id}`),
      ).toContain(saved)
      const composer = () => shown('input[role=combobox], [g_editable=true]')
      await (await shownNode('.dC [role=button]:not([aria-haspopup])', '')).click()
      await until(async () => (await composer()).length === 0, 'the window to close')
      await (await shownNode('#link_undo', '')).click()
      await until(async () => (await composer()).length > 0, 'the window to come back')
      expect(await shown('[g_editable=true]')).toEqual(['Dear Elena, here it is.'])
      await page.keyboard.down('Control')
      await page.keyboard.press('Enter')
      await page.keyboard.up('Control')
      await until(async () => (await page.$('#link_undo')) !== null, 'the offer to undo')
      await until(async () => {
        google.clock.advance(5000)
        return (await shown('div.adn', 'data-message-id')).length === 2
      }, 'the sent message')
      const own = (await shown('div.adn', 'data-message-id')).at(-1)
      expect(own).toMatch(/^#msg-a:r/)
      expect((await shown('div.adn', 'data-legacy-message-id')).at(-1)).toBeNull()
      const thread = google.mailbox(world.mia).getThread(world.thread('retrofit').threadIdIn(world.mia))
      await page.reload()
      await heading('Line 4 retrofit: revised quote')
      expect(await shown('div.adn', 'data-legacy-message-id')).toEqual([thread?.messages?.at(-1)?.id])
    })

    it('turns dark while open', async () => {
      const ground = () => page.$eval('body', (body) => getComputedStyle(body).backgroundColor)
      const before = await ground()
      gmail.setTheme('dark')
      await until(async () => (await ground()) !== before, 'the dark ground')
      gmail.setTheme('light')
      await until(async () => (await ground()) === before, 'the light ground')
    })

    it('has no errors under its own policy', () => {
      expect(browser.errors).toEqual([])
    })
  })

  it('lets nothing out, and writes down who tried', async () => {
    const tab = await browser.newPage()
    await expect(tab.goto('https://outside.example/')).rejects.toThrow(/ERR_TUNNEL|NS_ERROR_PROXY/)
    await tab.close()
    expect(web.blocked).toContain('outside.example:443')
    if (kind === 'firefox') expect(web.blocked).toEqual(['outside.example:443'])
  })
})
