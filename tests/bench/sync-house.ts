import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createGateway } from '../../backend/google/connect.ts'
import type { House } from '../../backend/http/house.ts'
import { createHub } from '../../backend/http/hub.ts'
import { createLog, errorFacts } from '../../backend/log.ts'
import { createTokenBox } from '../../backend/services/token-box.ts'
import type { OpenDatabase } from '../../backend/storage/database.ts'
import { createDiskStore } from '../../backend/storage/files.ts'
import { createMimeFiles } from '../../backend/storage/mime-files.ts'
import type { Clock } from '../../lib/domain/clock.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'

/** The whole backend without port and jobs. Who waits for Google moves the clock and waits no real time; leases do not. */
export async function syncHouse(
  opened: Pick<OpenDatabase, 'db'>,
  google: GoogleStandIn,
  folder: string,
): Promise<House> {
  const [log, baseUrl] = [createLog('silent'), 'http://127.0.0.1:8787']
  const { clientId, clientSecret } = google
  const redirectUri = `${baseUrl}/auth/google/callback`
  return {
    db: opened.db,
    clock: google.clock,
    log,
    errorFacts,
    baseUrl,
    files: await createDiskStore(join(folder, 'files')),
    mails: await createMimeFiles(join(folder, 'mails')),
    google: createGateway({
      clientId,
      clientSecret,
      redirectUri,
      base: google.url,
      clock: jumping(google),
      log,
    }),
    tokens: createTokenBox(Buffer.alloc(32, 1)),
    newId: randomUUID,
    version: 'bench',
    events: createHub(),
    readiness: async () => ({ ready: true, problems: [], off: [] }),
  }
}

/** For the gateway alone: its waits cannot be told from a lease's by their length. */
function jumping({ clock }: GoogleStandIn): Clock {
  return {
    now: () => clock.now(),
    async sleepUntil(at, signal) {
      if (!signal.aborted && at > clock.now()) clock.set(at)
      await new Promise<void>((resolve) => setImmediate(resolve))
    },
  }
}
