import { createHash, randomBytes } from 'node:crypto'
import type { Account } from '../mail/account.ts'
import type { World } from '../world.ts'
import { canonicalScopes } from './scopes.ts'

/** Seconds an access token lives, as Google's answer says. */
export const ACCESS_SECONDS = 3599

const CODE_LIFETIME = 10 * 60_000

/** What was agreed to when a code was made. */
export interface Consent {
  account: string
  scopes: string[]
  redirectUri: string
  /** S256 or plain; undefined when the client used no PKCE. */
  challenge: { value: string; plain: boolean } | undefined
  nonce: string | undefined
  offline: boolean
  /** Whether a refresh token goes with it: first consent, or asked for again. */
  withRefresh: boolean
}

/** A live token of either kind. */
export interface TokenGrant {
  account: string
  scopes: readonly string[]
  offline: boolean
  /** Epoch ms; refresh tokens have none. */
  expiresAt?: number
}

/** Codes, tokens and given consents of the one OAuth client. */
export class Grants {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly #world: World
  readonly #codes = new Map<string, { consent: Consent; expiresAt: number }>()
  readonly #access = new Map<string, TokenGrant>()
  readonly #refresh = new Map<string, TokenGrant>()
  readonly #consented = new Map<string, Set<string>>()

  constructor(
    world: World,
    client: { clientId: string; clientSecret: string; redirectUris: readonly string[] },
  ) {
    this.#world = world
    this.clientId = client.clientId
    this.clientSecret = client.clientSecret
    this.redirectUris = client.redirectUris
  }

  /** Registered exactly; `*` stands for any loopback address. */
  acceptsRedirect(uri: string): boolean {
    if (this.redirectUris.includes(uri)) return true
    if (!this.redirectUris.includes('*') || !URL.canParse(uri)) return false
    return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(uri).hostname)
  }

  /** Scopes this account has agreed to before. */
  consentedScopes(account: string): ReadonlySet<string> {
    return this.#consented.get(account) ?? new Set()
  }

  /** Remembers the consent and makes its single-use code. */
  makeCode(consent: Consent): string {
    const known = new Set([...this.consentedScopes(consent.account), ...consent.scopes])
    this.#consented.set(consent.account, known)
    const code = `4/0A${randomBytes(34).toString('base64url')}`
    this.#codes.set(code, { consent, expiresAt: this.#world.clock.now() + CODE_LIFETIME })
    return code
  }

  /** The consent behind a code, and the code is used up; undefined when unknown, used or too old. */
  takeCode(code: string): Consent | undefined {
    const found = this.#codes.get(code)
    this.#codes.delete(code)
    return found !== undefined && this.#world.clock.now() < found.expiresAt ? found.consent : undefined
  }

  /** The account a code or refresh token belongs to, without using it up. */
  peek(secret: string): string | undefined {
    return this.#codes.get(secret)?.consent.account ?? this.#refresh.get(secret)?.account
  }

  issueAccess(grant: { account: string; scopes: readonly string[]; offline: boolean }): string {
    const token = `ya29.a0${randomBytes(96).toString('base64url')}`
    const expiresAt = this.#world.clock.now() + ACCESS_SECONDS * 1000
    this.#access.set(token, { ...grant, expiresAt })
    return token
  }

  issueRefresh(account: string, scopes: readonly string[]): string {
    const token = `1//0e${randomBytes(48).toString('base64url')}`
    this.#refresh.set(token, { account, scopes, offline: true })
    return token
  }

  /** Both tokens as if the account had just consented. */
  issueBoth(account: Account, scopes: readonly string[]): { accessToken: string; refreshToken: string } {
    const granted = canonicalScopes(scopes)
    const accessToken = this.issueAccess({ account: account.email, scopes: granted, offline: true })
    return { accessToken, refreshToken: this.issueRefresh(account.email, granted) }
  }

  /** A live access token's grant; expired ones are unknown. */
  access(token: string): TokenGrant | undefined {
    const grant = this.#access.get(token)
    return grant?.expiresAt !== undefined && this.#world.clock.now() < grant.expiresAt ? grant : undefined
  }

  refresh(token: string): TokenGrant | undefined {
    return this.#refresh.get(token)
  }

  /** Revokes the whole grant a token belongs to; false for an unknown token. */
  revoke(token: string): boolean {
    const account = this.access(token)?.account ?? this.#refresh.get(token)?.account
    if (account === undefined) return false
    this.revokeAccount(account)
    return true
  }

  /** Ends the access tokens of an account; its refresh tokens go on. */
  endAccess(account: string): void {
    for (const [token, grant] of this.#access) if (grant.account === account) this.#access.delete(token)
  }

  /** Ends every token and consent of an account. */
  revokeAccount(account: string): void {
    for (const tokens of [this.#access, this.#refresh]) {
      for (const [token, grant] of tokens) if (grant.account === account) tokens.delete(token)
    }
    for (const [code, { consent }] of this.#codes) if (consent.account === account) this.#codes.delete(code)
    this.#consented.delete(account)
  }

  reset(): void {
    for (const map of [this.#codes, this.#access, this.#refresh, this.#consented]) map.clear()
  }
}

/** Whether the verifier answers the challenge (RFC 7636); without a challenge there must be none to answer. */
export function verifiesPkce(challenge: Consent['challenge'], verifier: string | undefined): boolean {
  if (challenge === undefined) return true
  if (verifier === undefined) return false
  const answer = challenge.plain ? verifier : createHash('sha256').update(verifier).digest('base64url')
  return answer === challenge.value
}
