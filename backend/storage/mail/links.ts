import { type Selectable, sql } from 'kysely'
import { documentModules } from '../../../lib/domain/modules.ts'
import type { Queryable, Trx } from '../database.ts'
import { type RecordRow, selectRecords, type Viewer } from '../records.ts'
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

/** What each of these mails is told about a record, in place of anything else it was told before. */
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
      made_by = excluded.made_by, made_at = excluded.made_at
      where hand_links.kind <> excluded.kind or (hand_links.whole_thread and not excluded.whole_thread)`.execute(
    trx,
  )
}

/** Takes back what these mails were told about a record, or only what they were told with their whole thread. */
export async function dropHandLinks(
  trx: Trx,
  sightingIds: readonly string[],
  recordId: string,
  kind: LinkKind,
  wholeThreadOnly = false,
): Promise<void> {
  let rows = trx
    .deleteFrom('hand_links')
    .where(sql<boolean>`sighting_id = any(${[...sightingIds]}::uuid[])`)
    .where('record_id', '=', recordId)
    .where('kind', '=', kind)
  if (wholeThreadOnly) rows = rows.where('whole_thread', '=', true)
  await rows.execute()
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

/** How many people opened one of these mails through Inlay. */
export async function openedBy(q: Queryable, sightingIds: readonly string[]): Promise<number> {
  if (sightingIds.length === 0) return 0
  const { rows } = await sql<{ n: number }>`select count(distinct actor_id)::int as n from mail_ledger
    where sighting_id = any(${[...sightingIds]}::uuid[]) and kind = 'opened'`.execute(q)
  return rows[0]?.n ?? 0
}

/** Documents of these deals that the viewer may see. */
export async function documentsOfDeals(
  q: Queryable,
  viewer: Viewer,
  dealIds: readonly string[],
): Promise<RecordRow[]> {
  if (dealIds.length === 0) return []
  return selectRecords(q, viewer)
    .where('records.deal_id', 'in', [...dealIds])
    .where('records.module', 'in', [...documentModules])
    .execute()
}
