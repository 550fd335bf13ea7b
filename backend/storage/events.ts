import { type Insertable, sql } from 'kysely'
import type { EventPayload, NumberedEvent } from '../../lib/domain/events.ts'
import type { Database, Queryable } from './database.ts'
import { type Running, runningTransaction } from './guard.ts'
import type { Tables } from './tables.ts'

/** The channel on which every instance hears that an organisation has new events; the payload is the organisation's id. */
export const eventChannel = 'inlay_events'
/** Events in one statement. */
const atOnce = 1000

type NewEvent = Insertable<Tables['events']>

/** What each transaction has to tell when it ends. */
const untold = new WeakMap<Running, NewEvent[]>()

/**
 * Tells one event with the commit of the caller's transaction; `userId` undefined: to the whole organisation. It is written
 * at the end, after all else the transaction does: writing it takes the organisation's turn until the commit, and who has
 * the turn must wait for nobody.
 */
export async function appendEvent(
  q: Queryable,
  input: { orgId: string; userId?: string | undefined; payload: EventPayload; at: Date },
): Promise<void> {
  const { orgId, userId = null, at } = input
  const event = { org_id: orgId, user_id: userId, payload: JSON.stringify(input.payload), at }
  const transaction = runningTransaction()
  if (transaction === undefined)
    return q.isTransaction
      ? writeEvents(q, [event])
      : q.transaction().execute((trx) => writeEvents(trx, [event]))
  const before = untold.get(transaction)
  if (before !== undefined) {
    before.push(event)
    return
  }
  const events = [event]
  untold.set(transaction, events)
  transaction.last.push((trx) => writeEvents(trx, events))
}

/** One organisation after the other, in one order. The turn makes `seq` grow in commit order, so that no stream skips one. */
async function writeEvents(q: Queryable, events: readonly NewEvent[]): Promise<void> {
  for (const orgId of [...new Set(events.map((one) => one.org_id))].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${orgId}, 0))`.execute(q)
    const its = events.filter((one) => one.org_id === orgId)
    for (let from = 0; from < its.length; from += atOnce)
      await q
        .insertInto('events')
        .values(its.slice(from, from + atOnce))
        .execute()
    await sql`select pg_notify(${eventChannel}, ${orgId})`.execute(q)
  }
}

/** Events after `seq` which this user may hear, oldest first, at most 200. */
export async function eventsAfter(
  db: Database,
  orgId: string,
  userId: string,
  seq: number,
): Promise<NumberedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'payload'])
    .where('org_id', '=', orgId)
    .where('seq', '>', seq)
    .where((eb) => eb.or([eb('user_id', 'is', null), eb('user_id', '=', userId)]))
    .orderBy('seq')
    .limit(200)
    .execute()
  return rows.map((row) => ({ ...row.payload, seq: row.seq }))
}

/** The newest and the oldest event kept of an organisation. */
export async function eventRange(
  db: Database,
  orgId: string,
): Promise<{ seq: number; oldest: number | undefined }> {
  const row = await db
    .selectFrom('events')
    .select((eb) => [eb.fn.max('seq').as('newest'), eb.fn.min('seq').as('oldest')])
    .where('org_id', '=', orgId)
    .executeTakeFirst()
  return { seq: row?.newest ?? 0, oldest: row?.oldest ?? undefined }
}
