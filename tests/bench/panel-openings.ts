import type { Frame, Page } from 'puppeteer-core'
import { sidebarOf } from '../browser/harness/extension-page.ts'
import { until } from '../browser/harness/until.ts'

/** One opening of a thread; every moment in epoch ms on the Gmail page's clock. */
export interface Opening {
  /** Gmail's page inserted the thread's heading. */
  heading: number
  announced: number
  received: number
  cacheRead: number
  /** undefined when nobody of the thread was known to this browser. */
  paintedCache: number | undefined
  asked: number
  /** Ms from the look-up's start to its last byte: browser, loopback and backend. */
  answered: number
  paintedFresh: number
  /** Name on the card when it was painted from the cache; empty when there was none. */
  cardName: string
}

/** What the watchers inside the two documents write down. */
interface Notes {
  headings: { threadId: string; at: number }[]
  marks: { name: string; threadId: string | undefined; at: number; cardName: string }[]
  /** By thread: when the page's adapter announced it. */
  announced: Record<string, number>
  wake: () => void
}

type Scope = typeof globalThis & { benchNotes: Notes }
type Runtime = { onMessage: { addListener(listener: (message: unknown) => undefined): void } }

/** A Gmail tab with the panel open, watched from inside. */
export interface Watched {
  page: Page
  frame: Frame
  /** Panel's clock minus the page's, ms: they are two processes. */
  skew: number
}

/** Starts watching the Gmail page and the panel in it. */
export async function watch(page: Page): Promise<Watched> {
  const frame = await sidebarOf(page).frame()
  await page.evaluate(watchHeadings)
  await frame.evaluate(watchPanel)
  await until(() => frame.$('[data-testid=idle]'), 'the panel at rest')
  return { page, frame, skew: (await clockOf(frame)) - (await clockOf(page)) }
}

/** Turns Gmail's page to a thread and waits until the server's answer is painted and nothing is under way. */
export async function open(tab: Watched, threadId: string, hash: string): Promise<Opening> {
  const { page, frame, skew } = tab
  await frame.evaluate(clearNotes)
  await page.evaluate(turnTo, hash)
  const { marks, announced, answered } = await frame.evaluate(untilFresh, threadId)
  const heading = await page.evaluate(lastHeading, threadId)
  const find = (name: string) => marks.find((mark) => mark.name === name && mark.threadId === threadId)
  const at = (name: string) => (find(name)?.at ?? Number.NaN) - skew
  const painted = find('inlay:painted-cache')
  return {
    heading,
    announced: announced ?? Number.NaN,
    received: at('inlay:page-changed'),
    cacheRead: at('inlay:cache-read'),
    paintedCache: painted && painted.at - skew,
    asked: at('inlay:asked'),
    answered,
    paintedFresh: at('inlay:painted-fresh'),
    cardName: painted?.cardName ?? '',
  }
}

/** Difference between a document's fine clock and the machine's, read when the latter moves to its next ms; median of 9. */
function clockOf(where: Page | Frame): Promise<number> {
  return where.evaluate(() => {
    const edges = Array.from({ length: 9 }, () => {
      const before = Date.now()
      let now = before
      while (now === before) now = Date.now()
      return performance.timeOrigin + performance.now() - now
    })
    return edges.sort((a, b) => a - b)[4] ?? 0
  })
}

/** Runs in Gmail's page. */
function watchHeadings(): void {
  const headings: Notes['headings'] = []
  ;(globalThis as Scope).benchNotes = { headings, marks: [], announced: {}, wake: () => undefined }
  const observer = new MutationObserver((records) => {
    const at = performance.timeOrigin + performance.now()
    for (const node of records.flatMap((record) => [...record.addedNodes])) {
      if (!(node instanceof Element)) continue
      const heading = node.querySelector('h2[data-legacy-thread-id]')
      if (heading) headings.push({ threadId: heading.getAttribute('data-legacy-thread-id') ?? '', at })
    }
  })
  observer.observe(document.body, { childList: true, subtree: true })
}

/** Runs in the panel: notes each mark with what the card says at that moment, and when the page announced what. */
function watchPanel(): void {
  const notes: Notes = { headings: [], marks: [], announced: {}, wake: () => undefined }
  ;(globalThis as Scope).benchNotes = notes
  const mark = performance.mark.bind(performance)
  performance.mark = (name, options) => {
    const { threadId } = (options?.detail ?? {}) as { threadId?: string }
    const cardName = document.querySelector('[data-testid=card-name]')?.textContent ?? ''
    notes.marks.push({ name, threadId, at: performance.timeOrigin + performance.now(), cardName })
    notes.wake()
    return mark(name, options)
  }
  const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome
  runtime.onMessage.addListener((message) => {
    const { name, relayed, payload } = message as { name?: string; relayed?: boolean; payload?: unknown }
    if (name !== 'page.changed' || !relayed) return
    const { seenAt, thread } = payload as { seenAt: number; thread?: { threadId?: string } }
    notes.announced[thread?.threadId ?? ''] ??= seenAt
  })
}

function clearNotes(): void {
  const { benchNotes } = globalThis as Scope
  benchNotes.marks.length = 0
  benchNotes.announced = {}
}

function turnTo(hash: string): void {
  location.hash = hash
}

function lastHeading(threadId: string): number {
  const { headings } = (globalThis as Scope).benchNotes
  return headings.findLast((one) => one.threadId === threadId)?.at ?? Number.NaN
}

/** Runs in the panel: the fresh paint of this thread, then a while in which nothing is asked or drawn. */
async function untilFresh(
  threadId: string,
): Promise<{ marks: Notes['marks']; announced: number | undefined; answered: number }> {
  const { benchNotes } = globalThis as Scope
  const isFresh = () =>
    benchNotes.marks.some((mark) => mark.name === 'inlay:painted-fresh' && mark.threadId === threadId)
  const late = AbortSignal.timeout(20_000)
  while (!isFresh() && !late.aborted)
    await new Promise<void>((resolve) => {
      benchNotes.wake = resolve
      late.addEventListener('abort', () => resolve())
    })
  const asked = () => performance.getEntriesByType('resource').length
  performance.setResourceTimingBufferSize(100_000)
  for (let quiet = 0, last = asked(); quiet < 10; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, 30))
    if (asked() !== last) [quiet, last] = [0, asked()]
  }
  const lookUp = performance.getEntriesByType('resource').findLast((one) => one.name.endsWith('/lookup'))
  return {
    marks: benchNotes.marks,
    announced: benchNotes.announced[threadId],
    answered: lookUp?.duration ?? Number.NaN,
  }
}
