import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTown, type Town } from '../stand-ins/town.ts'
import { buildExtension } from './harness/build.ts'
import { openExtensionPage, type TestIds, testIdsOf } from './harness/extension-page.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'

const MIA = 'mia.sato@arbor.example'
const KEN = 'ken.mori@arbor.example'

interface Kept {
  server?: string
  accounts?: string[]
  [session: `session:${string}`]: { token: string; email: string; server: string }
}

describe.each(['chromium', 'firefox'] as const)('server and sign-in in %s', (kind) => {
  let town: Town
  let browser: TestBrowser
  let page: Page
  let options: TestIds

  const kept = () =>
    page.evaluate(() => {
      type Local = { storage: { local: { get(keys: null): Promise<unknown> } } }
      const scope = globalThis as unknown as { browser?: Local; chrome: Local }
      return (scope.browser ?? scope.chrome).storage.local.get(null)
    }) as Promise<Kept>
  const forgetAll = () =>
    page.evaluate(() => {
      type Local = { storage: { local: { clear(): Promise<void> } } }
      const scope = globalThis as unknown as { browser?: Local; chrome: Local }
      return (scope.browser ?? scope.chrome).storage.local.clear()
    })
  const tabAt = (start: string) =>
    until(async () => {
      for (const tab of await browser.browser.pages()) if ((await hrefOf(tab))?.startsWith(start)) return tab
      return undefined
    }, `a tab at ${start}`)
  const choose = async (email: string): Promise<Page> => {
    const google = await tabAt(town.google.url)
    await google.bringToFront()
    const button = await google.waitForSelector(`button[value="${email}"], button[value=allow]`)
    if ((await button?.evaluate((element) => (element as HTMLButtonElement).value)) === email) {
      await button?.click()
      await google.waitForSelector('button[value=allow]')
    }
    return google
  }
  const useServer = async () => {
    await options.fill('server', town.backend.url)
    await options.press('server', 'Enter')
    await options.waitFor('sign-in')
  }

  beforeAll(async () => {
    town = await startTown({ accounts: [MIA, KEN] })
    town.google.settings.autoApprove = false
    browser = await launchBrowser(kind, {
      proxyPort: town.web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
  })

  beforeEach(async () => {
    page = await openExtensionPage(browser, 'options.html')
    await forgetAll()
    await page.close()
    page = await openExtensionPage(browser, 'options.html')
    await page.bringToFront()
    options = testIdsOf(page)
  })

  afterEach(() => page.close())

  afterAll(async () => {
    await browser?.close()
    await town?.stop()
  })

  it('says in words why an address cannot be the server, and keeps none of them', async () => {
    const stranger = createServer((_request, response) => response.end('<h1>Printer</h1>'))
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const port = (stranger.address() as AddressInfo).port
    const wrong: [string, string][] = [
      ['crm arbor', 'not a web address'],
      ['ftp://crm.arbor.example', 'not a web address'],
      ['http://192.168.1.20:8787', 'not encrypted'],
      [`http://127.0.0.1:${port}`, 'not an Inlay server'],
      ['http://127.0.0.1:9', 'doesn’t answer'],
    ]
    for (const [typed, words] of wrong) {
      await options.fill('server', typed)
      await options.press('server', 'Enter')
      expect(await options.waitFor('server-news', { text: words })).toContain(words)
    }
    await screenshot(page, `${kind}-options-wrong`)
    expect((await kept()).server).toBeUndefined()
    stranger.closeAllConnections()
    stranger.close()
  })

  it('signs in through Google’s page with a background that was stopped meanwhile, and shows the account', async () => {
    await useServer()
    await screenshot(page, `${kind}-options-server`)
    await options.click('sign-in')
    const google = await choose(MIA)
    await browser.stopBackground()
    await google.click('button[value=allow]')
    expect(await options.waitFor('account', { text: MIA })).toContain('connected')
    await until(async () => (await hrefOf(google)) === undefined, 'Google’s tab to close')
    const { accounts, ...rest } = await kept()
    expect(accounts).toEqual([MIA])
    expect(rest[`session:${MIA}`]?.server).toBe(town.backend.url)
    await page.bringToFront()
    for (const language of ['en', 'ja'])
      for (const theme of ['light', 'dark']) {
        await options.fill('language', language)
        await options.fill('theme', theme)
        await until(
          () => page.$eval('html', (html, wanted) => html.dataset['theme'] === wanted, theme),
          theme,
        )
        await screenshot(page, `${kind}-options-${language}-${theme}`)
      }
    expect(await page.title()).toBe('Inlay の設定')
    await options.click('go-to-gmail')
    const gmail = await tabAt('https://mail.google.com/mail/u/0/')
    const isOpen = () => gmail.$eval('inlay-sidebar >>> .panel', (element) => !(element as HTMLElement).inert)
    expect(await until(isOpen, 'the panel beside the mail')).toBe(true)
    await gmail.close()
  })

  it('says that the person said no at Google, or closed its page', async () => {
    await useServer()
    await options.click('sign-in')
    const refused = await choose(KEN)
    await refused.click('button[value=deny]')
    await options.waitFor('sign-in-news', { text: 'said no at Google' })
    await page.bringToFront()
    await options.click('sign-in')
    const closed = await tabAt(town.google.url)
    await closed.close()
    await options.waitFor('sign-in-news', { text: 'closed before the end' })
    expect((await kept()).accounts).toBeUndefined()
  })

  it('keeps accounts apart, and signing out leaves nothing here and ends the sessions at the server', async () => {
    await useServer()
    await options.click('sign-in')
    await (await choose(KEN)).click('button[value=allow]')
    await options.waitFor('account', { text: KEN })
    const before = await kept()
    const token = before[`session:${KEN}`]?.token ?? ''
    const me = () => fetch(`${town.backend.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect((await me()).status).toBe(200)
    await page.bringToFront()
    await options.click('sign-out')
    await options.waitFor('signed-out')
    const after = await kept()
    // How this browser is set up stays; nothing of the account.
    const setUp = ['chips', 'language', 'server', 'signed-out', 'theme', 'undoSeconds']
    expect(Object.keys(after).sort()).toEqual(setUp)
    expect((await me()).status).toBe(401)
  })

  it('opens the way in for nobody who was not invited', async () => {
    await useServer()
    await options.click('sign-in')
    await (await choose('elena.brandt@haldenmarine.example')).click('button[value=allow]')
    await options.waitFor('sign-in-news', { text: 'may not join' })
    expect((await kept()).accounts).toBeUndefined()
    expect(browser.errors).toEqual([])
  })

  it('gets its answer although the background is stopped in the middle of asking', async () => {
    const asked: (() => void)[] = []
    const slow = createServer((_request, response) => {
      const info = {
        product: 'inlay',
        version: '9.9.9',
        organisation: 'Slow Ltd',
        now: new Date().toISOString(),
      }
      asked.push(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(info)))
      // The first is never answered: its asker is gone.
      if (asked.length > 1) asked.at(-1)?.()
    })
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    await options.fill('server', `http://127.0.0.1:${(slow.address() as AddressInfo).port}`)
    await options.press('server', 'Enter')
    await until(() => asked.length === 1, 'the background to ask')
    await stopAtOnce(browser)
    expect(await options.waitFor('server-news', { text: 'Slow Ltd' })).toContain('9.9.9')
    expect(asked).toHaveLength(2)
    slow.closeAllConnections()
    slow.close()
  })
})

/** Where a tab stands; undefined once it is closed, which Firefox's list of tabs is slow to learn. */
function hrefOf(tab: Page): Promise<string | undefined> {
  return tab.evaluate(() => location.href).catch(() => undefined)
}

/**
 * Stops the background without waiting for its end: the page asks again at once, and in Chromium the new service worker
 * takes the place of the old one, so that nobody ever sees it gone.
 */
async function stopAtOnce({ kind, browser, extensionOrigin, stopBackground }: TestBrowser): Promise<void> {
  if (kind === 'firefox') return stopBackground()
  const session = await browser.target().createCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const worker = targetInfos.find(
    ({ type, url }) => type === 'service_worker' && url.startsWith(extensionOrigin),
  )
  if (worker) await session.send('Target.closeTarget', { targetId: worker.targetId })
  await session.detach()
}
