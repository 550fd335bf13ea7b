import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { GoogleMessage } from '../../backend/google/gateway.ts'
import { createApp } from '../../backend/http/app.ts'
import { announce } from '../../backend/services/sync/announce.ts'
import { storeMessages } from '../../backend/services/sync/store.ts'
import type { Database } from '../../backend/storage/database.ts'
import { findMailbox } from '../../backend/storage/mail/mailboxes.ts'
import { openDatabase } from '../../backend/storage/open.ts'
import { openDoor } from '../stand-ins/door.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import type { BenchReport } from './report.ts'
import { syncHouse } from './sync-house.ts'

const mails = Number(process.env['INLAY_BENCH_MAILS'] ?? 20_000)
const customers = 500
const chunk = Number(process.env['INLAY_BENCH_CHUNK'] ?? 30)
const email = 'mia@arbor.example'

/** Mails decided on, stored and linked, without Google in the way, beside COPY of the rows they became. */
export async function benchLinking(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  const google = await startGoogle({ running: false, startAt: Date.parse('2026-11-23T09:00:00Z') })
  const opened = await openDatabase({ databaseUrl: process.env['DATABASE_URL'], dataDir: join(folder, 'db') })
  try {
    const house = await syncHouse(opened, google, folder)
    const app = createApp(house)
    const door = openDoor(async (request) => app.fetch(request), house.baseUrl)
    google.addAccount({ email, name: 'Mia Sato' })
    const mia = await door.signIn(email)
    await door.consent(mia, ['read'])
    for (let n = 0; n < customers; n += 1)
      await mia.call('POST', '/records', {
        module: 'contacts',
        fields: { lastName: `Customer ${n}` },
        primaryAddress: `c${n}@many.example`,
      })
    const { id } = await opened.db.selectFrom('mailboxes').select('id').executeTakeFirstOrThrow()
    const mailbox = await findMailbox(opened.db, id)
    if (mailbox === undefined) throw new Error('There is no mailbox.')
    const start = performance.now()
    for (let from = 0; from < mails; from += chunk)
      await opened.db.transaction().execute(async (trx) => {
        const messages = Array.from({ length: Math.min(chunk, mails - from) }, (_, n) => message(from + n))
        await announce(trx, house, mailbox, await storeMessages(trx, house, mailbox, messages))
      })
    const stored = (performance.now() - start) / 1000
    const copied = await copyRows(opened.db, folder)
    const rate = (seconds: number) => Math.round(mails / seconds).toLocaleString('en')
    return {
      title: `Linking ${mails.toLocaleString('en')} mails, ${chunk} a transaction, ${customers} customers (${opened.kind} database)`,
      lines: [
        `decided, stored and linked ${rate(stored)} mails/s`,
        `COPY of the same rows into bare tables (PGlite): ${rate(copied)} mails/s; ratio ${(copied / stored).toFixed(3)}`,
      ],
    }
  } finally {
    await google.stop()
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function message(n: number): GoogleMessage {
  const header = (name: string, value: string) => ({ name, value })
  const id = (0x1a00_0000_0000_0000n + BigInt(n)).toString(16)
  return {
    id,
    threadId: id,
    labelIds: ['INBOX'],
    historyId: String(1000 + n),
    internalDate: Date.parse('2026-01-01T00:00:00Z') + n * 60_000,
    snippet: `This is what mail ${n} begins with, some words of it`,
    headers: [
      header('From', `Customer ${n % customers} <c${n % customers}@many.example>`),
      header('To', `Mia Sato <${email}>, Somebody <s${n % 97}@else.example>`),
      header('Subject', `Mail ${n}`),
      header('Date', new Date(Date.parse('2026-01-01T00:00:00Z') + n * 60_000).toUTCString()),
      header('Message-ID', `<${randomUUID()}@many.example>`),
    ],
    sizeEstimate: 4000,
    payload: undefined,
  }
}

/** Seconds a COPY of what was stored takes, into tables without keys, indexes or checks. */
async function copyRows(db: Database, folder: string): Promise<number> {
  const bare = await PGlite.create(join(folder, 'bare'))
  let seconds = 0
  for (const table of ['messages', 'sightings', 'sighting_addresses'] as const) {
    const rows = await db.selectFrom(table).selectAll().execute()
    const columns = Object.keys(rows[0] ?? {})
    const text = rows.map((row) => Object.values(row).map(cell).join(',')).join('\n')
    await bare.exec(`create table ${table} (${columns.map((name) => `"${name}" text`).join(', ')})`)
    const blob = new Blob([text])
    const start = performance.now()
    await bare.query(`copy ${table} from '/dev/blob' with (format csv)`, [], { blob })
    seconds += (performance.now() - start) / 1000
  }
  await bare.close()
  return seconds
}

function cell(value: unknown): string {
  if (value === null) return ''
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
  return `"${text.replaceAll('"', '""')}"`
}
