import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { access, rename, writeFile } from 'node:fs/promises'
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
import { forgetOldTemplates, readyOnServer, schemaHash, withName } from './ready.ts'

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

async function onServer(url: string): Promise<OpenDatabase> {
  const ready = await readyOnServer(url)
  const opened = await openServer(ready.url)
  return {
    ...opened,
    async close() {
      await opened.close()
      await ready.drop()
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
