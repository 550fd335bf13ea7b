import { sql } from 'kysely'
import type { Queryable } from '../database.ts'

/**
 * Stored mail that was taken only because its owner put it somewhere by hand, or said which deal it is about, and that stands
 * nowhere since `before`: no link, no party of any record there is or was, no send of ours. By mailbox, at most `limit`.
 */
export async function mailHeldByNothing(
  q: Queryable,
  input: { before: Date; limit: number; mailboxId?: string },
): Promise<{ mailboxId: string; gmailId: string }[]> {
  const { before, limit, mailboxId } = input
  const { rows } = await sql<{ mailboxId: string; gmailId: string }>`
    with handled as materialized (
      select l.sighting_id as id from mail_ledger l
      where l.kind in ('linked', 'unlinked', 'deal_chosen') and l.sighting_id is not null
      group by l.sighting_id having max(l.at) < ${before}::timestamptz)
    select s.mailbox_id::text as "mailboxId", s.gmail_id as "gmailId"
    from handled join sightings s on s.id = handled.id
    where (${mailboxId ?? null}::uuid is null or s.mailbox_id = ${mailboxId ?? null}::uuid) and s.send_id is null
      and not exists (select 1 from hand_links h where h.sighting_id = s.id)
      and not exists (select 1 from thread_links t where t.mailbox_id = s.mailbox_id
        and t.gmail_thread_id = s.gmail_thread_id and t.kind = 'link')
      and not exists (select 1 from thread_deals d where d.mailbox_id = s.mailbox_id
        and d.gmail_thread_id = s.gmail_thread_id and d.deal_id is not null)
      and not exists (select 1 from sighting_addresses a where a.sighting_id = s.id and (
        exists (select 1 from record_addresses r where r.org_id = a.org_id and r.address = a.address)
        or exists (select 1 from former_addresses f join records r on r.id = f.record_id
          where f.address = a.address and r.org_id = a.org_id)))
    order by s.mailbox_id, s.gmail_id limit ${limit}::int`.execute(q)
  return rows
}
