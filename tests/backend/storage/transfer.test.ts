import { randomUUID } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../../../backend/clock.ts'
import type { Database } from '../../../backend/storage/database.ts'
import { createDiskStore } from '../../../backend/storage/files.ts'
import { type DatabasePlace, openDatabase } from '../../../backend/storage/open.ts'
import { runExport, runImport } from '../../../backend/storage/transfer.ts'
import { emptyServerDatabase, newOrganisation } from '../harness/database.ts'
import { copyReadyFolder } from '../harness/ready.ts'

/** On a server only what crosses to it is asked; the rest asks nothing of it. */
const server = process.env['DATABASE_URL']
const dir = await mkdtemp(join(tmpdir(), 'inlay-transfer-'))
afterAll(() => rm(dir, { recursive: true, force: true }))

const place = (name: string, databaseUrl?: string): DatabasePlace => ({
  databaseUrl,
  dataDir: join(dir, name),
})
/** A place started before with nothing in it: a first start takes seconds, and one test has them. */
async function started(name: string): Promise<DatabasePlace> {
  await copyReadyFolder(join(dir, name, 'db'))
  return place(name)
}

const out = (name: string): string => join(dir, 'exports', name)
const odd = '見積書\u2028二行目\r\n"quoted" \\ \u{1F4CE} é'

/** Rows that are hard to carry: odd text, bytes, big numbers, microseconds, keys to later rows, gaps in the sequence. */
async function fill(at: DatabasePlace): Promise<{ orgId: string; sha256: string }> {
  const opened = await openDatabase(at)
  const { db } = opened
  try {
    const { orgId, rep } = await newOrganisation(db, systemClock())
    const files = await createDiskStore(join(at.dataDir, 'files'))
    const bytes = (async function* () {
      yield Buffer.from(odd)
    })()
    const stored = await files.put(orgId, bytes, { maxBytes: 1000, signal: new AbortController().signal })
    const time = new Date('2026-11-23T09:00:00.123Z')
    const { sha256 } = stored
    await db
      .insertInto('files')
      .values({ org_id: orgId, sha256, size: stored.size, created_at: time })
      .execute()
    const ids = { contact: randomUUID(), deal: randomUUID() }
    const record = {
      org_id: orgId,
      owner_id: rep.userId,
      created_by: rep.userId,
      created_at: time,
      updated_at: time,
    }
    const fields = JSON.stringify({ note: odd })
    await db
      .insertInto('records')
      .values({ ...record, id: ids.contact, module: 'contacts', name: odd, fields })
      .execute()
    await db
      .insertInto('records')
      .values({
        ...record,
        id: ids.deal,
        module: 'deals',
        name: 'Deal',
        fields,
        main_contact_id: ids.contact,
      })
      .execute()
    // Updated, the contact's row lies behind the deal that names it.
    await db.updateTable('records').set({ version: 2 }).where('id', '=', ids.contact).execute()
    await fillSend(db, orgId, rep.userId, ids.deal)
    const event = { org_id: orgId, user_id: rep.userId, at: time }
    for (const id of [ids.contact, ids.deal, ids.deal])
      await db
        .insertInto('events')
        .values({ ...event, payload: JSON.stringify({ type: 'record', id }) })
        .execute()
    await db.deleteFrom('events').where('seq', '>=', 2).execute()
    return { orgId, sha256 }
  } finally {
    await opened.close()
  }
}

async function fillSend(db: Database, orgId: string, userId: string, recordId: string): Promise<void> {
  const mailbox = randomUUID()
  await sql`insert into mailboxes (id, org_id, user_id, email, status, scopes, aliases, history_id, created_at)
    values (${mailbox}, ${orgId}, ${userId}, 'ren@example.com', 'connected', array['a,b','c"d'], '{}',
      '18446744073709551615', '2026-11-23T09:00:00.123456Z')`.execute(db)
  await sql`insert into sends (id, org_id, author_id, mailbox_id, record_id, status, to_parties, cc_parties, bcc_parties,
      subject, body, due_at, zone, local_time, created_at, updated_at)
    values (${randomUUID()}, ${orgId}, ${userId}, ${mailbox}, ${recordId}, 'scheduled', ${JSON.stringify([{ name: odd }])}::jsonb,
      '[]', '[]', ${odd}, '', '2026-11-23T18:00:00.000001Z', 'Asia/Tokyo', '2026-11-24T03:00',
      '2026-11-23T09:00Z', '2026-11-23T09:00Z')`.execute(db)
}

