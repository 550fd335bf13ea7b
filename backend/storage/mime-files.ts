import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { absent, makeDurably, sweep, syncDirectory, untouched } from './disk.ts'

/** A raw mail on this machine's disk. */
export interface KeptMail {
  size: number
  /** From the first byte, as often as it is called. */
  open(): AsyncIterable<Uint8Array>
}

/**
 * Raw mails between building and sending, each built once: every try sends the same bytes. They belong to this machine;
 * where one is missing it is built again. Names are `<send id>.<mark of its content>`.
 */
export interface MimeFiles {
  /** Keeps the bytes; when it resolves they survive a power cut. Nothing remains of a failed or aborted one. */
  put(name: string, source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<KeptMail>
  /** Undefined when it is not on this machine. */
  find(name: string): Promise<KeptMail | undefined>
  /** No error when it is gone already. */
  delete(name: string): Promise<void>
  /** Names of what was made more than an hour ago. */
  old(): Promise<string[]>
}

const chunkBytes = 256 * 1024

/** Raw mails in `dir`. Clears what builders of a dead process left. */
export async function createMimeFiles(dir: string): Promise<MimeFiles> {
  const aside = join(dir, 'aside')
  await makeDurably(aside)
  await sweep(aside)
  const pathOf = (name: string): string => {
    if (!/^[0-9a-f-]{36}\.[0-9a-f]{16}$/.test(name)) throw new Error('Not the name of a raw mail.')
    return join(dir, name)
  }
  const kept = (path: string, size: number): KeptMail => ({
    size,
    open: () => createReadStream(path, { highWaterMark: chunkBytes }),
  })
  return {
    async put(name, source, signal) {
      const temporary = join(aside, randomUUID())
      try {
        const size = await writeDown(temporary, source, signal)
        await rename(temporary, pathOf(name))
        await syncDirectory(dir)
        return kept(pathOf(name), size)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    async find(name) {
      const facts = await stat(pathOf(name)).catch(absent)
      return facts && kept(pathOf(name), facts.size)
    },
    async delete(name) {
      await rm(pathOf(name), { force: true })
    },
    old: () => untouched(dir),
  }
}

async function writeDown(
  path: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  let size = 0
  try {
    for await (const chunk of source) {
      signal.throwIfAborted()
      size += chunk.byteLength
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return size
}
