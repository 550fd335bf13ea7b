import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A writer touches its file with every chunk; one this old belongs to a process that died. */
const orphanAgeMs = 60 * 60 * 1000

/** Creates the folder and its parents so that they, too, survive a power cut. */
export async function makeDurably(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true })
  if (first === undefined) return
  for (let path = dir; path.length >= first.length; path = dirname(path)) await syncDirectory(dirname(path))
}

/** Makes a rename or a new file in `dir` survive a power cut. */
export async function syncDirectory(dir: string): Promise<void> {
  // Windows opens no directories and journals renames itself.
  if (process.platform === 'win32') return
  const handle = await open(dir)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Names of the files in `dir` that nobody has touched for an hour. */
export async function untouched(dir: string): Promise<string[]> {
  // File times are the machine's, whatever clock the rest of the process follows.
  const before = Date.now() - orphanAgeMs
  const names: string[] = []
  for (const name of await readdir(dir)) {
    const facts = await stat(join(dir, name)).catch(absent)
    if (facts?.isFile() && facts.mtimeMs < before) names.push(name)
  }
  return names
}

/** Removes what writers of a dead process left in `dir`. */
export async function sweep(dir: string): Promise<void> {
  for (const name of await untouched(dir)) await rm(join(dir, name), { force: true })
}

/** Undefined for a file that is not there; for `catch`. */
export function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
