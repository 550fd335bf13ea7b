import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LineMenuRow, PanelToPage } from '../../lib/extension/messages.ts'
import { rawMail } from '../stand-ins/google/testing.ts'
import { type GmailTab, HERE, MIA, startGmailTab } from './harness/gmail-tab.ts'
import { screenshot } from './harness/screenshot.ts'
import { until } from './harness/until.ts'

const hostile = '<img src=x onerror=alert(1)>'
const row = { hint: '', aside: '', icon: undefined, on: false, off: false }
const rows: LineMenuRow[] = [
  { ...row, id: '', text: 'This thread', kind: 'plain' },
  {
    ...row,
    id: 'share:default',
    text: 'As I share by default',
    hint: 'now: only me',
    kind: 'radio',
    on: true,
  },
  {
    ...row,
    id: 'share:full',
    text: 'Everything',
    hint: 'Set by your organisation',
    kind: 'radio',
    off: true,
  },
  { ...row, id: '', text: '', kind: 'plain' },
  { ...row, id: 'switch:d1', text: `All mail on ${hostile}`, icon: 'record', kind: 'switch', on: true },
  { ...row, id: 'off:d1', text: 'Take off Line 4 retrofit', icon: 'off', kind: 'plain' },
  { ...row, id: 'opened', text: 'Who has seen it', icon: 'opened', aside: '1', kind: 'plain' },
]

const wide = { strong: false, fit: 'wide' } as const
const name = (text: string, fit: 'first' | 'wide') => ({ text, strong: true, press: `record:${text}`, fit })
const lineOf = (
  on: string,
  records: [string, string, string, string, string],
  who: [string, string],
  ask: string,
) => ({
  ...{ on, records, who, ask },
  all: [
    { text: on, strong: false, fit: 'lead' },
    name(records[0], 'first'),
    { ...wide, text: records[1] },
    name(records[2], 'wide'),
    { ...wide, text: records[3] },
    name(records[4], 'wide'),
    { text: ' +2', strong: false, press: 'why', fit: 'narrow', label: '2 more' },
    { text: ' · ', strong: false },
    { text: who[0], strong: false, fit: 'spare' },
    { text: who[1], strong: false, fit: 'short' },
    { text: ' · ', strong: false, fit: 'spare' },
    { text: ask, strong: false, press: 'ask', fit: 'spare' },
  ] satisfies PanelToPage['panel.subject-line']['text'],
})
const lines = {
  en: lineOf(
    'On ',
    ['Elena Brandt of Halden Marine and Sons', ', ', 'Line 4 retrofit', ' and ', 'Invoice INV-1043'],
    ['You and Ken Mori see it', '2 people see it'],
    'Which deal?',
  ),
  ja: lineOf(
    '関連付け先: ',
    ['ハルデン・マリン・アンド・サンズ株式会社', '、', 'ライン 4 改修', '、', '請求書 INV-1043'],
    ['閲覧可: 自分、森 さん', '閲覧可: 2 人'],
    'どの商談ですか？',
  ),
}
const pictured = process.env['INLAY_PICTURES'] ? (['dark', 'light'] as const) : []

