import { Worker } from 'node:worker_threads'
import type { ReadMail } from './gateway.ts'

/** Real ms: starting the reader, and reading 40 MB of the most broken mail somebody can make. */
const limitMs = 20_000

/**
 * Takes a raw mail apart in a worker with limits of time and memory of its own: what stands in a draft is as hostile as any
 * mail. Undefined when it cannot be read within them.
 */
export async function readMail(raw: Uint8Array): Promise<ReadMail | undefined> {
  const worker = new Worker(new URL('./read-mail-worker.ts', import.meta.url), {
    // Neither our secrets nor our words: it only gets the bytes.
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
  const { promise, resolve } = Promise.withResolvers<ReadMail | undefined>()
  const timer = setTimeout(() => resolve(undefined), limitMs)
  const end = () => resolve(undefined)
  // The worker is ours and answers with nothing else.
  worker
    .on('message', (mail: ReadMail) => resolve(mail))
    .on('error', end)
    .on('exit', end)
  try {
    worker.postMessage(raw)
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
