import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Hono } from 'hono'
import {
  badRequest,
  GmailError,
  insufficientScopes,
  invalidCredentials,
  missingCredentials,
  serverError,
} from '../errors.ts'
import type { Account } from '../mail/account.ts'
import type { Grants, TokenGrant } from '../oauth/grants.ts'
import { allowingScopes } from '../oauth/scopes.ts'
import type { Arrival, Quota } from '../quota.ts'
import type { World } from '../world.ts'
import type { Call, Endpoint } from './call.ts'
import { draftEndpoints } from './drafts.ts'
import { type Gate, jsonResponse, type NodeContext } from './exchange.ts'
import { applyFields } from './fields.ts'
import { mailboxEndpoints } from './mailbox-endpoints.ts'
import { messageEndpoints } from './messages.ts'
import { threadEndpoints } from './threads.ts'
import { readJson, readUpload, type Uploads } from './uploads.ts'

/** What the Gmail routes need. */
export interface GmailParts {
  world: World
  grants: Grants
  quota: Quota
  gate: Gate
  uploads: Uploads
}

const ENDPOINTS = [...messageEndpoints, ...threadEndpoints, ...draftEndpoints, ...mailboxEndpoints]
const BASE = '/gmail/v1/users/:userId'

/** Adds every Gmail method, and its /upload twin where there is one. */
export function addGmailRoutes(app: Hono<{ Bindings: HttpBindings }>, parts: GmailParts): void {
  for (const endpoint of ENDPOINTS) {
    app.on(endpoint.verb, `${BASE}${endpoint.path}`, (context) => serve(context, parts, endpoint, false))
    if (endpoint.upload === undefined) continue
    const verbs = [...new Set([endpoint.verb, 'PUT'])]
    app.on(verbs, `/upload${BASE}${endpoint.path}`, (context) => serve(context, parts, endpoint, true))
  }
  const unknown = (context: NodeContext): Promise<Response> =>
    parts.gate.pass(context, {
      account: undefined,
      units: 0,
      run: () => errorResponse(new GmailError(404, 'notFound', 'Not Found')),
    })
  app.all('/gmail/v1/*', unknown)
  app.all('/upload/gmail/v1/*', unknown)
}

async function serve(
  context: NodeContext,
  parts: GmailParts,
  endpoint: Endpoint,
  upload: boolean,
): Promise<Response> {
  const body = await wholeBody(context)
  if (body === undefined) return RESPONSE_ALREADY_SENT
  const token = bearerToken(context)
  const grant = token === undefined ? undefined : parts.grants.access(token)
  const arrival = parts.quota.arrive(grant?.account ?? '')
  try {
    return await parts.gate.pass(context, {
      account: grant?.account,
      units: endpoint.units,
      run: () => {
        try {
          if (token === undefined) throw missingCredentials()
          if (grant === undefined) throw invalidCredentials()
          return authorised(context, parts, endpoint, { grant, body, upload, arrival })
        } catch (error) {
          return errorResponse(error)
        }
      },
    })
  } finally {
    arrival.leave()
  }
}

/** Undefined when the caller hung up halfway: half a mail is none. */
async function wholeBody(context: NodeContext): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await context.req.arrayBuffer())
  } catch (error) {
    if (context.env.incoming.complete) throw error
    return undefined
  }
}

interface Arrived {
  grant: TokenGrant
  body: Buffer
  upload: boolean
  arrival: Arrival
}

function authorised(context: NodeContext, parts: GmailParts, endpoint: Endpoint, arrived: Arrived): Response {
  const { world, quota, uploads } = parts
  const account = world.account(arrived.grant.account)
  checkUser(context, account)
  const granted = new Set(arrived.grant.scopes)
  const allowing = allowingScopes(endpoint.scopes)
  if (!allowing.some((scope) => granted.has(scope))) throw insufficientScopes(endpoint.rpc, allowing)
  const query = new URL(context.req.url).searchParams
  const session = query.get('upload_id')
  quota.spend(account.email, session === null ? endpoint.units : 0, arrived.arrival)
  const base = { world, account, params: context.req.param(), query, granted }
  if (!arrived.upload) return answer(endpoint, { ...base, json: readJson(arrived.body), media: undefined })
  if (session !== null) return resume(context, uploads, endpoint, base, session, arrived.body)
  if (query.get('uploadType') === 'resumable') return begin(context, uploads, account, arrived.body)
  const contentType = context.req.header('content-type') ?? ''
  return answer(endpoint, { ...base, ...readUpload(query.get('uploadType'), contentType, arrived.body) })
}

function answer(endpoint: Endpoint, call: Call): Response {
  const result = endpoint.answer(call)
  if (result === undefined) return new Response(null, { status: 204 })
  return jsonResponse(200, applyFields(result, call.query.get('fields')))
}

function begin(context: NodeContext, uploads: Uploads, account: Account, body: Buffer): Response {
  const session = uploads.begin(account.email, readJson(body))
  const location = new URL(context.req.url)
  location.searchParams.set('upload_id', session.id)
  return new Response(null, {
    status: 200,
    headers: { location: location.href, 'x-guploader-uploadid': session.id },
  })
}

function resume(
  context: NodeContext,
  uploads: Uploads,
  endpoint: Endpoint,
  base: Omit<Call, 'json' | 'media'>,
  id: string,
  body: Buffer,
): Response {
  const session = uploads.get(id)
  if (session.account !== base.account.email) throw new GmailError(404, 'notFound', 'Not Found')
  if (uploads.take(session, context.req.header('content-range'), body)) {
    return answer(endpoint, { ...base, json: session.json, media: session.received })
  }
  const got = session.received.length
  return new Response(null, { status: 308, headers: got > 0 ? { range: `bytes=0-${got - 1}` } : {} })
}

function bearerToken(context: NodeContext): string | undefined {
  const header = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')
  return header?.[1] ?? context.req.query('access_token')
}

function checkUser(context: NodeContext, account: Account): void {
  const user = context.req.param('userId') ?? ''
  if (user === 'me' || user.toLowerCase() === account.email) return
  if (!user.includes('@')) throw badRequest('Invalid userId')
  throw new GmailError(403, 'forbidden', `Delegation denied for ${account.email}`)
}

/** A GmailError in Google's shape; anything else is a defect of the stand-in, shown as a 500 that says so. */
function errorResponse(error: unknown): Response {
  if (error instanceof GmailError) return jsonResponse(error.status, error.body, error.headers)
  console.error('The stand-in Google failed', error)
  return jsonResponse(500, serverError(500).body)
}
