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

/** Print, source and attachment windows have the same address but no mail view. */
export function isMailView(search: string): boolean {
  return !new URLSearchParams(search).has('view')
}
