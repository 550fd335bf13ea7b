import { sql } from 'kysely'
import { type QuotaUse, quota } from '../../../lib/domain/sync.ts'
import type { Database, Queryable } from '../database.ts'

export type UnitsAnswer = { units: number; span: number; until: number } | { freeAt: number }

interface UnitsQuestion {
  use: QuotaUse
  need: number
  want: number
  /** What is left of an earlier answer. */
  rest?: { span: number; units: number }
}

/**
 * Reserves units of a mailbox's minute, counted over all instances: at least `need`, at most `want`, or nothing and when it
 * is worth asking again. One question of a mailbox at a time, so that two instances never count on the same units.
 */
export async function takeUnits(
  db: Database,
  mailboxId: string,
  asked: UnitsQuestion,
  now: number,
): Promise<UnitsAnswer> {
  const begin = now - (now % quota.spanMs)
  return db.transaction().execute(async (trx) => {
    // Losing the last half second of it in a crash does no harm, so nobody waits for the disk.
    await sql`select set_config('synchronous_commit', 'off', true),
      pg_advisory_xact_lock(hashtextextended(${`quota:${mailboxId}`}, 0))`.execute(trx)
    if (asked.rest !== undefined) await giveBack(trx, mailboxId, asked.use, asked.rest)
    const spans = await trx
      .selectFrom('quota_spent')
      .select(['span', 'units'])
      .where(counted(mailboxId, now))
      .orderBy('span')
      .execute()
    const used = spans.reduce((sum, one) => sum + one.units, 0)
    const free = quota.upTo[asked.use] - used
    if (free < asked.need) return { freeAt: freeAt(spans, asked.need - free, now) }
    const units = Math.min(asked.want, free)
    await trx
      .insertInto('quota_spent')
      .values({ mailbox_id: mailboxId, span: new Date(begin), use: asked.use, units })
      .onConflict((conflict) =>
        conflict
          .columns(['mailbox_id', 'span', 'use'])
          .doUpdateSet({ units: sql<number>`quota_spent.units + excluded.units` }),
      )
      .execute()
    return { units, span: begin, until: begin + quota.spanMs }
  })
}

/** Spans Google may still count. A clock that was put back leaves spans far ahead, which count no more. */
function counted(mailboxId: string, now: number) {
  return sql<boolean>`mailbox_id = ${mailboxId} and span > ${new Date(now - quota.longestWaitMs)}
    and span <= ${new Date(now + quota.longestWaitMs)}`
}

async function giveBack(
  q: Queryable,
  mailboxId: string,
  use: QuotaUse,
  rest: { span: number; units: number },
): Promise<void> {
  await q
    .updateTable('quota_spent')
    .set((eb) => ({ units: eb('units', '-', rest.units) }))
    .where('mailbox_id', '=', mailboxId)
    .where('span', '=', new Date(rest.span))
    .where('use', '=', use)
    .execute()
}

/** When the oldest spans have fallen away so far that `missing` units are free. */
function freeAt(spans: readonly { span: Date; units: number }[], missing: number, now: number): number {
  let freed = 0
  for (const one of spans) {
    freed += one.units
    if (freed >= missing) return Math.max(one.span.getTime() + quota.longestWaitMs, now + 1)
  }
  return now + quota.longestWaitMs
}

/** Units of the last minute by use. */
export async function unitsSpent(
  q: Queryable,
  mailboxId: string,
  now: Date,
): Promise<Partial<Record<QuotaUse, number>>> {
  const rows = await q
    .selectFrom('quota_spent')
    .select((eb) => ['use', eb.fn.sum<string>('units').as('units')])
    .where('mailbox_id', '=', mailboxId)
    .where('span', '>', new Date(now.getTime() - 60_000))
    .where('span', '<=', now)
    .groupBy('use')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.use, Number(row.units)]))
}

/** Spans nobody counts any more. */
export async function deleteOldSpans(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('quota_spent')
    .where('span', '<', new Date(now.getTime() - 10 * quota.longestWaitMs))
    .execute()
}

/** Mails of ours that left a mailbox since then. */
export async function sentSince(q: Queryable, mailboxId: string, since: Date): Promise<number> {
  const row = await q
    .selectFrom('sends')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('mailbox_id', '=', mailboxId)
    .where('sent_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
