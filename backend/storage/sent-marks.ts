import { sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'

/** One mail a mailbox sent: when and to how many, nothing else. */
export interface SentMark {
  gmailId: string
  at: Date
  recipients: number
  /** By Inlay. */
  ours: boolean
}

/** Counts mails a mailbox sent, each once however often it is heard of; who heard first says whose it is. */
export async function markSent(
  trx: Trx,
  mailbox: { id: string; orgId: string },
  marks: readonly SentMark[],
): Promise<void> {
  if (marks.length === 0) return
  const sorted = marks.toSorted((a, b) => (a.gmailId < b.gmailId ? -1 : 1))
  await trx
    .insertInto('sent_marks')
    .values(
      sorted.map(({ gmailId, at, recipients, ours }) => ({
        mailbox_id: mailbox.id,
        org_id: mailbox.orgId,
        gmail_id: gmailId,
        at,
        recipients,
        ours,
      })),
    )
    .onConflict((oc) =>
      // Synchronisation can be faster than the answer to our own call.
      oc
        .columns(['mailbox_id', 'gmail_id'])
        .doUpdateSet({ ours: sql<boolean>`sent_marks.ours or excluded.ours` }),
    )
    .execute()
}

/** What counts against a mailbox's limits: what it sent since, and what is on its way. */
export interface SentTimes {
  mailboxId: string
  at: Date
  ours: boolean
}

/** Times of what these mailboxes sent after `since`, oldest first. */
export async function sentSince(
  q: Queryable,
  mailboxIds: readonly string[],
  since: Date,
): Promise<SentTimes[]> {
  if (mailboxIds.length === 0) return []
  const rows = await q
    .selectFrom('sent_marks')
    .select(['mailbox_id as mailboxId', 'at', 'ours'])
    .where('mailbox_id', 'in', [...mailboxIds])
    .where('at', '>', since)
    .orderBy('at')
    .execute()
  return rows
}

/** How many each of these mailboxes sent since the one time and the other. */
export async function sentCounts(
  q: Queryable,
  mailboxIds: readonly string[],
  since: { day: Date; minute: Date },
): Promise<Map<string, { day: number; minute: number }>> {
  if (mailboxIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; day: number; minute: number }>`
    select mailbox_id::text as id, count(*)::int as day,
      count(*) filter (where at > ${since.minute}::timestamptz)::int as minute
    from sent_marks where mailbox_id = any(${[...mailboxIds]}::uuid[]) and at > ${since.day}::timestamptz
    group by mailbox_id`.execute(q)
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

/** Mails of each mailbox that Google may have by now and that are counted nowhere yet. */
export async function onTheirWay(q: Queryable, mailboxIds: readonly string[]): Promise<Map<string, number>> {
  if (mailboxIds.length === 0) return new Map()
  const rows = await q
    .selectFrom('sends')
    .select(['mailbox_id as id', sql<number>`count(*)::int`.as('n')])
    .where('mailbox_id', 'in', [...mailboxIds])
    .where('status', '=', 'sending')
    .where('gmail_id', 'is', null)
    .groupBy('mailbox_id')
    .execute()
  return new Map(rows.map((row) => [row.id, row.n]))
}

/** When mails of this mailbox that wait for room are to go; those of mass sends only when asked for. */
export async function waitingFor(
  q: Queryable,
  mailboxId: string,
  input: { now: Date; mass: boolean },
): Promise<Date[]> {
  let query = q
    .selectFrom('sends')
    .select('not_before as at')
    .where('mailbox_id', '=', mailboxId)
    .where('status', '=', 'scheduled')
    .where('reason', 'in', ['day_limit', 'minute_limit'])
    .where('not_before', '>', input.now)
  if (!input.mass) query = query.where('mass_id', 'is', null)
  const rows = await query.execute()
  return rows.flatMap(({ at }) => at ?? [])
}

/** Lets mails that wait for room be looked at again, when the limits are others. */
export async function endWaiting(trx: Trx, orgId: string): Promise<void> {
  await trx
    .updateTable('sends')
    .set({ not_before: null, reason: null })
    .where('org_id', '=', orgId)
    .where('status', '=', 'scheduled')
    .where('reason', 'in', ['day_limit', 'minute_limit'])
    .execute()
}

/** What no limit asks about any more. */
export async function deleteOldMarks(q: Queryable, before: Date): Promise<void> {
  await q.deleteFrom('sent_marks').where('at', '<', before).execute()
}
