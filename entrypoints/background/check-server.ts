import browser from 'webextension-polyfill'
import { ServerInfo } from '@/lib/contract/identity.ts'
import type { ToBackground } from '@/lib/extension/messages.ts'
import { permissionFor, readServerAddress } from '@/lib/extension/server-address.ts'

type Answer = ToBackground['check-server']['answer']

/** Asks an address whether it is an Inlay server. The permission for it must have been given before; nothing is stored. */
export async function checkServer(typed: string): Promise<Answer> {
  const address = readServerAddress(typed)
  if (!address.ok) return address
  const allowed = await browser.permissions.contains(permissionFor(address.origin))
  if (!allowed) return { ok: false, reason: 'permission' }
  const start = performance.now()
  let response: Response
  try {
    response = await fetch(`${address.origin}/api/v1/server`, {
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
  } catch {
    return { ok: false, reason: 'unreachable' }
  }
  const ms = Math.round(performance.now() - start)
  const info = ServerInfo.safeParse(await response.json().catch(() => undefined))
  return response.ok && info.success ? { ok: true, info: info.data, ms } : { ok: false, reason: 'not_inlay' }
}
