import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { systemClock } from '../../backend/clock.ts'
import { createLog } from '../../backend/log.ts'
import type { Context } from '../../backend/services/context.ts'
import { createImport, getImport, startImport, undoImport } from '../../backend/services/imports/imports.ts'
import { runImport } from '../../backend/services/imports/run.ts'
import { createDiskStore } from '../../backend/storage/files.ts'
import { createMimeFiles } from '../../backend/storage/mime-files.ts'
import { openDatabase } from '../../backend/storage/open.ts'
import type { BenchReport } from './report.ts'

const rows = Number(process.env['INLAY_BENCH_ROWS'] ?? 100_000)

/** A file of contacts through upload, import and undo, beside COPY of the same text into a table without anything on it. */
export async function benchImports(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const opened = await openDatabase({ databaseUrl: process.env['DATABASE_URL'], dataDir: folder })
  try {
    const ctx = await enter(opened.db, folder)
    const text = contactsCsv()
    const copied = await copyInto(folder, text)
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 50)
    const idle = process.memoryUsage().rss
    const file = [new TextEncoder().encode(text)]
    const { value: made, seconds: uploaded } = await timed(() =>
      createImport(
        ctx,
        { module: 'contacts', fileName: 'contacts.csv' },
        toAsync(file),
        new AbortController().signal,
      ),
    )
    await startImport(ctx, made.id)
    const waits: number[] = []
    const poll = setInterval(() => {
      const at = performance.now()
      setImmediate(() => waits.push(performance.now() - at))
    }, 20)
    const { seconds: imported } = await timed(() => work(ctx, made.id))
    clearInterval(poll)
    const done = await getImport(ctx, made.id)
    await undoImport(ctx, made.id)
    const { seconds: undone } = await timed(() => work(ctx, made.id))
    clearInterval(watch)
    const rate = (seconds: number) => Math.round(rows / seconds)
    const mb = (bytes: number) => Math.round(bytes / 1024 / 1024)
    return {
      title: `Import of ${rows.toLocaleString('en')} contacts with their accounts (${opened.kind} database)`,
      lines: [
        `upload and guess ${uploaded.toFixed(1)} s for ${mb(text.length)} MB`,
        `import ${imported.toFixed(1)} s, ${rate(imported).toLocaleString('en')} rows/s (${done.created} made, ${done.failed} failed, ${done.accounts} accounts)`,
        `COPY of the same rows into a bare table (PGlite): ${rate(copied).toLocaleString('en')} rows/s; ratio ${(copied / imported).toFixed(3)}. An import also checks values, finds names, writes addresses, search, history and duplicate keys`,
        `undo ${undone.toFixed(1)} s, ${rate(undone).toLocaleString('en')} rows/s`,
        `memory ${mb(idle)} MB before, at most ${mb(peak)} MB`,
        `a turn of the event loop waited at most ${Math.max(0, ...waits).toFixed(0)} ms`,
      ],
    }
  } finally {
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function work(ctx: Context, id: string): Promise<void> {
  const task = { id, orgId: ctx.actor.orgId, kind: 'import', key: id, payload: {}, attempts: 1 }
  await runImport(ctx, task, new AbortController().signal)
}

async function enter(db: Context['db'], folder: string): Promise<Context> {
  const [orgId, userId] = [randomUUID(), randomUUID()]
  const created_at = new Date()
  await db.insertInto('organisations').values({ id: orgId, name: 'Bench', created_at }).execute()
  const person = { email: 'mia@arbor.example', name: 'Mia Sato', role: 'admin' } as const
  await db
    .insertInto('users')
    .values({ id: userId, org_id: orgId, google_sub: userId, created_at, ...person })
    .execute()
  return {
    db,
    files: await createDiskStore(join(folder, 'files')),
    mails: await createMimeFiles(join(folder, 'mails')),
    google: unused('google'),
    tokens: unused('tokens'),
    clock: systemClock(),
    newId: randomUUID,
    log: createLog('silent'),
    actor: { orgId, userId, policy: {}, modulesVersion: 0, hiddenModules: [], ...person },
  }
}

/** What an import never touches. */
function unused<T extends object>(what: string): T {
  return new Proxy({} as T, {
    get() {
      throw new Error(`An import asked for ${what}.`)
    },
  })
}

function contactsCsv(): string {
  const lines = ['First name,Last name,Email,Account,Title,Phone,City,Description']
  for (let n = 0; n < rows; n++) {
    const company = Math.floor(n / 5)
    const [first, last] = n % 5 < 2 ? ['浩二', `山田${n % 700}`] : ['Elena', `Brandt${n % 900}`]
    const account = company % 5 < 2 ? `株式会社山田製作所${company}` : `Halden Marine ${company}`
    lines.push(
      `${first},${last},p${n}@many.example,${account},CTO,+49 40 ${100_000 + n},Bremen,"Met at the fair, stand ${n}"`,
    )
  }
  return lines.join('\r\n')
}

/** Seconds it took. */
async function copyInto(folder: string, text: string): Promise<number> {
  const bare = await PGlite.create(join(folder, 'bare'))
  await bare.exec(
    'create table bare (first text, last text, email text, account text, title text, phone text, city text, description text)',
  )
  const blob = new Blob([text])
  const { seconds } = await timed(() =>
    bare.query("copy bare from '/dev/blob' with (format csv, header true)", [], { blob }),
  )
  await bare.close()
  return seconds
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now()
  const value = await work()
  return { value, seconds: (performance.now() - start) / 1000 }
}

async function* toAsync(parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}
