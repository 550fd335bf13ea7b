/** What somebody typed as the address of their server, as an origin; or why it cannot be one. */
export type TypedAddress = { ok: true; origin: string } | { ok: false; reason: 'bad_address' | 'insecure' }

/**
 * Reads a typed server address. Without a scheme https is meant; a path is dropped. Plain http is taken for loopback
 * only: Google sends nobody back to another http address, and the session would travel in the clear.
 */
export function readServerAddress(text: string): TypedAddress {
  const typed = text.trim()
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`
  let url: URL
  try {
    url = new URL(withScheme)
  } catch {
    return { ok: false, reason: 'bad_address' }
  }
  const isHttp = url.protocol === 'http:'
  if ((!isHttp && url.protocol !== 'https:') || url.username || url.password || !url.hostname)
    return { ok: false, reason: 'bad_address' }
  if (/\s|[<>"]/.test(typed) || !isHostname(url.hostname)) return { ok: false, reason: 'bad_address' }
  if (isHttp && !isLoopback(url.hostname)) return { ok: false, reason: 'insecure' }
  return { ok: true, origin: url.origin }
}

/** A dotted name, an IP address, or `localhost`; a lone word is a search, not a server. */
function isHostname(name: string): boolean {
  return name === 'localhost' || name.startsWith('[') || /^[^.]+(\.[^.]+)+$/.test(name)
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

/** The permission for one origin. Match patterns know no ports, so all ports of the host are meant. */
export function permissionFor(origin: string): { origins: string[] } {
  const { protocol, hostname } = new URL(origin)
  return { origins: [`${protocol}//${hostname}/*`] }
}
