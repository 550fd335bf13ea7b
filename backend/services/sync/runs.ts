import { GoogleError } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { type MailboxRow, setSyncError } from '../../storage/mail/mailboxes.ts'
import {
  addToRun,
  insertRun,
  noCounts,
  openManualRun,
  type RunCounts,
  repeatFailedRun,
} from '../../storage/mail/sync-runs.ts'
import type { Deps } from '../context.ts'
import { readRefusal, whenToRetry } from './failures.ts'
import { tellMailbox } from './work.ts'

/** One run of synchronisation as it will be shown. It is written down only when there is something to say of it. */
export interface Run {
  id: string
  orgId: string
  mailboxId: string
  startedAt: Date
  isManual: boolean
  isWritten: boolean
  /** The one before failed: that this one did not is worth a line. */
  recovers: boolean
  spent: () => number
  /** Units written down already. */
  told: number
}

/** One that somebody asked for goes on under its own line. */
export async function beginRun(deps: Deps, mailbox: MailboxRow): Promise<Run> {
  const asked = await openManualRun(deps.db, mailbox.id)
  return {
    id: asked?.id ?? deps.newId(),
    orgId: mailbox.org_id,
    mailboxId: mailbox.id,
    startedAt: new Date(deps.clock.now()),
    isManual: asked !== undefined,
    isWritten: asked !== undefined,
    recovers: mailbox.sync_error !== null,
    spent: () => 0,
    told: 0,
  }
}

/** Adds what a page brought, in its transaction. */
export async function writeProgress(
  q: Queryable,
  run: Run,
  did: Omit<RunCounts, 'units'> & { isWaitedFor: boolean },
): Promise<void> {
  const { isWaitedFor, ...counts } = did
  if (counts.lookedAt + counts.changed + counts.stored > 0 || isWaitedFor) await write(q, run)
  if (run.isWritten) await addToRun(q, run.id, { ...counts, units: newUnits(run) })
}

/** The run went well. */
export async function endRun(q: Queryable, deps: Deps, run: Run): Promise<void> {
  if (run.recovers) await write(q, run)
  if (!run.isWritten) return
  const end = { at: new Date(deps.clock.now()), error: null }
  await addToRun(q, run.id, { ...noCounts, units: newUnits(run) }, end)
}

/**
 * Keeps why a run failed, as a word, and says when to try again: undefined when only a person can help. The same failure
 * again and again is one line. A defect is thrown on.
 */
export async function failRun(
  deps: Deps,
  mailbox: MailboxRow,
  run: Run,
  error: unknown,
): Promise<Date | undefined> {
  const isGoogles = error instanceof GoogleError
  const reason = isGoogles ? readRefusal(error).reason : 'unexpected'
  // Waiting because we were told to is no failure of its own.
  const isOurs = isGoogles && (error.reason === 'paused' || error.reason === 'owner_deactivated')
  try {
    if (await setSyncError(deps.db, mailbox.id, reason)) await tellMailbox(deps.db, deps, mailbox)
    if (!isOurs || run.isManual) await writeFailure(deps, run, reason)
  } catch (second) {
    if (isGoogles) throw second
  }
  if (!isGoogles) throw error
  return error.kind === 'reauth' || error.kind === 'scope_missing' ? undefined : whenToRetry(deps, error)
}

async function writeFailure(deps: Deps, run: Run, reason: string): Promise<void> {
  const at = new Date(deps.clock.now())
  const units = newUnits(run)
  const again = { mailboxId: run.mailboxId, error: reason, at, units }
  if (!run.isWritten && (await repeatFailedRun(deps.db, again))) return
  await write(deps.db, run)
  await addToRun(deps.db, run.id, { ...noCounts, units }, { at, error: reason })
}

async function write(q: Queryable, run: Run): Promise<void> {
  if (run.isWritten) return
  await insertRun(q, {
    id: run.id,
    org_id: run.orgId,
    mailbox_id: run.mailboxId,
    kind: 'history',
    started_at: run.startedAt,
  })
  run.isWritten = true
}

function newUnits(run: Run): number {
  const units = run.spent() - run.told
  run.told += units
  return units
}
