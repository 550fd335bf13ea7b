import browser, { type Tabs } from 'webextension-polyfill'
import type { BackgroundToPageName } from '@/lib/extension/messages.ts'
import { readSettings } from '@/lib/extension/settings.ts'
import { tellPage } from './relay.ts'

const gmail = 'https://mail.google.com/mail/'

const byCommand: Record<string, BackgroundToPageName> = {
  'focus-panel': 'command.focus-panel',
  'file-attachments': 'command.file-attachments',
}

/** The toolbar button and the two keys of the manifest; both speak to the page in the tab in front. */
export function listenForBrowserButtons(): void {
  browser.action.onClicked.addListener((tab) => void clicked(tab))
  browser.commands.onCommand.addListener((command, tab) => {
    const name = byCommand[command]
    if (name !== undefined && tab?.id !== undefined) void tellPage(tab.id, name)
  })
  browser.runtime.onInstalled.addListener(({ reason }) => {
    // Test and demo builds bring their settings along and need no second tab.
    if (reason === 'install' && import.meta.env.MODE === 'production') void firstRun()
  })
}

async function clicked(tab: Tabs.Tab): Promise<void> {
  const isGmail = tab.url?.startsWith(gmail) ?? false
  if (!isGmail || tab.id === undefined) return browser.runtime.openOptionsPage()
  await tellOrReload(tab.id, 'command.toggle-panel')
}

/** A tab older than this installation has no page script of ours; only a reload brings one. */
async function tellOrReload(tabId: number, name: BackgroundToPageName): Promise<void> {
  if (!(await tellPage(tabId, name))) await browser.tabs.reload(tabId)
}

/** Brings the Gmail tab of this account to the front; which one it is, only its title tells. */
export async function openGmail(account: string): Promise<void> {
  const tabs = await browser.tabs.query({ url: `${gmail}*` })
  const own = tabs.find((tab) => tab.title?.toLowerCase().includes(` ${account} `))
  if (own?.id === undefined) {
    await browser.tabs.create({ url: `${gmail}?authuser=${encodeURIComponent(account)}` })
    return
  }
  await browser.tabs.update(own.id, { active: true })
  if (own.windowId !== undefined) await browser.windows.update(own.windowId, { focused: true })
  await tellOrReload(own.id, 'command.focus-panel')
}

async function firstRun(): Promise<void> {
  const { server } = await readSettings()
  if (server === undefined) await browser.runtime.openOptionsPage()
}
