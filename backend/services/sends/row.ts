import type { Context } from '../context.ts'

/** What every new mail begins with: nothing has happened to it. */
export function emptyRow(ctx: Context) {
  const now = new Date(ctx.clock.now())
  return {
    org_id: ctx.actor.orgId,
    author_id: ctx.actor.userId,
    record_id: null,
    reason: null,
    to_parties: '[]',
    cc_parties: '[]',
    bcc_parties: '[]',
    subject: '',
    body: '',
    reply_thread_id: null,
    reply_message_id: null,
    not_before: null,
    phase: null,
    worker: null,
    lease_until: null,
    claimed_at: null,
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
