import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import { z } from 'zod'
import { badRequest, GmailError, insufficientScopes, invalidCredentials, notFound } from '../errors.ts'
import type { Grants } from '../oauth/grants.ts'
import type { SigningKey } from '../oauth/keys.ts'
import type { PubSubMessage, PushTarget } from '../pubsub/broker.ts'
import type { World } from '../world.ts'
import { type Gate, jsonResponse, type NodeContext } from './exchange.ts'

const SCOPES = ['https://www.googleapis.com/auth/pubsub', 'https://www.googleapis.com/auth/cloud-platform']
const PullInput = z.object({ maxMessages: z.int().positive() })
const AckInput = z.object({ ackIds: z.array(z.string()).min(1) })

export interface PubSubParts {
  world: World
  grants: Grants
  gate: Gate
  stopping: AbortSignal
}

/** Adds Pub/Sub's `…/subscriptions/NAME:pull` and `:acknowledge`. Access is the service account's, by its token. */
export function addPubSubRoutes(app: Hono<{ Bindings: HttpBindings }>, parts: PubSubParts): void {
  app.post('/v1/projects/:project/subscriptions/:called', async (context) => {
    const [name = '', verb = ''] = context.req.param('called').split(':')
    const subscription = `projects/${context.req.param('project')}/subscriptions/${name}`
    const body: unknown = await context.req.json().catch(() => ({}))
    const account = grantOf(context, parts)?.account
    return parts.gate.pass(context, {
      account,
      units: 0,
      run: async () => {
        try {
          checkGrant(context, parts, verb)
          return jsonResponse(200, await answer(context, parts, { subscription, verb, body }))
        } catch (error) {
          if (error instanceof GmailError) return jsonResponse(error.status, error.body)
          return jsonResponse(400, badRequest('Invalid JSON payload received.').body)
        }
      },
    })
  })
}

async function answer(
  context: NodeContext,
  { world, stopping }: PubSubParts,
  asked: { subscription: string; verb: string; body: unknown },
): Promise<object> {
  if (asked.verb === 'acknowledge') {
    world.broker.acknowledge(asked.subscription, AckInput.parse(asked.body).ackIds)
    return {}
  }
  if (asked.verb !== 'pull') throw notFound()
  const { maxMessages } = PullInput.parse(asked.body)
  // A real pull that finds nothing is held for a while, in real time, and then answered empty.
  const gone = new AbortController()
  const { socket } = context.env.incoming
  const leave = (): void => gone.abort()
  socket.once('close', leave)
  const until = AbortSignal.any([gone.signal, stopping, AbortSignal.timeout(world.settings.pullWaitMs)])
  const taken = await world.broker.pull(asked.subscription, maxMessages, until)
  socket.off('close', leave)
  if (taken.length === 0) return {}
  return { receivedMessages: taken.map((one) => ({ ackId: one.ackId, message: shown(one) })) }
}

function shown({ data, messageId, publishedAt }: PubSubMessage): object {
  const publishTime = new Date(publishedAt).toISOString()
  return { data, messageId, message_id: messageId, publishTime, publish_time: publishTime }
}

function grantOf(context: NodeContext, { grants }: PubSubParts) {
  const token = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  return token === undefined ? undefined : grants.access(token)
}

function checkGrant(context: NodeContext, parts: PubSubParts, verb: string): void {
  const grant = grantOf(context, parts)
  if (grant === undefined) throw invalidCredentials()
  if (!SCOPES.some((scope) => grant.scopes.includes(scope))) throw insufficientScopes(verb, SCOPES)
}

/** A push: Pub/Sub's envelope, with an OIDC token of the subscription's service account. */
export async function postNotice(
  input: { key: SigningKey; issuer: string; stopping: AbortSignal },
  subscription: string,
  target: PushTarget,
  message: PubSubMessage,
): Promise<number> {
  try {
    const answered = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${pushToken(input, target)}`,
      },
      body: JSON.stringify({ message: shown(message), subscription }),
      signal: AbortSignal.any([input.stopping, AbortSignal.timeout(10_000)]),
    })
    await answered.arrayBuffer()
    return answered.status
  } catch {
    return 0
  }
}

/** The OIDC token of a push; `claims` overrides, for tokens that must not be believed. */
export function pushToken(
  { key, issuer }: { key: SigningKey; issuer: string },
  target: Pick<PushTarget, 'audience' | 'account'>,
  claims: object = {},
): string {
  const issued = Math.floor(Date.now() / 1000)
  return key.sign({
    iss: issuer,
    aud: target.audience,
    azp: '113774264463038321964',
    sub: '113774264463038321964',
    email: target.account,
    email_verified: true,
    iat: issued,
    exp: issued + 3600,
    ...claims,
  })
}
