import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../backend/clock.ts'
import { createGateway } from '../../backend/google/connect.ts'
import { createApp } from '../../backend/http/app.ts'
import { createHub } from '../../backend/http/hub.ts'
import { createLog, errorFacts } from '../../backend/log.ts'
import { createTokenBox } from '../../backend/services/token-box.ts'
import type { Database } from '../../backend/storage/database.ts'
import { createDiskStore } from '../../backend/storage/files.ts'
import { vacuum } from '../../backend/storage/housekeeping.ts'
import { createMimeFiles } from '../../backend/storage/mime-files.ts'
import { openDatabase } from '../../backend/storage/open.ts'
import { openDoor, type Person } from '../stand-ins/door.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import { type BenchReport, spread } from './report.ts'

const records = 5_000
const rounds = 400

/** The look-up of five people through every room, beside a bare select of the same rows through the same driver. */
export async function benchLookup(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const google = await startGoogle()
  const opened = await openDatabase({ databaseUrl: process.env['DATABASE_URL'], dataDir: folder })
  try {
    const mia = await enter(opened.db, google, folder)
    await seed(opened.db, mia.email)
    // As the hourly job does, and a server by itself: without figures the planner reads all records.
    await vacuum(opened.db)
    const whole = await time(() => mia.call('POST', '/lookup', { account: mia.email, people: fivePeople() }))
    const bare = await time(() =>
      bareSelect(
        opened.db,
        fivePeople().map((person) => person.address),
      ),
    )
    const rate = (ms: number[]) => 1000 / (ms.reduce((sum, one) => sum + one, 0) / ms.length)
    return {
      title: `Look-up of 5 people among ${records.toLocaleString('en')} contacts (${opened.kind} database)`,
      lines: [
        `whole road: ${rate(whole).toFixed(0)} requests/s, ${spread(whole)}`,
        `bare select of the same rows: ${rate(bare).toFixed(0)} /s, ${spread(bare)}`,
        `ratio ${(rate(whole) / rate(bare)).toFixed(2)}; the whole road also reads each card's mail, deals and files`,
      ],
    }
  } finally {
    await opened.close()
    await google.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

export async function enter(
  db: Database,
  google: Awaited<ReturnType<typeof startGoogle>>,
  folder: string,
): Promise<Person> {
  const baseUrl = 'http://127.0.0.1:8787'
  const [clock, log, hub] = [systemClock(), createLog('silent'), createHub()]
  const app = createApp({
    db,
    clock,
    log,
    errorFacts,
    baseUrl,
    files: await createDiskStore(join(folder, 'files')),
    mails: await createMimeFiles(join(folder, 'mails')),
    google: createGateway({
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: `${baseUrl}/auth/google/callback`,
      base: google.url,
      clock,
      log,
    }),
    tokens: createTokenBox(Buffer.alloc(32, 1)),
    newId: randomUUID,
    version: 'bench',
    events: hub,
    readiness: async () => ({ ready: true, problems: [], off: [] }),
  })
  google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' })
  return openDoor(async (request) => app.fetch(request), baseUrl).signIn('mia@arbor.example')
}

async function seed(db: Database, email: string): Promise<void> {
  const user = await db
    .selectFrom('users')
    .select(['id', 'org_id'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  const now = new Date()
  for (let from = 0; from < records; from += 500) {
    const ids = Array.from({ length: 500 }, () => randomUUID())
    await db
      .insertInto('records')
      .values(
        ids.map((id, n) => ({
          id,
          org_id: user.org_id,
          module: 'contacts' as const,
          owner_id: user.id,
          name: `Person ${from + n}`,
          fields: JSON.stringify({ lastName: `Person ${from + n}`, company: `Company ${n % 80}` }),
          main_contact_id: null,
          created_by: user.id,
          created_at: now,
          updated_at: now,
          deleted_at: null,
        })),
      )
      .execute()
    await db
      .insertInto('record_addresses')
      .values(
        ids.map((id, n) => ({
          record_id: id,
          org_id: user.org_id,
          kind: 'primary' as const,
          address: `p${from + n}@many.example`,
          since: now,
        })),
      )
      .execute()
  }
}

function fivePeople(): { address: string; name: string }[] {
  return Array.from({ length: 5 }, () => ({
    address: `p${Math.floor(Math.random() * records)}@many.example`,
    name: '',
  }))
}

async function bareSelect(db: Database, addresses: string[]): Promise<unknown> {
  return db
    .selectFrom('records')
    .innerJoin('record_addresses as a', 'a.record_id', 'records.id')
    .selectAll('records')
    .select('a.address')
    .where('a.address', 'in', addresses)
    .execute()
}

/** ms of each round, after a warm-up. */
async function time(round: () => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < 100; n++) await round()
  const ms: number[] = []
  for (let n = 0; n < rounds; n++) {
    const start = performance.now()
    await round()
    ms.push(performance.now() - start)
  }
  return ms
}
