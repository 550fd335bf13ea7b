import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createGateway } from '../../../backend/google/connect.ts'
import { createApp } from '../../../backend/http/app.ts'
import type { House } from '../../../backend/http/house.ts'
import { createHub } from '../../../backend/http/hub.ts'
import { createLog, errorFacts } from '../../../backend/log.ts'
import { createTokenBox } from '../../../backend/services/token-box.ts'
import type { OpenDatabase } from '../../../backend/storage/database.ts'
import { eventChannel } from '../../../backend/storage/events.ts'
import { createDiskStore } from '../../../backend/storage/files.ts'
import { createMimeFiles } from '../../../backend/storage/mime-files.ts'
import { type Door, openDoor } from '../../stand-ins/door.ts'
import { startGoogle } from '../../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../../stand-ins/google/types.ts'
import { testDatabase } from './database.ts'

export interface TestHouse extends Door {
  house: House
  opened: OpenDatabase
  google: GoogleStandIn
}

/** The whole backend without its port and its jobs: routes, services, a real database, the stand-in Google. */
export async function testHouse(): Promise<TestHouse> {
  const google = await startGoogle({ running: false, startAt: Date.parse('2026-11-23T09:00:00Z') })
  const opened = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'inlay-house-'))
  const baseUrl = 'http://127.0.0.1:8787'
  const log = createLog('silent')
  const hub = createHub()
  const unlisten = await opened.listen(eventChannel, hub.news)
  const house: House = {
    db: opened.db,
    files: await createDiskStore(join(folder, 'files')),
    mails: await createMimeFiles(join(folder, 'mails')),
    google: createGateway({
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: `${baseUrl}/auth/google/callback`,
      base: google.url,
      clock: google.clock,
      log,
    }),
    clock: google.clock,
    tokens: createTokenBox(Buffer.alloc(32, 7)),
    newId: randomUUID,
    log,
    errorFacts,
    version: 'test',
    baseUrl,
    events: hub,
    readiness: async () => ({ ready: true, problems: [], off: [] }),
  }
  const unsubscribe = google.clock.subscribe(hub.clockMoved)
  afterAll(async () => {
    unsubscribe()
    await unlisten()
    await google.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const app = createApp(house)
  return { house, opened, google, ...openDoor(async (request) => app.fetch(request), baseUrl) }
}
