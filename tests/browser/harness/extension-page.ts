import { type ElementHandle, type Frame, type KeyInput, type Page, TimeoutError } from 'puppeteer-core'
import type { TestBrowser } from './launch.ts'
import { type Patience, until } from './until.ts'

/**
 * Opens a page of the extension (`options.html`, `sidebar.html#…`) in a new tab and waits until it is loaded.
 * In Firefox such a tab reports no navigation, so `page.url()` stays `about:blank`: ask `location.href` instead.
 */
export async function openExtensionPage(browser: TestBrowser, path: string): Promise<Page> {
  const url = new URL(path, `${browser.extensionOrigin}/`).href
  const page = await browser.newPage()
  if (browser.kind === 'chromium') {
    await page.goto(url)
    return page
  }
  void page.goto(url, { timeout: 0 }).catch(() => {})
  const loaded = (wanted: string) => location.href === wanted && document.readyState === 'complete'
  await until(() => page.evaluate(loaded, url), `the extension page ${path}`)
  return page
}

/** Which of the elements with a test id: the first whose text holds `text`. */
interface Which extends Patience {
  text?: string
}

/** Things to do in a page or frame by `data-testid`. Each call waits for its element to be there and shown. */
export interface TestIds {
  click(testId: string, which?: Which): Promise<void>
  /** Puts the pointer on it: a row's actions show. */
  hover(testId: string, which?: Which): Promise<void>
  /** Replaces the value of an input, text area or select. */
  fill(testId: string, value: string): Promise<void>
  /** Focuses the element and presses the key. */
  press(testId: string, key: KeyInput): Promise<void>
  /** Visible text of the element, white space collapsed. */
  text(testId: string, which?: Which): Promise<string>
  /** Visible texts of all elements with this id, now. */
  texts(testId: string): Promise<string[]>
  /** Waits until the element is shown (and holds `text`); gives its text. */
  waitFor(testId: string, which?: Which): Promise<string>
  /** Waits until no such element is shown. */
  waitForNo(testId: string, which?: Which): Promise<void>
}

/** The sidebar inside a Gmail tab. */
export interface Sidebar extends TestIds {
  /** The frame as it is now; it may be replaced, so ask again after a reload. */
  frame(): Promise<Frame>
  /**
   * Sets the frame's `Date` to `at` (epoch ms), ticking on; until the frame is loaded anew. The only way in both
   * browsers: Firefox lets no script run in such a frame before the frame's own.
   */
  setNow(at: number): Promise<void>
}

/** Drives the frame our content script puts into Gmail's page: `<inlay-sidebar>`, open shadow root, iframe. */
export function sidebarOf(page: Page): Sidebar {
  const frame = (): Promise<Frame> =>
    until(async () => {
      await using host = await page.$('inlay-sidebar >>> iframe')
      const inner = await host?.contentFrame()
      const ready =
        inner && (await inner.evaluate(() => location.protocol !== 'about:' && document.body !== null))
      return ready ? inner : undefined
    }, 'the sidebar frame')
  return {
    frame,
    ...testIdsIn(frame, () => atRest(page, frame)),
    setNow: async (at) => (await frame()).evaluate(shiftDate, at),
  }
}

/** Waits until the frame has the width of what it draws: a click while it widens would land where its target was. */
async function atRest(page: Page, frame: () => Promise<Frame>): Promise<void> {
  await until(async () => {
    const wide = await (await frame()).evaluate(
      () => document.documentElement.dataset['width'] === 'workspace',
    )
    await using panel = await page.$('inlay-sidebar >>> .panel')
    if (panel === null) return true
    return panel.evaluate(
      (shown, isWide) =>
        ((shown as HTMLElement).dataset['mode'] === 'workspace') === isWide &&
        shown.getAnimations().length === 0,
      wide,
    )
  }, 'the frame to stand still')
}

/** The same for a page of its own, such as the options page. */
export function testIdsOf(page: Page): TestIds {
  return testIdsIn(async () => page.mainFrame())
}

function testIdsIn(frame: () => Promise<Frame>, rest = async () => {}): TestIds {
  const find = async (testId: string, { text, ...patience }: Which = {}): Promise<ElementHandle> => {
    const what = `[data-testid=${testId}]${text === undefined ? '' : ` with “${text}”`}`
    return until(
      async () =>
        (await (await frame()).evaluateHandle(shownElement, testId, text ?? '')).asElement() ?? undefined,
      what,
      patience,
    ) as Promise<ElementHandle>
  }
  const text = async (testId: string, which?: Which) => {
    await using element = await find(testId, which)
    return element.evaluate(visibleText)
  }
  return {
    text,
    waitFor: text,
    async click(testId, which) {
      for (let left = 3; ; left--) {
        await using element = await find(testId, which)
        await rest()
        try {
          // A locator waits until the element has stopped moving: sheets slide in.
          return await element.asLocator().setTimeout(5_000).click()
        } catch (error) {
          // Drawn anew between finding and pressing it, as a person would press the new one.
          if (left === 1 || !(error instanceof TimeoutError)) throw error
        }
      }
    },
    async hover(testId, which) {
      await using element = await find(testId, which)
      await rest()
      await element.asLocator().setTimeout(10_000).hover()
    },
    async fill(testId, value) {
      await using element = await find(testId)
      await element.asLocator().setTimeout(10_000).fill(value)
    },
    async press(testId, key) {
      await using element = await find(testId)
      await element.press(key)
    },
    async texts(testId) {
      const elements = await (await frame()).$$(`[data-testid="${testId}"]`)
      return Promise.all(elements.map((element) => element.evaluate(visibleText)))
    },
    async waitForNo(testId, { text: wanted, ...patience } = {}) {
      const hidden = async () => {
        await using found = await (await frame()).evaluateHandle(shownElement, testId, wanted ?? '')
        return found.asElement() === null
      }
      await until(hidden, `no [data-testid=${testId}]`, patience)
    },
  }
}

/** Runs in the page. */
function shiftDate(at: number): void {
  const scope = globalThis as { realDate?: DateConstructor }
  scope.realDate ??= Date
  const Real = scope.realDate
  const offset = at - Real.now()
  globalThis.Date = class extends Real {
    constructor(...given: [] | [number]) {
      super(...(given.length === 0 ? ([Real.now() + offset] as const) : given))
    }
    static override now(): number {
      return Real.now() + offset
    }
  } as DateConstructor
}

/** Runs in the page. */
function visibleText(node: Element): string {
  // innerText: what a person sees, so hidden text does not count.
  return (node as HTMLElement).innerText.replace(/\s+/g, ' ').trim()
}

/** Runs in the page: the first shown element with the test id whose text holds `text`. */
function shownElement(testId: string, text: string): Element | null {
  for (const node of document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)) {
    // innerText: what a person sees, so hidden text does not count.
    if (node.getClientRects().length > 0 && node.innerText.includes(text)) return node
  }
  return null
}
