import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyReadyFolder, readyOnServer } from '../backend/harness/ready.ts'
import { type BackendProcess, startBackendProcess } from './backend-process.ts'
import { type Door, openDoor } from './door.ts'
import { type FakeWeb, startFakeWeb } from './fake-web.ts'
import { createGmailPage, type GmailPage, type GmailPageOptions } from './gmail-page/page.ts'
import { type Aliases, seedWorld, type World } from './gmail-page/world.ts'
import { startGoogle } from './google/start.ts'
import type { GoogleOptions, GoogleStandIn } from './google/types.ts'

export interface Town {
  google: GoogleStandIn
  world: World
  gmail: GmailPage
  web: FakeWeb
  backend: BackendProcess
  /** The backend without a browser. */
  door: Door
  /** Ends everything and removes the data folder unless it was given. */
  stop(): Promise<void>
}

export interface TownOptions {
  /** Addresses at /mail/u/0, /mail/u/1 …; default the rep alone. */
  accounts?: string[]
  google?: GoogleOptions
  /** Further addresses accounts send as, by account. */
  aliases?: Aliases
  page?: Omit<GmailPageOptions, 'google' | 'accounts'>
  /** Kept across starts; default a fresh folder. */
  dataDir?: string
  env?: Record<string, string>
}

/** Stand-in Google, Gmail's page, a company's mailboxes and a real backend process, all on loopback and one clock. */
export async function startTown(options: TownOptions = {}): Promise<Town> {
  const google = await startGoogle(options.google)
  const world = seedWorld(google, options.aliases)
  const gmail = createGmailPage({
    google,
    accounts: options.accounts ?? ['mia.sato@arbor.example'],
    ...options.page,
  })
  const web = await startFakeWeb({ 'mail.google.com': gmail.handler })
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'inlay-town-')))
  const database = options.dataDir === undefined ? await readyDatabase(dataDir) : undefined
  const backend = await startBackendProcess({
    INLAY_DATA: dataDir,
    ...database?.env,
    INLAY_GOOGLE_BASE: google.url,
    INLAY_GOOGLE_CLIENT_ID: google.clientId,
    INLAY_GOOGLE_CLIENT_SECRET: google.clientSecret,
    INLAY_TEST_CLOCK: `${google.url}/__fake/clock`,
    ...options.env,
  })
  return {
    google,
    world,
    gmail,
    web,
    backend,
    door: openDoor((request) => fetch(request), backend.url),
    async stop() {
      await backend.stop()
      gmail.stop()
      await web.stop()
      await google.stop()
      await database?.drop()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

let towns = 0

/**
 * The schema laid beforehand, which a first start takes seconds for. Where INLAY_TOWN_SERVER names a PostgreSQL
 * server, every second town of a test file lives there: both databases meet both browsers' work.
 */
async function readyDatabase(
  dataDir: string,
): Promise<{ env: Record<string, string>; drop: () => Promise<void> }> {
  const server = process.env['INLAY_TOWN_SERVER']
  if (server && ++towns % 2 === 0) {
    const { url, drop } = await readyOnServer(server)
    return { env: { DATABASE_URL: url, INLAY_SECRET: randomBytes(32).toString('base64') }, drop }
  }
  await copyReadyFolder(join(dataDir, 'db'))
  return { env: {}, drop: async () => undefined }
}
