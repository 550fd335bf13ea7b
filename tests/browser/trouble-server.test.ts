import type { Frame, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { employ, haveContact, lookAt } from '../road/arrange.ts'
import {
  arrive,
  enterServer,
  fileAttachment,
  filed,
  openThread,
  signIn,
  type Traveller,
  writtenText,
} from '../road/road.ts'
import type { Person } from '../stand-ins/door.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { buildExtension } from './harness/build.ts'
import { openExtensionPage, testIdsOf } from './harness/extension-page.ts'
import { launchBrowser, type TestBrowser } from './harness/launch.ts'
import { until } from './harness/until.ts'

const MIA = 'mia.sato@arbor.example'
const KEN = 'ken.mori@arbor.example'
const SILENT = 'Your server doesn’t answer. Gmail is not affected.'

describe.each(['chromium', 'firefox'] as const)('accounts and servers, in %s', (kind) => {
  let town: Town
  let browser: TestBrowser
  let mia: Traveller
  let ken: Traveller
  let door: Person

  beforeAll(async () => {
    town = await startTown({
      accounts: [MIA, KEN],
      google: { startAt: Date.parse('2026-11-23T15:00:00+09:00') },
    })
    door = await employ(town, MIA)
    await employ(town, KEN)
    await haveContact(door, { firstName: 'Elena', lastName: 'Brandt', address: town.world.elena })
    browser = await launchBrowser(kind, {
      proxyPort: town.web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
    mia = await arrive(town, browser)
    await openThread(mia, 'retrofit')
  })

  afterAll(async () => {
    await browser?.close()
    await town?.stop()
  })

  const writeDraft = async ({ side, page }: Traveller, text: string) => {
    await page.bringToFront()
    await side.click('reply-all')
    expect(await writtenText(side)).toBe('')
    await side.fill('input-body', text)
    await side.waitFor('draft-state', { text: 'Draft saved' })
    await side.click('close')
  }
  /** The whole Emails list of the open record, once `wanted` stands in it. */
  const mailOf = async ({ side }: Traveller, wanted: string) => {
    await side.click('all-emails')
    await side.waitFor('email-row', { text: wanted })
    const rows = (await side.texts('email-row')).join()
    await side.click('back')
    return rows
  }
  const kept = (where: Frame | Page) => where.evaluate(readDrafts)

  // Chromium asks its person before it reaches any host but loopback, and nobody is there to answer.
  const itInFirefox = kind === 'firefox' ? it : () => undefined
  itInFirefox('a host that does not exist is said in words, and not kept', async () => {
    const page = await openExtensionPage(browser, 'options.html')
    const options = testIdsOf(page)
    await page.bringToFront()
    await options.fill('server', 'crm.nowhere.example')
    await options.press('server', 'Enter')
    expect(await options.waitFor('server-news', { text: 'doesn’t answer' })).toBe(
      'crm.nowhere.example doesn’t answer. Check the spelling, and whether you need your company’s network.',
    )
    await page.close()
    await mia.page.bringToFront()
    expect(await mia.side.waitFor('setup-no_server')).toContain('Where is your Inlay?')
  })

  it('signs in although the background was stopped just before the click', async () => {
    await enterServer(mia)
    await browser.stopBackground()
    await signIn(mia)
    expect(await mia.side.waitFor('card-name')).toBe('Elena Brandt')
  })

  it('files an attachment although the background was stopped just before the click', async () => {
    await browser.stopBackground()
    expect(await fileAttachment(mia)).toBe('On Elena Brandt')
    await mia.side.waitFor('attachment-row', { text: filed })
  })

  it('two tabs, two accounts: each its own sign-in, people, mail and drafts', async () => {
    await haveContact(door, {
      firstName: 'Jonas',
      lastName: 'Lind',
      address: 'jonas.lind@haldenmarine.example',
    })
    await openThread(mia, 'skidDrawings')
    expect(await mia.side.waitFor('card-name', { text: 'Jonas' })).toBe('Jonas Lind')
    await writeDraft(mia, 'Mia’s own words')
    ken = await arrive(town, browser, 1, KEN)
    await openThread(ken, 'skidDrawings')
    expect(await ken.side.waitFor('setup-signed_out')).toContain(`For ${KEN}, the account of this Gmail.`)
    expect(await (await ken.side.frame()).evaluate(() => document.body.innerText)).not.toContain('Jonas')
    expect(await kept(await ken.side.frame())).toEqual({ [`inlay-${MIA}`]: ['Mia’s own words'] })
    await signIn(ken)
    expect(await ken.side.waitFor('card-name')).toBe('Jonas Lind')
    await mailOf(ken, 'Vibration data, skid 1')
    await writeDraft(ken, 'Ken’s own words')
    await ken.page.reload()
    await openThread(ken, 'skidDrawings')
    await ken.side.click('reply-all')
    expect(await writtenText(ken.side)).toBe('Ken’s own words')
    await mia.page.bringToFront()
    expect(await mailOf(mia, 'commissioning log')).not.toContain('Vibration data, skid 1')
    await mia.side.click('reply-all')
    expect(await writtenText(mia.side)).toBe('Mia’s own words')
    await mia.side.click('close')
    expect(await kept(await mia.side.frame())).toEqual({
      [`inlay-${MIA}`]: ['Mia’s own words'],
      [`inlay-${KEN}`]: ['Ken’s own words'],
    })
  })

  it('one signs out: nothing of theirs is left; the other notices nothing and meets the next sender', async () => {
    await ken.page.bringToFront()
    await ken.side.click('close')
    await ken.side.click('open-menu')
    await ken.side.click('menu-sign-out')
    await ken.side.waitFor('setup-signed_out')
    const names = async () => Object.keys(await kept(await mia.side.frame()))
    await until(async () => (await names()).join() === `inlay-${MIA}`, 'Mia’s data alone')
    await ken.page.close()
    await mia.page.bringToFront()
    await openThread(mia, 'retrofit')
    expect(await mia.side.waitFor('card-name', { text: 'Elena' })).toBe('Elena Brandt')
    await mia.side.waitFor('freshness', { text: 'up to date' })
  })

  it('backend down: one line with the age of what is shown, in this thread, in another, and after a reload', async () => {
    await town.backend.kill()
    expect(await mia.side.waitFor('offline')).toMatch(/^Your server.* As of 15:\d\d\. Try now$/)
    await openThread(mia, 'skidDrawings')
    expect(await mia.side.waitFor('card-name', { text: 'Jonas' })).toBe('Jonas Lind')
    await openThread(mia, 'retrofit')
    expect(await mia.side.waitFor('card-name', { text: 'Elena' })).toBe('Elena Brandt')
    await lookAt(mia, 'offline')
    await mia.page.reload()
    await openThread(mia, 'retrofit')
    expect(await mia.side.waitFor('card-name')).toBe('Elena Brandt')
    await mia.side.waitFor('email-row', { text: 'Line 4 retrofit' })
    expect(await mia.side.waitFor('offline')).toContain(`${SILENT} As of 15:`)
    const file = '.aZo[download_url*="Spec_sheet"] inlay-file'
    await (await mia.page.waitForSelector(`${file} >>> .file`))?.click()
    await mia.page.waitForSelector(`${file} >>> .label.failed`)
    expect(await mia.page.$eval(`${file} >>> .label`, (label) => label.textContent)).toBe('Not filed')
    expect(await mia.side.texts('file-sheet')).toEqual([])
    await openThread(mia, 'tidewater')
    expect(await mia.side.waitFor('person-pending')).toBe('Not looked up yet.')
    expect(await mia.side.waitFor('person-panel')).toContain('hannah.lee@tidewater.example')
    expect(await mia.side.waitFor('offline')).toBe(`${SILENT} Try now`)
    await lookAt(mia, 'offline-unknown')
    await openThread(mia, 'retrofit')
  })

  it('what is written while it is down is kept and goes out once it is back', async () => {
    await mia.side.click('reply-all')
    await mia.side.fill('input-body', 'As soon as you can hear me.')
    await mia.side.click('send')
    expect(await mia.side.waitFor('send-problem')).toBe(
      'The mail was not sent. Your server doesn’t answer. Nothing was changed. Your text is kept here.',
    )
    await mia.side.click('close')
    await mia.side.click('offline-action')
    await mia.side.waitFor('offline')
    await town.backend.restart()
    await mia.side.click('offline-action')
    await mia.side.waitForNo('offline')
    await mia.side.click('reply-all')
    expect(await writtenText(mia.side)).toBe('As soon as you can hear me.')
    await mia.side.click('send')
    await mia.side.waitForNo('compose')
    await mia.side.waitFor('email-row', { text: 'to Elena' })
  })

  it('it also recovers by itself, and then hears again what others do', async () => {
    await town.backend.kill()
    await mia.side.waitFor('offline')
    await town.backend.restart()
    await mia.side.waitForNo('offline', { timeout: 30_000 })
    await door.call('POST', '/sends', {
      account: MIA,
      to: [{ address: town.world.elena, name: 'Elena Brandt' }],
      subject: 'Written elsewhere',
      body: 'From my other computer.',
      when: { kind: 'at', local: '2026-11-24T08:00', zone: 'Asia/Tokyo' },
    })
    expect(await mia.side.waitFor('email-row', { text: 'Written elsewhere' })).toContain('Scheduled')
    const unreached = /Failed to load resource|ERR_|NetworkError|CORS request did not succeed/
    expect(browser.errors.filter((line) => !unreached.test(line))).toEqual([])
  })
})

/** Runs in the browser: the bodies of the drafts in each account's database. */
async function readDrafts(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const { name = '' } of await indexedDB.databases()) {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const asked = indexedDB.open(name)
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error)
    })
    const drafts = await new Promise<{ html: string }[]>((resolve) => {
      const asked = db.transaction('drafts').objectStore('drafts').getAll()
      asked.onsuccess = () => resolve(asked.result)
    })
    db.close()
    found[name] = drafts.map((draft) =>
      draft.html.replace(/<div class="gmail_signature".*$/, '').replace(/<[^>]+>/g, ''),
    )
  }
  return found
}
