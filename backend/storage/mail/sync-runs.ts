import { type Insertable, type Selectable, sql } from 'kysely'
import type { ListCursor } from '../../../lib/domain/list-cursor.ts'
import type { SkipReason } from '../../../lib/domain/sync.ts'
import type { Queryable } from '../database.ts'
import type { Tables } from '../tables.ts'

export type RunRow = Selectable<Tables['sync_runs']>

/** What a run, or a part of one, did. */
export interface RunCounts {
  lookedAt: number
  stored: number
  changed: number
  skipped: number
  units: number
}

export const noCounts: RunCounts = { lookedAt: 0, stored: 0, changed: 0, skipped: 0, units: 0 }

/** Writes a run down and makes it its mailbox's last one. */
export async function insertRun(q: Queryable, row: Insertable<Tables['sync_runs']>): Promise<void> {
  await q
    .insertInto('sync_runs')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .execute()
  await q.updateTable('mailboxes').set({ last_run_id: row.id }).where('id', '=', row.mailbox_id).execute()
}

/** Adds what a part of a run did; with `end` it is over. */
export async function addToRun(
  q: Queryable,
  id: string,
  more: RunCounts,
  end?: { at: Date; error: string | null },
): Promise<void> {
  await q
    .updateTable('sync_runs')
    .set((eb) => ({
      looked_at: eb('looked_at', '+', more.lookedAt),
      stored: eb('stored', '+', more.stored),
      changed: eb('changed', '+', more.changed),
      skipped: eb('skipped', '+', more.skipped),
      units: eb('units', '+', more.units),
      ...(end !== undefined && { ended_at: end.at, error: end.error }),
    }))
    .where('id', '=', id)
    .execute()
}

/** Runs that were asked for by hand and have not begun or ended yet. */
export async function openManualRun(q: Queryable, mailboxId: string): Promise<RunRow | undefined> {
  return q
    .selectFrom('sync_runs')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .where('kind', '=', 'manual')
    .where('ended_at', 'is', null)
    .orderBy('started_at')
    .limit(1)
    .executeTakeFirst()
}

export async function findRun(q: Queryable, id: string): Promise<RunRow | undefined> {
  return q.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirst()
}

/** A mailbox's runs, newest first. */
export async function listRuns(
  q: Queryable,
  input: { mailboxId: string; after: ListCursor | undefined; limit: number },
): Promise<RunRow[]> {
  let query = q.selectFrom('sync_runs').selectAll().where('mailbox_id', '=', input.mailboxId)
  const { after } = input
  if (after !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('started_at', '<', after.at),
        eb.and([eb('started_at', '=', after.at), eb('id', '<', after.key)]),
      ]),
    )
  return query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(input.limit).execute()
}

export async function countRuns(q: Queryable, mailboxId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from sync_runs where mailbox_id = ${mailboxId}`.execute(q)
  return rows[0]?.n ?? 0
}

/** The same failure again and again is one line: the newest run that failed so is moved on. False when there is none. */
export async function repeatFailedRun(
  q: Queryable,
  input: { mailboxId: string; error: string; at: Date; units: number },
): Promise<boolean> {
  const { rows } = await sql`
    with again as (update sync_runs r set ended_at = ${input.at}::timestamptz, units = r.units + ${input.units}::int
    where r.error = ${input.error} and r.id = (select n.id from sync_runs n
      where n.mailbox_id = ${input.mailboxId} and n.kind = 'history' order by n.started_at desc limit 1)
    returning r.id)
    update mailboxes m set last_run_id = again.id from again where m.id = ${input.mailboxId} returning m.id`.execute(
    q,
  )
  return rows.length > 0
}

/** Counts mails that were read and forgotten, by reason; which they were is not kept. */
export async function addSkips(
  q: Queryable,
  mailboxId: string,
  reasons: readonly SkipReason[],
): Promise<void> {
  const counts = [...Map.groupBy(reasons, (one) => one)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [reason, all] of counts)
    await q
      .insertInto('sync_skips')
      .values({ mailbox_id: mailboxId, reason, count: all.length })
      .onConflict((oc) =>
        oc
          .columns(['mailbox_id', 'reason'])
          .doUpdateSet((eb) => ({ count: eb('sync_skips.count', '+', all.length) })),
      )
      .execute()
}

export async function listSkips(
  q: Queryable,
  mailboxId: string,
): Promise<{ reason: SkipReason; count: number }[]> {
  return q
    .selectFrom('sync_skips')
    .select(['reason', 'count'])
    .where('mailbox_id', '=', mailboxId)
    .orderBy('count', 'desc')
    .execute()
}

/** Runs nobody looks up any more. */
export async function sweepRuns(q: Queryable, before: Date): Promise<void> {
  await q.deleteFrom('sync_runs').where('started_at', '<', before).execute()
}
