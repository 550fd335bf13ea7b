import { Refusal } from '../../../lib/domain/errors.ts'
import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import { findMailbox, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { findSend } from '../../storage/sends.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Context, Deps } from '../context.ts'
import { mailboxClient } from '../mailboxes.ts'
import { requireWritten } from '../sends/draft.ts'
import { readRefusal, whenToRetry } from '../sync/failures.ts'
import { draftClient, markOf, mayBeCopy, readGmailDraft } from './gmail-draft.ts'

const patienceMs = 30_000
/** Gmail's page saves some seconds after the last key, and again when it finds its draft gone. */
const lookAgainMs = 5_000
const lookLastMs = 60_000
/** Newest drafts that are looked at. */
const lookedAt = 20

/**
 * Deletes the draft of Gmail's that was taken over; one that is gone already is no error. Looks again a few seconds later:
 * Gmail's page may have written it down once more under another id.
 */
export async function releaseTaken(ctx: Context, sendId: string): Promise<void> {
  const row = await requireWritten(ctx, sendId)
  const mailbox = row.taken_draft_id === null ? undefined : await findMailbox(ctx.db, row.mailbox_id)
  if (mailbox === undefined || row.taken_draft_id === null || row.taken_mark === null)
    throw new Refusal('not_found', 'gmail_draft_missing')
  const client = await draftClient(ctx, mailbox)
  try {
    await client.deleteDraft(row.taken_draft_id, AbortSignal.timeout(patienceMs))
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    if (error.kind !== 'not_found') throw readRefusal(error)
  }
  const now = ctx.clock.now()
  await enqueueTask(ctx.db, {
    id: ctx.newId(),
    orgId: ctx.actor.orgId,
    kind: 'taken_draft',
    key: sendId,
    payload: { until: new Date(now + lookLastMs).toISOString() },
    dueAt: new Date(now + lookAgainMs),
    now: new Date(now),
  })
}

/** Deletes copies Gmail's page made of a draft that was taken over, letter for letter; what was changed since is its author's. */
export async function runTakenDraft(
  deps: Deps,
  task: { key: string; orgId: string; payload: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const row = await findSend(deps.db, task.orgId, task.key)
  const mailbox = row && (await findMailbox(deps.db, row.mailbox_id))
  if (!row?.taken_mark || mailbox?.status !== 'connected') return undefined
  try {
    await deleteCopies(deps, mailbox, row.taken_mark, signal)
  } catch (error) {
    if (error instanceof GoogleError && ['reauth', 'scope_missing'].includes(error.kind)) return undefined
    return whenToRetry(deps, error)
  }
  const until = Date.parse(task.payload['until'] ?? '')
  return deps.clock.now() < until ? new Date(until) : undefined
}

async function deleteCopies(
  deps: Deps,
  mailbox: MailboxRow,
  mark: string,
  signal: AbortSignal,
): Promise<void> {
  const client = await mailboxClient(deps, mailbox.id, 'background')
  for (const { draftId } of await client.listDrafts(lookedAt, signal))
    if (await isCopy(deps, client, { draftId, mark }, signal)) await client.deleteDraft(draftId, signal)
}

async function isCopy(
  deps: Deps,
  client: GmailMailbox,
  { draftId, mark }: { draftId: string; mark: string },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { headers } = await client.getDraft(draftId, signal)
    if (!mayBeCopy(headers, mark)) return false
    const draft = await readGmailDraft(deps, client, draftId, signal)
    return !draft.mail.isOurs && markOf(draft.seen) === mark
  } catch (error) {
    // Sent or deleted meanwhile, or nothing that can be read: none of ours.
    const isGone = error instanceof GoogleError && error.kind === 'not_found'
    if (isGone || error instanceof Refusal) return false
    throw error
  }
}
