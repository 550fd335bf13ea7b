import type { Frame, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arrive, discardOpen, openThread, writtenText } from '../road/road.ts'
import { openExtensionPage } from './harness/extension-page.ts'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'
import { type Rep, retrofit, settle } from './sidebar-kit.ts'

describe.each(['chromium', 'firefox'] as const)('what the sidebar keeps, in %s', (kind) => {
  let rep: Rep

  beforeAll(async () => {
    rep = await settle(kind)
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const keys = (where: Frame | Page, store: string) =>
    where.evaluate(readKeys, `inlay-${rep.mia.account}`, store)

  it('the frame inside Gmail and the extension’s own pages share one database, partitioned storage or not', async () => {
    const frame = await rep.mia.side.frame()
    await until(
      async () => (await keys(frame, 'cards')).includes(rep.elenaId),
      'Elena’s card in the frame’s cache',
    )
    const options = await openExtensionPage(rep.browser, 'options.html')
    expect(await keys(options, 'people')).toContain(rep.town.world.elena)
    expect(await keys(options, 'cards')).toContain(rep.elenaId)
    await options.evaluate(writeMark, `inlay-${rep.mia.account}`, 'from the options page')
    expect(await frame.evaluate(readMark, `inlay-${rep.mia.account}`)).toBe('from the options page')
    await options.close()
  })

  it('with the backend down the card stands at once, from the cache; one line says so, and Gmail is untouched', async () => {
    await rep.town.backend.kill()
    await rep.mia.page.close()
    rep.mia = await arrive(rep.town, rep.browser)
    await openThread(rep.mia, retrofit)
    expect(await rep.mia.side.waitFor('card-name')).toBe('Elena Brandt')
    expect(await rep.mia.side.waitFor('offline')).toContain(
      'Your server doesn’t answer. Gmail is not affected.',
    )
    expect(await rep.mia.side.texts('skeleton')).toEqual([])
    const subject = await rep.mia.page.$eval('h2[data-legacy-thread-id]', (element) => element.textContent)
    expect(subject).toContain('Line 4 retrofit')
    await screenshot(rep.mia.page, `sidebar-offline-${kind}`)

    await rep.town.backend.restart()
    await rep.mia.side.click('offline-action')
    await rep.mia.side.waitForNo('offline')
    await rep.mia.side.waitFor('freshness', { text: 'up to date' })
  })

  it('the road from Gmail’s page to the painted card is marked for the bench', async () => {
    const frame = await rep.mia.side.frame()
    const marks = await frame.evaluate(() =>
      performance.getEntriesByType('mark').map((entry) => {
        const { threadId } = ((entry as PerformanceMark).detail ?? {}) as { threadId?: string }
        return `${entry.name} ${threadId}`
      }),
    )
    const id = rep.town.world.thread(retrofit).threadIdIn(rep.mia.account)
    for (const name of ['page-changed', 'cache-read', 'painted-cache'])
      expect(marks).toContain(`inlay:${name} ${id}`)
  })

  it('an unsent mail survives Gmail’s reload, and discarding it really removes it', async () => {
    await rep.mia.side.click('reply-all')
    await rep.mia.side.fill('input-subject', 'A subject of my own')
    await rep.mia.side.fill('input-body', 'Dear Elena,\n\nhalf a sentence')
    await rep.mia.side.waitFor('draft-state', { text: 'Draft saved' })
    await rep.mia.page.reload()
    await openThread(rep.mia, retrofit)
    await rep.mia.side.click('reply-all')
    const frame = await rep.mia.side.frame()
    const value = async (id: string) => {
      await rep.mia.side.waitFor(id)
      return frame.$eval(`[data-testid=${id}]`, (element) => (element as HTMLInputElement).value)
    }
    expect(await value('input-subject')).toBe('A subject of my own')
    expect(await writtenText(rep.mia.side)).toBe('Dear Elena,\n\nhalf a sentence')
    await discardOpen(rep.mia.side)
    await rep.mia.side.click('reply-all')
    expect(await writtenText(rep.mia.side)).toBe('')
    await rep.mia.side.click('close')
  })

  it('signing out removes everything this browser kept of the account', async () => {
    await rep.mia.side.click('open-menu')
    await rep.mia.side.click('menu-sign-out')
    await rep.mia.side.waitFor('sign-in')
    const frame = await rep.mia.side.frame()
    const names = () => frame.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))
    await until(async () => (await names()).length === 0, 'no database left')
    expect(
      rep.browser.errors.filter((line) => !/ERR_CONNECTION_REFUSED|net::ERR|NetworkError/.test(line)),
    ).toEqual([])
  })
})

/** Runs in the browser: all keys of one store; empty when there is no such database yet. */
async function readKeys(name: string, store: string): Promise<string[]> {
  const known = (await indexedDB.databases()).some((one) => one.name === name)
  if (!known) return []
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
  const found = await new Promise<IDBValidKey[]>((resolve) => {
    const asked = db.transaction(store).objectStore(store).getAllKeys()
    asked.onsuccess = () => resolve(asked.result)
  })
  db.close()
  return found.map(String)
}

/** Runs in the browser. */
async function writeMark(name: string, value: string): Promise<void> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = () => resolve(asked.result)
  })
  await new Promise<void>((resolve) => {
    const tx = db.transaction('meta', 'readwrite')
    tx.objectStore('meta').put(value, 'mark')
    tx.oncomplete = () => resolve()
  })
  db.close()
}

/** Runs in the browser. */
async function readMark(name: string): Promise<unknown> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = () => resolve(asked.result)
  })
  const value = await new Promise<unknown>((resolve) => {
    const asked = db.transaction('meta').objectStore('meta').get('mark')
    asked.onsuccess = () => resolve(asked.result)
  })
  db.close()
  return value
}
