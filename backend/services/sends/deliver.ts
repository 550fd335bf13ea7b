import type { SendReason } from '../../../lib/domain/statuses.ts'
import { GoogleError } from '../../google/gateway.ts'
import type { SendSurroundings } from '../../storage/send-queue.ts'
import type { Deps } from '../context.ts'
import { mailboxClient } from '../mailboxes.ts'
import { type ClaimedSend, keepLease } from './claim.ts'
import { discardDraft, isDraft, makeDraft } from './drafts.ts'
import { dropRecipients } from './drop.ts'
import { askGate, type Gate } from './gate.ts'
import { advance, type Job, LostLease, letGo, type OpenJob, released } from './job.ts'
import { prepareMail } from './mail.ts'
import { mergeMail } from './merged.ts'
import { accepted, again, cancel, giveBack, hold, park, readBack, settleGone, takeBack } from './outcome.ts'

/** Hand-overs, and defects on the way to one, before a person has to look. */
const mostAttempts = 5
/** How long an uncertain answer is left alone: a request that was cut off may still be carried out. */
const settleMs = 10_000
const minute = 60_000

/**
 * Brings a claimed send to its end, or leaves it where the next claim goes on (decisions 11; gmail-api, B5): mail built
 * and stored, draft made and stored, "handed over" committed, draft sent, answer stored. An answer that does not come is
 * looked for in the mailbox before anything is tried again. Never throws for what Google or the network does.
 */
export async function deliverSend(deps: Deps, claimed: ClaimedSend, signal: AbortSignal): Promise<void> {
  const lost = new AbortController()
  const both = AbortSignal.any([signal, lost.signal])
  const job: Job = { deps, row: claimed.row, worker: claimed.worker, signal: both }
  const stopRenewing = keepLease(deps, claimed, () => lost.abort())
  try {
    if (job.row.phase === 'handed_over' || job.row.phase === 'uncertain') await resumeUnsettled(job)
    else await bring(job)
  } catch (error) {
    if (error instanceof LostLease) deps.log.warn('send.lease_lost', { send: job.row.id })
    else if (both.aborted && error instanceof GoogleError) await letGo(job, deps.clock.now())
    else throw await defect(job, error)
  } finally {
    await stopRenewing()
  }
}

/** From the queue to the hand-over. Whatever fails here, nothing was sent. */
async function bring(job: Job): Promise<void> {
  try {
    const gate = await askGate(job)
    const { around } = gate
    if (await stoppedBy(job, gate)) return
    const open: OpenJob = Object.assign(job, {
      client: await mailboxClient(job.deps, job.row.mailbox_id, 'send'),
    })
    if (job.row.phase !== 'drafted') {
      // What an earlier life of this send left behind goes first: it may hold what was edited since.
      if (job.row.draft_id !== null && (await clearLeftover(open)) === 'settled') return
      const mayExist = job.row.history_before !== null
      if (gate.kind === 'drop') await dropRecipients(open, gate.addresses)
      const missing = job.row.mime_file === null ? await build(open, around) : undefined
      const stopped = missing ?? (await makeDraft(open, around, mayExist))
      if (stopped !== undefined) return await hold(job, stopped)
    }
    await handOver(open)
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    await giveBack(job, error)
  }
}

/** Merged for its recipient, then built; or why it cannot be. */
async function build(job: OpenJob, around: SendSurroundings): Promise<SendReason | undefined> {
  return (await mergeMail(job)) ?? (await prepareMail(job, around))
}

/** True when the gate took it off the road. */
async function stoppedBy(job: Job, gate: Gate): Promise<boolean> {
  if (gate.kind === 'hold') await hold(job, gate.reason)
  else if (gate.kind === 'cancelled') await cancel(job)
  else return false
  return true
}

async function clearLeftover(job: OpenJob): Promise<'cleared' | 'settled'> {
  const left = await discardDraft(job)
  if (left === 'kept') throw new GoogleError('unreachable', 'draft_kept')
  if (left === 'gone') {
    await settleGone(job)
    return 'settled'
  }
  await advance(job, { draft_id: null })
  return 'cleared'
}

/** Sends the draft, the same one again if it is still there after an answer that did not come. */
async function handOver(job: OpenJob): Promise<void> {
  for (;;) {
    const { draft_id: draftId, attempts } = job.row
    if (draftId === null) throw new Error('Only a draft is handed over.')
    const gate = await askGate(job)
    if (await stoppedBy(job, gate)) return
    // Somebody of its recipients may not be mailed since the draft was made: it is made anew without them.
    if (gate.kind === 'drop') return again(job)
    if (attempts >= mostAttempts) {
      const step = { step: 'failed', detail: 'attempts' } as const
      return takeBack(job, { status: 'failed', reason: 'needs_attention', step })
    }
    await advance(job, { phase: 'handed_over', attempts: attempts + 1 }, { step: 'handed_over' })
    const sent = await trySending(job, draftId)
    if (sent === 'done') return
    if (sent !== 'draft') return accepted(job, sent)
  }
}

/** What Google answered; `draft` when the same draft may be sent again, `done` when nothing is left to do here. */
async function trySending(
  job: OpenJob,
  draftId: string,
): Promise<{ messageId: string; threadId: string } | 'draft' | 'done'> {
  try {
    return await job.client.sendDraft(draftId, job.signal)
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    if (error.kind === 'uncertain') {
      await advance(job, { phase: 'uncertain' }, { step: 'uncertain', detail: error.reason })
      return settle(job)
    }
    if (error.kind === 'not_found') await settleGone(job)
    else await giveBack(job, error)
    return 'done'
  }
}

/** A send whose worker was lost around the hand-over, or that could not be settled before. */
async function resumeUnsettled(job: Job): Promise<void> {
  try {
    const open: OpenJob = Object.assign(job, {
      client: await mailboxClient(job.deps, job.row.mailbox_id, 'send'),
    })
    if (job.row.gmail_id !== null) return await readBack(open)
    if (job.row.phase === 'handed_over')
      await advance(open, { phase: 'uncertain' }, { step: 'uncertain', detail: 'worker_lost' })
    if ((await settle(open)) === 'draft') await handOver(open)
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    await park(job, error)
  }
}

/** Asks the mailbox what became of the hand-over. `draft`: certainly not sent, the same draft may go again. */
async function settle(job: OpenJob): Promise<'draft' | 'done'> {
  const { deps, client, signal } = job
  const { draft_id: draftId } = job.row
  if (draftId === null) throw new Error('Only a draft was handed over.')
  await deps.clock.sleepUntil(deps.clock.now() + settleMs, signal)
  try {
    const draft = await client.getDraft(draftId, signal)
    if (isDraft(draft.labelIds)) return 'draft'
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    if (error.kind !== 'not_found') {
      await park(job, error)
      return 'done'
    }
  }
  await settleGone(job)
  return 'done'
}

/** A fault of ours: counted, and tried again later from the committed phase, but not for ever. */
async function defect(job: Job, error: unknown): Promise<unknown> {
  const attempts = job.row.attempts + 1
  const safe = job.row.phase === 'preparing' || job.row.phase === 'drafted'
  if (safe && attempts >= mostAttempts)
    await advance(
      job,
      { ...released, status: 'failed', reason: 'needs_attention' },
      { step: 'failed', detail: 'defect' },
    )
  else {
    await advance(job, { attempts })
    await letGo(job, job.deps.clock.now() + minute)
  }
  return error
}
