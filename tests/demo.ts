import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildExtension } from './browser/harness/build.ts'
import { launchBrowser } from './browser/harness/launch.ts'
import { until } from './browser/harness/until.ts'
import { ensureBrowsers } from './browsers.ts'
import { arrive, enterServer, type Traveller } from './road/road.ts'
import { demoStart, walkRoad } from './road/walk.ts'
import { startTown } from './stand-ins/town.ts'

/** `npm run demo`: a company, its Gmail, Inlay, and the main job walked through; nothing leaves this machine. */
const folder = fileURLToPath(new URL('../.inlay/demo', import.meta.url))
const began = performance.now()

const say = (text: string) => console.log(text)
const took = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
const hasDisplay =
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
const byItself = !hasDisplay || process.argv.includes('--headless')

ensureBrowsers({ kinds: ['chromium'], install: true })
rmSync(folder, { recursive: true, force: true })
mkdirSync(join(folder, 'screenshots'), { recursive: true })

const extensionDir = await buildExtension('chromium')
say(`Extension built (${took(began)})`)
const town = await startTown({
  dataDir: join(folder, 'data'),
  ...(byItself && { google: { startAt: Date.parse(demoStart) } }),
})
const browser = await launchBrowser('chromium', {
  proxyPort: town.web.proxyPort,
  extensionDir,
  headless: byItself,
  ...(!byItself && { viewport: null }),
})
say(`Stand-in Google, Gmail’s page, backend (${town.backend.url}) and Chromium are up (${took(began)})`)
process.once('SIGINT', () => void leave(0))

try {
  if (byItself) await walk()
  else await showInbox()
  await leave(0)
} catch (error) {
  console.error(error)
  await leave(1)
}

async function walk(): Promise<void> {
  const shots: string[] = []
  await walkRoad(town, browser, {
    async step(text, work) {
      const since = performance.now()
      await work()
      say(`  ✓ ${text} (${took(since)})`)
    },
    async picture(traveller, name) {
      const path = join(folder, 'screenshots', `${name}.png`)
      await traveller.page.screenshot({ path: path as `${string}.png` })
      shots.push(path)
    },
  })
  say(`The road took ${took(began)} from the start. Screenshots:`)
  for (const path of shots.filter(existsSync)) say(`  ${path}`)
}

/** With a display: everything is ready up to the one click that is the person's. */
async function showInbox(): Promise<void> {
  const mia: Traveller = await arrive(town, browser)
  await enterServer(mia)
  await mia.page.bringToFront()
  say(
    'Gmail is open as Mia Sato. Press “Sign in with Google” in the panel, then open “Line 4 retrofit: revised quote”.',
  )
  say('The clock runs with yours; Ctrl+C ends the demo.')
  await until(() => !browser.browser.connected, 'the browser to be closed', {
    timeout: 2 ** 31 - 1,
    every: 500,
  })
}

async function leave(code: number): Promise<never> {
  await browser.close().catch(() => undefined)
  await town.stop()
  process.exit(code)
}
