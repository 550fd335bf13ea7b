import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openEmbedded } from '../../../backend/storage/embedded.ts'
import { migrate } from '../../../backend/storage/migrate.ts'
import { openServer } from '../../../backend/storage/server.ts'

/** Names the schema, so that templates are remade when a migration or PGlite changes. */
export async function schemaHash(): Promise<string> {
  const folder = new URL('../../../backend/storage/migrations/', import.meta.url)
  const hash = createHash('sha256').update(await readFile(new URL('../../../package-lock.json', folder)))
  for (const name of (await readdir(folder)).sort()) hash.update(await readFile(new URL(name, folder)))
  return hash.digest('hex').slice(0, 16)
}

/** Templates of schemas long changed, 40 MB each. */
export async function forgetOldTemplates(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!/^inlay-template-[0-9a-f]{16}/.test(name)) continue
    const path = join(tmpdir(), name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > 24 * 60 * 60 * 1000) await rm(path, { force: true, recursive: true })
  }
}

/** Fills `dir` with an embedded database that has its schema and nothing in it, in a tenth of the time of a first start. */
export async function copyReadyFolder(dir: string): Promise<void> {
  const template = join(tmpdir(), `inlay-template-${await schemaHash()}-folder`)
  if (!existsSync(template)) {
    await forgetOldTemplates()
    const aside = await mkdtemp(join(tmpdir(), 'inlay-template-building-'))
    const opened = await openEmbedded(aside)
    await migrate(opened.db).finally(() => opened.close())
    // Two workers may make it at once: the first to finish wins.
    await rename(aside, template).catch(() => rm(aside, { recursive: true, force: true }))
  }
  await cp(template, dir, { recursive: true })
}

export interface ReadyDatabase {
  url: string
  drop(): Promise<void>
}

/** A database with its schema and nothing in it on the server at `url`, whose role may create databases. */
export async function readyOnServer(url: string): Promise<ReadyDatabase> {
  const template = `inlay_template_${await schemaHash()}`
  const name = `inlay_test_${randomUUID().replaceAll('-', '')}`
  const control = await openServer(url)
  await control.db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(72014)`.execute(connection)
    const found = await sql`select 1 from pg_database where datname = ${template}`.execute(connection)
    if (found.rows.length === 0) {
      const building = `${template}_building`
      await sql.raw(`drop database if exists ${building} with (force)`).execute(connection)
      await sql.raw(`create database ${building}`).execute(connection)
      const opened = await openServer(withName(url, building))
      await migrate(opened.db).finally(() => opened.close())
      await sql.raw(`alter database ${building} rename to ${template}`).execute(connection)
    }
    await sql.raw(`create database ${name} template ${template}`).execute(connection)
    await sql`select pg_advisory_unlock(72014)`.execute(connection)
  })
  return {
    url: withName(url, name),
    async drop() {
      await sql.raw(`drop database ${name} with (force)`).execute(control.db)
      await control.close()
    },
  }
}

/** The same server and role, another database. */
export function withName(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
