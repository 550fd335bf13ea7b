import browser, { type Runtime } from 'webextension-polyfill'
import { isNotice, type Notice } from '@/lib/extension/relay.ts'

/**
 * Carries notices between Gmail's page and the panel in it. In Firefox a frame inside a page neither has `tabs` nor hears
 * the content script, so both speak through here. Nothing is kept: the tab in the sender is the whole address.
 */
export function startRelay(): void {
  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    const tabId = sender.tab?.id
    if (!isNotice(message) || message.relayed || tabId === undefined) return
    if (!maySpeakTo(message.to, sender)) return
    void deliver(tabId, message)
    // The sender keeps its order by waiting for this; whether anybody listens is not its concern.
    return Promise.resolve()
  })
}

/** Only our own panel speaks to the page, and only Gmail's top page speaks to the panel. */
function maySpeakTo(to: Notice['to'], sender: Runtime.MessageSender): boolean {
  if (sender.id !== browser.runtime.id || sender.url === undefined) return false
  if (to === 'page') return sender.url.startsWith(browser.runtime.getURL('sidebar.html'))
  return sender.frameId === 0 && new URL(sender.url).origin === 'https://mail.google.com'
}

/** The other side may not be there yet (a frame that still loads); it asks for the state when it is. */
async function deliver(tabId: number, notice: Notice): Promise<void> {
  const message: Notice = { ...notice, relayed: true }
  const only = notice.to === 'page' ? { frameId: 0 } : {}
  await browser.tabs.sendMessage(tabId, message, only).catch(() => undefined)
}

/** A notice of the background's own to the page in this tab. False when no page of ours is there. */
export async function tellPage(tabId: number, name: string): Promise<boolean> {
  const notice: Notice = {
    inlay: 'notice',
    to: 'page',
    id: crypto.randomUUID(),
    name,
    payload: {},
    relayed: true,
  }
  try {
    await browser.tabs.sendMessage(tabId, notice, { frameId: 0 })
    return true
  } catch {
    return false
  }
}
