import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import type { GoogleSettings, GoogleStandIn, StandInMailbox } from '../types.ts'
import { streamClock } from './clock-stream.ts'
import type { NodeContext } from './exchange.ts'

const AccountInput = z.object({
  email: z.email(),
  name: z.string(),
  signature: z.string().optional(),
  aliases: z
    .array(
      z.object({
        email: z.email(),
        name: z.string().optional(),
        verified: z.boolean().optional(),
        signature: z.string().optional(),
      }),
    )
    .optional(),
})
const ClockInput = z.object({
  set: z.number().optional(),
  advance: z.number().optional(),
  running: z.boolean().optional(),
})
const FaultInput = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
  account: z.string().optional(),
  nth: z.int().positive().optional(),
  times: z.int().positive().optional(),
  kind: z.union([
    z.strictObject({
      status: z.int(),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    }),
    z.strictObject({ latencyMs: z.number() }),
    z.strictObject({ drop: z.enum(['before-commit', 'after-commit']) }),
    z.strictObject({ commitThenStatus: z.int() }),
    z.strictObject({ truncate: z.literal(true) }),
    z.strictObject({ twice: z.literal(true) }),
    z.strictObject({ hang: z.literal(true) }),
  ]),
})
const BounceInput = z.object({
  address: z.string(),
  kind: z.enum(['hard', 'delay-then-fail', 'full', 'policy', 'nxdomain']),
  afterMs: z.number().optional(),
  failAfterMs: z.number().optional(),
  language: z.enum(['en', 'ja', 'et']).optional(),
  shape: z.enum(['modern', 'global', 'plain', 'unthreaded']).optional(),
})
const SettingsInput = z
  .strictObject({
    autoApprove: z.boolean(),
    untickedScopes: z.array(z.string()),
    searchLagMs: z.number(),
    attachmentIdLifetimeMs: z.number(),
    sentDraftHistory: z.enum(['deleted-and-added', 'label-added']),
    draftWrapperSurvives: z.boolean(),
    unitsPerMinute: z.number(),
    maxConcurrent: z.number(),
    dailySendCap: z.number(),
    quotaAnswer: z.union([z.literal(429), z.literal(403), z.literal('metric')]),
    historyGapMax: z.number(),
    idTokenClock: z.enum(['machine', 'test']),
    notices: z.enum(['deliver', 'drop', 'duplicate', 'reorder']),
    noticeDelayMs: z.number(),
    pullWaitMs: z.number(),
  } satisfies Record<keyof GoogleSettings, z.ZodType>)
  .partial()
const TopicInput = z.object({ name: z.string(), gmailMayPublish: z.boolean().optional() })
const SubscriptionInput = z.object({
  name: z.string(),
  topic: z.string(),
  push: z.object({ url: z.url(), audience: z.string(), account: z.string() }).optional(),
  ackDeadlineMs: z.number().optional(),
})
const EmailInput = z.object({ email: z.string() })
const TokenInput = z.object({ email: z.string(), scopes: z.array(z.string()) })
const DriveInput = z.object({
  id: z.string().optional(),
  name: z.string(),
  mimeType: z.string(),
  /** Base64, as the exports. */
  bytes: z.string().optional(),
  exports: z.record(z.string(), z.string()).optional(),
  text: z.string().optional(),
  modifiedAt: z.number().optional(),
  owner: z.string().optional(),
  trashed: z.boolean().optional(),
  sharedDrive: z.boolean().optional(),
  canDownload: z.boolean().optional(),
})
const ModifyInput = z.object({
  add: z.array(z.string()).default([]),
  remove: z.array(z.string()).default([]),
})

/** What control needs beyond the stand-in itself. */
export interface ControlParts {
  google: GoogleStandIn
  accounts(): string[]
  stopping: AbortSignal
}

type App = Hono<{ Bindings: HttpBindings }>

/** `/__fake/*`: the stand-in's own object over HTTP, for another process on this machine. */
export function controlApp(parts: ControlParts): App {
  const app: App = new Hono()
  app.use(async (context, next) => {
    if (!isLoopback(context)) return context.json({ error: 'Only from this machine' }, 403)
    await next()
    return
  })
  app.onError((error, context) => context.json({ error: error.message }, 400))
  addWorldRoutes(app, parts)
  addFailureRoutes(app, parts.google)
  addMailboxRoutes(app, parts.google)
  addPubSubRoutes(app, parts.google)
  return app
}

function addWorldRoutes(app: App, { google, accounts, stopping }: ControlParts): void {
  const clock = (): { now: number; running: boolean } => ({
    now: google.clock.now(),
    running: google.clock.running,
  })
  app.get('/clock', (context) => context.json(clock()))
  app.get('/clock/stream', (context) => streamClock(context, google.clock, stopping))
  app.post('/clock', async (context) => {
    const { set, advance, running } = ClockInput.parse(await context.req.json())
    if (running !== undefined) google.clock.setRunning(running)
    if (set !== undefined) google.clock.set(set)
    if (advance !== undefined) google.clock.advance(advance)
    return context.json(clock())
  })
  app.post('/reset', (context) => {
    google.reset()
    return context.body(null, 204)
  })
  app.get('/accounts', (context) => context.json(accounts()))
  app.post('/accounts', async (context) => {
    const seeds = z.union([AccountInput, z.array(AccountInput)]).parse(await context.req.json())
    for (const seed of [seeds].flat()) google.addAccount(withoutUndefined(seed))
    return context.body(null, 204)
  })
  app.get('/settings', (context) => context.json(google.settings))
  app.post('/settings', async (context) => {
    Object.assign(google.settings, SettingsInput.parse(await context.req.json()))
    return context.json(google.settings)
  })
  app.post('/token', async (context) => {
    const { email, scopes } = TokenInput.parse(await context.req.json())
    return context.json(google.issueToken(email, scopes))
  })
}

