import type { GmailMailbox } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { advanceSend, renewSend } from '../../storage/send-queue.ts'
import type { SendChange, SendRow } from '../../storage/sends.ts'
import type { Deps } from '../context.ts'
import { noteChange, type Step } from './notes.ts'

/** One send in a worker's hands. `row` is always the committed truth of our last write. */
export interface Job {
  deps: Deps
  row: SendRow
  readonly worker: string
  /** Ends with the runner, or when the lease is lost. */
  readonly signal: AbortSignal
}

/** A job whose mailbox answers. */
export interface OpenJob extends Job {
  client: GmailMailbox
}

/** Another worker holds the send by now: this one must not touch anything any more. */
export class LostLease extends Error {}

/** Every change of a send under way: compare-and-set, one receipt line, one event, one commit. @throws LostLease */
export async function advance(
  job: Job,
  set: SendChange,
  step?: Step,
  also?: (trx: Trx, row: SendRow) => Promise<void>,
): Promise<void> {
  const now = new Date(job.deps.clock.now())
  const { mime_file: kept } = job.row
  job.row = await job.deps.db.transaction().execute(async (trx) => {
    const held = { id: job.row.id, worker: job.worker }
    const row = await advanceSend(trx, held, { ...set, updated_at: now })
    if (row === undefined) throw new LostLease(`Send ${job.row.id} is held by another worker.`)
    await noteChange(trx, row, step === undefined ? [] : [step], now)
    await also?.(trx, row)
    return row
  })
  if (kept !== null && job.row.mime_file === null) await job.deps.mails.delete(kept)
}

/** Lets go without a decision: whoever claims it at `until` (epoch ms) goes on from its phase. */
export async function letGo(job: Job, until: number): Promise<void> {
  const held = { id: job.row.id, worker: job.worker }
  await renewSend(job.deps.db, held, new Date(until))
}

/** What every row looks like that no worker holds. */
export const released = {
  phase: null,
  worker: null,
  lease_until: null,
  mime_file: null,
  mime_size: null,
  attempts: 0,
} as const
