import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GmailTab, HERE, KEN, MIA, startGmailTab } from './harness/gmail-tab.ts'
import { probePanel } from './harness/panel-probe.ts'
import { until } from './harness/until.ts'

describe.each(['chromium', 'firefox'] as const)('the page adapter in %s', (kind) => {
  let tab: GmailTab

  beforeAll(async () => {
    tab = await startGmailTab(kind)
  })

  afterAll(() => tab?.stop())

  it('S-001: tells the panel the thread, its people and its files, under Gmail’s own policy', async () => {
    const { thread, account, accountIndex, theme, health } = await tab.open('retrofit')
    const seeded = tab.world.thread('retrofit')
    expect({ account, accountIndex, theme, health }).toEqual({
      account: MIA,
      accountIndex: 0,
      theme: 'light',
      health: { ok: true, missing: [] },
    })
    expect(thread?.subject).toBe('Line 4 retrofit: revised quote')
    expect(thread?.messageCount).toBe(2)
    expect(thread?.messageIds).toEqual([seeded.messageIdIn(MIA, 1)])
    expect(thread?.people.map((person) => person.address)).toEqual([
      MIA,
      'elena.brandt@haldenmarine.example',
      KEN,
      'jonas.lind@haldenmarine.example',
    ])
    expect(thread?.attachments.map(({ name, isDriveLink }) => [name, isDriveLink])).toEqual([
      ['PO-2291_Halden.pdf', false],
      ['deck_layout_L4.png', false],
      ['Spec_sheet_v2.xlsx', false],
    ])
    expect(thread?.signatureText).toContain('Kind regards')
    expect(thread?.signatureFrom).toBe('elena.brandt@haldenmarine.example')
  })

  it('follows a message that is opened, and leaves closed ones without an id', async () => {
    await tab.open('retrofit')
    await tab.page.click(`${HERE} [role=listitem][aria-expanded=false] .adf`)
    const { thread } = await tab.panel.state((state) => state.thread?.messageIds.length === 2)
    expect(thread?.messageCount).toBe(2)
    expect(thread?.attachments.map(({ name }) => name)).toContain('Q-1187_revB.pdf')
  })

  it('counts a long thread with its folded messages, and the same when they are shown', async () => {
    const { thread } = await tab.open('long')
    expect(thread?.messageCount).toBe(44)
    await tab.page.click(`${HERE} .kx`)
    await until(
      () => tab.page.$$eval(`${HERE} [role=listitem]`, (items) => items.length === 44),
      'the folded messages',
    )
    const after = await tab.panel.settled()
    expect(after.thread?.messageCount).toBe(44)
    expect(after.thread?.people.map((person) => person.address).sort()).toEqual(
      [MIA, KEN, 'jonas.lind@haldenmarine.example'].sort(),
    )
  })

  it('forgets the thread on the list, and is not fooled by the stale one Gmail keeps hidden', async () => {
    await tab.open('retrofit')
    await tab.open('northwind')
    expect(await tab.page.$$eval('h2.hP', (all) => all.length)).toBeGreaterThan(1)
    await tab.go('#inbox')
    const { thread } = await tab.panel.state((state) => state.thread === undefined)
    expect(thread).toBeUndefined()
    expect((await tab.open('retrofit')).thread?.subject).toBe('Line 4 retrofit: revised quote')
  })

  it('keeps Drive chips and leaves inline images out', async () => {
    const drive = await tab.open('driveFolder')
    expect(drive.thread?.attachments.filter(({ isDriveLink }) => isDriveLink)).toHaveLength(1)
  })

  it('says nothing while somebody types', async () => {
    await tab.open('retrofit')
    await tab.page.click(`${HERE} .amn [role=button]`)
    const body = await tab.page.waitForSelector('[contenteditable=true]')
    await body?.focus()
    await tab.panel.settled()
    const before = await tab.panel.count('page.changed')
    await tab.page.keyboard.type('Dear Elena, many thanks')
    expect(await tab.panel.count('page.changed')).toBe(before)
    await tab.page.click('.iN [aria-label*="iscard"]').catch(() => undefined)
  })

  it('follows Gmail’s theme', async () => {
    tab.gmail.setTheme('dark')
    expect((await tab.panel.state((state) => state.theme === 'dark')).theme).toBe('dark')
    tab.gmail.setTheme('light')
    expect((await tab.panel.state((state) => state.theme === 'light')).theme).toBe('light')
  })

  it('goes on after the background was stopped', async () => {
    await tab.go('#inbox')
    await tab.panel.state((state) => state.thread === undefined)
    await tab.browser.stopBackground()
    expect((await tab.open('warranty')).thread?.subject).toBe('Extended warranty: what is covered?')
  })

  it('keeps two tabs with two accounts apart', async () => {
    const before = await tab.panel.settled()
    const other = await tab.browser.newPage()
    await other.goto('https://mail.google.com/mail/u/1/#inbox')
    const otherPanel = await probePanel(other)
    const seen = await otherPanel.state((state) => state.account !== undefined)
    expect([seen.account, seen.accountIndex]).toEqual([KEN, 1])
    await tab.go(tab.hashOf('retrofit', KEN), other)
    await otherPanel.state((state) => state.thread?.subject === 'Line 4 retrofit: revised quote')
    await other.close()
    await tab.page.bringToFront()
    const after = await tab.panel.settled()
    expect([after.account, after.thread?.threadId]).toEqual([MIA, before.thread?.threadId])
  })

  it('weighs little', () => {
    const script = readFileSync(join(tab.extensionDir, 'content-scripts/gmail.js'))
    const bytes = gzipSync(script, { level: 9 }).length
    console.log(`content script: ${script.length} bytes, ${bytes} gzipped`)
    expect(bytes).toBeLessThan(15_000)
    expect(script.toString()).not.toMatch(/preact|ZodError/i)
  })

  it('leaves nothing in the page when the extension is replaced', async () => {
    await tab.browser.browser.installExtension(tab.extensionDir)
    await tab.page.bringToFront()
    await tab.page.evaluate(() => document.body.append(document.createElement('p')))
    const hosts = () =>
      tab.page.$$eval('inlay-sidebar, inlay-file, inlay-line, inlay-chip', (all) =>
        all.map((one) => one.localName),
      )
    // Firefox puts the new script into open tabs, Chromium waits for a reload.
    const wanted = kind === 'firefox' ? 1 : 0
    await until(
      async () => (await hosts()).filter((name) => name === 'inlay-sidebar').length === wanted,
      'the old panel to go',
    )
    expect(tab.browser.errors).toEqual([])
  })
})
