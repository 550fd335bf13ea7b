import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../../lib/domain/errors.ts'
import { absent, makeDurably, sweep, syncDirectory } from './disk.ts'
import { createPartStore, type PartStore } from './part-files.ts'

interface PutOptions {
  /** Refused as `too_large` as soon as one byte more arrives. */
  maxBytes: number
  /** Called after each written chunk with the bytes so far. */
  onBytes?: (total: number) => void
  signal: AbortSignal
}

interface StoredBytes {
  /** Length of the whole file, also when a range was asked for. */
  size: number
  body: ReadableStream<Uint8Array>
}

/** Bytes by SHA-256 (64 lower-case hex digits), each organisation for itself. */
export interface FileStore {
  /**
   * Keeps the bytes; when it resolves they survive a power cut. Nothing remains of a refused, failed or aborted one.
   * @throws Refusal too_large / body_too_large with facts `maxBytes`
   */
  put(
    orgId: string,
    source: AsyncIterable<Uint8Array>,
    options: PutOptions,
  ): Promise<{ sha256: string; size: number }>
  /** `range`: first and last byte, both included (RFC 9110, 14.1.2). Undefined when there is no such file. */
  open(
    orgId: string,
    sha256: string,
    range?: { start: number; end: number },
  ): Promise<StoredBytes | undefined>
  /** No error when it is gone already. */
  delete(orgId: string, sha256: string): Promise<void>
  has(orgId: string, sha256: string): Promise<boolean>
  /** What uploads have sent so far. */
  readonly parts: PartStore
}

const chunkBytes = 256 * 1024

/** Files below `dir` on local disk. Clears what puts of a dead process left. */
export async function createDiskStore(dir: string): Promise<FileStore> {
  const aside = join(dir, 'aside')
  await makeDurably(aside)
  await sweep(aside)
  const pathOf = (orgId: string, sha256: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(orgId) || !/^[0-9a-f]{64}$/.test(sha256))
      throw new Error('Not an organisation id and a SHA-256.')
    return join(dir, orgId, sha256.slice(0, 2), sha256)
  }
  return {
    parts: await createPartStore(join(dir, 'parts')),
    async put(orgId, source, options) {
      const temporary = join(aside, randomUUID())
      try {
        const written = await writeDown(temporary, source, options)
        const target = pathOf(orgId, written.sha256)
        await makeDurably(dirname(target))
        await rename(temporary, target)
        await syncDirectory(dirname(target))
        return written
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    async open(orgId, sha256, range) {
      const file = await open(pathOf(orgId, sha256)).catch(absent)
      if (!file) return undefined
      const { size } = await file.stat()
      const start = range?.start ?? 0
      return { size, body: readOut(file, start, Math.min(range?.end ?? size - 1, size - 1) + 1) }
    },
    async delete(orgId, sha256) {
      await rm(pathOf(orgId, sha256), { force: true })
    },
    async has(orgId, sha256) {
      return (await stat(pathOf(orgId, sha256)).catch(absent)) !== undefined
    },
  }
}

async function writeDown(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { maxBytes, onBytes, signal }: PutOptions,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  const file = await open(path, 'wx')
  try {
    for await (const chunk of untilAborted(source, signal)) {
      size += chunk.byteLength
      if (size > maxBytes) throw new Refusal('too_large', 'body_too_large', { maxBytes })
      hash.update(chunk)
      await file.writeFile(chunk)
      onBytes?.(size)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { sha256: hash.digest('hex'), size }
}

/** A source that hangs must not outlive the signal, so each step races it. */
async function* untilAborted(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  aborted.catch(() => undefined)
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  let finished = false
  try {
    signal.throwIfAborted()
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted])
      if (step.done) break
      yield step.value
    }
    finished = true
  } finally {
    signal.removeEventListener('abort', abort)
    // Not awaited: a hanging generator answers return() only after its own pending step.
    if (!finished) iterator.return?.().catch(() => undefined)
  }
}

/** Bytes `start` up to, not including, `end`; the handle is closed at the end, on cancel and on error. */
function readOut(file: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start
  return new ReadableStream(
    {
      async pull(controller) {
        const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(chunkBytes, end - position)))
        try {
          const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
          position += bytesRead
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
          if (bytesRead > 0 && position < end) return
          if (position < end) throw new Error('A stored file is shorter than when it was opened.')
          await file.close()
          controller.close()
        } catch (error) {
          await file.close()
          throw error
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  )
}
