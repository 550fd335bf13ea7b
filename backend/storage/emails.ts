import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Party } from '../../lib/domain/addresses.ts'
import type { ListCursor } from '../../lib/domain/list-cursor.ts'
import type { SendReason, SendStatus } from '../../lib/domain/statuses.ts'
import type { Queryable } from './database.ts'

export type EmailsFilter = 'all' | 'received' | 'sent' | 'scheduled'

/** Whose list of which record. */
export interface EmailsScope {
  orgId: string
  userId: string
  recordId: string
  /** Current addresses that link: the record's own or its main contact's, nobody of the organisation, no robots. */
  addresses: string[]
  /** Mailboxes whose mail the viewer sees. */
  mailboxIds: string[]
}

export interface SightingEmail {
  key: string
  direction: 'received' | 'sent'
  subject: string
  snippet: string
  fromParty: Party
  toParties: Party[]
  at: Date
  hasAttachments: boolean
  gmailThreadId: string
}

export interface SendEmail {
  key: string
  authorId: string
  authorName: string
  mailbox: string
  status: SendStatus
  reason: SendReason | null
  version: number
  subject: string
  body: string
  toParties: Party[]
  at: Date
  zone: string
  localTime: string
  claimedAt: Date | null
  gmailThreadId: string | null
  hasAttachments: boolean
}

/**
 * The record's current addresses with those of a deal's main contact, and the viewer's mailboxes. Addresses of the
 * organisation's own people are left out: they never link (decisions 6). Undefined when there is no such record.
 */
export async function readEmailsScope(
  q: Queryable,
  input: { orgId: string; userId: string; recordId: string; readScope: string },
): Promise<{ addresses: string[]; mailboxIds: string[]; mayRead: boolean } | undefined> {
  const { orgId, userId, recordId, readScope } = input
  const { rows } = await sql<{ addresses: string[]; mailboxIds: string[]; mayRead: boolean }>`
    select
      array(
        select distinct a.address from record_addresses a
        where a.record_id in (r.id, case when r.module = 'deals' then r.main_contact_id end)
          and not exists (select 1 from users u where u.org_id = r.org_id and u.email = a.address)
          and not exists (select 1 from mailboxes m where m.org_id = r.org_id
            and (m.email = a.address or a.address = any(m.aliases)))
      ) as addresses,
      array(
        select m.id::text from mailboxes m
        where m.org_id = r.org_id and m.user_id = ${userId} and m.status <> 'disconnected'
      ) as "mailboxIds",
      exists (
        select 1 from mailboxes m
        where m.org_id = r.org_id and m.user_id = ${userId} and m.status <> 'disconnected'
          and ${readScope}::text = any(m.scopes)
      ) as "mayRead"
    from records r where r.org_id = ${orgId} and r.id = ${recordId} and r.deleted_at is null`.execute(q)
  return rows[0]
}

/**
 * Stored mail of the record in the viewer's mailboxes, newest first: one row a message, and none that stands in the list
 * as a send. Walks the index of each address and stops at `limit`.
 */
export async function listSightingEmails(
  q: Queryable,
  scope: EmailsScope,
  input: { filter: EmailsFilter; cursor: ListCursor | undefined; limit: number },
): Promise<SightingEmail[]> {
  const { filter, cursor, limit } = input
  if (scope.addresses.length === 0 || scope.mailboxIds.length === 0 || filter === 'scheduled') return []
  const direction = filter === 'all' ? sql`` : sql`and sa.direction = ${filter}`
  const after =
    cursor === undefined
      ? sql``
      : sql`and sa.at <= ${cursor.at} and (sa.at < ${cursor.at} or sa.message_id::text < ${cursor.key})`
  const { rows } = await sql<SightingEmail>`
    select distinct s.id, s.message_id::text as key, s.direction, s.subject, s.snippet, s.at,
      s.from_party as "fromParty", s.to_parties as "toParties",
      jsonb_array_length(s.parts) > 0 as "hasAttachments", s.gmail_thread_id as "gmailThreadId"
    from unnest(${scope.addresses}::text[]) as wanted(address)
    cross join lateral (
      select s.* from sighting_addresses sa join sightings s on s.id = sa.sighting_id
      where sa.org_id = ${scope.orgId} and sa.address = wanted.address
        and sa.mailbox_id = any(${scope.mailboxIds}::uuid[]) ${after} ${direction}
        and not exists (
          select 1 from sightings o
          where o.message_id = s.message_id and o.mailbox_id = any(${scope.mailboxIds}::uuid[])
            and not o.label_ids && array['TRASH', 'SPAM'] and (o.direction, o.id) > (s.direction, s.id))
        and not exists (
          select 1 from sightings o join sends x on x.id = o.send_id
          where o.message_id = s.message_id and o.mailbox_id = any(${scope.mailboxIds}::uuid[])
            and ${standsAsSend(scope)})
      order by sa.at desc, sa.message_id::text desc limit ${limit}
    ) s
    order by s.at desc, key desc limit ${limit}`.execute(q)
  return rows
}

