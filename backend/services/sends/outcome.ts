import { headerValue } from '../../../lib/domain/messages.ts'
import type { SendReason } from '../../../lib/domain/statuses.ts'
import { GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { surroundingsOf } from '../../storage/send-queue.ts'
import type { SendRow } from '../../storage/sends.ts'
import { markSent } from '../../storage/sent-marks.ts'
import { mailboxClient } from '../mailboxes.ts'
import { allows } from '../scopes.ts'
import { nudgeSync } from '../sync/nudge.ts'
import { discardDraft } from './drafts.ts'
import { advance, type Job, letGo, type OpenJob, released } from './job.ts'
import type { Step } from './notes.ts'
import { findSentCopy } from './sent-copy.ts'

const minute = 60_000
const longestUnsettled = 24 * 60 * minute
const looks = 3
const lookAgainMs = 10_000

/** Google took it. With permission to read, the Message-ID Gmail gave it is read back before it counts as sent. */
export async function accepted(job: OpenJob, sent: { messageId: string; threadId: string }): Promise<void> {
  const set = {
    gmail_id: sent.messageId,
    gmail_thread_id: sent.threadId,
    sent_at: new Date(job.deps.clock.now()),
  }
  const step: Step = { step: 'accepted', detail: sent.messageId }
  if (!(await mayRead(job))) return finish(job, set, step)
  await advance(job, set, step, countSent)
  await readBack(job)
}

/** Reads the sent copy and finishes; a copy that will not be read leaves the Message-ID to synchronisation. */
export async function readBack(job: OpenJob): Promise<void> {
  const { gmail_id: gmailId } = job.row
  if (gmailId === null) throw new Error('Only an accepted mail is read back.')
  const copy = await readTwice(job, gmailId)
  if (copy === undefined) return finish(job, {})
  const message_id_header = headerValue(copy.headers, 'Message-ID')?.trim() ?? null
  const step: Step = { step: 'seen_in_sent', detail: copy.id }
  await finish(job, { message_id_header, gmail_thread_id: copy.threadId }, step)
}

/** A message just sent can be unknown for some seconds (gmail-api, B1). */
async function readTwice(job: OpenJob, gmailId: string): Promise<GoogleMessage | undefined> {
  const { client, deps, signal } = job
  for (let nth = 1; nth <= 2; nth++) {
    try {
      return await client.getMessage(gmailId, 'metadata', signal)
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error
      if (signal.aborted) throw error
      deps.log.warn('send.not_read_back', { send: job.row.id, kind: error.kind })
      if (error.kind !== 'not_found') return undefined
      await deps.clock.sleepUntil(deps.clock.now() + 3000, signal)
    }
  }
  return undefined
}

async function finish(job: Job, set: object, step?: Step): Promise<void> {
  const done = { ...released, status: 'sent', reason: null, not_before: null, ...set } as const
  await advance(job, done, step, async (trx, row) => {
    await countSent(trx, row)
    await nudgeSync(trx, job.deps, job.row.mailbox_id)
  })
}

/** Counts against the mailbox's limits from the moment Google took it, before it is no longer counted as on its way. */
async function countSent(trx: Trx, row: SendRow): Promise<void> {
  const { gmail_id: gmailId, sent_at: at } = row
  if (gmailId !== null && at !== null) await markOf(trx, row, gmailId, at)
}

async function markOf(trx: Trx, row: SendRow, gmailId: string, at: Date): Promise<void> {
  const recipients = row.to_parties.length + row.cc_parties.length + row.bcc_parties.length
  await markSent(trx, { id: row.mailbox_id, orgId: row.org_id }, [{ gmailId, at, recipients, ours: true }])
}

async function mayRead(job: Job): Promise<boolean> {
  const { mailbox } = await surroundingsOf(job.deps.db, job.row)
  return allows(mailbox.scopes, 'read')
}

/**
 * The draft is gone without an answer that says why: found among the sent mail it is `sent`. Otherwise, and always without
 * permission to read, nobody can know, and a person has to look (decisions 11). Never sent again.
 */
export async function settleGone(job: OpenJob): Promise<void> {
  const { deps, signal } = job
  try {
    for (let nth = 1; nth <= looks && (await mayRead(job)); nth++) {
      const copy = await findSentCopy(job)
      if (copy !== undefined) return await seen(job, copy)
      if (nth < looks) await deps.clock.sleepUntil(deps.clock.now() + lookAgainMs, signal)
    }
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    if (error.kind !== 'scope_missing') return park(job, error)
  }
  if (signal.aborted) return letGo(job, deps.clock.now())
  await advance(
    job,
    { ...released, status: 'failed', reason: 'needs_attention', draft_id: null },
    { step: 'failed', detail: 'draft_gone' },
    // It may have gone all the same.
    (trx, row) => markOf(trx, row, `?${row.id}`, new Date(deps.clock.now())),
  )
}

function seen(job: Job, copy: GoogleMessage): Promise<void> {
  const set = {
    gmail_id: copy.id,
    gmail_thread_id: copy.threadId,
    message_id_header: headerValue(copy.headers, 'Message-ID')?.trim() ?? null,
    sent_at: new Date(copy.internalDate || job.deps.clock.now()),
  }
  return finish(job, set, { step: 'seen_in_sent', detail: copy.id })
}

/**
 * Not knowable now. It stays `sending` and is looked at again, ever more seldom; after a day a person has to look.
 */
export async function park(job: Job, error: GoogleError): Promise<void> {
  const now = job.deps.clock.now()
  if (job.signal.aborted) return letGo(job, now)
  const since = now - (job.row.claimed_at?.getTime() ?? now)
  if (since > longestUnsettled) {
    const set = { ...released, status: 'failed', reason: 'needs_attention' } as const
    return advance(job, set, { step: 'failed', detail: error.kind })
  }
  const wait = Math.min(Math.max(since / 4, minute), 30 * minute)
  job.deps.log.warn('send.unsettled', { send: job.row.id, kind: error.kind, reason: error.reason })
  await letGo(job, Math.max(now + wait, error.retryAt ?? 0))
}

/** Where a send goes that was certainly not sent. */
interface Elsewhere {
  status: 'scheduled' | 'held' | 'failed' | 'cancelled'
  reason: SendReason | null
  notBefore?: number
  step: Step
}

/** Takes it off the road: the draft goes first, so that nothing can be sent by what is left of it. */
export async function takeBack(job: Job, where: Elsewhere): Promise<void> {
  const draft = await discardDraft(job)
  if (draft === 'gone') {
    const client = await mailboxClient(job.deps, job.row.mailbox_id, 'send')
    return settleGone(Object.assign(job, { client }))
  }
  await advance(
    job,
    {
      ...released,
      status: where.status,
      reason: where.reason,
      not_before: where.notBefore === undefined ? null : new Date(where.notBefore),
      ...(where.status !== 'failed' && { claimed_at: null }),
      ...(draft === 'discarded' && { draft_id: null }),
    },
    where.step,
  )
}

export function hold(job: Job, reason: SendReason): Promise<void> {
  return takeBack(job, { status: 'held', reason, step: { step: 'held', detail: reason } })
}

/** Its mass send was stopped: it never goes. */
export function cancel(job: Job): Promise<void> {
  return takeBack(job, { status: 'cancelled', reason: null, step: { step: 'cancelled' } })
}

/** Back into the queue at once. */
export function again(job: Job): Promise<void> {
  const step: Step = { step: 'returned', detail: 'suppressed' }
  return takeBack(job, { status: 'scheduled', reason: null, notBefore: job.deps.clock.now(), step })
}

/** A definite failure of a step before, or instead of, the sending (gmail-api, B6). */
export async function giveBack(job: Job, error: GoogleError): Promise<void> {
  const now = job.deps.clock.now()
  // What Google has taken never goes back, whatever fails afterwards.
  if (job.signal.aborted || job.row.gmail_id !== null) return letGo(job, now)
  switch (error.kind) {
    case 'reauth':
      return hold(job, 'mailbox_reauth')
    case 'scope_missing':
      return hold(job, 'permission_withdrawn')
    case 'refused':
    case 'not_found': {
      const step: Step = { step: 'refused', detail: error.reason }
      return takeBack(job, { status: 'failed', reason: 'refused_by_google', step })
    }
    case 'rate':
    case 'send_limit': {
      const step: Step = { step: 'returned', detail: error.kind }
      const notBefore = error.retryAt ?? now + minute
      return takeBack(job, { status: 'scheduled', reason: 'rate_limited', notBefore, step })
    }
    case 'unreachable':
    case 'uncertain':
    case 'history_expired': {
      const step: Step = { step: 'returned', detail: error.kind }
      return takeBack(job, { status: 'scheduled', reason: null, notBefore: now + minute, step })
    }
  }
}
