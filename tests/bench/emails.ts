import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmailsPage } from '../../lib/contract/emails.ts'
import { startGoogle } from '../stand-ins/google/start.ts'
import { openBench } from './bench-database.ts'
import { busiest, type EmailsData, fillMail, messages, samples } from './emails-data.ts'
import { enter } from './lookup.ts'
import type { BenchReport } from './report.ts'
import { measure, type Road } from './roads.ts'

const goal = 30

/**
 * The Emails list of a contact with 10,000 mails among 1,000,000: page and count through every room, the same statements
 * straight to the driver, and the processor's time where others are busy too. `INLAY_BENCH_DIR` keeps the data set.
 */
export async function benchEmails(): Promise<BenchReport> {
  const kept = process.env['INLAY_BENCH_DIR']
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'inlay-bench-')))
  const isNew = !existsSync(join(folder, 'db'))
  const google = await startGoogle()
  const bench = await openBench(process.env['DATABASE_URL'], join(folder, 'db'))
  try {
    const mia = await enter(bench.db, google, folder)
    const lines: string[] = []
    if (isNew) {
      const start = performance.now()
      const { id, org_id: orgId } = await bench.db
        .selectFrom('users')
        .select(['id', 'org_id'])
        .where('email', '=', mia.email)
        .executeTakeFirstOrThrow()
      await fillMail(bench.db, { id, orgId, email: mia.email })
      lines.push(`filled in ${((performance.now() - start) / 1000).toFixed(0)} s`)
    }
    for (const road of roads(mia, samples)) lines.push(...(await measure(bench, road, { goal, shown })))
    return {
      title: `Emails lists of contacts with ${busiest.toLocaleString('en')} mails among ${messages.toLocaleString('en')} (${bench.kind} database)`,
      lines,
    }
  } finally {
    await bench.close()
    await google.stop()
    if (kept === undefined) await rm(folder, { recursive: true, force: true })
  }
}

function roads(
  mia: Awaited<ReturnType<typeof enter>>,
  { own, mixed }: EmailsData,
): Road<Partial<EmailsPage>>[] {
  const list = (id: string, query = '') => mia.call<EmailsPage>('GET', `/records/${id}/emails${query}`)
  const deep = (n: number) => `?cursor=${Date.UTC(2021, n % 48, 1)}.00000000-0000-4000-8000-000000000000`
  return [
    { name: 'own mail only', ask: () => list(own) },
    { name: 'own mail only, somewhere in the middle', ask: (n) => list(own, deep(n)) },
    { name: 'mailboxes of 20 colleagues, every mode', ask: () => list(mixed) },
    { name: 'mailboxes of 20 colleagues, somewhere in the middle', ask: (n) => list(mixed, deep(n)) },
    { name: 'received only, 20 colleagues', ask: () => list(mixed, '?filter=received') },
    { name: 'with files only, 20 colleagues', ask: () => list(mixed, '?withFiles=true') },
    { name: 'card of that contact', ask: () => mia.call<object>('GET', `/records/${mixed}`) },
  ]
}

function shown({ rows, total }: Partial<EmailsPage>): string {
  return rows === undefined ? '' : `, ${rows.length} rows of ${total}`
}
