import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import type { CleanMail } from './clean-html.ts'

/** How long starting may take, and the cleaning of one mail; real ms. */
const startMs = 10_000
const cleanMs = 2_000
const atOnce = 4

const Answer = z.object({
  mail: z.object({
    html: z.string(),
    text: z.string(),
    removed: z.object({ images: z.number(), active: z.number(), forms: z.number() }),
  }),
})

const waiting: (() => void)[] = []
let running = 0

/** Cleans HTML in a worker with limits of time and memory; undefined when it would not be cleaned within them. */
export async function cleanApart(html: string): Promise<CleanMail | undefined> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await runWorker(html)
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function runWorker(html: string): Promise<CleanMail | undefined> {
  const worker = new Worker(new URL('./clean-worker.ts', import.meta.url), {
    // Neither our secrets nor our words: it only gets the text.
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
  const { promise, resolve } = Promise.withResolvers<CleanMail | undefined>()
  let timer = setTimeout(() => resolve(undefined), startMs)
  worker.on('message', (message: unknown) => {
    if (message === 'ready') {
      clearTimeout(timer)
      timer = setTimeout(() => resolve(undefined), cleanMs)
      worker.postMessage(html)
    } else resolve(Answer.safeParse(message).data?.mail)
  })
  worker.on('error', () => resolve(undefined))
  worker.on('exit', () => resolve(undefined))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
