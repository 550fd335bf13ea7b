import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { CannotOpen, type Database, type Queryable, type Trx } from '../database.ts'
import type { FileStore } from '../files.ts'
import { schemaVersion } from '../migrate.ts'
import { type Manifest, readCatalog, sequenceOf, type TableFacts } from './catalog.ts'

/** Rows fetched at once; a row of a heavy table may hold a megabyte. */
const batch = { light: 500, heavy: 20 }

/**
 * Writes every row and every file into `dir`, as of one moment. `manifest.json` comes last: a folder without it is
 * not whole. @throws CannotOpen when `dir` is not empty or a file's bytes are missing
 */
export async function exportAll(db: Database, files: FileStore, dir: string): Promise<Manifest> {
  await mkdir(join(dir, 'tables'), { recursive: true, mode: 0o700 })
  if ((await readdir(dir)).length > 1 || (await readdir(join(dir, 'tables'))).length > 0)
    throw new CannotOpen(`${dir} is not empty; an export needs a new or empty folder.`)
  const manifest = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const tables: Manifest['tables'] = {}
      const sequences: Manifest['sequences'] = {}
      for (const table of await readCatalog(trx)) {
        tables[table.name] = await exportTable(trx, table, join(dir, 'tables', `${table.name}.jsonl`))
        for (const column of table.identities)
          sequences[`${table.name}.${column}`] = await readSequence(trx, table.name, column)
      }
      const copied = await exportFiles(trx, files, join(dir, 'files'))
      return { format: 'inlay-export', schema: schemaVersion, tables, sequences, files: copied } as const
    })
  await writeFile(join(dir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
    flush: true,
    flag: 'wx',
  })
  return manifest
}

/** PostgreSQL writes the JSON: times to the microsecond, bigint and bytea whole, whichever driver is in between. */
async function exportTable(trx: Trx, table: TableFacts, path: string): Promise<number> {
  const count = sql.lit(table.heavy ? batch.heavy : batch.light)
  await sql`declare export_rows no scroll cursor for
    select row_to_json(t)::text as line from ${sql.table(table.name)} t`.execute(trx)
  const file = await open(path, 'wx', 0o600)
  try {
    let written = 0
    for (;;) {
      const { rows } = await sql<{ line: string }>`fetch ${count} from export_rows`.execute(trx)
      if (rows.length === 0) break
      await file.writeFile(rows.map((row) => `${row.line}\n`).join(''))
      written += rows.length
    }
    await file.sync()
    return written
  } finally {
    await file.close()
    await sql`close export_rows`.execute(trx)
  }
}

async function readSequence(
  q: Queryable,
  table: string,
  column: string,
): Promise<{ last: string; called: boolean }> {
  const named = await sql<{ name: string }>`select ${sequenceOf(table, column)} as name`.execute(q)
  const name = named.rows[0]?.name ?? ''
  const { rows } = await sql<{ last: string; called: boolean }>`
    select last_value::text as last, is_called as called from ${sql.raw(name)}`.execute(q)
  const [found] = rows
  if (!found) throw new Error(`${table}.${column} has no sequence.`)
  return found
}

async function exportFiles(trx: Trx, files: FileStore, dir: string): Promise<number> {
  const listed = await trx.selectFrom('files').select(['org_id', 'sha256']).execute()
  for (const { org_id, sha256 } of listed) {
    await mkdir(join(dir, org_id), { recursive: true, mode: 0o700 })
    const stored = await files.open(org_id, sha256)
    const file = await open(join(dir, org_id, sha256), 'wx', 0o600)
    try {
      if (!stored || (await copy(stored.body, file)) !== sha256)
        throw new CannotOpen(
          `The bytes of the stored file ${sha256} are missing or damaged; nothing was exported.`,
        )
    } finally {
      await file.close()
    }
  }
  return listed.length
}

async function copy(body: ReadableStream<Uint8Array>, file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) {
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return hash.digest('hex')
}
