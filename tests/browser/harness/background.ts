import type { Browser } from 'puppeteer-core'
import { until } from './until.ts'

/**
 * Ends the service worker of the extension at `origin`, as the browser does when it is idle; a sleeping one stays asleep.
 * Closing it through its own debugger session hangs for a minute now and then, when it is about to start (seen 2026-11).
 */
export async function stopChromiumBackground(browser: Browser, origin: string): Promise<void> {
  const running = () =>
    browser.targets().filter((t) => t.type() === 'service_worker' && t.url().startsWith(`${origin}/`))
  const workers = running()
  const [page] = await browser.pages()
  const session = await page?.createCDPSession()
  await session?.send('ServiceWorker.enable')
  await session?.send('ServiceWorker.stopAllWorkers')
  await until(() => !running().some((target) => workers.includes(target)), 'the service worker to end', {
    timeout: 30_000,
  })
  await session?.detach()
}

interface ScriptAnswer {
  type: 'success' | 'exception'
  result?: { value?: unknown }
  exceptionDetails?: { text: string }
}

/** puppeteer keeps its WebDriver BiDi connection to itself; BidiBrowser has it as `connection` (checked at run time). */
function bidiOf(browser: Browser): { send(method: string, params: object): Promise<{ result: unknown }> } {
  const connection = (browser as unknown as { connection?: { send?: unknown } }).connection
  if (typeof connection?.send !== 'function')
    throw new Error('This puppeteer has no BiDi connection to reach.')
  return connection as { send(method: string, params: object): Promise<{ result: unknown }> }
}

/**
 * Stops the event page of the extension with this id and waits for it, through Firefox' own scope: what its idle
 * timer does, without waiting for the timer.
 */
export async function stopFirefoxBackground(browser: Browser, id: string): Promise<void> {
  const expression = `(async () => {
    const { extension } = WebExtensionPolicy.getByID(${JSON.stringify(id)})
    await extension.terminateBackground({ ignoreDevToolsAttached: true })
    return extension.backgroundState
  })()`
  const state = await evaluateInFirefox(browser, expression)
  if (state !== 'stopped') throw new Error(`The background is ${String(state)}, not stopped.`)
}

async function evaluateInFirefox(browser: Browser, expression: string): Promise<unknown> {
  const bidi = bidiOf(browser)
  const tree = (await bidi.send('browsingContext.getTree', { 'moz:scope': 'chrome' })).result as {
    contexts: { context: string }[]
  }
  const context = tree.contexts[0]?.context
  const { result } = await bidi.send('script.evaluate', {
    expression,
    target: { context },
    awaitPromise: true,
  })
  const answer = result as ScriptAnswer
  if (answer.type === 'exception')
    throw new Error(answer.exceptionDetails?.text ?? 'Firefox refused the script.')
  return answer.result?.value
}
