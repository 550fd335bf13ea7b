import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { CannotOpen, type Database } from './database.ts'
import { up as first } from './migrations/0001-first.ts'
import { up as records } from './migrations/0002-records.ts'
import { up as mail } from './migrations/0003-mail.ts'
import { up as compose } from './migrations/0004-compose.ts'

/** In order; names are stored, so a released one never changes. Forward only: no `down`. */
const migrations: Record<string, Migration> = {
  '0001-first': { up: first },
  '0002-records': { up: records },
  '0003-mail': { up: mail },
  '0004-compose': { up: compose },
}

/** The schema this code speaks: the name of the last migration. */
export const schemaVersion = Object.keys(migrations).at(-1) ?? ''

/**
 * Brings the schema up to date; all or nothing. Instances starting together wait for each other
 * (Kysely takes an advisory lock). `upTo`: stop at this migration, for an import of older rows.
 * @throws CannotOpen when a newer Inlay has been here
 */
export async function migrate(db: Database, upTo = schemaVersion): Promise<void> {
  const known = Object.entries(migrations).filter(([name]) => name <= upTo)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(known) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const unknown = (await appliedMigrations(db)).filter((name) => !(name in migrations))
  if (unknown.length > 0)
    throw new CannotOpen(
      `This database was last used by a newer Inlay (${unknown.join(', ')}). Start that version or a later one.`,
    )
  throw error
}

/** False for a schema of a later version than this code. */
export function knowsSchema(name: string): boolean {
  return Object.hasOwn(migrations, name)
}

/** True when no Inlay has ever started on this database. */
export async function isFresh(db: Database): Promise<boolean> {
  const { rows } = await sql<{
    found: string | null
  }>`select to_regclass('kysely_migration')::text as found`.execute(db)
  return rows[0]?.found === null
}

async function appliedMigrations(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map((row) => row.name)
}
