import { type Selectable, sql } from 'kysely'
import type { Queryable, Trx } from '../database.ts'
import type { Tables } from '../tables.ts'

export type LinkKind = 'link' | 'unlink'

/** Stored mail of a thread of one mailbox, or one mail of it; newest first. */
export async function threadSightings(
  q: Queryable,
  mailboxId: string,
  threadId: string,
  gmailId?: string,
): Promise<Selectable<Tables['sightings']>[]> {
  let query = q
    .selectFrom('sightings')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', '=', threadId)
  if (gmailId !== undefined) query = query.where('gmail_id', '=', gmailId)
  return query.orderBy('at', 'desc').orderBy('id').execute()
}

/** Which of these threads stand on a record by hand, so that all their mail is taken. */
export async function linkedThreads(
  q: Queryable,
  mailboxId: string,
  threadIds: readonly string[],
): Promise<Set<string>> {
  if (threadIds.length === 0) return new Set()
  const rows = await q
    .selectFrom('thread_links')
    .select('gmail_thread_id')
    .distinct()
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', 'in', [...threadIds])
    .where('kind', '=', 'link')
    .execute()
  return new Set(rows.map((row) => row.gmail_thread_id))
}

/**
 * New mail of threads that stand somewhere by hand, or were taken off somewhere, follows them. Call when sightings are
 * stored; answers the records whose lists it changed.
 */
export async function followThreads(
  trx: Trx,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<string[]> {
  if (gmailIds.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    insert into hand_links (sighting_id, record_id, org_id, mailbox_id, message_id, direction, at, kind, whole_thread,
      made_by, made_at)
    select s.id, t.record_id, s.org_id, s.mailbox_id, s.message_id, s.direction, s.at, t.kind, true, t.made_by, t.made_at
    from sightings s join thread_links t on t.mailbox_id = s.mailbox_id and t.gmail_thread_id = s.gmail_thread_id
    where s.mailbox_id = ${mailboxId} and s.gmail_id = any(${[...gmailIds]}::text[])
    order by s.id, t.record_id
    on conflict do nothing returning record_id::text as id`.execute(trx)
  return [...new Set(rows.map((row) => row.id))]
}

interface ThreadOnRecord {
  mailboxId: string
  threadId: string
  recordId: string
}

export async function findThreadLink(
  q: Queryable,
  { mailboxId, threadId, recordId }: ThreadOnRecord,
): Promise<{ kind: LinkKind; byChoice: boolean } | undefined> {
  return q
    .selectFrom('thread_links')
    .select(['kind', 'by_choice as byChoice'])
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', '=', threadId)
    .where('record_id', '=', recordId)
    .executeTakeFirst()
}

export async function putThreadLink(
  trx: Trx,
  on: ThreadOnRecord & { orgId: string; kind: LinkKind; byChoice: boolean; userId: string; now: Date },
): Promise<void> {
  const said = { kind: on.kind, made_by: on.userId, made_at: on.now, by_choice: on.byChoice }
  await trx
    .insertInto('thread_links')
    .values({
      mailbox_id: on.mailboxId,
      gmail_thread_id: on.threadId,
      record_id: on.recordId,
      org_id: on.orgId,
      ...said,
    })
    .onConflict((oc) => oc.columns(['mailbox_id', 'gmail_thread_id', 'record_id']).doUpdateSet(said))
    .execute()
}

export async function dropThreadLink(
  trx: Trx,
  { mailboxId, threadId, recordId }: ThreadOnRecord,
): Promise<void> {
  await trx
    .deleteFrom('thread_links')
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', '=', threadId)
    .where('record_id', '=', recordId)
    .execute()
}

/** What each of these mails is told about a record, in place of what it was told before. */
export async function putHandLinks(
  trx: Trx,
  input: {
    sightingIds: readonly string[]
    recordId: string
    kind: LinkKind
    wholeThread: boolean
    userId: string
    now: Date
  },
): Promise<void> {
  const { sightingIds, recordId, kind, wholeThread, userId, now } = input
  await sql`
    insert into hand_links (sighting_id, record_id, org_id, mailbox_id, message_id, direction, at, kind, whole_thread,
      made_by, made_at)
    select s.id, ${recordId}::uuid, s.org_id, s.mailbox_id, s.message_id, s.direction, s.at, ${kind}, ${wholeThread},
      ${userId}::uuid, ${now}::timestamptz
    from sightings s where s.id = any(${[...sightingIds]}::uuid[]) order by s.id
    on conflict (sighting_id, record_id) do update set kind = excluded.kind, whole_thread = excluded.whole_thread,
      made_by = excluded.made_by, made_at = excluded.made_at`.execute(trx)
}

/** Takes back what these mails were told about a record. */
export async function dropHandLinks(
  trx: Trx,
  sightingIds: readonly string[],
  recordId: string,
  kind: LinkKind,
): Promise<void> {
  await trx
    .deleteFrom('hand_links')
    .where(sql<boolean>`sighting_id = any(${[...sightingIds]}::uuid[])`)
    .where('record_id', '=', recordId)
    .where('kind', '=', kind)
    .execute()
}

/** The answer to "Which deal is this about?"; `dealId` null for none of these, and for a deal that no longer stands. */
export async function findThreadDeal(
  q: Queryable,
  mailboxId: string,
  threadId: string,
): Promise<{ dealId: string | null; stands: boolean } | undefined> {
  const { rows } = await sql<{ dealId: string | null; stands: boolean }>`
    select t.deal_id::text as "dealId", t.deal_id is null or d.id is not null as stands
    from thread_deals t left join records d on d.id = t.deal_id and d.deleted_at is null
    where t.mailbox_id = ${mailboxId} and t.gmail_thread_id = ${threadId}`.execute(q)
  return rows[0]
}

export async function putThreadDeal(
  trx: Trx,
  on: {
    mailboxId: string
    threadId: string
    orgId: string
    dealId: string | null
    userId: string
    now: Date
  },
): Promise<void> {
  const said = { deal_id: on.dealId, chosen_by: on.userId, chosen_at: on.now }
  await trx
    .insertInto('thread_deals')
    .values({ mailbox_id: on.mailboxId, gmail_thread_id: on.threadId, org_id: on.orgId, ...said })
    .onConflict((oc) => oc.columns(['mailbox_id', 'gmail_thread_id']).doUpdateSet(said))
    .execute()
}

export async function dropThreadDeal(trx: Trx, mailboxId: string, threadId: string): Promise<void> {
  await trx
    .deleteFrom('thread_deals')
    .where('mailbox_id', '=', mailboxId)
    .where('gmail_thread_id', '=', threadId)
    .execute()
}

/** When a mail of this mailbox was last put on each of these records by hand. */
export async function lastPutOn(
  q: Queryable,
  mailboxId: string,
  recordIds: readonly string[],
): Promise<Map<string, Date>> {
  if (recordIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; at: Date }>`
    select record_id::text as id, max(at) as at from hand_links
    where record_id = any(${[...recordIds]}::uuid[]) and kind = 'link' and mailbox_id = ${mailboxId}
    group by record_id`.execute(q)
  return new Map(rows.map((row) => [row.id, row.at]))
}
