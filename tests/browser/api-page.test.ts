import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../backend/http/app.ts'
import { testHouse } from '../backend/harness/house.ts'
import { type FakeWeb, startFakeWeb } from '../stand-ins/fake-web.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'

describe.each(['chromium', 'firefox'] as const)('the page of the API in %s', (kind) => {
  let server: Server
  let web: FakeWeb
  let browser: TestBrowser
  let page: Page
  let origin: string
  const requests: string[] = []

  beforeAll(async () => {
    const { house } = await testHouse()
    server = createServer(getRequestListener(createApp(house).fetch))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    web = await startFakeWeb({})
    browser = await launchBrowser(kind, { proxyPort: web.proxyPort, viewport: { width: 390, height: 844 } })
    page = await browser.newPage()
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(`${origin}/api/docs`)
  })

  afterAll(async () => {
    await browser?.close()
    await web?.stop()
    await new Promise((done) => server?.close(done))
  })

  it('fits a phone, asks for nothing else and complains about nothing', async () => {
    expect(await page.title()).toBe('Inlay API')
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(wide).toBeLessThanOrEqual(room ?? 0)
    const others = requests.filter((url) => url !== `${origin}/api/docs` && !url.endsWith('/favicon.ico'))
    expect(others).toEqual([])
    expect(browser.errors.filter((line) => !line.includes('favicon'))).toEqual([])
  })

  // Firefox takes no wish for a colour scheme from here.
  it.each(kind === 'chromium' ? ['light', 'dark'] : ['light'])('axe finds nothing, %s', async (value) => {
    if (kind === 'chromium') await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    expect(await accessibilityProblems(page.mainFrame())).toEqual([])
  })

  it('an operation is a link away, by keyboard too', async () => {
    await page.focus('a[href="#postRecords"]')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe('#postRecords')
    const top = await page.$eval('#postRecords', (place) => place.getBoundingClientRect().top)
    expect(Math.abs(top)).toBeLessThan(844)
  })
})
