import browser, { type Runtime } from 'webextension-polyfill'
import { isComposeWanted } from '@/lib/extension/relay.ts'

/**
 * Brings the part of the page's script that compose windows need into a Gmail tab which has one: most tabs never do, and
 * what every Gmail loads is to stay small.
 */
export function bringCompose(): void {
  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    const tabId = sender.tab?.id
    if (!isComposeWanted(message) || tabId === undefined || !isGmail(sender)) return
    const target = { tabId, frameIds: [0] }
    // The tab may be gone by now, or on its way elsewhere.
    return browser.scripting.executeScript({ target, files: ['/gmail-compose.js'] }).catch(() => undefined)
  })
}

function isGmail({ id, frameId, url }: Runtime.MessageSender): boolean {
  return id === browser.runtime.id && frameId === 0 && new URL(url ?? '').origin === 'https://mail.google.com'
}
