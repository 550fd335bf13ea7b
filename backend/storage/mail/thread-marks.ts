import { sql } from 'kysely'
import type { ShareLevel } from '../../../lib/domain/sharing.ts'
import type { Queryable, Trx } from '../database.ts'

/**
 * Storing mail of a mailbox and linking its threads by hand happen one after the other, so that no new mail of a thread
 * misses the link. Held to the end of the transaction; taken before anything else of the mailbox is written.
 */
export async function lockMailboxMail(trx: Trx, mailboxId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`mail:${mailboxId}`}, 0))`.execute(trx)
}

/** Which of these threads their owner put on a record, or said which deal they are about. */
export async function threadsByHand(
  q: Queryable,
  mailboxId: string,
  threadIds: readonly string[],
): Promise<Set<string>> {
  if (threadIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select gmail_thread_id as id from thread_links
      where mailbox_id = ${mailboxId} and kind = 'link' and gmail_thread_id = any(${[...threadIds]}::text[])
    union
    select gmail_thread_id from thread_deals
      where mailbox_id = ${mailboxId} and deal_id is not null and gmail_thread_id = any(${[...threadIds]}::text[])`.execute(
    q,
  )
  return new Set(rows.map((row) => row.id))
}

/** Threads of the mailbox whose mail is taken whoever writes it, after this one; for looking through them in turns. */
export async function nextThreadsByHand(
  q: Queryable,
  mailboxId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select gmail_thread_id as id from thread_links where mailbox_id = ${mailboxId} and kind = 'link'
      union
      select gmail_thread_id from thread_deals where mailbox_id = ${mailboxId} and deal_id is not null) threads
    where id collate "C" > ${after} order by id collate "C" limit ${limit}`.execute(q)
  return rows.map((row) => row.id)
}

/** The owner's word on who sees a whole thread, as it holds for one mail of it. */
export interface ThreadWord {
  gmailId: string
  level: ShareLevel
  at: Date
}

/**
 * The owner's word on who sees the whole thread holds for these mails of it, which were not there when it was given. Answers
 * it for those of which there is one.
 */
export async function inheritThreadWord(
  trx: Trx,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<ThreadWord[]> {
  if (gmailIds.length === 0) return []
  const { rows } = await sql<ThreadWord>`
    with put as (
      insert into sighting_shares (sighting_id, org_id, mailbox_id, level, at)
      select s.id, s.org_id, s.mailbox_id, t.level, t.at
      from sightings s join thread_shares t on t.mailbox_id = s.mailbox_id and t.gmail_thread_id = s.gmail_thread_id
      where s.mailbox_id = ${mailboxId} and s.gmail_id = any(${[...gmailIds]}::text[])
      on conflict do nothing returning sighting_id, level, at)
    select s.gmail_id as "gmailId", put.level, put.at from put join sightings s on s.id = put.sighting_id`.execute(
    trx,
  )
  return rows
}

/**
 * What was said of the whole thread holds for these mails of it too. Answers which came to which records' lists.
 */
export async function inheritThreadLinks(
  trx: Trx,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<{ gmailId: string; recordId: string }[]> {
  if (gmailIds.length === 0) return []
  const { rows } = await sql<{ gmailId: string; recordId: string }>`
    with put as (
      insert into hand_links (sighting_id, record_id, org_id, mailbox_id, message_id, direction, at, kind, whole_thread,
        made_by, made_at)
      select s.id, t.record_id, s.org_id, s.mailbox_id, s.message_id, s.direction, s.at, t.kind, true, t.made_by, t.made_at
      from sightings s join thread_links t on t.mailbox_id = s.mailbox_id and t.gmail_thread_id = s.gmail_thread_id
      where s.mailbox_id = ${mailboxId} and s.gmail_id = any(${[...gmailIds]}::text[])
      on conflict do nothing returning sighting_id, record_id)
    select s.gmail_id as "gmailId", put.record_id::text as "recordId"
    from put join sightings s on s.id = put.sighting_id`.execute(trx)
  return rows
}
