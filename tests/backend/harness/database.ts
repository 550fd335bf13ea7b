import { createHash, randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { access, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
import { afterAll } from 'vitest'
import type { Actor } from '../../../backend/services/context.ts'
import type { Database, OpenDatabase } from '../../../backend/storage/database.ts'
import { pgliteParsers, wrapPGlite } from '../../../backend/storage/embedded.ts'
import { migrate } from '../../../backend/storage/migrate.ts'
import { openServer } from '../../../backend/storage/server.ts'
import type { Clock } from '../../../lib/domain/clock.ts'

/**
 * A migrated, empty database of this test file's own, gone after the file: on the server of DATABASE_URL
 * (its role may create databases), else PGlite in memory. Call it once per file, in `beforeAll` or at the top.
 */
export async function testDatabase(): Promise<OpenDatabase> {
  const server = process.env['DATABASE_URL']
  const opened = server ? await onServer(server) : await inMemory()
  afterAll(() => opened.close())
  return opened
}

export interface TestOrganisation {
  orgId: string
  admin: Actor
  rep: Actor
}

/** An organisation with an admin and a rep, both active; every test makes its own. */
export async function newOrganisation(db: Database, clock: Clock): Promise<TestOrganisation> {
  const orgId = randomUUID()
  const tag = orgId.slice(0, 8)
  const created_at = new Date(clock.now())
  await db
    .insertInto('organisations')
    .values({ id: orgId, name: `Org ${tag}`, created_at })
    .execute()
  const person = async (role: 'admin' | 'rep', name: string): Promise<Actor> => {
    const email = `${role}@${tag}.example`
    const actor = {
      orgId,
      userId: randomUUID(),
      role,
      email,
      name,
      policy: {},
      modulesVersion: 0,
      hiddenModules: [],
    }
    const id = actor.userId
    await db
      .insertInto('users')
      .values({ id, org_id: orgId, google_sub: `sub-${id}`, email, name, role, created_at })
      .execute()
    return actor
  }
  return { orgId, admin: await person('admin', 'Aoi Admin'), rep: await person('rep', 'Ren Rep') }
}

/** Names the schema, so that templates are remade when a migration or PGlite changes. */
async function schemaHash(): Promise<string> {
  const folder = new URL('../../../backend/storage/migrations/', import.meta.url)
  const hash = createHash('sha256').update(await readFile(new URL('../../../package-lock.json', folder)))
  for (const name of (await readdir(folder)).sort()) hash.update(await readFile(new URL(name, folder)))
  return hash.digest('hex').slice(0, 16)
}

async function inMemory(): Promise<OpenDatabase> {
  const template = join(tmpdir(), `inlay-template-${await schemaHash()}.tar`)
  if (!(await exists(template))) {
    await forgetOldTemplates()
    const pglite = await PGlite.create()
    await migrate(wrapPGlite(pglite).db)
    const dump = await pglite.dumpDataDir('none')
    await pglite.close()
    // Two workers may make it at once: each writes aside and the last rename wins.
    const aside = `${template}.${randomUUID()}`
    await writeFile(aside, dump.stream())
    await rename(aside, template)
  }
  return wrapPGlite(await PGlite.create({ loadDataDir: await openAsBlob(template), parsers: pgliteParsers }))
}

/** Templates of schemas long changed, 40 MB each. */
async function forgetOldTemplates(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!/^inlay-template-[0-9a-f]{16}\.tar/.test(name)) continue
    const path = join(tmpdir(), name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > 24 * 60 * 60 * 1000) await rm(path, { force: true })
  }
}

async function onServer(url: string): Promise<OpenDatabase> {
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
  const opened = await openServer(withName(url, name))
  return {
    ...opened,
    async close() {
      await opened.close()
      await sql.raw(`drop database ${name} with (force)`).execute(control.db)
      await control.close()
    },
  }
}

/** Address of an empty database, not even migrated, on the same server; dropped after the file. */
export async function emptyServerDatabase(url: string): Promise<string> {
  const name = `inlay_test_${randomUUID().replaceAll('-', '')}`
  const control = await openServer(url)
  await sql.raw(`create database ${name}`).execute(control.db)
  afterAll(async () => {
    await sql.raw(`drop database ${name} with (force)`).execute(control.db)
    await control.close()
  })
  return withName(url, name)
}

function withName(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
