import { type Selectable, sql } from 'kysely'
import type { SendReason } from '../../lib/domain/statuses.ts'
import type { Queryable, Trx } from './database.ts'
import { massOf } from './mass.ts'
import type { SendChange, SendRow } from './sends.ts'
import { suppressedFor } from './suppressions.ts'
import type { Tables } from './tables.ts'

/** Who holds a send. Each claim has its own `worker`, so that a lapsed one of the same process changes nothing either. */
export interface HeldSend {
  id: string
  worker: string
}

/** A scheduled one that may go at `now`, on `sends s join mailboxes m`. */
function due(now: Date) {
  return sql<boolean>`(s.status = 'scheduled' and s.due_at <= ${now}::timestamptz
    and coalesce(s.not_before, s.due_at) <= ${now}::timestamptz
    and coalesce(m.sends_paused_until, s.due_at) <= ${now}::timestamptz
    and coalesce(m.paused_until, s.due_at) <= ${now}::timestamptz)`
}

/** One whose worker's lease lapsed. */
function lapsed(now: Date) {
  return sql<boolean>`(s.status = 'sending' and coalesce(s.lease_until, s.due_at) <= ${now}::timestamptz)`
}

/** Takes turns at a mailbox's queue; another number than that of an organisation's events. */
const turn = 1

/** A mailbox with something due, held by this transaction: nobody else claims from it until the commit. */
export interface DueMailbox {
  id: string
  orgId: string
  policy: Record<string, unknown>
}

/**
 * Mailboxes with something due at `now`, except those whose turn another worker has. What they have sent and what is on its
 * way must be counted by a later statement: it sees what the turn before committed.
 */
export async function holdDueMailboxes(trx: Trx, now: Date): Promise<DueMailbox[]> {
  const { rows } = await sql<DueMailbox>`
    with waiting as materialized (
      select distinct s.mailbox_id as id from sends s join mailboxes m on m.id = s.mailbox_id
      where s.status in ('scheduled', 'sending') and (${due(now)} or ${lapsed(now)})),
    held as materialized (
      select w.id from waiting w where pg_try_advisory_xact_lock(hashtextextended(w.id::text, ${turn})))
    select m.id::text as id, m.org_id::text as "orgId", o.policy from held
    join mailboxes m on m.id = held.id join organisations o on o.id = m.org_id`.execute(trx)
  return rows
}

/**
 * Takes due sends of these mailboxes, what a lost worker left first, then mail of its own before mail of mass sends, earliest
 * first. No mailbox gets more than `perMailbox` at a time, nor more new ones than it has `room` for. The caller commits
 * before it touches the network.
 */
export async function claimSends(
  trx: Trx,
  input: {
    worker: string
    now: Date
    limit: number
    perMailbox: number
    leaseMs: number
    mailboxes: readonly { id: string; room: number }[]
  },
): Promise<SendRow[]> {
  const { worker, now, limit, perMailbox, mailboxes } = input
  const lease = new Date(now.getTime() + input.leaseMs)
  const ids = mailboxes.map((one) => one.id)
  const rooms = mailboxes.map((one) => one.room)
  const { rows } = await sql<SendRow>`
    with candidate as (
      select c.id, c.rank, c.due_at from unnest(${ids}::uuid[], ${rooms}::int[]) as l(id, room)
      join mailboxes m on m.id = l.id
      cross join lateral (
        select count(*) as sending from sends b where b.mailbox_id = m.id and b.status = 'sending'
          and b.lease_until > ${now}::timestamptz) as busy
      cross join lateral (
        select n.*, row_number() over (order by n.rank, n.due_at, n.id) as place from (
          (select s.id, s.due_at, 0 as rank from sends s where s.mailbox_id = m.id and ${lapsed(now)}
            order by s.due_at, s.id limit ${perMailbox}::int)
          union all
          (select s.id, s.due_at, case when s.mass_id is null then 1 else 2 end as rank from sends s
            where s.mailbox_id = m.id and ${due(now)}
            order by s.mass_id is not null, s.due_at, s.id limit least(${perMailbox}::int, l.room))) n) as c
      where c.place + busy.sending <= ${perMailbox}::int
      order by c.rank, c.due_at limit ${limit}::int),
    taken as (
      select s.id from sends s join mailboxes m on m.id = s.mailbox_id
      where s.id in (select id from candidate) and (${due(now)} or ${lapsed(now)})
      for update of s skip locked)
    update sends set status = 'sending', phase = coalesce(phase, 'preparing'), worker = ${worker},
      lease_until = ${lease}::timestamptz, updated_at = ${now}::timestamptz, version = version + 1,
      claimed_at = case when status = 'scheduled' then ${now}::timestamptz else claimed_at end
    where id in (select id from taken) returning *`.execute(trx)
  return rows.toSorted((a, b) => a.due_at.getTime() - b.due_at.getTime())
}

/** The first of a mailbox's mails that are due and stay behind for want of room, its own before those of mass sends. */
export async function leftBehind(
  trx: Trx,
  mailboxId: string,
  input: { now: Date; limit: number },
): Promise<SendRow[]> {
  const { rows } = await sql<SendRow>`
    select s.* from sends s join mailboxes m on m.id = s.mailbox_id where s.mailbox_id = ${mailboxId}::uuid
      and ${due(input.now)} order by s.mass_id is not null, s.due_at, s.id limit ${input.limit}::int
    for update of s skip locked`.execute(trx)
  return rows
}

/** Lets a scheduled mail wait until there is room. */
export async function waitUntil(
  trx: Trx,
  id: string,
  wait: { at: Date; reason: SendReason; now: Date },
): Promise<SendRow> {
  return trx
    .updateTable('sends')
    .set((eb) => ({
      not_before: wait.at,
      reason: wait.reason,
      updated_at: wait.now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('status', '=', 'scheduled')
    .returningAll()
    .executeTakeFirstOrThrow()
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
  /** Of a mail of a mass send. */
  mass: Awaited<ReturnType<typeof massOf>>
  /** Those of its recipients who may not be mailed (S-028). */
  suppressed: ReadonlySet<string>
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
  const mass = send.mass_id === null ? undefined : await massOf(q, send.mass_id)
  const parties = [...send.to_parties, ...send.cc_parties, ...send.bcc_parties]
  const addresses = [...new Set(parties.map((party) => party.address))]
  const about = { addresses, topic: mass?.topic ?? '' }
  const suppressed = new Set((await suppressedFor(q, send.org_id, about)).keys())
  return { author, mailbox, policy, mass, suppressed }
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
