import type { Storage } from 'webextension-polyfill'
import { browser } from './browser.ts'

/** What this browser keeps, in `storage.local`. Keys with an address belong to one Gmail account, so that two never mix. */
export interface Settings {
  /** Origin of the Inlay server, e.g. `https://crm.arbor.example`; undefined until it was checked once. */
  server: string | undefined
  language: 'auto' | 'en' | 'ja'
  theme: 'auto' | 'light' | 'dark'
  /** Records named in Gmail's list of mail. */
  chips: 'on' | 'off'
  /** How long a sent mail may be taken back. */
  undoSeconds: UndoSeconds
  /** Addresses that are signed in, lower case, in order of signing in. No secrets: the page reads this. */
  accounts: string[]
  /** Addresses of Gmail accounts in which Inlay was seen, lower case. */
  seen: string[]
  /** How the last sign-in or consent ended. */
  outcome: Outcome | undefined
}

/** 5 to 30 s; the server holds a little longer than is shown. */
export const undoChoices = [5, 10, 20, 30] as const
type UndoSeconds = (typeof undoChoices)[number]

export interface Outcome {
  kind: 'sign-in' | 'consent'
  account: string | undefined
  /** undefined = it worked; else a reason of `lib/domain/errors.ts`, `unreachable` or `closed`. */
  reason: string | undefined
  /** Epoch ms. */
  at: number
}

/** What one account needs to talk to the server. Never handed to Gmail's page. */
export interface Session {
  token: string
  email: string
  name: string
  /** The origin that gave the token; it is never sent to another. */
  server: string
}

export interface PanelPlace {
  open: boolean
  /** CSS px. */
  width: number
}

const defaults: Settings = {
  server: undefined,
  language: 'auto',
  theme: 'auto',
  chips: 'on',
  undoSeconds: 10,
  accounts: [],
  seen: [],
  outcome: undefined,
}
const settingKeys = Object.keys(defaults)
const closedPanel: PanelPlace = { open: false, width: 360 }

/** One spelling per account: storage keys and comparisons use it. */
export function accountKey(address: string): string {
  return address.trim().toLowerCase()
}

const sessionKey = (account: string) => `session:${accountKey(account)}`
const panelKey = (account: string) => `panel:${accountKey(account)}`

async function read<Value>(key: string): Promise<Value | undefined> {
  const found = await browser.storage.local.get(key)
  // Only this file writes these keys.
  return found[key] as Value | undefined
}

/** Calls back with every change of one key. Returns a function that ends it. */
function watch(wanted: (key: string) => boolean, changed: () => void): () => void {
  const listener = (changes: Record<string, Storage.StorageChange>) => {
    if (Object.keys(changes).some(wanted)) changed()
  }
  browser.storage.local.onChanged.addListener(listener)
  return () => browser.storage.local.onChanged.removeListener(listener)
}

export async function readSettings(): Promise<Settings> {
  return { ...defaults, ...(await browser.storage.local.get(settingKeys)) }
}

/** Calls back with the settings after each change, not at once. Returns a function that ends it. */
export function watchSettings(changed: (settings: Settings) => void): () => void {
  return watch(
    (key) => settingKeys.includes(key),
    () => void readSettings().then(changed),
  )
}

export async function saveSettings(
  part: Partial<Pick<Settings, 'language' | 'theme' | 'chips' | 'undoSeconds' | 'outcome'>>,
): Promise<void> {
  await browser.storage.local.set(part)
}

/** Another server means other people's data: every session and all that was kept ends first. */
export async function saveServer(origin: string): Promise<void> {
  const { server } = await readSettings()
  if (server !== undefined && server !== origin) await signOutEverywhere()
  await browser.storage.local.set({ server: origin })
}

/** The session of this account at the current server; undefined = not signed in. */
export async function readSession(account: string): Promise<Session | undefined> {
  const [session, { server }] = await Promise.all([read<Session>(sessionKey(account)), readSettings()])
  return session !== undefined && session.server === server ? session : undefined
}

/** Calls back when this account signs in or out, or the server changes. Returns a function that ends it. */
export function watchSession(account: string, changed: (session: Session | undefined) => void): () => void {
  return watch(
    (key) => key === sessionKey(account) || key === 'server',
    () => void readSession(account).then(changed),
  )
}

export async function saveSession(session: Session): Promise<void> {
  const account = accountKey(session.email)
  const { accounts } = await readSettings()
  const others = accounts.filter((other) => other !== account)
  await browser.storage.local.set({ [sessionKey(account)]: session, accounts: [...others, account] })
}

/**
 * Forgets the session of one account and says so (`watchSignedOut`), so that whoever keeps its data clears it.
 * Ending it at the server is the caller's part.
 */
export async function signOut(account: string): Promise<void> {
  const gone = accountKey(account)
  const { accounts } = await readSettings()
  await browser.storage.local.remove([sessionKey(gone), panelKey(gone)])
  await browser.storage.local.set({
    accounts: accounts.filter((other) => other !== gone),
    'signed-out': { account: gone, at: Date.now() },
  })
}

/** The same for all accounts, and everything else this browser keeps except how it is set up. */
export async function signOutEverywhere(): Promise<void> {
  const { server, language, theme, chips, undoSeconds } = await readSettings()
  await browser.storage.local.clear()
  const kept = { ...(server && { server }), language, theme, chips, undoSeconds }
  await browser.storage.local.set({ ...kept, 'signed-out': { account: undefined, at: Date.now() } })
}

/** Calls back with the account whose data must go; undefined = everybody's. Returns a function that ends it. */
export function watchSignedOut(gone: (account: string | undefined) => void): () => void {
  return watch(
    (key) => key === 'signed-out',
    () => void read<{ account?: string }>('signed-out').then((mark) => mark && gone(mark.account)),
  )
}

/** How the panel stands in this account's Gmail. Closed until the person opens it. */
export async function readPanel(account: string): Promise<PanelPlace> {
  return { ...closedPanel, ...(await read<Partial<PanelPlace>>(panelKey(account))) }
}

export async function savePanel(account: string, part: Partial<PanelPlace>): Promise<void> {
  await browser.storage.local.set({ [panelKey(account)]: { ...(await readPanel(account)), ...part } })
}

/** Remembers that Inlay was seen in this Gmail account, for the list on the options page. */
export async function noteAccount(account: string): Promise<void> {
  const { seen } = await readSettings()
  const address = accountKey(account)
  if (!seen.includes(address)) await browser.storage.local.set({ seen: [...seen, address] })
}
