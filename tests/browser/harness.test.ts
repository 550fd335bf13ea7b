import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeWeb, startFakeWeb } from '../stand-ins/fake-web.ts'
import { openExtensionPage, sidebarOf, testIdsOf } from './harness/extension-page.ts'
import { writeFixtureExtension } from './harness/fixture-extension.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'

const GMAIL = 'https://mail.google.com/mail/u/0/'

describe.each(['chromium', 'firefox'] as const)('the harness in %s', (kind) => {
  let web: FakeWeb
  let browser: TestBrowser
  let page: Page
  const folder = mkdtempSync(join(tmpdir(), 'inlay-harness-'))

  beforeAll(async () => {
    web = await startFakeWeb({
      'mail.google.com': (_request, response) => {
        response.setHeader('content-security-policy', "require-trusted-types-for 'script'; frame-src 'self'")
        response
          .setHeader('content-type', 'text/html')
          .end('<!doctype html><title>Gmail</title><h1>Gmail</h1>')
      },
    })
    browser = await launchBrowser(kind, {
      proxyPort: web.proxyPort,
      extensionDir: writeFixtureExtension(folder),
    })
    page = await browser.newPage()
    await page.goto(GMAIL)
  })

  afterAll(async () => {
    await browser?.close()
    await web?.stop()
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

  it('lets nothing out, and writes down who tried', async () => {
    await page.evaluate(() => fetch('https://outside.example/', { mode: 'no-cors' }).catch(() => {}))
    expect(web.blocked).toContain('outside.example:443')
    if (kind === 'firefox') expect(web.blocked).toEqual(['outside.example:443'])
  })
})
