import { sql } from 'kysely'
import type { EventPayload, NumberedEvent } from '../../lib/domain/events.ts'
import type { Database, Queryable } from './database.ts'

/** The channel on which every instance hears that an organisation has new events; the payload is the organisation's id. */
export const eventChannel = 'inlay_events'

/**
 * Writes one event inside the caller's transaction; listeners are woken by the commit. `userId` undefined: the whole
 * organisation. Call it last: it holds the organisation's turn until the commit, so that `seq` grows in commit order and
 * no stream skips an event.
 */
export async function appendEvent(
  q: Queryable,
  input: { orgId: string; userId?: string | undefined; payload: EventPayload; at: Date },
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${input.orgId}, 0))`.execute(q)
  await q
    .insertInto('events')
    .values({
      org_id: input.orgId,
      user_id: input.userId ?? null,
      payload: JSON.stringify(input.payload),
      at: input.at,
    })
    .execute()
  await sql`select pg_notify(${eventChannel}, ${input.orgId})`.execute(q)
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
