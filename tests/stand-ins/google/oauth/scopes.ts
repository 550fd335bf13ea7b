const BASE = 'https://www.googleapis.com/auth/'
const FULL_MAIL = 'https://mail.google.com/'
const IDENTITY: Record<string, string> = {
  email: `${BASE}userinfo.email`,
  profile: `${BASE}userinfo.profile`,
}

/** Short names of the Gmail scopes, as table B9 of facts/gmail-api.md uses them. */
export type GmailScope = 'readonly' | 'compose' | 'modify' | 'send' | 'metadata' | 'labels' | 'settings.basic'

/** Scopes as Google's answers spell them, each once: `email` and `profile` by their long names. */
export function canonicalScopes(scopes: readonly string[]): string[] {
  return [...new Set(scopes.filter((scope) => scope !== '').map((scope) => IDENTITY[scope] ?? scope))]
}

/** Identity scopes: no checkbox on the consent page, so nobody can untick them. */
export function isIdentityScope(scope: string): boolean {
  return scope === 'openid' || scope.startsWith(`${BASE}userinfo.`)
}

/** What the person wants unticked, by full or short name (`gmail.readonly`). */
export function withoutUnticked(scopes: readonly string[], unticked: readonly string[]): string[] {
  const gone = new Set(unticked.flatMap((scope) => [scope, `${BASE}${scope}`]))
  return scopes.filter((scope) => isIdentityScope(scope) || !gone.has(scope))
}

/** The full names of the scopes that allow a method; mail.google.com allows all. */
export function allowingScopes(names: readonly GmailScope[]): string[] {
  return [FULL_MAIL, ...names.map((name) => `${BASE}gmail.${name}`)]
}

/** Whether only gmail.metadata lets this token read: then there is no q and no body. */
export function readsMetadataOnly(granted: ReadonlySet<string>): boolean {
  const reading = allowingScopes(['readonly', 'modify'])
  return granted.has(`${BASE}gmail.metadata`) && !reading.some((scope) => granted.has(scope))
}
