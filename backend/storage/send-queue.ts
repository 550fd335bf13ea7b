import { type Selectable, sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import type { SendChange, SendRow } from './sends.ts'
import type { Tables } from './tables.ts'

/** Who holds a send. Each claim has its own `worker`, so that a lapsed one of the same process changes nothing either. */
export interface HeldSend {
  id: string
  worker: string
}

/** What is due at `now` on `sends s join mailboxes m`, or was being sent by a worker whose lease lapsed. */
function due(now: Date) {
  return sql<boolean>`(
    (s.status = 'scheduled' and s.due_at <= ${now}::timestamptz and coalesce(s.not_before, s.due_at) <= ${now}::timestamptz
      and coalesce(m.sends_paused_until, s.due_at) <= ${now}::timestamptz
      and coalesce(m.paused_until, s.due_at) <= ${now}::timestamptz)
    or (s.status = 'sending' and coalesce(s.lease_until, s.due_at) <= ${now}::timestamptz))`
}

/**
 * Takes due sends, earliest first, in one statement: rows another worker is taking are passed over, and no mailbox gets
 * more than `perMailbox` at a time. The caller commits before it touches the network.
 */
export async function claimSends(
  trx: Trx,
  input: { worker: string; now: Date; limit: number; perMailbox: number; leaseMs: number },
): Promise<SendRow[]> {
  const { worker, now, limit, perMailbox } = input
  const lease = new Date(now.getTime() + input.leaseMs)
  const { rows } = await sql<SendRow>`
    with candidate as (
      select c.id, c.due_at from mailboxes m
      cross join lateral (
        select count(*) as sending from sends b where b.mailbox_id = m.id and b.status = 'sending'
          and b.lease_until > ${now}::timestamptz) as busy
      cross join lateral (
        select n.id, n.due_at, row_number() over (order by n.due_at, n.id) as place from (
          select s.id, s.due_at from sends s
          where s.mailbox_id = m.id and s.status in ('scheduled', 'sending') and ${due(now)}
          order by s.due_at, s.id limit ${perMailbox}::int) n) as c
      where c.place + busy.sending <= ${perMailbox}::int
      order by c.due_at limit ${limit}::int),
    taken as (
      select s.id from sends s join mailboxes m on m.id = s.mailbox_id
      where s.id in (select id from candidate) and ${due(now)}
      for update of s skip locked)
    update sends set status = 'sending', phase = coalesce(phase, 'preparing'), worker = ${worker},
      lease_until = ${lease}::timestamptz, updated_at = ${now}::timestamptz, version = version + 1,
      claimed_at = case when status = 'scheduled' then ${now}::timestamptz else claimed_at end
    where id in (select id from taken) returning *`.execute(trx)
  return rows.toSorted((a, b) => a.due_at.getTime() - b.due_at.getTime())
}

/** Compare-and-set by whoever holds it; undefined when the lease was lost or it is no longer being sent. */
export async function advanceSend(trx: Trx, held: HeldSend, set: SendChange): Promise<SendRow | undefined> {
  return trx
    .updateTable('sends')
    .set((eb) => ({ ...set, version: eb('version', '+', 1) }))
    .where('id', '=', held.id)
    .where('worker', '=', held.worker)
    .where('status', '=', 'sending')
    .returningAll()
    .executeTakeFirst()
}

/** Holds it longer, or, with a time in the past, lets go of it. False when the lease was lost. */
export async function renewSend(q: Queryable, held: HeldSend, leaseUntil: Date): Promise<boolean> {
  const row = await q
    .updateTable('sends')
    .set({ lease_until: leaseUntil })
    .where('id', '=', held.id)
    .where('worker', '=', held.worker)
    .where('status', '=', 'sending')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** When a send is next due or a lease lapses; undefined when nothing waits. */
export async function nextSendAt(q: Queryable): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(case when s.status = 'sending' then coalesce(s.lease_until, s.due_at)
      else greatest(s.due_at, s.not_before, m.sends_paused_until, m.paused_until) end) as at
    from sends s join mailboxes m on m.id = s.mailbox_id where s.status in ('scheduled', 'sending')`.execute(
    q,
  )
  return rows[0]?.at ?? undefined
}

/** What decides whether a send may still go out. */
export interface SendSurroundings {
  author: Selectable<Tables['users']>
  mailbox: Selectable<Tables['mailboxes']>
  policy: Record<string, unknown>
}

export async function surroundingsOf(q: Queryable, send: SendRow): Promise<SendSurroundings> {
  const author = await q
    .selectFrom('users')
    .selectAll()
    .where('id', '=', send.author_id)
    .executeTakeFirstOrThrow()
  const mailbox = await q
    .selectFrom('mailboxes')
    .selectAll()
    .where('id', '=', send.mailbox_id)
    .executeTakeFirstOrThrow()
  const { policy } = await q
    .selectFrom('organisations')
    .select('policy')
    .where('id', '=', send.org_id)
    .executeTakeFirstOrThrow()
  return { author, mailbox, policy }
}

/** The Message-ID of a mail this mailbox has shown us before; undefined when it never did. */
export async function knownMessageId(
  q: Queryable,
  mailboxId: string,
  gmailId: string,
): Promise<string | undefined> {
  const row = await q
    .selectFrom('sightings')
    .innerJoin('messages', 'messages.id', 'sightings.message_id')
    .select('messages.message_id_header as header')
    .where('sightings.mailbox_id', '=', mailboxId)
    .where('sightings.gmail_id', '=', gmailId)
    .executeTakeFirst()
  return row?.header ?? undefined
}

/** Those of these raw mails (`mime-files.ts`) that a send still waits for. */
export async function mailsInUse(q: Queryable, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const rows = await q
    .selectFrom('sends')
    .select('mime_file')
    .where('status', '=', 'sending')
    .where('mime_file', 'in', [...names])
    .execute()
  return new Set(rows.flatMap((row) => row.mime_file ?? []))
}
