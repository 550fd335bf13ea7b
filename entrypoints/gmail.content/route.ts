/** Where Gmail stands: `/mail/u/<n>/` and whether the hash names a thread. The token in it is never decoded. */
export interface Route {
  accountIndex: number
  hasThread: boolean
}

/** Gmail's thread tokens are one long run of letters and digits (older ones 16 hex digits); labels and pages are not. */
const token = /^[A-Za-z0-9]{16,}$/

export function readRoute(location: Pick<Location, 'pathname' | 'hash'>): Route {
  const index = /\/u\/(\d+)(?:\/|$)/.exec(location.pathname)?.[1]
  const path = location.hash.split('?')[0] ?? ''
  const parts = path.split('/')
  return { accountIndex: Number(index ?? 0), hasThread: parts.length > 1 && token.test(parts.at(-1) ?? '') }
}

/** A place of the workspace, e.g. `contacts/view/mine`; nothing else that stands in an address is believed. */
const place = /^[a-z0-9_-]{1,60}(?:\/[A-Za-z0-9_-]{1,60}){0,4}$/
const parameter = 'inlay='

/**
 * The place behind `?` in Gmail's hash, where Gmail keeps parameters of its own (`#inbox?compose=new`), so that its router
 * stays where it is.
 */
export function placeIn(hash: string): string | undefined {
  const found = parametersOf(hash).find((one) => one.startsWith(parameter))
  const value = found?.slice(parameter.length) ?? ''
  return place.test(value) ? value : undefined
}

/** The same hash with another place, or with none; what is Gmail's own stays letter by letter. */
export function withPlace(hash: string, next: string | undefined): string {
  const others = parametersOf(hash).filter((one) => !one.startsWith(parameter))
  const all = next === undefined ? others : [...others, parameter + next]
  return (pathOf(hash) || '#inbox') + (all.length > 0 ? `?${all.join('&')}` : '')
}

/** What Gmail itself routes by. */
export function pathOf(hash: string): string {
  return hash.split('?')[0] ?? ''
}

function parametersOf(hash: string): string[] {
  const at = hash.indexOf('?')
  return at < 0
    ? []
    : hash
        .slice(at + 1)
        .split('&')
        .filter((one) => one !== '')
}

/** Print, source and attachment windows have the same address but no mail view. */
export function isMailView(search: string): boolean {
  return !new URLSearchParams(search).has('view')
}
