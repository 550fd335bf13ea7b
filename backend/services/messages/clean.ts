import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import type { CleanMail } from './clean-html.ts'
import type { CleaningTask } from './clean-worker.ts'

/** How long starting may take, and a worker waits for the next mail; real ms. */
const startMs = 10_000
const idleMs = 2_000
const atOnce = 4

const Answer = z.object({
  mail: z.object({
    html: z.string(),
    text: z.string(),
    removed: z.object({ images: z.number(), active: z.number(), forms: z.number() }),
  }),
})

/** HTML of a mail we send, cleaned, and its plain text with that of the quote. */
const Outgoing = z.object({
  outgoing: z.object({ html: z.string(), quote: z.string(), text: z.string() }),
})
export type OutgoingText = z.infer<typeof Outgoing>['outgoing']

const waiting: (() => void)[] = []
let running = 0

/** Workers with nothing to do; they end by themselves and never hold the process. */
const idle = new Map<Worker, NodeJS.Timeout>()

/**
 * Cleans HTML in a worker with limits of time and memory; undefined when it would not be cleaned within them. Such a worker
 * ends; others serve the next mail.
 */
export async function cleanApart(html: string, withinMs: number): Promise<CleanMail | undefined> {
  return askApart({ kind: 'shown', html }, withinMs, (answer) => Answer.safeParse(answer).data?.mail)
}

/** The same for a mail of ours: what is written and what it quotes. */
export async function cleanOutgoingApart(
  mail: { html: string; quote: string },
  withinMs: number,
): Promise<OutgoingText | undefined> {
  const task: CleaningTask = { kind: 'outgoing', ...mail }
  return askApart(task, withinMs, (answer) => Outgoing.safeParse(answer).data?.outgoing)
}

async function askApart<T>(
  task: CleaningTask,
  withinMs: number,
  readAnswer: (answer: unknown) => T | undefined,
): Promise<T | undefined> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    const worker = takeIdle() ?? (await startWorker())
    const clean = worker === undefined ? undefined : readAnswer(await answerTo(worker, task, withinMs))
    if (worker !== undefined && clean !== undefined) park(worker)
    else await worker?.terminate()
    return clean
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

function takeIdle(): Worker | undefined {
  const [found] = idle
  if (found === undefined) return undefined
  const [worker, timer] = found
  clearTimeout(timer)
  idle.delete(worker)
  worker.ref()
  return worker
}

function park(worker: Worker): void {
  worker.unref()
  const end = () => {
    idle.delete(worker)
    void worker.terminate()
  }
  idle.set(worker, setTimeout(end, idleMs).unref())
}

async function startWorker(): Promise<Worker | undefined> {
  const worker = new Worker(new URL('./clean-worker.ts', import.meta.url), {
    // Neither our secrets nor our words: it only gets the text.
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
  // An error without a listener would end the process; who waits for an answer hears of it too.
  worker.on('error', () => undefined)
  if ((await answerOf(worker, startMs)) === 'ready') return worker
  await worker.terminate()
  return undefined
}

function answerTo(worker: Worker, task: CleaningTask, withinMs: number): Promise<unknown> {
  const answer = answerOf(worker, withinMs)
  worker.postMessage(task)
  return answer
}

/** What it says next; undefined when it says nothing in time or ends. */
async function answerOf(worker: Worker, withinMs: number): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const timer = setTimeout(() => resolve(undefined), withinMs)
  const end = () => resolve(undefined)
  worker.once('message', resolve).once('error', end).once('exit', end)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    worker.off('message', resolve).off('error', end).off('exit', end)
  }
}
