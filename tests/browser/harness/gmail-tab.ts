import type { Page } from 'puppeteer-core'
import type { PageState } from '../../../lib/extension/messages.ts'
import type { BrowserKind } from '../../browsers.ts'
import { startFakeWeb } from '../../stand-ins/fake-web.ts'
import { tokenOf } from '../../stand-ins/gmail-page/ids.ts'
import { createGmailPage, type GmailPage } from '../../stand-ins/gmail-page/page.ts'
import { seedWorld, type World } from '../../stand-ins/gmail-page/world.ts'
import { startGoogle } from '../../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../../stand-ins/google/types.ts'
import { buildExtension } from './build.ts'
import { launchBrowser, type TestBrowser } from './launch.ts'
import { type PanelProbe, probePanel } from './panel-probe.ts'

export const MIA = 'mia.sato@arbor.example'
export const KEN = 'ken.mori@arbor.example'

/** The view somebody sees; Gmail keeps others hidden beside it. */
export const HERE = '[role=main]:not([style*="none"])'

/** A Gmail tab of Mia's (Ken is at `/u/1/`) with the extension in it, nobody signed in to Inlay, and no server. */
export interface GmailTab {
  readonly world: World
  readonly google: GoogleStandIn
  readonly gmail: GmailPage
  readonly browser: TestBrowser
  readonly extensionDir: string
  readonly page: Page
  readonly panel: PanelProbe
  /** Hash of a thread of the seeded world. */
  hashOf(thread: string, account?: string): string
  /** In-page navigation, as Gmail does it. */
  go(hash: string, tab?: Page): Promise<void>
  /** Opens a thread and waits until the panel has heard of it. */
  open(thread: string): Promise<PageState>
  /** Loads the page anew; `panel` then is the new one. */
  reload(): Promise<void>
  stop(): Promise<void>
}

export async function startGmailTab(kind: BrowserKind): Promise<GmailTab> {
  const google = await startGoogle()
  const world = seedWorld(google)
  const gmail = createGmailPage({ google, accounts: [MIA, KEN] })
  const web = await startFakeWeb({ 'mail.google.com': gmail.handler })
  const extensionDir = await buildExtension(kind)
  const browser = await launchBrowser(kind, { proxyPort: web.proxyPort, extensionDir })
  const page = await browser.newPage()
  await page.goto('https://mail.google.com/mail/u/0/#inbox')
  let panel = await probePanel(page)
  const hashOf = (thread: string, account = MIA) =>
    `#inbox/${tokenOf(account, world.thread(thread).threadIdIn(account))}`
  const go = async (hash: string, tab = page) => {
    await tab.evaluate((next) => {
      location.hash = next
    }, hash)
  }
  return {
    ...{ world, google, gmail, browser, extensionDir, page, hashOf, go },
    get panel() {
      return panel
    },
    async open(thread) {
      await go(hashOf(thread))
      const id = world.thread(thread).threadIdIn(MIA)
      return panel.state((state) => state.thread?.threadId === id)
    },
    async reload() {
      await page.reload()
      panel = await probePanel(page)
    },
    async stop() {
      await browser.close()
      gmail.stop()
      await web.stop()
      await google.stop()
    },
  }
}
