import { createHash } from 'node:crypto'
import type { Account } from '../mail/account.ts'
import type { World } from '../world.ts'
import { ACCESS_SECONDS, type Consent, type Grants, verifiesPkce } from './grants.ts'
import type { SigningKey } from './keys.ts'
import type { ServiceAccounts } from './service-accounts.ts'

/** An OAuth endpoint's JSON answer. */
export interface OAuthAnswer {
  status: 200 | 400 | 401
  body: Record<string, unknown>
}

/** What the OAuth endpoints work on. */
export interface OAuthContext {
  world: World
  grants: Grants
  key: SigningKey
  serviceAccounts: ServiceAccounts
  /** The stand-in's own URL: the issuer. */
  issuer: string
}

/** POST /token: exchanges a code or refreshes (RFC 6749), with Google's error texts. */
export function answerToken(context: OAuthContext, form: URLSearchParams): OAuthAnswer {
  const { grants } = context
  if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer')
    return answerAssertion(context, form.get('assertion') ?? '')
  if (form.get('client_id') !== grants.clientId)
    return refuse('invalid_client', 'The OAuth client was not found.', 401)
  if (form.get('client_secret') !== grants.clientSecret) return refuse('invalid_client', 'Unauthorized', 401)
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return exchangeCode(context, form)
    case 'refresh_token':
      return refreshToken(context, form)
    default:
      return refuse('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`)
  }
}

/** A service account's own token (RFC 7523). */
function answerAssertion({ grants, serviceAccounts }: OAuthContext, assertion: string): OAuthAnswer {
  const read = serviceAccounts.read(assertion)
  if (read === undefined) return refuse('invalid_grant', 'Invalid JWT Signature.')
  const token = grants.issueAccess({ account: read.email, scopes: read.scopes, offline: false })
  return { status: 200, body: { access_token: token, expires_in: ACCESS_SECONDS, token_type: 'Bearer' } }
}

function exchangeCode(context: OAuthContext, form: URLSearchParams): OAuthAnswer {
  const { grants } = context
  const code = form.get('code') ?? ''
  if (code === '') return refuse('invalid_request', 'Missing required parameter: code')
  if (!code.startsWith('4/')) return refuse('invalid_grant', 'Malformed auth code.')
  const consent = grants.takeCode(code)
  if (consent === undefined) return refuse('invalid_grant', 'Bad Request')
  if (form.get('redirect_uri') !== consent.redirectUri) return refuse('redirect_uri_mismatch', 'Bad Request')
  const verifier = form.get('code_verifier') ?? undefined
  if (consent.challenge !== undefined && verifier === undefined)
    return refuse('invalid_grant', 'Missing code verifier.')
  if (!verifiesPkce(consent.challenge, verifier)) return refuse('invalid_grant', 'Invalid code verifier.')
  const answer = tokenAnswer(context, consent.account, consent.scopes, consent)
  if (consent.withRefresh) answer['refresh_token'] = grants.issueRefresh(consent.account, consent.scopes)
  return { status: 200, body: answer }
}

function refreshToken(context: OAuthContext, form: URLSearchParams): OAuthAnswer {
  const token = form.get('refresh_token') ?? ''
  if (token === '') return refuse('invalid_request', 'Missing required parameter: refresh_token')
  const grant = context.grants.refresh(token)
  if (grant === undefined) return refuse('invalid_grant', 'Token has been expired or revoked.')
  return {
    status: 200,
    body: tokenAnswer(context, grant.account, grant.scopes, { offline: true, nonce: undefined }),
  }
}

function tokenAnswer(
  context: OAuthContext,
  email: string,
  scopes: readonly string[],
  consent: Pick<Consent, 'offline' | 'nonce'>,
): Record<string, unknown> {
  const accessToken = context.grants.issueAccess({ account: email, scopes, offline: consent.offline })
  const answer: Record<string, unknown> = {
    access_token: accessToken,
    expires_in: ACCESS_SECONDS,
    scope: scopes.join(' '),
    token_type: 'Bearer',
  }
  if (scopes.includes('openid')) {
    answer['id_token'] = idToken(context, context.world.account(email), scopes, accessToken, consent.nonce)
  }
  return answer
}

function idToken(
  context: OAuthContext,
  account: Account,
  scopes: readonly string[],
  accessToken: string,
  nonce: string | undefined,
): string {
  const { world, grants } = context
  const issued = Math.floor((world.settings.idTokenClock === 'test' ? world.clock.now() : Date.now()) / 1000)
  const atHash = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
  return context.key.sign({
    iss: context.issuer,
    azp: grants.clientId,
    aud: grants.clientId,
    ...identityClaims(account, scopes),
    at_hash: atHash,
    ...(nonce === undefined ? {} : { nonce }),
    iat: issued,
    exp: issued + 3600,
  })
}

/** Who the account is, as far as the scopes tell: id token and userinfo share it. */
export function identityClaims(account: Account, scopes: readonly string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = { sub: account.sub }
  if (scopes.some((scope) => scope.endsWith('/userinfo.email'))) {
    if (account.domain !== 'gmail.com') claims['hd'] = account.domain
    Object.assign(claims, { email: account.email, email_verified: true })
  }
  if (scopes.some((scope) => scope.endsWith('/userinfo.profile'))) {
    const [given, ...family] = account.name.split(' ')
    Object.assign(claims, { name: account.name, given_name: given ?? '' })
    if (family.length > 0) claims['family_name'] = family.join(' ')
  }
  return claims
}

/** /tokeninfo for a live access token. */
export function answerTokenInfo({ world, grants }: OAuthContext, token: string): OAuthAnswer {
  const grant = grants.access(token)
  if (grant?.expiresAt === undefined) return refuse('invalid_token', 'Invalid Value')
  const account = world.account(grant.account)
  const body: Record<string, unknown> = {
    azp: grants.clientId,
    aud: grants.clientId,
    sub: account.sub,
    scope: grant.scopes.join(' '),
    exp: String(Math.floor(grant.expiresAt / 1000)),
    expires_in: String(Math.floor((grant.expiresAt - world.clock.now()) / 1000)),
    access_type: grant.offline ? 'offline' : 'online',
  }
  if (grant.scopes.some((scope) => scope.endsWith('/userinfo.email'))) {
    Object.assign(body, { email: account.email, email_verified: 'true' })
  }
  return { status: 200, body }
}

/** /revoke: ends the whole grant, whichever of its tokens was shown. */
export function answerRevoke({ grants }: OAuthContext, token: string): OAuthAnswer {
  return grants.revoke(token)
    ? { status: 200, body: {} }
    : refuse('invalid_token', 'Token expired or revoked')
}

function refuse(error: string, description: string, status: 400 | 401 = 400): OAuthAnswer {
  return { status, body: { error, error_description: description } }
}
