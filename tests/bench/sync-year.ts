import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../backend/http/app.ts'
import type { House } from '../../backend/http/house.ts'
import { syncJobs } from '../../backend/jobs/sync.ts'
import { claimDueTasks, runTask } from '../../backend/services/tasks.ts'
import { openDatabase } from '../../backend/storage/open.ts'
import { crashPoints } from '../backend/harness/crash-points.ts'
import { openDoor } from '../stand-ins/door.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import { liveYear } from '../stand-ins/year.ts'
import { forgetAll, leftBehind, standing } from '../stand-ins/year-state.ts'
import type { BenchReport } from './report.ts'
import { syncHouse } from './sync-house.ts'

const mails = Number(process.env['INLAY_BENCH_MAILS'] ?? 100_000)
const mailboxes = 20
const seed = Number(process.env['INLAY_YEAR_SEED'] ?? 20261123)
const minuteMs = 60_000

/** A simulated year with crashes, expired history and everything else, compared with a rebuild from nothing. */
export async function benchSyncYear(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const google = await startGoogle({ running: false, startAt: Date.parse('2026-11-23T09:00:00Z') })
  const opened = await openDatabase({ databaseUrl: process.env['DATABASE_URL'], dataDir: join(folder, 'db') })
  try {
    const house = await syncHouse(opened, google, folder)
    const app = createApp(house)
    const door = openDoor(async (request) => app.fetch(request), house.baseUrl)
    const reps = []
    for (let n = 0; n < mailboxes; n += 1) {
      const email = `rep${n}@arbor.example`
      const gmail = google.addAccount({ email, name: `Rep ${n}` })
      const me = await door.signIn(email)
      if (n === 0) await me.call('PUT', '/policy/join', { domains: ['arbor.example'] })
      await door.consent(me, ['read'])
      reps.push({ email, gmail })
    }
    const points = crashPoints(house)
    const tell = (what: string): void =>
      console.error(`  ${(performance.now() / 1000).toFixed(0)} s: ${what}`)
    tell(`${mailboxes} mailboxes are connected`)
    let deaths = 0
    const start = performance.now()
    await liveYear(
      {
        google,
        signIn: door.signIn,
        reps,
        work: () => workOff(house),
        async dieAt(nth) {
          points.arm(nth)
          await workOff(points.house).catch(() => undefined)
          if (points.revive()) deaths += 1
        },
        onRound: (round, copies) => tell(`round ${round}, ${copies.toLocaleString('en')} mails`),
      },
      { seed, mails, rounds: within(6, mails / 2000, 52), customers: within(12, mails / 300, 300) },
    )
    const lived = await standing(opened.db)
    const left = await leftBehind(opened.db)
    const yearS = (performance.now() - start) / 1000
    tell('the year is over; rebuilding from nothing')
    await forgetAll(opened.db)
    await workOff(house)
    google.clock.advance(3 * minuteMs)
    await workOff(house)
    const rebuilt = await standing(opened.db)
    const same = JSON.stringify(lived) === JSON.stringify(rebuilt)
    const clean = Object.values(left).every((count) => count === 0)
    return {
      title: `A simulated year: ${mailboxes} mailboxes, ${mails.toLocaleString('en')} mails, seed ${seed} (${opened.kind} database)`,
      lines: [
        `lived in ${yearS.toFixed(0)} s, with ${deaths} deaths of a process; ${lived.length.toLocaleString('en')} copies stand on records`,
        `beside a clean rebuild from the mailboxes: ${same ? 'equal' : `DIFFERS (${rebuilt.length.toLocaleString('en')} copies there)`}`,
        `left behind: ${clean ? 'nothing' : JSON.stringify(left)}`,
      ],
    }
  } finally {
    await google.stop()
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function workOff(house: House): Promise<void> {
  for (;;) {
    const [one] = await claimDueTasks(house, { handlers: syncJobs, worker: 'bench', limit: 1 })
    if (one === undefined) return
    await runTask(house, one, syncJobs, AbortSignal.timeout(120_000))
  }
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)))
}
