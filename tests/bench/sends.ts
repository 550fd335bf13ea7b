import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../backend/storage/database.ts'
import { openServer } from '../../backend/storage/server.ts'
import { startPostgres } from '../backend/harness/postgres.ts'
import { fillQueue, judge, plantTrouble, restless, seeded } from '../backend/harness/send-storm.ts'
import { type BackendProcess, startBackendProcess } from '../stand-ins/backend-process.ts'
import { openDoor } from '../stand-ins/door.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import type { GoogleStandIn } from '../stand-ins/google/types.ts'
import type { BenchReport } from './report.ts'

const count = Number(process.env['INLAY_BENCH_SENDS'] ?? 10_000)
const seed = Number(process.env['INLAY_BENCH_SEED'] ?? 20261123)
const mailboxes = 40
const perMinute = 30
/** The clock of everybody runs so much faster than ours. */
const speed = 10
const stepMs = 100

const requestsBetween = { troubles: 15, kills: 500, crashes: 2500 }

interface Damage {
  troubles: Map<string, number>
  kills: number
  restarts: number
}

/**
 * Sends by two backends on one PostgreSQL that are killed, whose database restarts, and whose Google loses, repeats and
 * refuses: what each recipient got is counted where it arrives.
 */
export async function benchSends(): Promise<BenchReport> {
  // What was committed stays committed when the server crashes; only a power cut may take it.
  const postgres = await startPostgres(['synchronous_commit=on'])
  if (postgres === undefined) throw new Error('This bench needs an installed PostgreSQL.')
  const google = await startGoogle({ running: false, startAt: Date.parse('2026-11-23T09:00:00Z') })
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const backends: BackendProcess[] = []
  try {
    for (let nth = 0; nth < 2; nth++)
      backends.push(await startBackendProcess(environment(google, postgres.url, join(folder, `${nth}`))))
    const [first] = backends
    if (first === undefined) throw new Error('No backend runs.')
    await signInAll(first, google)
    const opened = await openServer(postgres.url)
    const { db } = opened
    const rows = await db.selectFrom('mailboxes').select('id').execute()
    const now = new Date(google.clock.now())
    await fillQueue(
      db,
      rows.map((row) => row.id),
      { count, now },
    )
    const start = performance.now()
    const damage = await storm(db, { google, backends, crash: postgres.crash })
    const seconds = (performance.now() - start) / 1000
    const verdict = await judge(db, google)
    await opened.close()
    const minutes = (google.clock.now() - now.getTime()) / 60_000
    const n = (value: number) => value.toLocaleString('en').padStart(8)
    return {
      title: `${count.toLocaleString('en')} sends in a storm, seed ${seed}: two backends, ${postgres.name}, ${mailboxes} mailboxes`,
      lines: [
        `done in ${seconds.toFixed(0)} s (${minutes.toFixed(0)} min of the test clock), ${(count / seconds).toFixed(1)} a second`,
        `backends killed (kill -9) ${n(damage.kills)}`,
        `database crashed          ${n(damage.restarts)}`,
        ...[...damage.troubles]
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([name, times]) => `${name.padEnd(26)}${n(times)}`),
        ...Object.entries(verdict.statuses)
          .toSorted(([a], [b]) => b.localeCompare(a))
          .map(([name, times]) => `→ ${name.padEnd(24)}${n(times)}`),
        `doubled                   ${n(verdict.doubled.length)}`,
        `lost                      ${n(verdict.lost.length)}`,
        `unsettled                 ${n(verdict.unsettled)}`,
        `failed, yet received      ${n(verdict.failedButGone)}`,
        `most of one mailbox in any minute ${verdict.mostInAMinute} (limit ${perMinute})`,
      ],
    }
  } finally {
    for (const backend of backends) await backend.kill()
    await google.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function environment(google: GoogleStandIn, databaseUrl: string, folder: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    INLAY_DATA: folder,
    INLAY_SECRET: Buffer.alloc(32, 3).toString('base64url'),
    INLAY_GOOGLE_BASE: google.url,
    INLAY_GOOGLE_CLIENT_ID: google.clientId,
    INLAY_GOOGLE_CLIENT_SECRET: google.clientSecret,
    INLAY_TEST_CLOCK: `${google.url}/__fake/clock`,
  }
}

async function signInAll(backend: BackendProcess, google: GoogleStandIn): Promise<void> {
  const door = openDoor((request) => fetch(request), backend.url)
  for (let nth = 0; nth < mailboxes; nth++) {
    const email = `rep${nth}@arbor.example`
    google.addAccount({ email, name: `Rep ${nth}` })
    const me = await door.signIn(email)
    if (nth === 0) {
      await me.call('PUT', '/policy/join', { domains: ['arbor.example'] })
      await me.call('PUT', '/policy/sends.perMinute', { value: perMinute })
      await me.call('PUT', '/policy/sends.perDay', { value: 1500 })
      await me.call('PUT', '/policy/sends.lateMinutes', { value: 10_080 })
    }
    const answer = await door.consent(me, ['send', 'read'])
    if (answer.status !== 200) throw new Error(`Consent answered ${answer.status}.`)
  }
}

/** Until nothing waits and nothing is on its way. */
async function storm(
  db: Database,
  world: { google: GoogleStandIn; backends: readonly BackendProcess[]; crash: () => Promise<void> },
): Promise<Damage> {
  const { google, backends, crash } = world
  const random = seeded(seed)
  const damage: Damage = { troubles: new Map(), kills: 0, restarts: 0 }
  const comingBack = new Set<Promise<void>>()
  const shown = Math.max(1, Math.round(count / 10))
  let told = count
  let seen = google.requests.length
  for (let step = 0; ; step++) {
    await new Promise<void>((resolve) => setTimeout(resolve, stepMs))
    google.clock.advance(stepMs * speed)
    // By what is asked of Google, so that a slow machine meets as much as a fast one; a mail takes some six requests.
    const asked = google.requests.length - seen
    seen += asked
    if (random() < asked / requestsBetween.troubles) {
      const name = plantTrouble(google, random)
      damage.troubles.set(name, (damage.troubles.get(name) ?? 0) + 1)
    }
    const victim = backends[Math.floor(random() * backends.length)]
    if (victim !== undefined && random() < asked / requestsBetween.kills && comingBack.size === 0) {
      damage.kills += 1
      await victim.kill()
      const back = victim.restart().finally(() => comingBack.delete(back))
      comingBack.add(back)
    }
    if (random() < asked / requestsBetween.crashes && comingBack.size === 0) {
      damage.restarts += 1
      await crash()
    }
    if (step % 10 > 0) continue
    for (const { exitCode, log } of backends)
      if (exitCode !== null && comingBack.size === 0)
        throw new Error(`A backend ended by itself with ${exitCode}:\n${log.slice(-30).join('\n')}`)
    const left = await restless(db).catch(() => count)
    if (told - left >= shown) {
      told = left
      console.error(`  ${((step * stepMs) / 1000).toFixed(0)} s: ${left.toLocaleString('en')} are left`)
    }
    if (left === 0) break
  }
  await Promise.all(comingBack)
  return damage
}
