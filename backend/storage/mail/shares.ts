import { sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
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

/** Who stands in these mails, by sighting. */
export async function partiesOf(
  q: Queryable,
  sightingIds: readonly string[],
): Promise<Map<string, { from: Party; to: Party[]; cc: Party[]; bcc: Party[] }>> {
  if (sightingIds.length === 0) return new Map()
  const rows = await q
    .selectFrom('sightings')
    .select(['id', 'from_party', 'to_parties', 'cc_parties', 'bcc_parties'])
    .where(sql<boolean>`id = any(${[...sightingIds]}::uuid[])`)
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      { from: row.from_party, to: row.to_parties, cc: row.cc_parties, bcc: row.bcc_parties },
    ]),
  )
}

/**
 * Copies of these messages in somebody's own connected mailboxes; `onlyGiven`: those their owner shared or gave to somebody
 * one by one.
 */
export async function ownCopies(
  q: Queryable,
  input: { orgId: string; userId: string; messageIds: readonly string[]; onlyGiven: boolean },
): Promise<string[]> {
  const { orgId, userId, messageIds, onlyGiven } = input
  const { rows } = await sql<{ id: string }>`
    select s.id::text as id from sightings s
    where s.org_id = ${orgId}::uuid and s.message_id = any(${[...messageIds]}::uuid[])
      and s.mailbox_id in (select id from mailboxes where user_id = ${userId}::uuid and status <> 'disconnected')
      and (not ${onlyGiven}::boolean
        or exists (select 1 from sighting_shares w where w.sighting_id = s.id and w.level <> 'none')
        or exists (select 1 from mail_grants g where g.sighting_id = s.id))`.execute(q)
  return rows.map((row) => row.id)
}
