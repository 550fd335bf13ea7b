import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { createTestClock, type ScheduledClock } from './clock.ts'
import { Faults } from './faults.ts'
import { controlApp } from './http/control.ts'
import { addDriveRoutes } from './http/drive.ts'
import { Gate } from './http/exchange.ts'
import { addGmailRoutes } from './http/gmail.ts'
import { addOAuthRoutes } from './http/oauth.ts'
import { addPubSubRoutes, postNotice, pushToken } from './http/pubsub.ts'
import { Uploads } from './http/uploads.ts'
import { OwnMailbox } from './mail/own-mailbox.ts'
import { Grants } from './oauth/grants.ts'
import { signingKey } from './oauth/keys.ts'
import { ServiceAccounts } from './oauth/service-accounts.ts'
import { Quota } from './quota.ts'
import type { GoogleOptions, GoogleStandIn } from './types.ts'
import { World } from './world.ts'

const CLIENT_ID = '794506023861-standin.apps.googleusercontent.com'
const CLIENT_SECRET = 'GOCSPX-stand-in-secret-of-the-tests'

/** Google keeps idle connections for minutes; Node's 5 s would cut clients off between two calls. */
const KEEP_ALIVE = 240_000

const CLOSING_GRACE = 20

interface Parts {
  world: World
  grants: Grants
  quota: Quota
  faults: Faults
  gate: Gate
  uploads: Uploads
  serviceAccounts: ServiceAccounts
  clock: ScheduledClock
}

/** Starts a Google of our own on 127.0.0.1: OAuth, Gmail and `/__fake` control. Refused in production. */
export async function startGoogle(options: GoogleOptions = {}): Promise<GoogleStandIn> {
  if (process.env['NODE_ENV'] === 'production')
    throw new Error('The stand-in Google never runs in production')
  const key = await signingKey()
  const stopping = new AbortController()
  const parts = assemble(options, stopping.signal)
  const app = new Hono<{ Bindings: HttpBindings }>()
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: { keepAliveTimeout: KEEP_ALIVE } })
  const url = await listen(server, options.port ?? 0)
  const stop = async (): Promise<void> => {
    stopping.abort()
    parts.clock.dispose()
    await close(server)
  }
  const signer = { key, issuer: url, stopping: stopping.signal }
  parts.world.broker.post = (...given) => postNotice(signer, ...given)
  const google = standIn(url, parts, signer, stop)
  const accounts = (): string[] => [...parts.world.accounts.keys()]
  app.route('/__fake', controlApp({ google, accounts, stopping: stopping.signal }))
  const { world, grants, serviceAccounts } = parts
  addOAuthRoutes(app, parts.gate, () => ({ world, grants, serviceAccounts, key, issuer: url }))
  addPubSubRoutes(app, { ...parts, stopping: stopping.signal })
  addGmailRoutes(app, parts)
  addDriveRoutes(app, parts)
  return google
}

function assemble(options: GoogleOptions, stopping: AbortSignal): Parts {
  const clock = createTestClock({ at: options.startAt ?? Date.now(), running: options.running ?? true })
  const world = new World(clock)
  const faults = new Faults()
  const grants = new Grants(world, {
    clientId: options.clientId ?? CLIENT_ID,
    clientSecret: options.clientSecret ?? CLIENT_SECRET,
    redirectUris: options.redirectUris ?? ['*'],
  })
  const gate = new Gate(world, faults, stopping)
  const serviceAccounts = new ServiceAccounts()
  return {
    world,
    grants,
    quota: new Quota(world),
    faults,
    gate,
    uploads: new Uploads(),
    serviceAccounts,
    clock,
  }
}

function listen(server: ReturnType<typeof createAdaptorServer>, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo
      resolve(`http://127.0.0.1:${bound}`)
    })
  })
}

/** Streams get a moment to say their end; whatever is still open then is cut. */
async function close(server: ReturnType<typeof createAdaptorServer>): Promise<void> {
  if (!server.listening) return
  const cut = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  }, CLOSING_GRACE)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(cut)
}

function standIn(
  url: string,
  parts: Parts,
  signer: Parameters<typeof pushToken>[0],
  stop: () => Promise<void>,
): GoogleStandIn {
  const { world, grants, quota, faults, gate, uploads, serviceAccounts } = parts
  const { broker, notifier } = world
  return {
    url,
    clientId: grants.clientId,
    clientSecret: grants.clientSecret,
    clock: parts.clock,
    settings: world.settings,
    addAccount: (seed) => new OwnMailbox(world, world.addAccount(seed)),
    mailbox: (email) => new OwnMailbox(world, world.account(email)),
    addDriveFile: (email, seed) => world.drive.add(world.account(email), seed, world.clock.now()).id,
    removeDriveFile: (email, id) => world.drive.remove(world.account(email), id),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    addBounceRule: (rule) => void world.bounceRules.push(rule),
    expireHistory: (email) => world.account(email).store.history.expire(),
    endAccess: (email) => grants.endAccess(world.account(email).email),
    revokeTokens: (email) => grants.revokeAccount(world.account(email).email),
    issueToken: (email, scopes) => grants.issueBoth(world.account(email), scopes),
    pubsub: {
      addTopic: (name, options) => broker.addTopic(name, options),
      addSubscription: (name, options) => broker.addSubscription(name, options),
      backlog: (name) => broker.backlog(name),
      publish: (topic, data) => broker.publish(topic, data),
      watchOf: (email) => notifier.watchOf(email),
      addServiceAccount: (email) => serviceAccounts.add(email),
      pushToken: (target, claims) => pushToken(signer, target, claims),
    },
    get outbox() {
      return world.outbox
    },
    get requests() {
      return gate.requests
    },
    clearRequests: () => {
      gate.requests = []
    },
    reset: () => {
      for (const part of [world, grants, quota, uploads, serviceAccounts]) part.reset()
      faults.clear()
      gate.requests = []
    },
    stop,
  }
}
