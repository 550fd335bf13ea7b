import { sql } from 'kysely'
import type { Database } from './database.ts'

const day = 24 * 60 * 60 * 1000

/** How long a stream may be away and still resume, in ms. */
const eventsKept = 14 * day

/** Deletes what nobody can ask for any more. */
export async function deleteOutdated(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('events')
    .where('at', '<', new Date(now.getTime() - eventsKept))
    .execute()
}

/** Makes the space of dead rows usable again and renews the planner's figures. PGlite has no autovacuum; run it hourly. */
export async function vacuum(db: Database): Promise<void> {
  // Asked of the database, so that no table is forgotten; what did not change costs next to nothing.
  const { rows } = await sql<{ name: string }>`select relname as name from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace order by relname`.execute(db)
  // One statement each: on PGlite it holds the only connection, so others get their turn between.
  for (const { name } of rows) await sql`vacuum (analyze) ${sql.table(name)}`.execute(db)
}
