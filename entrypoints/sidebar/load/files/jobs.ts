import type { Upload } from '@/lib/contract/files.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { offline } from '../../state.ts'
import { type Carried, carried } from '../../state-files.ts'
import { attempt, type Link, link } from '../core.ts'

/** One file's way to the server; the bytes are read piece by piece, never the whole file at once. */
export interface Job {
  /** Also the Idempotency-Key of its beginning. */
  key: string
  file: File
  /** Who carries; another account's panel drops it. */
  link: Link
  /** Begins the upload; undefined while it has no place yet. */
  begin: (key: string) => Promise<{ ok: true; value: Upload } | { ok: false; problem: ApiProblem }>
  done: (upload: Upload) => void
  /** What is not worth a row of its own, e.g. a refusal before a byte was sent; true when it was said elsewhere. */
  refused: (problem: ApiProblem) => boolean
  stopped: boolean
  tries: number
}

/** Pieces grow while the line is fast, and shrink when one takes long; bytes. */
const piece = { least: 128 * 1024, first: 256 * 1024, most: 1024 * 1024 }
const pace = { fast: 1500, slow: 6000 }
/** So many go at once. */
const lanes = 2
/** Ms until a broken one is tried again, doubling. */
const again = { first: 1000, most: 30_000 }

const jobs = new Map<string, Job>()
const going = new Set<string>()
let pieceBytes = piece.first

/** Puts a file on its way. */
export function carry(job: Job, row: Carried): void {
  jobs.set(job.key, job)
  carried.value = [...carried.value.filter((one) => one.key !== job.key), row]
  pump()
}

export function rowOf(key: string): Carried | undefined {
  return carried.value.find((one) => one.key === key)
}

export function patchRow(key: string, part: Partial<Carried>): void {
  carried.value = carried.value.map((one) => (one.key === key ? { ...one, ...part } : one))
}

/** Forgets a file on its way; what the server has of it is the caller's. */
export function letGo(key: string): void {
  const job = jobs.get(key)
  if (job !== undefined) job.stopped = true
  jobs.delete(key)
  carried.value = carried.value.filter((one) => one.key !== key)
}

/** Tries a failed one once more. */
export function tryAgain(key: string): void {
  const job = jobs.get(key)
  if (job === undefined || going.has(key)) return
  job.tries = 0
  patchRow(key, { state: 'waits', problem: undefined })
  pump()
}

/** From now on files go on when the network is back, and a file dropped beside everything opens nothing. */
export function startCarrying(): void {
  for (const kind of ['dragover', 'drop'] as const)
    addEventListener(kind, (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    })
  offline.subscribe((away) => {
    if (!away) wake()
  })
}

function wake(): void {
  const stuck = carried.value.filter((one) => one.state === 'stuck')
  if (stuck.length === 0) return
  carried.value = carried.value.map((one) => (one.state === 'stuck' ? { ...one, state: 'waits' } : one))
  pump()
}

function pump(): void {
  for (const { key, state } of carried.value) {
    if (going.size >= lanes) return
    const job = jobs.get(key)
    if (job === undefined || state !== 'waits' || going.has(key)) continue
    going.add(key)
    void run(job).finally(() => {
      going.delete(key)
      pump()
    })
  }
}

async function run(job: Job): Promise<void> {
  if (job.link !== link()) return letGo(job.key)
  patchRow(job.key, { state: 'goes', problem: undefined })
  let upload = await whereItStands(job)
  while (upload !== undefined && !job.stopped && !isWhole(upload)) {
    patchRow(job.key, { id: upload.id, received: upload.received })
    upload = await push(job, upload)
  }
  if (upload === undefined || job.stopped) return
  job.done(upload)
  letGo(job.key)
}

function isWhole(upload: Upload): boolean {
  return upload.file !== null || upload.libraryFileId !== null
}

/** The server's own word on it, since an answer may have been lost. */
async function whereItStands(job: Job): Promise<Upload | undefined> {
  const id = rowOf(job.key)?.id
  const answer =
    id === undefined ? await job.begin(job.key) : await attempt(({ backend }) => backend.upload(id))
  if (job.stopped) {
    // Taken back while it began: the server forgets it too.
    if (answer.ok) await attempt(({ backend }) => backend.cancelUpload(answer.value.id))
    return undefined
  }
  if (answer.ok) return answer.value
  failed(job, answer.problem)
  return undefined
}

async function push(job: Job, { id, received }: Upload): Promise<Upload | undefined> {
  const bytes = await job.file
    .slice(received, received + pieceBytes)
    .arrayBuffer()
    .catch(() => undefined)
  if (bytes === undefined || (bytes.byteLength === 0 && received < job.file.size)) {
    patchRow(job.key, { state: 'failed', problem: 'unreadable' })
    return undefined
  }
  const began = performance.now()
  const answer = await attempt(({ backend }) => backend.sendChunk(id, received, new Blob([bytes])))
  if (job.stopped) return undefined
  if (answer.ok) {
    job.tries = 0
    learnPace(performance.now() - began)
    return answer.value
  }
  const { problem } = answer
  if (problem.kind === 'refused' && problem.reason === 'upload_offset') return whereItStands(job)
  failed(job, problem)
  return undefined
}

function learnPace(ms: number): void {
  if (ms < pace.fast) pieceBytes = Math.min(piece.most, pieceBytes * 2)
  else if (ms > pace.slow) pieceBytes = Math.max(piece.least, pieceBytes / 2)
}

/** Whatever may pass by itself is tried again; the rest waits for the person. */
function failed(job: Job, problem: ApiProblem): void {
  const passes =
    problem.kind !== 'refused' || ['internal', 'not_ready', 'rate_limited'].includes(problem.code)
  if (!passes) {
    if (job.refused(problem)) letGo(job.key)
    else patchRow(job.key, { state: 'failed', problem })
    return
  }
  pieceBytes = piece.first
  patchRow(job.key, { state: 'stuck', problem })
  const wait = Math.min(again.most, again.first * 2 ** job.tries)
  job.tries += 1
  setTimeout(() => {
    if (rowOf(job.key)?.state !== 'stuck') return
    patchRow(job.key, { state: 'waits' })
    pump()
  }, wait)
}
