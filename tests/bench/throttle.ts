import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { createGateway } from '../../backend/google/connect.ts'
import { createApp } from '../../backend/http/app.ts'
import type { House } from '../../backend/http/house.ts'
import { createHub } from '../../backend/http/hub.ts'
import { startJobs } from '../../backend/jobs/start.ts'
import { createLog, errorFacts } from '../../backend/log.ts'
import { createTokenBox } from '../../backend/services/token-box.ts'
import type { OpenDatabase } from '../../backend/storage/database.ts'
import { createDiskStore } from '../../backend/storage/files.ts'
import { createMimeFiles } from '../../backend/storage/mime-files.ts'
import { openDatabase } from '../../backend/storage/open.ts'
import type { Clock } from '../../lib/domain/clock.ts'
import { quota } from '../../lib/domain/sync.ts'
import { openDoor } from '../stand-ins/door.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'
import type { BenchReport } from './report.ts'

const mails = 1_500
const customers = 25
const rep = 'mia@arbor.example'
/** What Google takes for one answer, on the test clock, ms. */
const answerMs = 25
/** Nothing was asked for so long, real ms: everybody waits for the clock. */
const quietMs = 60
const goal = 0.95

/** The first synchronisation of a large mailbox with Gmail's quota on: how much of our own budget it uses. */
export async function benchThrottle(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const google = await startGoogle({ running: false, startAt: Date.parse('2026-11-23T09:00:00Z') })
  const opened = await openDatabase({ databaseUrl: process.env['DATABASE_URL'], dataDir: join(folder, 'db') })
  try {
    const clock = followed(google)
    const busy = watchQueries()
    const db = opened.db.withPlugin(busy.plugin)
    const house = await build({ ...opened, db }, google, clock, folder)
    await connect(house, google)
    const jobs = await startJobs(house, opened, 'bench', errorFacts)
    await drive(google, clock, busy, async () => (await stored(opened)) === mails)
    await jobs.stop()
    return report(google, opened.kind)
  } finally {
    await google.stop()
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The stand-in's clock, which also knows when the next sleeper wants to be woken. */
interface FollowedClock extends Clock {
  nextWaking(): number | undefined
}

function followed({ clock }: GoogleStandIn): FollowedClock {
  const sleepers = new Set<{ at: number }>()
  return {
    now: () => clock.now(),
    async sleepUntil(at, signal) {
      const one = { at }
      sleepers.add(one)
      await clock.sleepUntil(at, signal)
      sleepers.delete(one)
    },
    nextWaking() {
      const times = [...sleepers].map((one) => one.at)
      return times.length === 0 ? undefined : Math.min(...times)
    },
  }
}

interface Busy {
  plugin: KyselyPlugin
  /** How many statements the database has answered. */
  answered(): number
}

/** Whether somebody waits for the database: then nobody waits for the clock yet. */
function watchQueries(): Busy {
  let answered = 0
  return {
    answered: () => answered,
    plugin: {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        answered += 1
        return result
      },
    },
  }
}

/** Lets time pass with every answer, and jumps on when nobody asks any more. */
async function drive(
  google: GoogleStandIn,
  clock: FollowedClock,
  busy: Busy,
  isDone: () => Promise<boolean>,
): Promise<void> {
  let seen = google.requests.length
  let answered = busy.answered()
  let quietSince = performance.now()
  for (;;) {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const fresh = google.requests.length - seen
    if (fresh > 0) {
      seen += fresh
      quietSince = performance.now()
      google.clock.advance(fresh * answerMs)
    } else if (busy.answered() !== answered) {
      answered = busy.answered()
      quietSince = performance.now()
    } else if (performance.now() - quietSince > quietMs) {
      if (await isDone()) return
      quietSince = performance.now()
      google.clock.set(Math.max(clock.nextWaking() ?? 0, google.clock.now() + answerMs))
    }
  }
}

async function build(
  opened: OpenDatabase,
  google: GoogleStandIn,
  clock: Clock,
  folder: string,
): Promise<House> {
  const [log, baseUrl] = [createLog('silent'), 'http://127.0.0.1:8787']
  const { clientId, clientSecret } = google
  const redirectUri = `${baseUrl}/auth/google/callback`
  return {
    db: opened.db,
    clock,
    log,
    errorFacts,
    baseUrl,
    files: await createDiskStore(join(folder, 'files')),
    mails: await createMimeFiles(join(folder, 'mails')),
    google: createGateway({ clientId, clientSecret, redirectUri, base: google.url, clock, log }),
    tokens: createTokenBox(Buffer.alloc(32, 1)),
    newId: randomUUID,
    version: 'bench',
    events: createHub(),
    readiness: async () => ({ ready: true, problems: [], off: [] }),
  }
}

/** A rep with customers and years of mail with them. */
async function connect(house: House, google: GoogleStandIn): Promise<void> {
  const mailbox = google.addAccount({ email: rep, name: 'Mia Sato' })
  const app = createApp(house)
  const door = openDoor(async (request) => app.fetch(request), house.baseUrl)
  const mia = await door.signIn(rep)
  for (let n = 0; n < customers; n++)
    await mia.call('POST', '/records', {
      module: 'contacts',
      fields: { lastName: `Customer ${n}` },
      primaryAddress: `c${n}@many.example`,
    })
  const first = google.clock.now() - mails * 3_600_000
  for (let n = 0; n < mails; n++) {
    const at = first + n * 3_600_000
    const head = [
      `From: c${n % customers}@many.example`,
      `To: ${rep}`,
      `Subject: Mail ${n}`,
      `Date: ${new Date(at).toUTCString()}`,
      `Message-ID: <m${n}@many.example>`,
    ]
    mailbox.deliver(`${head.join('\r\n')}\r\n\r\nHello\r\n`, { at })
  }
  await door.consent(mia, ['read'])
  google.clearRequests()
}

async function stored(opened: OpenDatabase): Promise<number> {
  const { count } = await opened.db
    .selectFrom('sightings')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function report(google: GoogleStandIn, kind: string): BenchReport {
  const calls = google.requests.filter((one) => one.units > 0)
  const reads = calls.filter((one) => /\/messages\/[^/]+$/.test(one.path))
  const budget = quota.unitsPerMinute - quota.reserve
  const refused = calls.filter((one) => one.status === 429 || one.status === 403).length
  // The first minute may use the whole budget at once and the last one has less to do: both are left out.
  const begin = (reads[0]?.at ?? 0) + quota.longestWaitMs
  const cycles = Math.floor(((reads.at(-1)?.at ?? 0) - begin) / quota.longestWaitMs)
  const end = begin + cycles * quota.longestWaitMs
  const units = calls
    .filter((one) => one.at >= begin && one.at < end)
    .reduce((sum, one) => sum + one.units, 0)
  const perMinute = (units * 60_000) / (end - begin)
  const share = perMinute / budget
  return {
    title: `Throttled synchronisation of ${mails.toLocaleString('en')} mails, quota on, test clock (${kind} database)`,
    lines: [
      `used ${perMinute.toFixed(0)} units/min of our budget of ${budget} (${quota.unitsPerMinute} minus ${quota.reserve} kept for people): ${(100 * share).toFixed(1)} %, over ${((end - begin) / 60_000).toFixed(1)} min`,
      `goal ≥ ${100 * goal} %: ${share >= goal ? 'met' : 'MISSED'}`,
      `most units in any 60 s: ${mostInAMinute(calls)}`,
      `refused for its rate (429 or 403): ${refused}${refused === 0 ? '' : ' MISSED'}`,
    ],
  }
}

function mostInAMinute(calls: readonly { at: number; units: number }[]): number {
  let [most, sum, from] = [0, 0, 0]
  for (const call of calls) {
    sum += call.units
    for (let old = calls[from]; old !== undefined && old.at <= call.at - 60_000; old = calls[++from])
      sum -= old.units
    most = Math.max(most, sum)
  }
  return most
}
