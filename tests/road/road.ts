import type { Page } from 'puppeteer-core'
import { openExtensionPage, type Sidebar, sidebarOf, testIdsOf } from '../browser/harness/extension-page.ts'
import type { TestBrowser } from '../browser/harness/launch.ts'
import { until } from '../browser/harness/until.ts'
import { tokenOf } from '../stand-ins/gmail-page/ids.ts'
import type { SeededThread } from '../stand-ins/gmail-page/world.ts'
import type { Town } from '../stand-ins/town.ts'

/** A rep in front of Gmail, with our extension. */
export interface Traveller {
  town: Town
  browser: TestBrowser
  page: Page
  side: Sidebar
  account: string
  index: number
}

/** The file the road files; 412 KB as in the picture. */
export const filed = 'PO-2291_Halden.pdf'

/** Opens Gmail at `/mail/u/<index>/` with the panel open. */
export async function arrive(
  town: Town,
  browser: TestBrowser,
  index = 0,
  account = town.world.mia,
): Promise<Traveller> {
  const page = await browser.newPage()
  await page.goto(`https://mail.google.com/mail/u/${index}/#inbox`)
  const traveller = { town, browser, page, side: sidebarOf(page), account, index }
  await openPanel(traveller)
  return traveller
}

/** The panel is opened by a click on its button at the foot of the rail, if it is not open yet. */
async function openPanel({ page }: Traveller): Promise<void> {
  const isOpen = () => page.$eval('inlay-sidebar >>> .panel', (element) => !(element as HTMLElement).inert)
  await until(() => page.$('inlay-sidebar >>> .rail'), 'the panel’s button')
  if (!(await isOpen())) await page.click('inlay-sidebar >>> .rail')
  await until(isOpen, 'the open panel')
}

/** Goes to a thread, of the seeded world by its name, inside Gmail's page, without loading it anew. */
export async function openThread(
  { page, town, account }: Traveller,
  which: string | SeededThread,
): Promise<void> {
  const thread = typeof which === 'string' ? town.world.thread(which) : which
  await page.evaluate(
    (hash) => {
      location.hash = hash
    },
    `#inbox/${tokenOf(account, thread.threadIdIn(account))}`,
  )
  await page.waitForFunction(
    (id) =>
      document.querySelector(`[role=main]:not([style*="none"]) [data-legacy-thread-id="${id}"]`) !== null,
    {},
    thread.threadIdIn(account),
  )
}

/** Server address in the options, as a person types it. */
export async function enterServer({ browser, town }: Traveller): Promise<void> {
  const page = await openExtensionPage(browser, 'options.html')
  const options = testIdsOf(page)
  await options.fill('server', town.backend.url)
  await options.click('check')
  await options.waitFor('sign-in')
  await page.close()
}

/** "Sign in with Google" in the panel; the tab goes to Google and back, closes, and the panel knows who it is. */
export async function signIn({ side, page }: Traveller): Promise<void> {
  await page.bringToFront()
  await side.click('sign-in')
  await side.waitForNo('sign-in', { timeout: 30_000 })
}

/** Both permissions, where the panel asks for them. */
export async function allow({ side, page }: Traveller, stage: 'send' | 'read'): Promise<void> {
  await page.bringToFront()
  await side.click('open-menu')
  await side.click('menu-permissions')
  await side.click(`allow-${stage}`)
  await side.waitForNo(`allow-${stage}`, { timeout: 30_000 })
  await side.click('back')
}

/** The unknown sender becomes a contact: two clicks. */
export async function createContact({ side, page }: Traveller, name: string): Promise<void> {
  await page.bringToFront()
  await side.waitFor('person-panel', { text: name })
  await side.click('create-contact')
  await side.click('create-save')
  await side.waitFor('card-name', { text: name })
}

/** One click on Gmail's own attachment card (S-054). Gives what the card says afterwards. */
export async function fileAttachment({ page }: Traveller): Promise<string> {
  await page.bringToFront()
  const button = await page.waitForSelector(`.aZo[download_url*="${filed}"] inlay-file >>> .file`)
  await button?.hover()
  await button?.click()
  const label = `.aZo[download_url*="${filed}"] inlay-file >>> .label.filed`
  await page.waitForSelector(label)
  return page.$eval(label, (element) => element.textContent ?? '')
}

/** What is written in the open composer, without the signature; lines joined by line breaks. */
export async function writtenText(side: Sidebar): Promise<string> {
  await side.waitFor('input-body')
  return (await side.frame()).$eval('[data-testid=input-body]', (node) =>
    [...node.children]
      .filter((line) => !line.matches('.gmail_signature'))
      .map((line) => line.textContent)
      .join('\n')
      .trim(),
  )
}

/** Sends the open mail, and does not wait for the undo time. */
export async function sendAtOnce(side: Sidebar): Promise<void> {
  await side.click('send')
  await side.click('toast-send-now')
}

/** Throws the open mail away. */
export async function discardOpen(side: Sidebar): Promise<void> {
  await side.click('compose-more')
  await side.click('menu-discard')
}

/** Writes the answer in the panel and schedules it with the preset "tomorrow 8:00" (S-034, S-038). */
export async function scheduleReply({ side, page }: Traveller, body: string): Promise<void> {
  await page.bringToFront()
  await side.click('reply-all')
  await side.fill('input-body', body)
  await side.click('schedule')
  await side.click('time-tomorrow_8')
  await side.waitForNo('schedule-sheet')
  await side.waitFor('email-row', { text: 'Scheduled' })
}

/** A deal of the contact whose card is open. */
export async function createDeal(
  { side, page }: Traveller,
  deal: Record<'dealName' | 'amount' | 'currency', string>,
): Promise<void> {
  await page.bringToFront()
  await side.click('card-more')
  await side.click('menu-new-deal')
  for (const field of ['dealName', 'amount', 'currency'] as const)
    await side.fill(`field-${field}`, deal[field])
  await side.click('create-save')
  await side.waitForNo('create-sheet')
}