/**
 * Sends in the record's list: the viewer's own to its addresses or written from it, and what colleagues still have
 * scheduled from it (seen, not touched: S-042). Newest first by the time they were or will be sent.
 */
export async function listSendEmails(
  q: Queryable,
  scope: EmailsScope,
  input: { filter: EmailsFilter; cursor: ListCursor | undefined; limit: number },
): Promise<SendEmail[]> {
  const { filter, cursor, limit } = input
  if (filter === 'received') return []
  const after =
    cursor === undefined
      ? sql``
      : sql`and ${sendAt} <= ${cursor.at} and (${sendAt} < ${cursor.at} or x.id::text < ${cursor.key})`
  const { rows } = await sql<SendEmail>`
    select x.id::text as key, x.author_id as "authorId", u.name as "authorName", m.email as mailbox, x.status, x.reason,
      x.version, x.subject, left(x.body, 1000) as body, x.to_parties as "toParties", ${sendAt} as at, x.zone,
      x.local_time as "localTime", x.claimed_at as "claimedAt",
      coalesce(x.gmail_thread_id, x.reply_thread_id) as "gmailThreadId",
      exists (select 1 from sightings s where s.send_id = x.id and jsonb_array_length(s.parts) > 0) as "hasAttachments"
    from sends x join users u on u.id = x.author_id join mailboxes m on m.id = x.mailbox_id
    where ${standsAsSend(scope)} ${byFilter(filter)} ${after}
    order by at desc, key desc limit ${limit}`.execute(q)
  return rows
}

/** How many mails the list has under this filter, and when one last went out. */
export async function countEmails(
  q: Queryable,
  scope: EmailsScope,
  filter: EmailsFilter,
): Promise<{ sightings: number; sends: number; lastSentAt: Date | null }> {
  const direction = filter === 'all' ? sql`` : sql`and sa.direction = ${filter}`
  const { rows } = await sql<{ sightings: number; sends: number; lastSentAt: Date | null }>`
    with covered as materialized (
      select distinct o.message_id from sends x join sightings o on o.send_id = x.id
      where ${standsAsSend(scope)})
    select
      (select count(distinct sa.message_id)::int from sighting_addresses sa
        where sa.org_id = ${scope.orgId} and sa.address = any(${scope.addresses}::text[])
          and sa.mailbox_id = any(${scope.mailboxIds}::uuid[]) ${direction}
          and ${filter !== 'scheduled'}::boolean
          and not exists (select 1 from covered c where c.message_id = sa.message_id)) as sightings,
      (select count(*)::int from sends x where ${standsAsSend(scope)} ${byFilter(filter)}
        and ${filter !== 'received'}::boolean) as sends,
      (select max(x.sent_at) from sends x where ${standsAsSend(scope)}) as "lastSentAt"`.execute(q)
  return rows[0] ?? { sightings: 0, sends: 0, lastSentAt: null }
}

const sendAt = sql<Date>`coalesce(x.sent_at, x.due_at)`

function byFilter(filter: EmailsFilter): RawBuilder<unknown> {
  if (filter === 'scheduled') return sql`and x.status in ('scheduled', 'held', 'sending')`
  if (filter === 'sent') return sql`and x.status not in ('scheduled', 'held', 'sending')`
  return sql``
}

/** Condition on `sends x`. Drafts are not yet mail, and deleting a scheduled mail cancels it (S-041). */
function standsAsSend(scope: EmailsScope): RawBuilder<SqlBool> {
  return sql<SqlBool>`x.org_id = ${scope.orgId} and x.status not in ('draft', 'cancelled') and x.id in (
    select n.id from sends n where n.record_id = ${scope.recordId}
      and (n.author_id = ${scope.userId} or n.status in ('scheduled', 'held', 'sending'))
    union
    select t.send_id from send_addresses t join sends n on n.id = t.send_id
    where t.org_id = ${scope.orgId} and t.address = any(${scope.addresses}::text[])
      and n.author_id = ${scope.userId})`
}
