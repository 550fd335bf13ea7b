import { sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
import type { Queryable } from '../database.ts'

/** A mail that Gmail named, as it is stored. */
export interface Hit {
  gmailId: string
  sightingId: string
  messageId: string
  bcc: Party[]
  /** What everybody sees of it who may open it. */
  shown: string
}

export async function findHits(q: Queryable, mailboxId: string, gmailIds: readonly string[]): Promise<Hit[]> {
  if (gmailIds.length === 0) return []
  const { rows } = await sql<Hit>`
    select gmail_id as "gmailId", id::text as "sightingId", message_id::text as "messageId", bcc_parties as bcc,
      subject || ' ' || snippet || ' ' || from_party::text || to_parties::text || cc_parties::text || parts::text as shown
    from sightings where mailbox_id = ${mailboxId}::uuid and gmail_id = any(${[...gmailIds]}::text[])`.execute(
    q,
  )
  return rows
}

/** RFC 5322 Message-IDs of what the owner of a mailbox put on a record by hand; the newest. */
export async function handLinkedHeaders(
  q: Queryable,
  input: { recordId: string; mailboxId: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ header: string }>`
    select m.message_id_header as header from hand_links h join messages m on m.id = h.message_id
    where h.record_id = ${input.recordId}::uuid and h.mailbox_id = ${input.mailboxId}::uuid and h.kind = 'link'
      and m.message_id_header is not null
    order by h.at desc limit ${input.limit}::int`.execute(q)
  return rows.map((row) => row.header)
}
