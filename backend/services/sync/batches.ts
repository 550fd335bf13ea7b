import { GoogleError } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { findMailbox, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { deleteSightings } from '../../storage/mail/sightings.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { readingClient } from './client.ts'
import { whenToRetry } from './failures.ts'
import { readMessages } from './read.ts'
import { announce, storeMessages } from './store.ts'

/** Messages one task reads: 1,000 of the 6,000 units a mailbox has in a minute. */
const batchSize = 50
/** Between two batches: two thirds of the quota, the rest stays for the person at the screen. */
const paceMs = 15_000
/** Mail to oneself can be announced seconds before it can be read (byeokim/gmailpush #10). */
export const missingWaitMs = 3_000

/** What a job hands over of its task. */
export interface SyncTask {
  payload: Readonly<Record<string, string>>
  /** How often it was tried, this time included, since it last went well. */
  attempts: number
}

interface BatchPlan {
  /** Epoch ms of the first batch; default now. */
  from?: number
  /** What is missing this time is gone for good. */
  last?: boolean
}

/** Asks for these messages to be read and stored, in this order, paced inside the mailbox's quota. */
export async function enqueueBatches(
  q: Queryable,
  deps: Deps,
  mailbox: Pick<MailboxRow, 'id' | 'org_id'>,
  ids: readonly string[],
  plan: BatchPlan = {},
): Promise<void> {
  const now = deps.clock.now()
  for (let at = 0; at < ids.length; at += batchSize) {
    const batch = ids.slice(at, at + batchSize)
    await enqueueTask(q, {
      id: deps.newId(),
      orgId: mailbox.org_id,
      kind: 'messages',
      // The same batch asked for twice, as after a crash, is one task.
      key: `${mailbox.id}/${batch[0]}/${batch.at(-1)}/${batch.length}${plan.last ? '/last' : ''}`,
      payload: { mailboxId: mailbox.id, ids: batch.join(','), last: plan.last ? '1' : '' },
      dueAt: new Date((plan.from ?? now) + (at / batchSize) * paceMs),
      now: new Date(now),
    })
  }
}

/** Crashes on the same messages before the one at fault is looked for. */
const patience = 3

/**
 * Reads one batch and stores what has known parties. Returns when to try again; undefined when done. A batch that keeps
 * failing is taken apart, and a message that fails by itself is set aside with a warning: it must not hold up the rest.
 */
export async function runBatch(deps: Deps, task: SyncTask, signal: AbortSignal): Promise<Date | undefined> {
  const { payload } = task
  const mailbox = await findMailbox(deps.db, payload['mailboxId'] ?? '')
  if (mailbox === undefined) return undefined
  const ids = (payload['ids'] ?? '').split(',').filter((id) => id !== '')
  try {
    const client = await readingClient(deps, mailbox)
    const { messages, missing } = await readMessages(client, ids, signal)
    await deps.db.transaction().execute(async (trx) => {
      const changed = await storeMessages(trx, deps, mailbox, messages)
      if (payload['last'] === '1') changed.push(...(await deleteSightings(trx, mailbox.id, missing)))
      else if (missing.length > 0)
        await enqueueBatches(trx, deps, mailbox, missing, {
          from: deps.clock.now() + missingWaitMs,
          last: true,
        })
      await announce(trx, deps, mailbox, changed)
    })
    return undefined
  } catch (error) {
    if (error instanceof GoogleError || task.attempts < patience) return whenToRetry(deps, error)
    if (ids.length === 1) deps.log.warn('sync.set_aside', { mailbox: mailbox.id, message: ids[0] ?? '' })
    else for (const id of ids) await enqueueBatches(deps.db, deps, mailbox, [id])
    return undefined
  }
}
