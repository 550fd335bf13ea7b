import { join } from 'node:path'
import { CannotOpen } from './database.ts'
import { createDiskStore } from './files.ts'
import { isFresh, knowsSchema, migrate, schemaVersion } from './migrate.ts'
import { type DatabasePlace, openDatabase, openPlace } from './open.ts'
import { exportAll } from './transfer/export.ts'
import { importAll, readManifest } from './transfer/import.ts'

/** Writes everything into the folder `dir`. Returns what to tell the person. @throws CannotOpen in words */
export async function runExport(place: DatabasePlace, dir: string): Promise<string> {
  const opened = await openDatabase(place)
  try {
    const manifest = await exportAll(opened.db, await createDiskStore(join(place.dataDir, 'files')), dir)
    const source =
      opened.kind === 'server' ? 'the server of DATABASE_URL' : `the embedded database in ${place.dataDir}`
    return `Exported ${summary(manifest)} of ${source} to ${dir}. The key is not in it: take INLAY_SECRET or ${join(place.dataDir, 'secret.key')} along, else every mailbox must be connected again.`
  } finally {
    await opened.close()
  }
}

/**
 * Reads an export into a new, empty place and brings it up to this version's schema.
 * Returns what to tell the person. @throws CannotOpen in words
 */
export async function runImport(place: DatabasePlace, dir: string): Promise<string> {
  const { schema } = await readManifest(dir)
  if (!knowsSchema(schema))
    throw new CannotOpen(
      `This export is of a newer Inlay (${schema}). Import it with that version or a later one.`,
    )
  const opened = await openPlace(place)
  try {
    if (await isFresh(opened.db)) await migrate(opened.db, schema)
    else if (schema !== schemaVersion)
      throw new CannotOpen(
        `This export is of an older Inlay (${schema}) and the database was started with this one. Import into a database that was never started.`,
      )
    const manifest = await importAll(opened.db, await createDiskStore(join(place.dataDir, 'files')), dir)
    await migrate(opened.db)
    return `Imported ${summary(manifest)} from ${dir}.`
  } finally {
    await opened.close()
  }
}

function summary(manifest: { tables: Record<string, number>; files: number }): string {
  const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0)
  return `${rows} rows and ${manifest.files} files`
}
