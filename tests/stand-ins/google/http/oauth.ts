import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import { type AuthorizeAnswer, finishAuthorization, startAuthorization } from '../oauth/authorize.ts'
import { DECISION_PATH } from '../oauth/pages.ts'
import {
  answerRevoke,
  answerToken,
  answerTokenInfo,
  identityClaims,
  type OAuthAnswer,
  type OAuthContext,
} from '../oauth/token-endpoint.ts'
import { type Gate, jsonResponse, type NodeContext } from './exchange.ts'

const CACHE = { 'cache-control': 'public, max-age=19845, must-revalidate, no-transform' }

/** Adds Google's OAuth and identity endpoints, under their real paths and the short ones. */
export function addOAuthRoutes(
  app: Hono<{ Bindings: HttpBindings }>,
  gate: Gate,
  oauth: () => OAuthContext,
): void {
  app.get('/o/oauth2/v2/auth', (context) => {
    const query = new URL(context.req.url).searchParams
    const account = query.get('login_hint')?.toLowerCase()
    return gate.pass(context, {
      account,
      units: 0,
      run: () => browserAnswer(startAuthorization(oauth(), query)),
    })
  })
  app.post(DECISION_PATH, async (context) => {
    const form = new URLSearchParams(await context.req.text())
    const account = form.get('account') ?? undefined
    return gate.pass(context, {
      account,
      units: 0,
      run: () => browserAnswer(finishAuthorization(oauth(), form)),
    })
  })
  app.post('/token', async (context) => {
    const form = await readTokenForm(context)
    const account = oauth().grants.peek(form.get('code') ?? form.get('refresh_token') ?? '')
    return gate.pass(context, { account, units: 0, run: () => tokenResponse(answerToken(oauth(), form)) })
  })
  app.post('/revoke', async (context) => {
    const form = new URLSearchParams(await context.req.text())
    const token = form.get('token') ?? context.req.query('token') ?? ''
    const account = oauth().grants.access(token)?.account ?? oauth().grants.peek(token)
    return gate.pass(context, { account, units: 0, run: () => tokenResponse(answerRevoke(oauth(), token)) })
  })
  app.on(['GET', 'POST'], '/tokeninfo', async (context) => {
    const token = await shownToken(context)
    const account = oauth().grants.access(token)?.account
    return gate.pass(context, {
      account,
      units: 0,
      run: () => tokenResponse(answerTokenInfo(oauth(), token)),
    })
  })
  addIdentityRoutes(app, gate, oauth)
}

function addIdentityRoutes(
  app: Hono<{ Bindings: HttpBindings }>,
  gate: Gate,
  oauth: () => OAuthContext,
): void {
  const open = (run: () => Response) => (context: NodeContext) =>
    gate.pass(context, { account: undefined, units: 0, run })
  const pem = open(() => jsonResponse(200, { [oauth().key.kid]: oauth().key.certificate }, CACHE))
  const jwk = open(() => {
    const { key } = oauth()
    return jsonResponse(200, { keys: [{ ...key.jwk, kid: key.kid, alg: 'RS256', use: 'sig' }] }, CACHE)
  })
  app.get('/certs', pem)
  app.get('/oauth2/v1/certs', pem)
  app.get('/oauth2/v3/certs', jwk)
  app.get(
    '/.well-known/openid-configuration',
    open(() => jsonResponse(200, discovery(oauth().issuer), CACHE)),
  )
  app.get('/oauth2/v3/userinfo', async (context) => {
    const grant = oauth().grants.access(await shownToken(context))
    return gate.pass(context, {
      account: grant?.account,
      units: 0,
      run: () => {
        if (grant === undefined)
          return jsonResponse(401, { error: 'invalid_request', error_description: 'Invalid Credentials' })
        return jsonResponse(200, identityClaims(oauth().world.account(grant.account), grant.scopes))
      },
    })
  })
}

function discovery(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/o/oauth2/v2/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/oauth2/v3/userinfo`,
    revocation_endpoint: `${issuer}/revoke`,
    jwks_uri: `${issuer}/oauth2/v3/certs`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['plain', 'S256'],
    scopes_supported: ['openid', 'email', 'profile'],
  }
}

function browserAnswer(answer: AuthorizeAnswer): Response {
  if ('redirect' in answer) return new Response(null, { status: 302, headers: { location: answer.redirect } })
  return new Response(answer.html, {
    status: answer.status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
}

function tokenResponse(answer: OAuthAnswer): Response {
  return jsonResponse(answer.status, answer.body, { 'cache-control': 'no-store' })
}

/** Client credentials may come in the form or as Basic authorization. */
async function readTokenForm(context: NodeContext): Promise<URLSearchParams> {
  const form = new URLSearchParams(await context.req.text())
  const basic = /^Basic (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  if (basic !== undefined) {
    const [id, secret] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    form.set('client_id', decodeURIComponent(id ?? ''))
    form.set('client_secret', decodeURIComponent(secret ?? ''))
  }
  return form
}

async function shownToken(context: NodeContext): Promise<string> {
  const header = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  const form = new URLSearchParams(context.req.method === 'POST' ? await context.req.text() : '')
  return header ?? context.req.query('access_token') ?? form.get('access_token') ?? ''
}
