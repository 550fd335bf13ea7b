import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Queryable } from '../database.ts'
import type { Tables } from '../tables.ts'

/** Searches of a back-fill: at once, and after Gmail's index had time to follow. */
export const passes = 2

export type BackfillRow = Selectable<Tables['backfills']>

export async function insertBackfills(
  q: Queryable,
  rows: readonly Insertable<Tables['backfills']>[],
): Promise<void> {
  if (rows.length > 0)
    await q
      .insertInto('backfills')
      .values([...rows])
      .execute()
}

export async function findBackfill(q: Queryable, id: string): Promise<BackfillRow | undefined> {
  return q.selectFrom('backfills').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function changeBackfill(
  q: Queryable,
  id: string,
  set: Updateable<Tables['backfills']>,
): Promise<void> {
  await q.updateTable('backfills').set(set).where('id', '=', id).execute()
}

/** Adds to how far it is, in the transaction that did it. */
export async function addProgress(
  q: Queryable,
  id: string,
  more: { found?: number; lookedAt?: number; stored?: number },
): Promise<void> {
  const { found = 0, lookedAt = 0, stored = 0 } = more
  await q
    .updateTable('backfills')
    .set((eb) => ({
      found: eb('found', '+', found),
      looked_at: eb('looked_at', '+', lookedAt),
      stored: eb('stored', '+', stored),
    }))
    .where('id', '=', id)
    .execute()
}

/** Ends those of the mailbox that have found everything and read it. Answers their ids. */
export async function endReadBackfills(q: Queryable, mailboxId: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update backfills b set status = 'done', ended_at = ${now}::timestamptz
    where b.mailbox_id = ${mailboxId} and b.ended_at is null and b.status = 'reading'
      and not exists (select 1 from wanted_mail w where w.backfill_id = b.id)
    returning b.id::text as id`.execute(q)
  return rows.map((row) => row.id)
}

/** Those of a mailbox that have not searched to the end, their second pass included. */
export async function unfinishedBackfills(q: Queryable, mailboxId: string): Promise<BackfillRow[]> {
  return q
    .selectFrom('backfills')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .where('status', '<>', 'failed')
    .where('pass', '<', passes + 1)
    .orderBy('started_at')
    .execute()
}

/** The newest of a mailbox, those still going on first. */
export async function listBackfills(q: Queryable, mailboxId: string, limit: number): Promise<BackfillRow[]> {
  return q
    .selectFrom('backfills')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .orderBy(sql`ended_at is not null`)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute()
}

/** Found and looked at, over all that a mailbox still looks for. */
export async function progressOf(q: Queryable, mailboxId: string): Promise<{ found: number; done: number }> {
  const { rows } = await sql<{ found: number; done: number }>`
    select coalesce(sum(found), 0)::int as found, coalesce(sum(looked_at), 0)::int as done
    from backfills where mailbox_id = ${mailboxId} and ended_at is null`.execute(q)
  return rows[0] ?? { found: 0, done: 0 }
}

/** Back-fills that ended long ago tell nobody anything. */
export async function sweepBackfills(q: Queryable, before: Date): Promise<void> {
  await q.deleteFrom('backfills').where('ended_at', '<', before).execute()
}
