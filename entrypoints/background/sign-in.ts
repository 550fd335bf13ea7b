import browser, { type Tabs } from 'webextension-polyfill'
import { Pairing } from '@/lib/contract/identity.ts'
import { permissionFor } from '@/lib/extension/server-address.ts'
import {
  accountKey,
  type Outcome,
  readSession,
  readSettings,
  savePanel,
  saveSession,
  saveSettings,
} from '@/lib/extension/settings.ts'
import { finishConsentAt, redeemAt, startPairingAt } from './auth-api.ts'
import { forget, type Pending, pendingAll, remember } from './pending.ts'

type Begun = { ok: true } | { ok: false; reason: string }

/** Begins a sign-in and opens Google's page beside the tab that asked. The secret never leaves this browser. */
export async function beginSignIn(account: string | undefined, opener: Tabs.Tab | undefined): Promise<Begun> {
  const { server } = await readSettings()
  if (server === undefined) return { ok: false, reason: 'no_server' }
  await settleAll()
  if (account !== undefined && (await readSession(account))) return { ok: true }
  const secret = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  const started = await startPairingAt(server, {
    challenge: base64url(new Uint8Array(digest)),
    ...(account && { account: accountKey(account) }),
    device: await deviceName(),
  })
  if (!started.ok) return started
  const pairing = Pairing.safeParse(started.value)
  if (!pairing.success) return { ok: false, reason: 'not_inlay' }
  const { code, url } = pairing.data
  return openGoogle({ kind: 'sign-in', code, secret, account, server }, url, opener)
}

/** Opens the consent page the panel was given; finished with the session of the account that asked. */
export async function beginConsent(
  request: { account: string; code: string; url: string },
  opener: Tabs.Tab | undefined,
): Promise<Begun> {
  const { server } = await readSettings()
  if (server === undefined) return { ok: false, reason: 'no_server' }
  const { account, code, url } = request
  return openGoogle({ kind: 'consent', code, secret: '', account, server }, url, opener)
}

type Start = Pick<Pending, 'kind' | 'code' | 'secret' | 'account' | 'server'>

/** Everything that reads or changes what is begun takes its turn: events come twice, and a receipt works once. */
const inTurn = <Value>(work: () => Promise<Value>) => navigator.locks.request('inlay-sign-in', work)

async function openGoogle(start: Start, url: string, opener: Tabs.Tab | undefined): Promise<Begun> {
  const { origin, protocol } = new URL(url)
  if (!/^https?:$/.test(protocol)) return { ok: false, reason: 'not_inlay' }
  // Without it the tab's address, and with it the receipt, stays hidden from us.
  if (!(await browser.permissions.contains(permissionFor(origin)))) return { ok: false, reason: 'permission' }
  return inTurn(() => openTab({ ...start, doneAt: `${origin}/auth/done` }, url, opener))
}

async function openTab(
  start: Start & Pick<Pending, 'doneAt'>,
  url: string,
  opener: Tabs.Tab | undefined,
): Promise<Begun> {
  browser.tabs.onUpdated.addListener(tabMoved)
  browser.tabs.onRemoved.addListener(tabClosed)
  const beside = opener?.windowId === undefined ? {} : { windowId: opener.windowId, index: opener.index + 1 }
  const openerTab = opener?.id === undefined ? {} : { openerTabId: opener.id }
  const tab = await browser.tabs.create({ url, ...beside, ...openerTab })
  if (tab.id === undefined) return { ok: false, reason: 'unexpected' }
  await remember({ ...start, tabId: tab.id, openerId: opener?.id })
  return { ok: true }
}

/**
 * Finishes what was begun, also what ended while the background was stopped. While nothing is begun it lets go of the
 * tabs, so that other people's page loads do not wake it.
 */
export function watchSignIns(): void {
  browser.tabs.onUpdated.addListener(tabMoved)
  browser.tabs.onRemoved.addListener(tabClosed)
  browser.runtime.onStartup.addListener(() => void settleAll())
  void settleAll()
}

async function settleAll(): Promise<void> {
  await inTurn(async () => {
    for (const pending of await pendingAll()) {
      const tab = await browser.tabs.get(pending.tabId).catch(() => undefined)
      if (tab === undefined) await end(pending, 'closed')
      else await arrived(pending.tabId, tab.url)
    }
    await letGo()
  })
}

async function letGo(): Promise<void> {
  if ((await pendingAll()).length > 0) return
  browser.tabs.onUpdated.removeListener(tabMoved)
  browser.tabs.onRemoved.removeListener(tabClosed)
}

function tabMoved(tabId: number, change: Tabs.OnUpdatedChangeInfoType, tab: Tabs.Tab): void {
  if (change.url === undefined && change.status !== 'complete') return
  void inTurn(async () => {
    await arrived(tabId, tab.url)
    await letGo()
  })
}

function tabClosed(tabId: number): void {
  void inTurn(async () => {
    const pending = await pendingOf(tabId)
    if (pending) await end(pending, 'closed')
    await letGo()
  })
}

async function pendingOf(tabId: number): Promise<Pending | undefined> {
  return (await pendingAll()).find((begun) => begun.tabId === tabId)
}

async function arrived(tabId: number, url: string | undefined): Promise<void> {
  const pending = await pendingOf(tabId)
  if (!pending || url === undefined || url.split('?')[0] !== pending.doneAt) return
  const receipt = new URL(url).searchParams.get('receipt') ?? ''
  const refused = await (pending.kind === 'consent' ? finishConsent : redeem)(pending, receipt)
  // The receipt is not used up; the tab stays, and the next wake or click tries again.
  if (refused === 'unreachable') return say(pending, refused)
  await end(pending, refused)
  await browser.tabs.remove(tabId).catch(() => undefined)
  if (pending.openerId !== undefined)
    await browser.tabs.update(pending.openerId, { active: true }).catch(() => undefined)
}

/** Gives the reason of a refusal, undefined when it worked. */
async function redeem(pending: Pending, receipt: string): Promise<string | undefined> {
  const { server, code, secret, account } = pending
  const answer = await redeemAt(server, { code, secret, receipt })
  if (!answer.ok) return answer.reason
  const { session, email, name } = answer.value
  await saveSession({ token: session, email, name, server })
  // Signing in is the wish to see it; later the panel stands as it was left.
  await savePanel(email, { open: true })
  return account !== undefined && accountKey(account) !== accountKey(email) ? 'wrong_account' : undefined
}

async function finishConsent(pending: Pending, receipt: string): Promise<string | undefined> {
  const session = await readSession(pending.account ?? '')
  if (session === undefined) return 'session_missing'
  const answer = await finishConsentAt(session, { code: pending.code, receipt })
  return answer.ok ? undefined : answer.reason
}

async function end(pending: Pending, reason: string | undefined): Promise<void> {
  await forget(pending.code)
  await say(pending, reason)
}

async function say({ kind, account }: Pending, reason: string | undefined): Promise<void> {
  const outcome: Outcome = { kind, account, reason, at: Date.now() }
  await saveSettings({ outcome })
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** How this browser is called in the list of sessions, e.g. `Firefox on linux`. */
async function deviceName(): Promise<string> {
  const { os } = await browser.runtime.getPlatformInfo()
  const product = navigator.userAgent.includes('Firefox/') ? 'Firefox' : 'Chrome'
  return `${product} on ${os}`
}
