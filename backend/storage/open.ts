import { join } from 'node:path'
import type { Database, OpenDatabase } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import { openServer } from './server.ts'

/** Where the data is: a server, or the folder `db` inside `dataDir`. */
export interface DatabasePlace {
  databaseUrl: string | undefined
  dataDir: string
}

/** Opens the database, migrated and ready. @throws CannotOpen in words for the person who starts Inlay */
export async function openDatabase(place: DatabasePlace): Promise<OpenDatabase> {
  const opened = await openPlace(place)
  try {
    await migrate(opened.db)
    if (opened.kind === 'embedded') await freeLeases(opened.db)
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Opens the database as it is, for an import. @throws CannotOpen */
export async function openPlace(place: DatabasePlace): Promise<OpenDatabase> {
  return place.databaseUrl ? openServer(place.databaseUrl) : openEmbedded(join(place.dataDir, 'db'))
}

/** Only one process can hold the embedded folder, so every lease in it is of a process that is gone. */
async function freeLeases(db: Database): Promise<void> {
  const longPast = new Date(0)
  await db.updateTable('sends').set({ lease_until: longPast }).where('lease_until', '>', longPast).execute()
  await db.updateTable('tasks').set({ lease_until: longPast }).where('lease_until', '>', longPast).execute()
}
