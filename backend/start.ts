import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import packageJson from '../package.json' with { type: 'json' }
import { followClock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createGateway } from './google/connect.ts'
import { createNoticeQueue } from './google/pubsub.ts'
import { createApp } from './http/app.ts'
import type { House, Readiness } from './http/house.ts'
import { createHub } from './http/hub.ts'
import { startHourly } from './jobs/hourly.ts'
import { startNotices } from './jobs/notices.ts'
import type { Runner } from './jobs/runner.ts'
import { startJobs } from './jobs/start.ts'
import { errorFacts } from './log.ts'
import type { Deps, Log } from './services/context.ts'
import { keepHouse } from './services/housekeeping.ts'
import { indexOldRows } from './services/search-index.ts'
import { fetchNotices } from './services/sync/notices.ts'
import { keepWatches } from './services/sync/watch.ts'
import { createTokenBox } from './services/token-box.ts'
import type { OpenDatabase } from './storage/database.ts'
import { eventChannel } from './storage/events.ts'
import { createDiskStore } from './storage/files.ts'
import { createMimeFiles } from './storage/mime-files.ts'
import { openDatabase } from './storage/open.ts'

export interface Backend {
  /** Where it listens, e.g. `http://127.0.0.1:8787`. */
  url: string
  /** In reverse: no new requests, work in hand finishes or is left claimable, then the database closes. */
  stop(): Promise<void>
}

/** Config → storage → Google → services → routes and jobs. @throws CannotOpen, in words for who starts it */
export async function startBackend(config: Config, log: Log): Promise<Backend> {
  const ending = new AbortController()
  const followed =
    config.testClock === undefined ? undefined : await followClock(config.testClock, ending.signal)
  const opened = await openDatabase(config)
  const hub = createHub()
  const unlisten = await opened.listen(eventChannel, hub.news, hub.gap)
  followed?.onChange(hub.clockMoved)

  // The port is known only once it listens, and the routes need it; the first requests wait for them.
  const routes = Promise.withResolvers<ReturnType<typeof createApp>>()
  const server = createAdaptorServer({ fetch: async (request) => (await routes.promise).fetch(request) })
  const url = await listen(server, config)
  const baseUrl = config.url ?? url
  const clock = followed ?? systemClock()
  const deps: Deps = {
    db: opened.db,
    files: await createDiskStore(join(config.dataDir, 'files')),
    mails: await createMimeFiles(join(config.dataDir, 'mails')),
    google: createGateway({
      clientId: config.google.clientId,
      clientSecret: config.google.clientSecret,
      redirectUri: `${baseUrl}/auth/google/callback`,
      base: config.google.base,
      clock,
      log,
    }),
    clock,
    tokens: createTokenBox(config.secret),
    newId: randomUUID,
    watchTopic: config.notices?.topic,
    publicUrl: config.publicUrl,
    log,
  }
  const house: House = {
    ...deps,
    version: packageJson.version,
    baseUrl,
    events: hub,
    pushDoor: config.notices?.push,
    readiness: () => readiness(config, opened, baseUrl),
    errorFacts,
  }
  routes.resolve(createApp(house))
  const worker = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`
  await indexOldRows(deps)
  const jobs = await startJobs(deps, opened, worker, errorFacts)
  const notices = fetchingNotices(config, deps)
  const hourly = startHourly(
    clock,
    () => keepHouse(deps, opened.kind === 'embedded'),
    (error) => log.error('housekeeping.failed', errorFacts(error)),
  )
  await keepWatches(deps)
  log.info('backend.listening', { url, database: opened.kind, version: packageJson.version })

  return {
    url,
    async stop() {
      hub.close()
      await new Promise<void>((done) => server.close(() => done()))
      await Promise.all([jobs.stop(), notices?.stop(), hourly.stop()])
      ending.abort()
      await unlisten()
      await opened.close()
    },
  }
}

/** Fetches Gmail's notifications where the configuration says so. */
function fetchingNotices({ notices, google }: Config, deps: Deps): Runner | undefined {
  if (notices?.pull === undefined) return undefined
  const queue = createNoticeQueue({ ...notices.pull, base: google.base, clock: deps.clock })
  return startNotices(deps, (signal) => fetchNotices(deps, queue, signal), errorFacts)
}

async function listen(server: ReturnType<typeof createAdaptorServer>, config: Config): Promise<string> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(config.port, config.host, done)
  })
  const { port } = server.address() as AddressInfo
  return `http://${config.host}:${port}`
}

/** What works, what does not, and what is switched off by configuration, in words. */
async function readiness(config: Config, opened: OpenDatabase, baseUrl: string): Promise<Readiness> {
  const problems: string[] = []
  try {
    await opened.db.selectFrom('organisations').select('id').limit(1).execute()
  } catch {
    problems.push('The database does not answer.')
  }
  const off: string[] = []
  if (config.publicUrl === undefined)
    off.push('INLAY_PUBLIC_URL is not set: pages for people outside (unsubscribe) are off.')
  if (config.notices === undefined)
    off.push(
      'INLAY_PUBSUB_TOPIC is not set: Gmail’s notifications are off; new mail is found by asking every 30 to 60 seconds.',
    )
  if (config.url === undefined)
    off.push(`INLAY_URL is not set: only browsers on this machine reach ${baseUrl}.`)
  return { ready: problems.length === 0, problems, off }
}