/** Every row of every table as PostgreSQL writes it, and where the sequence goes on. */
async function everything(at: DatabasePlace): Promise<Record<string, string[]>> {
  const opened = await openDatabase(at)
  try {
    const tables = await sql<{ name: string }>`select relname as name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'kysely_migration'
      order by 1`.execute(opened.db)
    const all: Record<string, string[]> = {}
    for (const { name } of tables.rows) {
      const { rows } = await sql<{
        line: string
      }>`select t::text as line from ${sql.table(name)} t order by 1`.execute(opened.db)
      all[name] = rows.map((row) => row.line)
    }
    const next = await sql<{ line: string }>`select nextval('events_seq_seq')::text as line`.execute(
      opened.db,
    )
    all['next event'] = next.rows.map((row) => row.line)
    return all
  } finally {
    await opened.close()
  }
}

test.skipIf(server)(
  'everything moves from one embedded database to another, rows, bytes and sequences',
  async () => {
    const from = await started('from')
    const { orgId, sha256 } = await fill(from)
    expect(await runExport(from, out('plain'))).toMatch(/^Exported \d+ rows and 1 files/)
    await runImport(place('to'), out('plain'))
    const [before, after] = [await everything(from), await everything(place('to'))]
    expect(after).toEqual(before)
    expect(after['next event']).toEqual(['4'])
    expect(Object.values(after).flat().join('\n')).toContain('18446744073709551615')
    const files = await createDiskStore(join(dir, 'to', 'files'))
    expect(await new Response((await files.open(orgId, sha256))?.body).text()).toBe(odd)
  },
)

test.skipIf(server)(
  'an export that is used twice, cut short, altered or not there is refused and leaves nothing',
  async () => {
    const from = await started('refusals')
    const { orgId, sha256 } = await fill(from)
    const dump = out('refusals')
    await runExport(from, dump)
    await expect(runExport(from, dump)).rejects.toThrow('is not empty')
    await expect(runImport(from, dump)).rejects.toThrow('The database is not empty')
    await expect(runImport(place('nothing'), out('nowhere'))).rejects.toThrow('not a finished export')
    const to = await started('target')
    await truncate(join(dump, 'files', orgId, sha256), 3)
    await expect(runImport(to, dump)).rejects.toThrow('missing from the export or damaged')
    await writeFile(join(dump, 'files', orgId, sha256), odd)
    const events = join(dump, 'tables', 'events.jsonl')
    const line = await readFile(events, 'utf8')
    await appendFile(events, line.slice(0, 20))
    await expect(runImport(to, dump)).rejects.toThrow('cut short')
    await writeFile(events, '')
    await expect(runImport(to, dump)).rejects.toThrow('has 0 rows, not the 1 exported')
    await writeFile(events, line)
    const manifest = join(dump, 'manifest.json')
    const text = await readFile(manifest, 'utf8')
    await writeFile(manifest, text.replace(/"schema": "[^"]+"/, '"schema": "9999-future"'))
    await expect(runImport(to, dump)).rejects.toThrow('newer Inlay (9999-future)')
    await writeFile(manifest, text)
    await runImport(to, dump)
    expect(await everything(to)).toEqual(await everything(from))
  },
)

if (server)
  test('embedded to server to embedded: the same rows', async () => {
    const from = await started('round')
    await fill(from)
    await runExport(from, out('to-server'))
    const middle = place('middle', await emptyServerDatabase(server))
    await runImport(middle, out('to-server'))
    await runExport(middle, out('from-server'))
    const back = await started('back')
    await runImport(back, out('from-server'))
    expect(await everything(back)).toEqual(await everything(from))
  })
