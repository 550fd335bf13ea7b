import type { Account } from '../mail/account.ts'
import type { Consent } from './grants.ts'
import { chooserPage, consentPage, errorPage } from './pages.ts'
import { canonicalScopes, isIdentityScope, withoutUnticked } from './scopes.ts'
import type { OAuthContext } from './token-endpoint.ts'

/** What the browser gets next. */
export type AuthorizeAnswer = { redirect: string } | { status: 200 | 400 | 401; html: string }

interface AuthorizeRequest {
  query: URLSearchParams
  redirectUri: string
  scopes: string[]
  prompts: Set<string>
}

/** GET of the auth page: an error page, the chooser, the consent page, or straight back to the client. */
export function startAuthorization(context: OAuthContext, query: URLSearchParams): AuthorizeAnswer {
  const request = readRequest(context, query)
  if (!('scopes' in request)) return request
  const account = pickAccount(context, request)
  if (account === undefined) {
    if (request.prompts.has('none')) return back(request, { error: 'interaction_required' })
    return { status: 200, html: chooserPage([...context.world.accounts.values()], query) }
  }
  const wanted = wantedScopes(context, request, account)
  const settled = isSettled(context, request, account)
  if (request.prompts.has('none')) {
    return settled
      ? grant(context, request, account, wanted)
      : back(request, { error: 'interaction_required' })
  }
  if (settled) return grant(context, request, account, wanted)
  const unticked = context.world.settings.untickedScopes
  if (context.world.settings.autoApprove) {
    return grant(context, request, account, withoutUnticked(wanted, unticked))
  }
  const ticked = new Set(withoutUnticked(request.scopes, unticked))
  return { status: 200, html: consentPage(account, request.scopes, ticked, query) }
}

/** POST of the consent page's form: `decision` allow or deny, and a `granted` for every ticked scope. */
export function finishAuthorization(context: OAuthContext, form: URLSearchParams): AuthorizeAnswer {
  const request = readRequest(context, form)
  if (!('scopes' in request)) return request
  const account = context.world.accounts.get(form.get('account') ?? '')
  if (account === undefined) return failure(400, 'invalid_request', 'No account was chosen.')
  if (form.get('decision') !== 'allow') return back(request, { error: 'access_denied' })
  const ticked = new Set(form.getAll('granted'))
  const scopes = wantedScopes(context, request, account).filter(
    (scope) => isIdentityScope(scope) || ticked.has(scope) || !request.scopes.includes(scope),
  )
  return grant(context, request, account, scopes)
}

function readRequest(context: OAuthContext, query: URLSearchParams): AuthorizeRequest | AuthorizeAnswer {
  const { grants } = context
  const redirectUri = query.get('redirect_uri') ?? ''
  const method = query.get('code_challenge_method') ?? 'plain'
  if (query.get('client_id') !== grants.clientId)
    return failure(401, 'invalid_client', 'The OAuth client was not found.')
  if (redirectUri === '') return failure(400, 'invalid_request', 'Missing required parameter: redirect_uri')
  if (!grants.acceptsRedirect(redirectUri)) {
    return failure(400, 'redirect_uri_mismatch', `${redirectUri} is not registered for this client.`)
  }
  if (query.get('response_type') !== 'code')
    return failure(400, 'unsupported_response_type', 'Only code is offered.')
  const scopes = canonicalScopes((query.get('scope') ?? '').split(' '))
  if (scopes.length === 0) return failure(400, 'invalid_request', 'Missing required parameter: scope')
  if (!['S256', 'plain'].includes(method))
    return failure(400, 'invalid_request', 'Unknown code_challenge_method')
  return { query, redirectUri, scopes, prompts: new Set((query.get('prompt') ?? '').split(' ')) }
}

function pickAccount({ world }: OAuthContext, { query, prompts }: AuthorizeRequest): Account | undefined {
  const accounts = [...world.accounts.values()]
  const chosen = world.accounts.get(query.get('account') ?? '')
  if (chosen !== undefined) return chosen
  if (prompts.has('select_account') && !world.settings.autoApprove) return undefined
  const hint = query.get('login_hint')?.toLowerCase()
  if (hint !== undefined) return accounts.find((account) => account.email === hint || account.sub === hint)
  return accounts.length === 1 ? accounts[0] : undefined
}

function wantedScopes({ grants }: OAuthContext, request: AuthorizeRequest, account: Account): string[] {
  if (request.query.get('include_granted_scopes') !== 'true') return request.scopes
  return canonicalScopes([...request.scopes, ...grants.consentedScopes(account.email)])
}

/** Everything asked for was agreed to before, and nobody wants to ask again. */
function isSettled({ grants }: OAuthContext, request: AuthorizeRequest, account: Account): boolean {
  const known = grants.consentedScopes(account.email)
  return !request.prompts.has('consent') && request.scopes.every((scope) => known.has(scope))
}

function grant(
  context: OAuthContext,
  request: AuthorizeRequest,
  account: Account,
  scopes: string[],
): AuthorizeAnswer {
  if (scopes.length === 0) return back(request, { error: 'access_denied' })
  const { query } = request
  const offline = query.get('access_type') === 'offline'
  const challenge = query.get('code_challenge')
  const consent: Consent = {
    account: account.email,
    scopes,
    redirectUri: request.redirectUri,
    challenge:
      challenge === null
        ? undefined
        : { value: challenge, plain: query.get('code_challenge_method') !== 'S256' },
    nonce: query.get('nonce') ?? undefined,
    offline,
    withRefresh: offline && !isSettled(context, request, account),
  }
  const code = context.grants.makeCode(consent)
  const hosted: Record<string, string> = account.domain === 'gmail.com' ? {} : { hd: account.domain }
  return back(request, {
    code,
    scope: scopes.join(' '),
    authuser: '0',
    ...hosted,
    prompt: query.get('prompt') ?? 'none',
  })
}

function back(request: AuthorizeRequest, answer: Record<string, string>): AuthorizeAnswer {
  const url = new URL(request.redirectUri)
  const state = request.query.get('state')
  if (state !== null) url.searchParams.set('state', state)
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  return { redirect: url.href }
}

function failure(status: 400 | 401, error: string, description: string): AuthorizeAnswer {
  return { status, html: errorPage(status, error, description) }
}
