import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { CannotOpen, type Database } from './database.ts'
import * as first from './migrations/0001-first.ts'

/** In order; names are stored, so a released one never changes. Forward only: no `down`. */
const migrations: Record<string, Migration> = {
  '0001-first': first,
}

/** Every key of the list above, the last one is the schema this code speaks. */
export const schemaVersion = Object.keys(migrations).at(-1) ?? ''

/**
 * Brings the schema up to date; all or nothing. Instances starting together wait for each other
 * (Kysely takes an advisory lock). @throws CannotOpen when a newer Inlay has been here
 */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const unknown = (await appliedMigrations(db)).filter((name) => !(name in migrations))
  if (unknown.length > 0)
    throw new CannotOpen(
      `This database was last used by a newer Inlay (${unknown.join(', ')}). Start that version or a later one.`,
    )
  throw error
}

async function appliedMigrations(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map((row) => row.name)
}
