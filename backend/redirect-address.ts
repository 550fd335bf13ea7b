import { isIP } from 'node:net'
import { parse } from 'tldts'

/** True for this machine's own names and addresses. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * Why Google would refuse this address as an OAuth redirect, or undefined. Google's "Redirect URI validation
 * rules" for web applications: https except on loopback, no raw IP, a public top-level domain, no user, no fragment.
 */
export function redirectProblem(url: URL): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'it must start with https:// (or http://)'
  if (url.username || url.password) return 'Google accepts no user name or password in it'
  if (url.hash) return 'Google accepts no # part in it'
  if (isLoopback(url.hostname)) return undefined
  if (isRawAddress(url.hostname))
    return 'Google sends nobody back to an IP address other than loopback; give the server a name'
  if (url.hostname.includes('*')) return 'Google accepts no * in it'
  const host = parse(url.hostname, { allowPrivateDomains: false })
  if (!host.isIcann || !host.domain)
    return `Google accepts only names under a public top-level domain, which ${url.hostname} is not`
  if (host.domain === 'googleusercontent.com')
    return 'Google does not send people back to googleusercontent.com'
  if (url.protocol === 'http:')
    return 'Google accepts plain http only for localhost and 127.0.0.1; use https, for example behind a reverse proxy'
  return undefined
}

/** Why strangers (recipients of mail, Google's push) cannot use this address, or undefined. */
export function publicProblem(url: URL): string | undefined {
  if (isLoopback(url.hostname)) return 'it is an address of this machine only'
  return redirectProblem(url)
}

function isRawAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}
