import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'
import { type Rep, settle } from './sidebar-kit.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const hostile = '\u202egpj.exe <img src=x onerror=alert(1)> علي'

describe('the screens of the sidebar', () => {
  let rep: Rep

  beforeAll(async () => {
    rep = await settle('chromium')
  })

  afterAll(async () => {
    await rep?.stop()
  })

  /** What axe finds on the screen as it stands, WCAG 2.2 AA and its best practices. */
  const problems = async () => {
    const frame = await rep.mia.side.frame()
    // Sheets slide in: colours of what is half transparent are not its colours.
    await frame.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)))
    await frame.evaluate(axe)
    const { violations } = await frame.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    )
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  }
  const press = async (key: string) => rep.mia.page.keyboard.press(key as 'Enter')
  const click = (...ids: string[]) =>
    ids.reduce(async (before, id) => {
      await before
      await rep.mia.side.click(id)
    }, Promise.resolve())
  const goBack = async () => {
    await (await rep.mia.side.frame()).evaluate(() =>
      document.querySelector<HTMLElement>('[aria-modal], main')?.focus(),
    )
    await press('Escape')
  }

  const screens: [string, string[], string, number][] = [
    ['card', [], 'card', 0],
    ['emails', ['all-emails'], 'emails-page', 1],
    ['mail', ['email-row'], 'mail-page', 1],
    ['compose', ['email'], 'compose', 1],
    ['schedule', ['email', 'schedule'], 'schedule-sheet', 2],
    ['any-time', ['email', 'schedule', 'time-any'], 'any-time', 3],
    ['deal', ['card-more', 'menu-new-deal'], 'create-sheet', 1],
    ['permissions', ['open-menu', 'menu-permissions'], 'permissions', 1],
    ['search', ['open-search'], 'search-sheet', 1],
    ['keys', ['open-menu', 'menu-keys'], 'keys-sheet', 1],
  ]

  describe.each(['light', 'dark'] as const)('%s', (theme) => {
    beforeAll(async () => {
      rep.town.gmail.setTheme(theme)
      const frame = await rep.mia.side.frame()
      await until(
        () => frame.evaluate((wanted) => document.documentElement.dataset['theme'] === wanted, theme),
        theme,
      )
      await until(async () => (await rep.mia.side.texts('email-row')).length === 3, 'three rows of mail')
    })

    it.each(screens)(
      '%s: no finding of axe, nothing wider than the panel',
      async (name, way, shown, steps) => {
        await click(...way)
        await rep.mia.side.waitFor(shown)
        const frame = await rep.mia.side.frame()
        expect(await problems()).toEqual([])
        expect(
          await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0)
        await screenshot(rep.mia.page, `sidebar-${name}-${theme}`)
        for (let step = 0; step < steps; step++) await goBack()
        await rep.mia.side.waitFor('card')
      },
    )
  })

  it('by keys alone: rows, a mail, back, a mail to this person, back to where the focus was', async () => {
    const frame = await rep.mia.side.frame()
    const focused = () =>
      frame.evaluate(() => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid'))
    await frame.focus('[role=tab][aria-selected=true]')
    await press('j')
    expect(await focused()).toBe('add-next-step')
    for (let row = 0; row < 12 && (await focused()) !== 'email-row'; row++) await press('j')
    expect(await focused()).toBe('email-row')
    await press('Enter')
    await rep.mia.side.waitFor('mail-page')
    await goBack()
    await rep.mia.side.waitFor('card')
    await frame.focus('[data-testid=email]')
    await press('c')
    await rep.mia.side.waitFor('compose')
    await until(async () => (await focused()) === 'input-body', 'the focus in the text')
    await rep.mia.page.keyboard.type('c j ? z are letters here')
    await press('Escape')
    await rep.mia.side.waitForNo('compose')
    expect(await focused()).toBe('email')
    await press('?')
    await rep.mia.side.waitFor('keys-sheet')
    await press('Escape')
    await rep.mia.side.waitForNo('keys-sheet')
  })

  it('a hostile name is text, in its own direction, and cannot turn its neighbours', async () => {
    const { body } = await rep.person.call<{ record: { id: string } }>('POST', '/records', {
      module: 'leads',
      fields: { firstName: hostile, lastName: 'Lind' },
      primaryAddress: 'jonas.lind@haldenmarine.example',
    })
    await rep.mia.side.click('open-search')
    await rep.mia.side.fill('search-input', 'Lind')
    const row = await rep.mia.side.waitFor('search-row')
    expect(row).toContain('gpj.exe <img src=x onerror=alert(1)> علي Lind')
    expect(row).not.toContain('\u202e')
    const frame = await rep.mia.side.frame()
    expect(await frame.$$eval('img, script[src="x"]', (found) => found.length)).toBe(0)
    await goBack()
    await rep.person.call('DELETE', `/records/${body.record.id}`)
  })

  it('the whole of it in Japanese', async () => {
    const frame = await rep.mia.side.frame()
    await frame.evaluate(() => {
      type Local = { storage: { local: { set(part: object): Promise<void> } } }
      return (globalThis as unknown as { chrome: Local }).chrome.storage.local.set({ language: 'ja' })
    })
    await rep.mia.side.waitFor('emails', { text: 'メール' })
    expect(await frame.evaluate(() => document.documentElement.lang)).toBe('ja')
    expect(await problems()).toEqual([])
    await screenshot(rep.mia.page, 'sidebar-card-ja')
    await click('email', 'schedule')
    await rep.mia.side.waitFor('schedule-sheet', { text: 'いつ送信しますか？' })
    await screenshot(rep.mia.page, 'sidebar-schedule-ja')
  })

  it('no page complained: no error, nothing the content security policy had to stop', () => {
    expect(rep.browser.errors).toEqual([])
  })
})
