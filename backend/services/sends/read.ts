import { Send } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'
import { findSend, listSendsOf, listSteps, type ShownSend, type StepRow } from '../../storage/sends.ts'
import type { Context } from '../context.ts'

/** S-042: everybody of the organisation may look; Bcc and the receipt are for the author alone. */
export async function getSend(ctx: Context, id: string): Promise<Send> {
  const row = await requireSend(ctx, id)
  return toSend(ctx, row, await listSteps(ctx.db, [id]))
}

/** The actor's own sends, next first. */
export async function listMySends(ctx: Context, input: { status?: SendStatus | undefined }): Promise<Send[]> {
  const { orgId, userId } = ctx.actor
  const rows = await listSendsOf(ctx.db, { orgId, authorId: userId, status: input.status })
  const ids = rows.map((row) => row.id)
  const steps = Map.groupBy(await listSteps(ctx.db, ids), (step) => step.send_id)
  return rows.map((row) => toSend(ctx, row, steps.get(row.id) ?? []))
}

export async function requireSend(ctx: Context, id: string): Promise<ShownSend> {
  const row = await findSend(ctx.db, ctx.actor.orgId, id)
  if (row === undefined) throw new Refusal('not_found', 'message_missing')
  return row
}

function toSend(ctx: Context, row: ShownSend, steps: readonly StepRow[]): Send {
  const mine = row.author_id === ctx.actor.userId
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    reason: row.reason,
    account: row.mailboxEmail,
    author: { id: row.author_id, name: row.authorName },
    mine,
    recordId: row.record_id,
    to: row.to_parties,
    cc: row.cc_parties,
    bcc: mine ? row.bcc_parties : [],
    subject: row.subject,
    body: row.body,
    dueAt: row.due_at.toISOString(),
    zone: row.zone,
    localTime: row.local_time,
    notBefore: row.not_before?.toISOString() ?? null,
    claimedAt: row.claimed_at?.toISOString() ?? null,
    sentAt: row.sent_at?.toISOString() ?? null,
    threadId: row.gmail_thread_id ?? row.reply_thread_id,
    messageId: row.message_id_header,
    steps: mine ? steps.map(toStep) : [],
  }
}

const stepNames = Send.shape.steps.element.shape.step

function toStep({ at, step, detail }: StepRow): Send['steps'][number] {
  return { at: at.toISOString(), step: stepNames.parse(step), detail }
}
