import { type Selectable, sql } from 'kysely'
import type { Queryable, Trx } from '../database.ts'
import type { Tables } from '../tables.ts'

export type WantedRow = Selectable<Tables['wanted_mail']>

/** Why mails are to be read, and when. */
export interface Wish {
  backfillId?: string | undefined
  runId?: string | undefined
  /** What is missing is gone for good. */
  isLast?: boolean
  /** Failures so far; from the first on a mail is read by itself. */
  tries?: number
  dueAt: Date
}

/** Asks for these mails to be read; answers how many of them nobody wanted yet. */
export async function wantMail(
  q: Queryable,
  mailbox: { id: string; org_id: string },
  gmailIds: readonly string[],
  wish: Wish,
): Promise<number> {
  if (gmailIds.length === 0) return 0
  const { backfillId = null, runId = null, isLast = false, tries = 0, dueAt } = wish
  const { rows } = await sql`
    insert into wanted_mail (mailbox_id, gmail_id, org_id, backfill_id, run_id, is_last, tries, due_at)
    select ${mailbox.id}::uuid, one.id, ${mailbox.org_id}::uuid, ${backfillId}::uuid, ${runId}::uuid, ${isLast}::boolean,
      ${tries}::int, ${dueAt}::timestamptz
    from unnest(${[...new Set(gmailIds)].toSorted()}::text[]) as one(id)
    on conflict do nothing returning gmail_id`.execute(q)
  return rows.length
}

/** The newest mails that are due; Gmail's ids grow with time. */
export async function nextWanted(
  q: Queryable,
  mailboxId: string,
  now: Date,
  limit: number,
): Promise<WantedRow[]> {
  const { rows } = await sql<WantedRow>`
    select * from wanted_mail where mailbox_id = ${mailboxId} and due_at <= ${now}::timestamptz
    order by tries > 0, length(gmail_id) desc, gmail_id collate "C" desc limit ${limit}`.execute(q)
  return rows
}

/** When something is next due in this mailbox; undefined when nothing is wanted. */
export async function wantedAt(q: Queryable, mailboxId: string): Promise<Date | undefined> {
  const row = await q
    .selectFrom('wanted_mail')
    .select((eb) => eb.fn.min('due_at').as('at'))
    .where('mailbox_id', '=', mailboxId)
    .executeTakeFirst()
  return row?.at ?? undefined
}

/**
 * Takes rows out that were read, in the transaction that stores what they were about. Only those that come back may be
 * stored: what is missing was deleted at Gmail meanwhile. What changed meanwhile stays wanted and comes back too.
 */
export async function takeWanted(
  trx: Trx,
  mailboxId: string,
  read: readonly WantedRow[],
): Promise<Set<string>> {
  if (read.length === 0) return new Set()
  const ids = read.map((row) => row.gmail_id)
  const { rows } = await sql<{ id: string }>`
    with taken as (
      delete from wanted_mail w using unnest(${ids}::text[], ${read.map((row) => row.mark)}::int[]) as r(id, mark)
      where w.mailbox_id = ${mailboxId} and w.gmail_id = r.id and w.mark = r.mark returning w.gmail_id)
    select gmail_id as id from taken
    union select gmail_id from wanted_mail where mailbox_id = ${mailboxId} and gmail_id = any(${ids}::text[])`.execute(
    trx,
  )
  return new Set(rows.map((row) => row.id))
}

/** Lets mails that are being read right now be read again: they changed. */
export async function markWanted(trx: Trx, mailboxId: string, gmailIds: readonly string[]): Promise<void> {
  if (gmailIds.length === 0) return
  await sql`update wanted_mail set mark = mark + 1
    where mailbox_id = ${mailboxId} and gmail_id = any(${[...gmailIds]}::text[])`.execute(trx)
}

/** Nobody wants these any more. */
export async function unwant(trx: Trx, mailboxId: string, gmailIds: readonly string[]): Promise<void> {
  if (gmailIds.length === 0) return
  await sql`delete from wanted_mail
    where mailbox_id = ${mailboxId} and gmail_id = any(${[...gmailIds]}::text[])`.execute(trx)
}

/** A failed try each: from now on each is read by itself, not before `dueAt`. */
export async function countTry(
  q: Queryable,
  mailboxId: string,
  gmailIds: readonly string[],
  dueAt: Date,
): Promise<void> {
  await sql`update wanted_mail set tries = tries + 1, due_at = ${dueAt}::timestamptz
    where mailbox_id = ${mailboxId} and gmail_id = any(${[...gmailIds]}::text[])`.execute(q)
}
