import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CannotOpen } from './database.ts'

/**
 * Holds a folder for this process alone. PGlite itself lets two processes write into one folder and loses rows;
 * SQLite's exclusive lock is the kernel's, so it also ends with `kill -9`. Returns the release.
 * @throws CannotOpen at once when another process holds it
 */
export function lockFolder(dir: string): () => void {
  mkdirSync(dirname(dir), { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(`${dir}.lock.db`, { timeout: 0 })
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)
      throw new CannotOpen(
        `The database in ${dir} is in use by another Inlay process. Stop that one first, or give this one another folder (INLAY_DATA).`,
      )
    throw error
  }
  return () => lock.close()
}

/** SQLITE_BUSY of SQLite's result codes. */
const sqliteBusy = 5
