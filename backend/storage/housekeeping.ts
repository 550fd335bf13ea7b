import { sql } from 'kysely'
import type { Database } from './database.ts'

const day = 24 * 60 * 60 * 1000

/** Tables whose rows change or go often, and those whose size decides how a look-up is best done. */
const busyTables = [
  ...['sends', 'send_addresses', 'tasks', 'events', 'mailboxes', 'filings', 'attachments'],
  ...['messages', 'sightings', 'sighting_addresses', 'records', 'record_addresses'],
  ...['record_links', 'record_keys', 'record_changes', 'notes', 'todos', 'quota_spent'],
  ...['wanted_mail', 'backfills', 'sync_runs', 'hand_links'],
]

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
  // One statement each: on PGlite it holds the only connection, so others get their turn between.
  for (const table of busyTables) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
}
