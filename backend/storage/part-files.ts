import { constants } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of uploads under way, by the upload's id (a UUID). */
export interface PartStore {
  /** Writes at `offset`; when it resolves the bytes survive a power cut. */
  write(id: string, offset: number, bytes: Uint8Array): Promise<void>
  /** How many bytes there are; 0 for none. */
  size(id: string): Promise<number>
  /** The first `size` bytes. */
  read(id: string, size: number): AsyncIterable<Uint8Array>
  /** No error when it is gone already. */
  delete(id: string): Promise<void>
  /** Every upload of which something is there. */
  ids(): Promise<string[]>
}

const chunkBytes = 256 * 1024

/** Parts below `dir` on local disk. */
export async function createPartStore(dir: string): Promise<PartStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const pathOf = (id: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('Not the id of an upload.')
    return join(dir, id)
  }
  return {
    async write(id, offset, bytes) {
      // Never cut short: a repeated piece may come while a later one is being written.
      const file = await open(pathOf(id), constants.O_RDWR | constants.O_CREAT, 0o600)
      try {
        for (let done = 0; done < bytes.byteLength; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, offset + done)
          done += bytesWritten
        }
        await file.sync()
      } finally {
        await file.close()
      }
    },
    size: async (id) => (await stat(pathOf(id)).catch(absent))?.size ?? 0,
    read: (id, size) => readUpTo(pathOf(id), size),
    delete: (id) => rm(pathOf(id), { force: true }),
    ids: async () => (await readdir(dir)).filter((name) => /^[0-9a-f-]{36}$/.test(name)),
  }
}

async function* readUpTo(path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return
  const file = await open(path)
  try {
    for (let position = 0; position < size; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size - position))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
