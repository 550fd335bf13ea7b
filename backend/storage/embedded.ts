import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { type CompiledQuery, Kysely, type LogEvent, PGliteDialect } from 'kysely'
import { CannotOpen, checkedInteger, type OpenDatabase } from './database.ts'
import { guardDatabase } from './guard.ts'
import { lockFolder } from './lock.ts'
import { withPrepared } from './prepared.ts'
import type { Tables } from './tables.ts'

/** PGlite's own parameters without `-F` (which turns fsync off); fdatasync stays a no-op in WASM, hence `fsync`. */
const durableParams = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'synchronous_commit=on'],
]

/**
 * PostgreSQL inside this process, its files in `dir`, locked against a second process and durable:
 * a commit is answered after an fsync of the write-ahead log.
 * @throws CannotOpen in words
 */
export async function openEmbedded(dir: string, startParams = durableParams): Promise<OpenDatabase> {
  const folder = resolve(dir)
  const release = lockFolder(folder)
  try {
    if (!existsSync(join(folder, 'PG_VERSION'))) await createFolder(folder)
    const files = new DurableFiles(folder)
    const pglite = await startPGlite(files, folder, startParams)
    await proveDurable(pglite, files, folder)
    return wrapPGlite(pglite, { fsyncs: () => files.fsyncs, onClose: release })
  } catch (error) {
    release()
    throw error
  }
}

/** How every PGlite of ours reads values: bigint as a checked number, as on the server. */
export const pgliteParsers = { [types.INT8]: checkedInteger }

/** The house's view of a running PGlite; `close` closes it. */
export function wrapPGlite(
  pglite: PGlite,
  options: { fsyncs?: () => number; onClose?: () => void; onQuery?: (query: CompiledQuery) => void } = {},
): OpenDatabase {
  const { onQuery } = options
  const dialect = new PGliteDialect({ pglite: withPrepared(pglite) })
  const log = onQuery && ((event: LogEvent) => onQuery(event.query))
  const db = guardDatabase(new Kysely<Tables>({ dialect, ...(log && { log }) }))
  return {
    kind: 'embedded',
    db,
    fsyncs: options.fsyncs,
    async listen(channel, listener) {
      const unlisten = await pglite.listen(channel, listener)
      return () => unlisten()
    },
    async close() {
      await db.destroy()
      if (!pglite.closed) await pglite.close()
      options.onClose?.()
    },
  }
}

/** Parts of Emscripten's module which PGlite's types leave open. */
interface EmscriptenModule {
  NODEFS: {
    stream_ops: { fsync?: (stream: { nfd?: number; node: object; path: string }) => number }
    realPath(node: object): string
  }
}

/** Emscripten has no fsync hook of its own: without this one PostgreSQL's fsync does nothing (pglite#1107). */
class DurableFiles extends NodeFS {
  fsyncs = 0

  override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const hook = (module: EmscriptenModule): void => {
      module.NODEFS.stream_ops.fsync = (stream) => {
        this.fsyncs++
        if (stream.nfd !== undefined) fsyncSync(stream.nfd)
        else syncDirectory(module.NODEFS.realPath(stream.node))
        return 0
      }
    }
    const made = await super.init(pg, options)
    const preRun = [...asList(made.emscriptenOpts.preRun), hook] as NonNullable<
      typeof made.emscriptenOpts.preRun
    >
    return { emscriptenOpts: { ...made.emscriptenOpts, preRun } }
  }
}

function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

async function startPGlite(files: NodeFS, folder: string, startParams: string[]): Promise<PGlite> {
  try {
    return await PGlite.create({ fs: files, startParams, parsers: pgliteParsers })
  } catch {
    throw new CannotOpen(
      `The embedded database in ${folder} does not open. It may be of another version: see "npm run export" in the README.`,
    )
  }
}

/** Writes one record to the log, as every commit does, and counts. */
async function proveDurable(pglite: PGlite, files: DurableFiles, folder: string): Promise<void> {
  const before = files.fsyncs
  await pglite.query(`select pg_logical_emit_message(true, 'inlay', 'start')`)
  if (files.fsyncs > before) return
  await pglite.close()
  throw new CannotOpen(
    `The first commit to the embedded database in ${folder} caused no fsync: a power cut would lose acknowledged mail. Use exactly the PGlite version of package-lock.json, or a PostgreSQL server (DATABASE_URL).`,
  )
}

/** Made aside and renamed when whole and on disk, so a crash during the first start leaves nothing half-made. */
async function createFolder(folder: string): Promise<void> {
  const aside = `${folder}.new`
  await rm(aside, { recursive: true, force: true })
  const pglite = await PGlite.create({ fs: new NodeFS(aside), parsers: pgliteParsers })
  await pglite.close()
  await syncTree(aside)
  await rename(aside, folder)
  syncDirectory(dirname(folder))
}

async function syncTree(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) await syncTree(path)
    else if (entry.isFile()) {
      const file = await open(path, 'r+')
      await file.sync().finally(() => file.close())
    }
  }
  syncDirectory(dir)
}