describe.each(['chromium', 'firefox'] as const)('the line and the chips in Gmail’s page in %s', (kind) => {
  let tab: GmailTab

  beforeAll(async () => {
    tab = await startGmailTab(kind)
  })

  afterAll(() => tab?.stop())

  const words = () => tab.page.$eval('inlay-line >>> .words', (span) => span.textContent ?? '')
  const line = async (text: PanelToPage['panel.subject-line']['text'], threadId: string | undefined) => {
    const wanted = text.map((piece) => piece.text).join('')
    // The panel behind the probe says of each mail once that it knows nothing, perhaps after us.
    await tab.panel.settled()
    await tab.panel.say('panel.subject-line', { threadId, text, change: { label: 'Change', rows } })
    await until(async () => (await words()) === wanted, 'the line')
  }
  /** What has the focus inside our line: the id of a menu's row, else the class of a button. */
  const focused = () =>
    tab.page.$eval('inlay-line', (host) => {
      const active = host.shadowRoot?.activeElement as HTMLElement | null | undefined
      return active?.dataset['id'] ?? active?.className
    })
  const isOpen = () => tab.page.$eval('inlay-line >>> .menu', (menu) => menu.matches(':popover-open'))

  it('keeps the line under the subject free from the first paint, and fills it with text only', async () => {
    const { thread } = await tab.open('northwind')
    const top = await tab.page.$eval('inlay-line', (host) => [
      host.clientHeight,
      host.previousElementSibling?.className,
    ])
    expect(top).toEqual([22, 'ha'])
    const list = () =>
      tab.page.$$eval(`${HERE} [role=list]`, (all) => all.map((one) => one.getBoundingClientRect().top))
    const before = await list()
    await line(
      [
        { text: 'On ', strong: false },
        { text: hostile, strong: true, press: 'record:1' },
      ],
      thread?.threadId,
    )
    expect(await tab.page.$eval('inlay-line >>> .words', (span) => span.querySelector('img'))).toBeNull()
    expect(await list()).toEqual(before)
    await tab.panel.say('panel.subject-line', {
      threadId: 'abcdef0123',
      text: [{ text: 'Too late', strong: false }],
    })
    await tab.panel.settled()
    expect(await words()).toBe(`On ${hostile}`)
  })

  it('says what was pressed in it, and Gmail sees none of it', async () => {
    const { thread } = await tab.open('northwind')
    await line([{ text: 'Elena Brandt', strong: true, press: 'record:7' }], thread?.threadId)
    await tab.page.evaluate(() => {
      for (const type of ['click', 'mousedown', 'keydown'])
        document.body.addEventListener(type, () => document.body.setAttribute('data-gmail-saw', type))
    })
    await tab.page.click('inlay-line >>> .words button')
    expect(await tab.panel.heard('page.line')).toEqual({ threadId: thread?.threadId, press: 'record:7' })
    expect(await tab.page.$eval('body', (body) => body.dataset['gmailSaw'])).toBeUndefined()
  })

  it('names the first record, how many more and who sees it where it is narrow, and begins under the subject', async () => {
    const { thread } = await tab.open('northwind')
    const look = () =>
      tab.page.$eval('inlay-line', (host) => {
        const inside = (selector: string) => host.shadowRoot?.querySelector<HTMLElement>(selector)
        const shown = [...(inside('.words')?.children ?? [])].filter((one) => one.clientWidth > 0)
        const subject = document.querySelector('[role=main]:not([style*="none"]) h2')
        const left = (one: Element | null | undefined) => Math.round(one?.getBoundingClientRect().left ?? -1)
        const change = inside('.change')?.getBoundingClientRect().right ?? Infinity
        return {
          words: shown.map((one) => one.textContent).join(''),
          cut: shown.flatMap((one) => (one.scrollWidth > one.clientWidth ? [one.textContent] : [])),
          change: change <= host.getBoundingClientRect().right,
          indent: left(inside('.mark')) - left(subject),
        }
      })
    try {
      for (const [language, { on, who, records, ask, all }] of Object.entries(lines)) {
        await line(all, thread?.threadId)
        const [first] = records
        for (const [width, words, cut] of [
          [420, `${first} +2 · ${who[1]}`, [first]],
          [700, `${on}${first} +2 · ${who[1]}`, []],
          [2000, `${on}${records.join('')} · ${who[0]} · ${ask}`, []],
        ] as const) {
          await tab.page.setViewport({ width, height: 810 })
          const seen = { words, cut, change: true, indent: 0 }
          await vi.waitFor(async () => expect(await look()).toEqual(seen), { timeout: 5000, interval: 50 })
          for (const theme of pictured) {
            tab.gmail.setTheme(theme)
            await tab.panel.state((state) => state.theme === theme)
            await screenshot(tab.page, `${kind}-line-${width}-${language}-${theme}`)
          }
        }
      }
    } finally {
      await tab.page.setViewport({ width: 1440, height: 810 })
      tab.gmail.setTheme('light')
    }
  })

  it('opens its menu by keys, walks it, keeps what is off, and gives the focus back', async () => {
    const { thread } = await tab.open('northwind')
    await line([{ text: 'On Line 4 retrofit', strong: false }], thread?.threadId)
    await tab.page.focus('inlay-line >>> .change')
    await tab.page.keyboard.press('Enter')
    await until(isOpen, 'the menu')
    expect(await focused()).toBe('share:default')
    const roles = await tab.page.$$eval('inlay-line >>> .menu button', (all) =>
      all.map((one) => [one.role, one.ariaChecked, one.ariaDisabled].join(' ').trim()),
    )
    expect(roles).toEqual([
      'menuitemradio true',
      'menuitemradio false true',
      'menuitemcheckbox true',
      'menuitem',
      'menuitem',
    ])
    await screenshot(tab.page, `${kind}-line-menu`)
    const before = await tab.panel.count('page.line')
    await tab.page.keyboard.press('ArrowDown')
    await tab.page.keyboard.press('Enter')
    expect([await isOpen(), await focused()]).toEqual([true, 'share:full'])
    for (const [key, at] of [
      ['End', 'opened'],
      ['ArrowDown', 'share:default'],
      ['ArrowUp', 'opened'],
      ['t', 'off:d1'],
    ] as const) {
      await tab.page.keyboard.press(key)
      expect(await focused()).toBe(at)
    }
    await tab.page.keyboard.press('Escape')
    expect([await isOpen(), await focused()]).toEqual([false, 'change'])
    expect(await tab.panel.count('page.line')).toBe(before)
    await tab.page.keyboard.press('Enter')
    await tab.page.click('inlay-line >>> .menu [data-id="switch:d1"]')
    expect(await tab.panel.heard('page.line')).toMatchObject({ press: 'switch:d1' })
    expect(await isOpen()).toBe(false)
  })

  it('closes the menu at a click beside it and when another mail is opened', async () => {
    const { thread } = await tab.open('northwind')
    await line([{ text: 'On Line 4 retrofit', strong: false }], thread?.threadId)
    await tab.page.click('inlay-line >>> .change')
    await until(isOpen, 'the menu')
    await tab.page.click('inlay-line >>> .change')
    expect(await isOpen()).toBe(false)
    await tab.page.click('inlay-line >>> .change')
    await tab.page.click(`${HERE} h2`)
    expect(await isOpen()).toBe(false)
    await tab.page.click('inlay-line >>> .change')
    await until(isOpen, 'the menu')
    await tab.open('retrofit')
    await until(async () => !(await isOpen()), 'the menu to close')
  })

  describe('chips', () => {
    const boxes = () =>
      tab.page.$$eval(`${HERE} tr.zA`, (all) =>
        all.flatMap((one) =>
          [one, ...one.querySelectorAll('td, .xT')].map((part) => {
            const { left, top, height } = part.getBoundingClientRect()
            const width = part.localName === 'td' ? part.getBoundingClientRect().width : 0
            return [left, top, width, height].map(Math.round).join()
          }),
        ),
      )
    const side = async (open: boolean) => {
      await tab.panel.say('panel.open', { open })
      await until(
        () =>
          tab.page.$eval(
            'inlay-sidebar >>> .panel',
            (panel, wanted) => (panel as HTMLElement).inert !== wanted && panel.getAnimations().length === 0,
            open,
          ),
        open ? 'the open panel' : 'the closed panel',
      )
    }
    /** Whether the panel lies over a chip. */
    const hidden = () =>
      tab.page.$$eval(`${HERE} tr.zA inlay-chip`, (all) =>
        all.some((one) => {
          const { right, top } = one.getBoundingClientRect()
          return document.elementFromPoint(right - 4, top + 8) !== one
        }),
      )
    const drawn = () => tab.page.$$eval(`${HERE} tr.zA inlay-chip`, (all) => all.length)
    const retrofit = () => tab.world.thread('retrofit').threadIdIn(MIA)

    it('stand in the rows of their threads without moving a row or a column', async () => {
      await tab.go('#inbox')
      await tab.panel.state((state) => state.thread === undefined)
      await until(() => tab.page.$(`${HERE} tr.zA`), 'the list')
      const { threadIds } = await tab.panel.heard('page.rows')
      expect(threadIds).toContain(retrofit())
      expect(new Set(threadIds).size).toBe(threadIds.length)
      const before = await boxes()
      await tab.panel.say('panel.chips', {
        chips: threadIds.slice(0, 9).map((threadId, index) => ({
          threadId,
          name: index === 1 ? `${hostile} and a name that is far too long` : 'Line 4 retrofit',
          stage: index % 3 === 0 ? '' : 'Negotiation',
        })),
      })
      await until(async () => (await drawn()) === 9, 'nine chips')
      expect(await boxes()).toEqual(before)
      for (const open of [true, false]) {
        await side(open)
        await until(async () => !(await hidden()), 'chips beside the panel')
        expect(await boxes()).toEqual(before)
        await screenshot(tab.page, `${kind}-chips-${open ? 'open' : 'closed'}`)
      }
      expect(await tab.page.$$eval('inlay-chip >>> img', (all) => all.length)).toBe(0)
      tab.gmail.setTheme('dark')
      await tab.panel.state((state) => state.theme === 'dark')
      await screenshot(tab.page, `${kind}-chips-dark`)
      tab.gmail.setTheme('light')
    })

    it('are pressed without Gmail opening the mail, which every other place of the row does', async () => {
      await tab.go('#inbox')
      const chip = `${HERE} tr.zA:has([data-legacy-thread-id="${retrofit()}"]) inlay-chip >>> button`
      await until(() => tab.page.$(chip), 'the chip of the thread')
      await tab.page.click(chip)
      expect(await tab.panel.heard('page.chip')).toEqual({ threadId: retrofit() })
      expect(await tab.page.evaluate(() => location.hash)).toBe('#inbox')
      await tab.page.click(`${HERE} [data-legacy-thread-id="${retrofit()}"]`)
      await tab.panel.state((state) => state.thread?.threadId === retrofit())
    })

    it('come back when Gmail draws its rows anew, and go with their word', async () => {
      await tab.go('#inbox')
      await until(async () => (await drawn()) === 9, 'nine chips')
      await tab.page.$$eval(`${HERE} tr.zA inlay-chip`, (all) => {
        for (const one of all) one.remove()
      })
      await until(async () => (await drawn()) === 9, 'the chips to come back')
      await tab.panel.say('panel.chips', { chips: [] })
      await until(async () => (await drawn()) === 0, 'the chips to go')
      expect(await tab.page.$$eval(`${HERE} td[style*="padding"]`, (all) => all.length)).toBe(0)
    })
  })

  it('tells news when a mail comes, not when the rep walks about', async () => {
    await tab.go('#sent')
    await until(() => tab.page.$(`${HERE} tr.zA`), 'the list')
    await tab.go('#inbox')
    await tab.open('retrofit')
    await tab.go('#inbox')
    await tab.panel.settled()
    const before = await tab.panel.count('page.news')
    await tab.open('northwind')
    await tab.go('#inbox')
    await tab.panel.settled()
    expect(await tab.panel.count('page.news')).toBe(before)
    tab.google.mailbox(MIA).deliver(rawMail({ From: tab.world.elena, To: MIA, Subject: 'One more thing' }))
    await until(async () => (await tab.panel.count('page.news')) > before, 'the news')
  })
})
