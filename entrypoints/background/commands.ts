import browser, { type Tabs } from 'webextension-polyfill'
import type { BackgroundToPageName } from '@/lib/extension/messages.ts'
import { readSettings } from '@/lib/extension/settings.ts'
import { tellPage } from './relay.ts'

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
  const isGmail = tab.url?.startsWith('https://mail.google.com/mail/') ?? false
  if (!isGmail || tab.id === undefined) return browser.runtime.openOptionsPage()
  // A tab older than this installation has no page script of ours; only a reload brings one.
  if (!(await tellPage(tab.id, 'command.toggle-panel'))) await browser.tabs.reload(tab.id)
}

async function firstRun(): Promise<void> {
  const { server } = await readSettings()
  if (server === undefined) await browser.runtime.openOptionsPage()
}