function addFailureRoutes(app: App, google: GoogleStandIn): void {
  app.post('/fault', async (context) => {
    google.addFault(withoutUndefined(FaultInput.parse(await context.req.json())))
    return context.body(null, 204)
  })
  app.delete('/fault', (context) => {
    google.clearFaults()
    return context.body(null, 204)
  })
  app.post('/bounce-rule', async (context) => {
    google.addBounceRule(withoutUndefined(BounceInput.parse(await context.req.json())))
    return context.body(null, 204)
  })
  app.post('/expire-history', async (context) => {
    google.expireHistory(EmailInput.parse(await context.req.json()).email)
    return context.body(null, 204)
  })
  app.post('/revoke-tokens', async (context) => {
    google.revokeTokens(EmailInput.parse(await context.req.json()).email)
    return context.body(null, 204)
  })
  app.get('/requests', (context) => context.json(google.requests))
  app.delete('/requests', (context) => {
    google.clearRequests()
    return context.body(null, 204)
  })
  app.get('/outbox', (context) =>
    context.json(google.outbox.map((entry) => ({ ...entry, raw: entry.raw.toString('base64') }))),
  )
}

function addPubSubRoutes(app: App, { pubsub }: GoogleStandIn): void {
  app.post('/topics', async (context) => {
    const { name, ...options } = TopicInput.parse(await context.req.json())
    pubsub.addTopic(name, withoutUndefined(options))
    return context.body(null, 204)
  })
  app.post('/subscriptions', async (context) => {
    const { name, ...options } = SubscriptionInput.parse(await context.req.json())
    pubsub.addSubscription(name, options)
    return context.body(null, 204)
  })
  app.post('/service-accounts', async (context) =>
    context.json(await pubsub.addServiceAccount(EmailInput.parse(await context.req.json()).email)),
  )
}

/** Mail goes in and out as raw bytes (`message/rfc822`). */
function addMailboxRoutes(app: App, google: GoogleStandIn): void {
  const mailbox = (context: NodeContext): StandInMailbox => google.mailbox(context.req.param('email') ?? '')
  const body = async (context: NodeContext): Promise<Buffer> => Buffer.from(await context.req.arrayBuffer())
  app.get('/mailbox/:email', (context) => {
    const { labelId, q } = context.req.query()
    const threads = mailbox(context).listThreads({
      ...(labelId !== undefined && { labelId }),
      ...(q !== undefined && { q }),
    })
    return context.json({ email: mailbox(context).email, threads, drafts: mailbox(context).listDrafts() })
  })
  app.get('/mailbox/:email/raw/:id', (context) => {
    const raw = mailbox(context).rawMessage(context.req.param('id'))
    return raw === undefined ? context.notFound() : context.body(new Uint8Array(raw))
  })
  app.post('/mailbox/:email/deliver', async (context) => {
    const { at, labelIds } = context.req.query()
    const options = {
      ...(at !== undefined && { at: Number(at) }),
      ...(labelIds !== undefined && { labelIds: labelIds.split(',') }),
    }
    return context.json(mailbox(context).deliver(await body(context), options))
  })
  app.post('/mailbox/:email/send', async (context) => {
    const threadId = context.req.query('threadId')
    return context.json(
      mailbox(context).send(await body(context), threadId === undefined ? {} : { threadId }),
    )
  })
  app.post('/mailbox/:email/modify/:id', async (context) => {
    mailbox(context).modify(context.req.param('id'), ModifyInput.parse(await context.req.json()))
    return context.body(null, 204)
  })
  app.post('/drive/:email', async (context) => {
    const { bytes, exports, ...file } = withoutUndefined(DriveInput.parse(await context.req.json()))
    const decoded = (text: string): Buffer => Buffer.from(text, 'base64')
    const id = google.addDriveFile(context.req.param('email'), {
      ...file,
      ...(bytes !== undefined && { bytes: decoded(bytes) }),
      ...(exports !== undefined && {
        exports: Object.fromEntries(Object.entries(exports).map(([type, text]) => [type, decoded(text)])),
      }),
    })
    return context.json({ id })
  })
  app.delete('/drive/:email/:id', (context) => {
    google.removeDriveFile(context.req.param('email'), context.req.param('id'))
    return context.body(null, 204)
  })
  app.post('/mailbox/:email/trash/:id', (context) => {
    mailbox(context).trash(context.req.param('id'))
    return context.body(null, 204)
  })
}

function isLoopback(context: NodeContext): boolean {
  const from = context.env.incoming.socket.remoteAddress ?? ''
  const host = new URL(context.req.url).hostname
  return /^(127\.|::1$|::ffff:127\.)/.test(from) && ['127.0.0.1', 'localhost', '[::1]'].includes(host)
}

type Defined<T> = T extends readonly (infer Item)[]
  ? Defined<Item>[]
  : T extends object
    ? { [Key in keyof T]: Defined<Exclude<T[Key], undefined>> }
    : T

/** Zod's optional keys may hold undefined; JSON never does, so saying so is safe. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return structuredClone(value) as Defined<T>
}
