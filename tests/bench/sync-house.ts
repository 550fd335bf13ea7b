import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createGateway } from '../../backend/google/connect.ts'
import type { House } from '../../backend/http/house.ts'
import { createHub } from '../../backend/http/hub.ts'
import { createLog, errorFacts } from '../../backend/log.ts'
import { createTokenBox } from '../../backend/services/token-box.ts'
import type { OpenDatabase } from '../../backend/storage/database.ts'
import { createDiskStore } from '../../backend/storage/files.ts'
import type { Clock } from '../../lib/domain/clock.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'

/** The whole backend without port and jobs on a clock that jumps: who waits for Google's quota waits no real time. */
export async function syncHouse(
  opened: Pick<OpenDatabase, 'db'>,
  google: GoogleStandIn,
  folder: string,
): Promise<House> {
  const [log, baseUrl] = [createLog('silent'), 'http://127.0.0.1:8787']
  const { clientId, clientSecret } = google
  const redirectUri = `${baseUrl}/auth/google/callback`
  const clock = jumping(google)
  return {
    db: opened.db,
    clock,
    log,
    errorFacts,
    baseUrl,
    files: await createDiskStore(join(folder, 'files')),
    google: createGateway({ clientId, clientSecret, redirectUri, base: google.url, clock, log }),
    tokens: createTokenBox(Buffer.alloc(32, 1)),
    newId: randomUUID,
    version: 'bench',
    events: createHub(),
    readiness: async () => ({ ready: true, problems: [], off: [] }),
  }
}

/** A lease's renewal ends with its task and never moves the clock; whoever waits less waits for quota. */
function jumping({ clock }: GoogleStandIn): Clock {
  return {
    now: () => clock.now(),
    async sleepUntil(at, signal) {
      const wait = at - clock.now()
      if (wait > 39_000 && wait <= 40_000) return clock.sleepUntil(at, signal)
      if (!signal.aborted && wait > 0) clock.set(at)
      await new Promise<void>((resolve) => setImmediate(resolve))
    },
  }
}
