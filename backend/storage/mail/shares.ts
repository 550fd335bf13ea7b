import type { Queryable } from '../database.ts'

/** Sightings of a message, in every mailbox of the organisation. */
export async function sightingsOfMessage(q: Queryable, orgId: string, messageId: string): Promise<string[]> {
  const rows = await q
    .selectFrom('sightings')
    .select('id')
    .where('org_id', '=', orgId)
    .where('message_id', '=', messageId)
    .execute()
  return rows.map((row) => row.id)
}

/** Stored mails of a thread of one mailbox, or one of them; the oldest first. */
export async function sightingsOfThread(
  q: Queryable,
  mailboxId: string,
  threadId: string,
  gmailId: string | undefined,
): Promise<string[]> {
  let query = q
    .selectFrom('sightings')
    .select('id')
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', '=', threadId)
  if (gmailId !== undefined) query = query.where('gmail_id', '=', gmailId)
  const rows = await query.orderBy('at').orderBy('id').execute()
  return rows.map((row) => row.id)
}
