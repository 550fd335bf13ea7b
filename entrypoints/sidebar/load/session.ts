import { batch, effect } from '@preact/signals'
import { createBackend } from '@/lib/extension/api.ts'
import { type Cache, clearCache, clearCachesExcept, openCache } from '@/lib/extension/cache.ts'
import { clockSkew, now, setClockSkew } from '@/lib/extension/clock.ts'
import { chooseLanguage, language } from '@/lib/extension/i18n.ts'
import {
  accountKey,
  signOut as forgetSession,
  readSession,
  readSettings,
  type Session,
  type Settings,
  watchSession,
  watchSettings,
  watchSignedOut,
} from '@/lib/extension/settings.ts'
import { keptShape } from '@/lib/extension/shape.ts'
import { countingFetch } from '@/lib/extension/traffic.ts'
import { firstStep, google, me, page, places, settings, sheets, stage, tick } from '../state.ts'
import { forgetChips, showRowsAgain } from './chips.ts'
import { forgetDraftsHere, saveKept } from './compose/save.ts'
import { forgetSenders } from './compose/senders.ts'
import { attempt, link, setLink } from './core.ts'
import { forgetEdits } from './edits.ts'
import { forgetEmails } from './emails.ts'
import { startLive, stopLive } from './live.ts'
import { loadMe } from './me.ts'
import { loadModules, recallModules } from './modules.ts'
import { forgetPeople } from './people.ts'
import { stopPoking } from './poke.ts'
import { forgetSharing, readMySharing } from './sharing/mine.ts'
import { forgetStanding } from './standing.ts'
import { forgetTrust } from './trust.ts'
import { forgetWorkspace } from './workspace/forget.ts'

let account: string | undefined
let unwatch: (() => void) | undefined
let token: string | undefined
let stopSkew: (() => void) | undefined

/** Called when the link to the server stands, and again when another account or session takes its place. */
type Ready = () => Promise<void>

/** Reads the settings and follows them for as long as the panel stands. */
export async function startSettings(): Promise<void> {
  take(await readSettings())
  watchSettings(take)
  watchSignedOut((gone) => void forget(gone))
  const { accounts } = settings.value ?? { accounts: [] }
  void clearCachesExcept(accounts).catch(() => undefined)
  effect(() => {
    const theme = settings.value?.theme ?? 'auto'
    document.documentElement.dataset['theme'] = theme === 'auto' ? (page.value?.theme ?? 'light') : theme
    document.documentElement.dataset['density'] = page.value?.density ?? 'comfortable'
  })
  effect(() => {
    document.documentElement.lang = language.value
  })
}

/** True for the account this panel already works for. */
export function isAccount(next: string | undefined): boolean {
  return next !== undefined && accountKey(next) === account
}

/** Gmail says whose mailbox this is. Two accounts never share a link, a cache or a card. */
export async function useAccount(next: string | undefined, ready: Ready): Promise<void> {
  const key = next === undefined ? undefined : accountKey(next)
  if (key === account) return
  account = key
  unwatch?.()
  disconnect()
  if (key === undefined) {
    stage.value = 'starting'
    return
  }
  unwatch = watchSession(key, (session) => void connect(key, session, ready))
  await connect(key, await readSession(key), ready)
}

async function connect(of: string, session: Session | undefined, ready: Ready): Promise<void> {
  if (of !== account || (session !== undefined && session.token === token)) return
  disconnect()
  if (session === undefined) {
    stage.value = settings.value?.server === undefined ? 'no_server' : 'signed_out'
    return
  }
  token = session.token
  const cache = await openCache(of, keptShape()).catch(() => undefined)
  if (of !== account || session.token !== token) return cache?.close()
  const { server: origin } = session
  const backend = createBackend({ origin, session: session.token, fetch: countingFetch(origin) })
  setLink({ account: of, backend, cache })
  const known = await cache?.readMeta('me').catch(() => undefined)
  const skew = await cache?.readMeta('skew').catch(() => undefined)
  const asked = await cache?.readMeta('askedForMore').catch(() => undefined)
  await recallModules()
  if (of !== account || session.token !== token) return
  if (skew !== undefined) setClockSkew(skew)
  batch(() => {
    google.value = { waiting: undefined, problem: undefined }
    me.value = known
    firstStep.value = asked !== true
    stage.value = 'ready'
  })
  void loadMe()
  void loadModules()
  void readMySharing()
  startLive()
  stopSkew = keepSkew(cache)
  void ready()
  void cache?.prune(now()).catch(() => undefined)
}

/** The question about permissions was answered, or put off; it stays in the menu. */
export function leaveFirstStep(): void {
  firstStep.value = false
  void link()
    ?.cache?.writeMeta('askedForMore', true)
    .catch(() => undefined)
}

/** Writes down how wrong this browser's clock is, so that times are right even before the server is heard. */
function keepSkew(cache: Cache | undefined): () => void {
  let written: number | undefined
  return effect(() => {
    void tick.value
    const skew = clockSkew()
    if (written !== undefined && Math.abs(skew - written) < 2000) return
    written = skew
    void cache?.writeMeta('skew', skew).catch(() => undefined)
  })
}

function disconnect(): void {
  stopLive()
  stopSkew?.()
  stopSkew = undefined
  link()?.cache?.close()
  setLink(undefined)
  token = undefined
  forgetPeople()
  forgetEmails()
  forgetEdits()
  forgetStanding()
  forgetChips()
  stopPoking()
  forgetSharing()
  forgetTrust()
  forgetWorkspace()
  forgetSenders()
  forgetDraftsHere()
  batch(() => {
    me.value = undefined
    places.value = []
    sheets.value = []
  })
}

/** Ends the session here and at the server, and removes what this browser keeps of the account. */
export async function signOut(): Promise<void> {
  const mine = account
  if (mine === undefined) return
  // What was written last must be at the server before the way there ends.
  await saveKept()
  await attempt(({ backend }) => backend.signOut())
  await forgetSession(mine)
}

function take(next: Settings): void {
  const before = settings.value
  settings.value = next
  language.value = chooseLanguage(next.language)
  if (before?.chips === 'off' && next.chips === 'on') void showRowsAgain()
  if (stage.value === 'no_server' && next.server !== undefined) stage.value = 'signed_out'
  const { outcome } = next
  const isNew = outcome !== undefined && before !== undefined && outcome.at !== before.outcome?.at
  if (!isNew || google.value.waiting === undefined) return
  google.value = { waiting: undefined, problem: outcome.reason }
  if (outcome.kind === 'consent' && outcome.reason === undefined) void loadMe()
}

async function forget(gone: string | undefined): Promise<void> {
  const mine = gone === undefined || gone === account
  if (mine) {
    disconnect()
    stage.value = settings.value?.server === undefined ? 'no_server' : 'signed_out'
  }
  // Deleting waits until every panel has let go; the others hear the same call.
  if (gone === undefined) await clearCachesExcept([]).catch(() => undefined)
  else await clearCache(gone).catch(() => undefined)
}
