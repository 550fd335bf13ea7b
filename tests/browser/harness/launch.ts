import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core'
import { type BrowserKind, ensureBrowsers } from '../../browsers.ts'
import { stopChromiumBackground, stopFirefoxBackground } from './background.ts'

export interface LaunchSettings {
  /** Port of the fake web's proxy; loopback addresses do not pass there. */
  proxyPort: number
  /** An unpacked extension. */
  extensionDir?: string
  /** Default true. */
  headless?: boolean
  /** IANA zone the browser's pages live in. Default Asia/Tokyo, where the stand-in company sits. */
  timeZone?: string
  /** What the pages see as the reader's language; default en-US. */
  language?: 'en-US' | 'ja'
  /** Where downloads go. */
  downloads?: string
  /** Window content size, CSS px. Default 1440 x 810, the README picture's. `null` follows the window. */
  viewport?: { width: number; height: number } | null
  /** Ready-made profile folder; default a fresh one per launch. */
  profileDir?: string
}

/** A running browser with our extension in it. */
export interface TestBrowser {
  readonly kind: BrowserKind
  /** puppeteer's own handle. */
  readonly browser: Browser
  /** e.g. `chrome-extension://<id>`; empty without an extension. */
  readonly extensionOrigin: string
  /** Uncaught errors and `console.error` lines of every page opened through `newPage`, content scripts included. */
  readonly errors: readonly string[]
  newPage(): Promise<Page>
  /** Stops the extension's background at once, as the browser does when it idles. The next message wakes it. */
  stopBackground(): Promise<void>
  close(): Promise<void>
}

/** Firefox draws a random host for each extension; a fixed one makes its pages addressable. */
const FIREFOX_HOST = '11111111-2222-4333-8444-555555555555'

/** Starts a browser; one launch per test file, since a start costs about 1 s (Chromium) or 3 s (Firefox). */
export async function launchBrowser(kind: BrowserKind, settings: LaunchSettings): Promise<TestBrowser> {
  const executablePath = ensureBrowsers({ kinds: [kind] })[kind] ?? ''
  if (settings.downloads) mkdirSync(settings.downloads, { recursive: true })
  const extensionDir = settings.extensionDir && resolve(settings.extensionDir)
  const common: LaunchOptions = {
    executablePath,
    headless: settings.headless ?? true,
    defaultViewport: settings.viewport === undefined ? { width: 1440, height: 810 } : settings.viewport,
    ...(settings.profileDir && { userDataDir: settings.profileDir }),
    env: { ...process.env, TZ: settings.timeZone ?? 'Asia/Tokyo', MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' },
  }
  const browser = await puppeteer.launch({
    ...common,
    ...(kind === 'chromium' ? chromiumOptions(settings) : firefoxOptions(settings, extensionDir)),
  })
  const id = extensionDir ? await browser.installExtension(extensionDir) : ''
  const scheme = kind === 'chromium' ? `chrome-extension://${id}` : `moz-extension://${FIREFOX_HOST}`
  const extensionOrigin = id && scheme
  const errors: string[] = []
  return {
    kind,
    browser,
    extensionOrigin,
    errors,
    async newPage() {
      const page = await browser.newPage()
      listen(page, errors)
      return page
    },
    stopBackground: () =>
      kind === 'chromium'
        ? stopChromiumBackground(browser, extensionOrigin)
        : stopFirefoxBackground(browser, id),
    close: () => browser.close(),
  }
}

function listen(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(error instanceof Error ? error.message : String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
}

function chromiumOptions(settings: LaunchSettings): LaunchOptions {
  return {
    browser: 'chrome',
    pipe: true,
    enableExtensions: true,
    ...(settings.downloads && { downloadBehavior: { policy: 'allow', downloadPath: settings.downloads } }),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--proxy-server=http://127.0.0.1:${settings.proxyPort}`,
      '--ignore-certificate-errors',
      `--accept-lang=${settings.language ?? 'en-US'}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-features=OptimizationHints,Translate',
    ],
  }
}

function firefoxOptions(settings: LaunchSettings, extensionDir: string | undefined): LaunchOptions {
  const proxy = {
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': settings.proxyPort,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': settings.proxyPort,
  }
  const downloads = settings.downloads && {
    'browser.download.folderList': 2,
    'browser.download.dir': settings.downloads,
    'browser.download.useDownloadDir': true,
    'browser.download.alwaysOpenPanel': false,
  }
  return {
    browser: 'firefox',
    acceptInsecureCerts: true,
    // Since 153 navigation to moz-extension: pages and scripts in the browser's own scope need this.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      ...proxy,
      ...downloads,
      ...(extensionDir && {
        'extensions.webextensions.uuids': JSON.stringify({ [geckoId(extensionDir)]: FIREFOX_HOST }),
      }),
      'intl.accept_languages': settings.language ?? 'en-US',
      // permissions.request() is granted without the prompt nobody could click.
      'extensions.webextOptionalPermissionPrompts': false,
    },
  }
}

function geckoId(extensionDir: string): string {
  const text = readFileSync(join(extensionDir, 'manifest.json'), 'utf8')
  const manifest = JSON.parse(text) as { browser_specific_settings?: { gecko?: { id?: string } } }
  const id = manifest.browser_specific_settings?.gecko?.id
  if (!id) throw new Error(`${extensionDir} has no gecko id; Firefox needs one.`)
  return id
}
