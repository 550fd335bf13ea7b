import type * as z from 'zod'
import type { CreateSend, Send } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { findRecord } from '../../storage/records.ts'
import { hintSends, insertSend, putSendAddresses } from '../../storage/sends.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { requireRecipients, requireSender, requireSendingMailbox } from './allowed.ts'
import { noteChange } from './notes.ts'
import { getSend } from './read.ts'
import { resolveWhen } from './when.ts'

type Input = z.output<typeof CreateSend>

/**
 * Takes a mail into the queue, for now or for later (S-030, S-038). The send's id is the first id asked for, so that a
 * repeated request finds what it made.
 */
export async function createSend(ctx: Context, input: Input): Promise<Send> {
  requireSender(ctx, input.when.kind === 'at')
  const id = ctx.newId()
  const mailbox = await requireSendingMailbox(ctx, input.account)
  requireRecipients(input)
  const now = new Date(ctx.clock.now())
  const due = resolveWhen(input.when, now.getTime())
  if (input.recordId !== undefined && !(await findRecord(ctx.db, viewerOf(ctx), input.recordId)))
    throw new Refusal('invalid', 'record_missing', {}, [{ field: 'recordId', reason: 'record_missing' }])
  await ctx.db.transaction().execute(async (trx) => {
    const row = await insertSend(trx, { ...newRow(ctx, input), ...due, id, mailbox_id: mailbox.id })
    await putSendAddresses(trx, row)
    await noteChange(trx, row, [{ step: 'created' }], now)
    await hintSends(trx)
  })
  return getSend(ctx, id)
}

function newRow(ctx: Context, input: Input) {
  const now = new Date(ctx.clock.now())
  return {
    org_id: ctx.actor.orgId,
    author_id: ctx.actor.userId,
    record_id: input.recordId ?? null,
    status: 'scheduled' as const,
    reason: null,
    to_parties: JSON.stringify(input.to),
    cc_parties: JSON.stringify(input.cc),
    bcc_parties: JSON.stringify(input.bcc),
    subject: input.subject,
    body: input.body,
    reply_thread_id: input.replyTo?.threadId ?? null,
    reply_message_id: input.replyTo?.messageId ?? null,
    not_before: null,
    phase: null,
    worker: null,
    lease_until: null,
    claimed_at: null,
    mime: null,
    draft_id: null,
    history_before: null,
    gmail_id: null,
    gmail_thread_id: null,
    message_id_header: null,
    sent_at: null,
    created_at: now,
    updated_at: now,
  }
}
