import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { CannotOpen, type Database, type Trx } from '../database.ts'
import type { FileStore } from '../files.ts'
import { type Manifest, readCatalog, sequenceOf, type TableFacts } from './catalog.ts'

/** One statement inserts at most so many rows or characters of JSON. */
const batch = { rows: 500, chars: 4_000_000 }

/** The manifest of an export. @throws CannotOpen when `dir` is not a whole export */
export async function readManifest(dir: string): Promise<Manifest> {
  const text = await readFile(join(dir, 'manifest.json'), 'utf8').catch(() => undefined)
  const manifest: Manifest | undefined = text === undefined ? undefined : JSON.parse(text)
  if (manifest?.format !== 'inlay-export')
    throw new CannotOpen(`${dir} is not a finished export of Inlay (it has no such manifest.json).`)
  return manifest
}

/**
 * Reads an export into an empty database of the manifest's schema; all rows or none.
 * @throws CannotOpen when a table has rows, or the folder is not what its manifest says
 */
export async function importAll(db: Database, files: FileStore, dir: string): Promise<Manifest> {
  const manifest = await readManifest(dir)
  await db.transaction().execute(async (trx) => {
    const tables = await readCatalog(trx)
    await refuseUnlessEmpty(trx, tables)
    for (const table of tables) await deferOwnKeys(trx, table, true)
    for (const table of tables) {
      const read = await importTable(trx, table, join(dir, 'tables', `${table.name}.jsonl`))
      if (read !== manifest.tables[table.name])
        throw new CannotOpen(
          `${table.name}.jsonl has ${read} rows, not the ${manifest.tables[table.name]} exported.`,
        )
      for (const column of table.identities) await restoreSequence(trx, manifest, table.name, column)
    }
    await sql`set constraints all immediate`.execute(trx)
    for (const table of tables) await deferOwnKeys(trx, table, false)
    await importFiles(trx, files, join(dir, 'files'))
  })
  await sql`analyze`.execute(db)
  return manifest
}

async function refuseUnlessEmpty(trx: Trx, tables: TableFacts[]): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(trx)
    if (rows.length > 0)
      throw new CannotOpen(`The database is not empty (${name} has rows); an import needs a new one.`)
  }
}

/** A row may name one of its own table that comes later in the file (a deal its contact). */
async function deferOwnKeys(trx: Trx, table: TableFacts, deferred: boolean): Promise<void> {
  for (const key of table.ownKeys)
    await sql`alter table ${sql.table(table.name)} alter constraint ${sql.ref(key)}
      ${sql.raw(deferred ? 'deferrable initially deferred' : 'not deferrable')}`.execute(trx)
}

async function importTable(trx: Trx, table: TableFacts, path: string): Promise<number> {
  const columns = sql.join(table.columns.map((column) => sql.ref(column)))
  const insert = async (lines: string[]): Promise<void> => {
    if (lines.length === 0) return
    await sql`insert into ${sql.table(table.name)} (${columns}) overriding system value
      select ${columns} from json_populate_recordset(null::${sql.table(table.name)}, ${`[${lines.join(',')}]`}::json)`.execute(
      trx,
    )
  }
  let total = 0
  let chars = 0
  let lines: string[] = []
  for await (const line of linesOf(path)) {
    lines.push(line)
    chars += line.length
    total++
    if (lines.length < batch.rows && chars < batch.chars) continue
    await insert(lines)
    lines = []
    chars = 0
  }
  await insert(lines)
  return total
}

/** Splits at LF only; node:readline also splits at U+2028, which JSON leaves as it is. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const pieces: string[] = []
  for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const [first, ...others] = String(text).split('\n')
    pieces.push(first ?? '')
    for (const piece of others) {
      yield pieces.splice(0).join('')
      pieces.push(piece)
    }
  }
  if (pieces.join('') !== '') throw new CannotOpen(`${path} is cut short.`)
}

async function restoreSequence(trx: Trx, manifest: Manifest, table: string, column: string): Promise<void> {
  const sequence = manifest.sequences[`${table}.${column}`]
  if (!sequence) throw new CannotOpen(`The manifest says nothing of ${table}.${column}.`)
  await sql`select setval(${sequenceOf(table, column)}::regclass, ${sequence.last}::bigint, ${sequence.called})`.execute(
    trx,
  )
}

async function importFiles(trx: Trx, files: FileStore, dir: string): Promise<void> {
  const never = new AbortController().signal
  for (const { org_id, sha256, size } of await trx.selectFrom('files').selectAll().execute()) {
    const source = createReadStream(join(dir, org_id, sha256))
    const put = await files.put(org_id, source, { maxBytes: size, signal: never }).catch(() => undefined)
    if (put?.sha256 === sha256) continue
    if (put) await files.delete(org_id, put.sha256)
    throw new CannotOpen(`The file ${sha256} is missing from the export or damaged; nothing was imported.`)
  }
}
