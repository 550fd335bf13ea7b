import browser from 'webextension-polyfill'
import { clearCachesExcept } from '@/lib/extension/cache.ts'
import { callBackground } from '@/lib/extension/relay.ts'
import { permissionFor, readServerAddress } from '@/lib/extension/server-address.ts'
import { readSession, saveServer, signOutEverywhere } from '@/lib/extension/settings.ts'
import {
  changing,
  checked,
  checking,
  foundByTyping,
  notBegun,
  settings,
  signedOut,
  waitingSince,
} from './state.ts'

/**
 * Takes a typed address. Called from the press of Enter or the button itself, since only then the browser may ask its
 * question; the address is asked afterwards and becomes ours only if an Inlay answers.
 */
export async function chooseServer(typed: string): Promise<void> {
  const address = readServerAddress(typed)
  if (!address.ok) {
    checked.value = { host: typed.trim(), answer: address }
    return
  }
  const { origin } = address
  const host = new URL(origin).host
  const granted = browser.permissions.request(permissionFor(origin))
  checking.value = host
  try {
    const allowed = await granted
    const answer = allowed
      ? await callBackground('check-server', { origin })
      : ({ ok: false, reason: 'permission' } as const)
    checked.value = { host, answer }
    if (answer.ok) {
      await saveServer(origin)
      changing.value = false
      signedOut.value = false
      foundByTyping.value = true
    }
  } finally {
    checking.value = undefined
  }
}

/** Asks the stored server how it is; nothing depends on the answer. */
export async function greetServer(origin: string): Promise<void> {
  const host = new URL(origin).host
  const known = checked.peek()
  if (known?.host === host && known.answer.ok) return
  checked.value = { host, answer: await callBackground('check-server', { origin }) }
}

/** Opens Google's page; the end of it arrives in the settings. */
export async function signIn(account: string | undefined): Promise<void> {
  signedOut.value = false
  notBegun.value = undefined
  waitingSince.value = Date.now()
  const begun = await callBackground('sign-in', { account })
  if (begun.ok) return
  waitingSince.value = undefined
  notBegun.value = begun.reason
}

/** To Gmail, where everything else happens; the panel stands open there. */
export async function goToGmail(account: string): Promise<void> {
  await callBackground('open-gmail', { account })
}

/** Ends the sessions at the server, as far as it can be reached, and forgets everything here in any case. */
export async function signOutHere(): Promise<void> {
  const { accounts } = settings.peek()
  const sessions = await Promise.all(accounts.map(readSession))
  const ends = sessions
    .filter((session) => session !== undefined)
    .map(({ server, token }) =>
      fetch(`${server}/api/v1/session`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
        credentials: 'omit',
        signal: AbortSignal.timeout(4000),
      }),
    )
  await Promise.allSettled(ends)
  waitingSince.value = undefined
  await signOutEverywhere()
  await clearCachesExcept([])
  signedOut.value = true
}
