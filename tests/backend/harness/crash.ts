import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import { CannotOpen, type OpenDatabase } from '../../../backend/storage/database.ts'
import { openDatabase } from '../../../backend/storage/open.ts'

/** One life of a writing process that ended by SIGKILL. */
export interface CrashRound {
  /** Transactions whose commit the process was told of, over all lives. */
  acknowledged: number
  /** Transactions found afterwards. */
  found: number
  /** Every transaction found is whole: its row and its share of the counter. */
  whole: boolean
  /** Commits acknowledged in this life without an fsync since the one before. */
  withoutFsync: number
  reopenMs: number
}

/** A process that writes into `dataDir` and says `ack <n> <fsyncs>` after each commit. */
export function startWriter(dataDir: string): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [import.meta.filename, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Lets a process write, kills it without warning once it has `commits` further commits acknowledged, and looks. */
export async function crashOnce(dataDir: string, commits: number): Promise<CrashRound> {
  const writer = startWriter(dataDir)
  const gone = once(writer, 'exit')
  let seen = 0
  let acknowledged = 0
  let withoutFsync = 0
  let before = 0
  const forget = (): void => void writer.kill('SIGKILL')
  // A test that ends early must not leave a process that writes for ever.
  process.once('exit', forget)
  for await (const line of createInterface({ input: writer.stdout })) {
    const [, n, fsyncs] = /^ack (\d+) (\d+)$/.exec(line) ?? []
    if (n === undefined) continue
    if (seen > 0 && !(Number(fsyncs) > before)) withoutFsync++
    before = Number(fsyncs)
    acknowledged = Number(n)
    if (++seen === commits) writer.kill('SIGKILL')
  }
  process.off('exit', forget)
  const [, signal] = await gone
  if (signal !== 'SIGKILL') throw new Error('The writer ended by itself.')
  const start = performance.now()
  const opened = await openDatabase({ databaseUrl: undefined, dataDir })
  const reopenMs = performance.now() - start
  const { found, whole } = await look(opened).finally(() => opened.close())
  return { acknowledged, found, whole, withoutFsync, reopenMs }
}

async function look(opened: OpenDatabase): Promise<{ found: number; whole: boolean }> {
  const { rows } = await sql<{ rows: number; last: number; counter: number }>`
    select count(*)::int as rows, max(n)::int as last, (select total from crash_counter)::int as counter
    from crash_rows`.execute(opened.db)
  const [facts] = rows
  if (!facts) return { found: 0, whole: false }
  return { found: facts.last, whole: facts.rows === facts.last && facts.counter === facts.last }
}

async function writeForever(dataDir: string): Promise<void> {
  const opened = await openDatabase({ databaseUrl: undefined, dataDir })
  await sql`create table if not exists crash_rows (n integer primary key, note text not null)`.execute(
    opened.db,
  )
  await sql`create table if not exists crash_counter (total integer not null)`.execute(opened.db)
  await sql`insert into crash_counter select 0 where not exists (select 1 from crash_counter)`.execute(
    opened.db,
  )
  for (;;) {
    const { rows } = await opened.db.transaction().execute(async (trx) => {
      await sql`insert into crash_rows select coalesce(max(n), 0) + 1, repeat('x', 500) from crash_rows`.execute(
        trx,
      )
      return sql<{ total: number }>`update crash_counter set total = total + 1 returning total`.execute(trx)
    })
    process.stdout.write(`ack ${rows[0]?.total} ${opened.fsyncs?.()}\n`)
  }
}

const [, script, folder] = process.argv
if (script === import.meta.filename && folder !== undefined)
  await writeForever(folder).catch((error: unknown) => {
    process.stderr.write(error instanceof CannotOpen ? error.message : 'The writer failed.')
    process.exitCode = 1
  })
