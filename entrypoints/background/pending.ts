import browser from 'webextension-polyfill'

/** A sign-in or consent whose tab is at Google. Kept in `storage.session`: it survives this background, not the browser. */
export interface Pending {
  kind: 'sign-in' | 'consent'
  code: string
  /** Proves at redemption that this browser began; empty for a consent, where the session does. */
  secret: string
  account: string | undefined
  server: string
  /** Address of the tab's last page, without the receipt. */
  doneAt: string
  tabId: number
  openerId: number | undefined
}

const prefix = 'pending:'

export async function pendingAll(): Promise<Pending[]> {
  const all = await browser.storage.session.get(null)
  return Object.entries(all)
    .filter(([key]) => key.startsWith(prefix))
    .map(([, value]) => value as Pending)
}

export async function remember(pending: Pending): Promise<void> {
  await browser.storage.session.set({ [prefix + pending.code]: pending })
}

export async function forget(code: string): Promise<void> {
  await browser.storage.session.remove(prefix + code)
}
