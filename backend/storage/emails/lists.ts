import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
import type { ListCursor } from '../../../lib/domain/list-cursor.ts'
import type { SendReason, SendStatus } from '../../../lib/domain/statuses.ts'
import type { Queryable } from '../database.ts'
import { internalDomains } from '../mail/addresses.ts'

export type EmailsFilter = 'all' | 'received' | 'sent' | 'scheduled'

/** Whose lists of which records. */
export interface EmailsScope {
  orgId: string
  userId: string
  /** By record: current addresses that link, its own or its main contact's, nobody of the organisation, no robots. */
  addresses: ReadonlyMap<string, readonly string[]>
  /** Mailboxes whose mail the viewer sees. */
  mailboxIds: string[]
}

export interface SightingEmail {
  recordId: string
  key: string
  direction: 'received' | 'sent'
  subject: string
  snippet: string
  fromParty: Party
  toParties: Party[]
  ccParties: Party[]
  at: Date
  hasAttachments: boolean
  gmailThreadId: string
}

export interface SendEmail {
  recordId: string
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
  ccParties: Party[]
  at: Date
  zone: string
  localTime: string
  claimedAt: Date | null
  gmailThreadId: string | null
  hasAttachments: boolean
}

/**
 * By record, its current addresses, in `contactModules` with those of its contact (a document's own, else its deal's); and
 * the viewer's mailboxes. Addresses of the organisation's own people are left out: they never link (decisions 6). A record
 * that is not there is left out too.
 */
export async function readEmailsScope(
  q: Queryable,
  input: {
    orgId: string
    userId: string
    recordIds: readonly string[]
    contactModules: readonly string[]
    readScope: string
  },
): Promise<{ addresses: Map<string, string[]>; mailboxIds: string[]; mayRead: boolean }> {
  const { orgId, userId, recordIds, contactModules, readScope } = input
  const { rows } = await sql<{ id: string; addresses: string[]; mailboxIds: string[]; mayRead: boolean }>`
    with mine as materialized (
      select m.id::text as id, ${readScope}::text = any(m.scopes) as readable from mailboxes m
      where m.org_id = ${orgId} and m.user_id = ${userId} and m.status <> 'disconnected')
    select r.id::text as id,
      array(
        select distinct a.address from record_addresses a
        where a.record_id in (r.id, case when r.module = any(${contactModules}::text[]) then
            coalesce(r.main_contact_id,
              (select d.main_contact_id from records d where d.id = r.deal_id and d.deleted_at is null)) end)
          and not exists (select 1 from users u where u.org_id = r.org_id and u.email = a.address)
          and not exists (select 1 from organisations o where o.id = r.org_id
            and (split_part(a.address, '@', 2) = any(o.join_domains)
              or ${internalDomains('o')} @> to_jsonb(split_part(a.address, '@', 2))))
          and not exists (select 1 from mailboxes m where m.org_id = r.org_id
            and (m.email = a.address or a.address = any(m.aliases)))
      ) as addresses,
      array(select mine.id from mine) as "mailboxIds",
      exists (select 1 from mine where mine.readable) as "mayRead"
    from records r
    where r.org_id = ${orgId} and r.id = any(${recordIds}::uuid[]) and r.deleted_at is null`.execute(q)
  return {
    addresses: new Map(rows.map((row) => [row.id, row.addresses])),
    mailboxIds: rows[0]?.mailboxIds ?? [],
    mayRead: rows[0]?.mayRead ?? false,
  }
}

/**
 * Stored mail of each record in the viewer's mailboxes, newest first: one row a message, and none that stands in the list
 * as a send. Walks the index of each address and stops at `limit`, which counts per record.
 */
export async function listSightingEmails(
  q: Queryable,
  scope: EmailsScope,
  input: { filter: EmailsFilter; cursor: ListCursor | undefined; limit: number },
): Promise<SightingEmail[]> {
  const { filter, cursor, limit } = input
  const isEmpty = [...scope.addresses.values()].every((addresses) => addresses.length === 0)
  if (isEmpty || scope.mailboxIds.length === 0 || filter === 'scheduled') return []
  const direction = filter === 'all' ? sql`` : sql`and sa.direction = ${filter}`
  const after =
    cursor === undefined
      ? sql``
      : sql`and sa.at <= ${cursor.at} and (sa.at < ${cursor.at} or sa.message_id::text < ${cursor.key})`
  const { rows } = await sql<SightingEmail>`
    with list as materialized (${lists(scope)})
    select list.record_id::text as "recordId", mail.* from list cross join lateral (
      select distinct s.id, s.message_id::text as key, s.direction, s.subject, s.snippet, s.at,
        s.from_party as "fromParty", s.to_parties as "toParties", s.cc_parties as "ccParties",
        jsonb_array_length(s.parts) > 0 as "hasAttachments", s.gmail_thread_id as "gmailThreadId"
      from unnest(list.addresses) as wanted(address)
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
      order by s.at desc, key desc limit ${limit}
    ) mail
    order by mail.at desc, mail.key desc`.execute(q)
  return rows
}

/**
 * Sends in each record's list: the viewer's own to its addresses or written from it, and what colleagues still have
 * scheduled from it (seen, not touched: S-042). Newest first by the time they were or will be sent; `limit` per record.
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
    with list as materialized (${lists(scope)})
    select list.record_id::text as "recordId", mail.* from list cross join lateral (
      select x.id::text as key, x.author_id as "authorId", u.name as "authorName", m.email as mailbox, x.status, x.reason,
        x.version, x.subject, left(x.body, 1000) as body, x.to_parties as "toParties", x.cc_parties as "ccParties", ${sendAt} as at, x.zone,
        x.local_time as "localTime", x.claimed_at as "claimedAt",
        coalesce(x.gmail_thread_id, x.reply_thread_id) as "gmailThreadId",
        exists (select 1 from sightings s where s.send_id = x.id and jsonb_array_length(s.parts) > 0) as "hasAttachments"
      from sends x join users u on u.id = x.author_id join mailboxes m on m.id = x.mailbox_id
      where ${standsAsSend(scope)} ${byFilter(filter)} ${after}
      order by at desc, key desc limit ${limit}
    ) mail
    order by mail.at desc, mail.key desc`.execute(q)
  return rows
}

/** How many mails each list has under this filter, and when one last went out. */
export async function countEmails(
  q: Queryable,
  scope: EmailsScope,
  filter: EmailsFilter,
): Promise<Map<string, { total: number; lastSentAt: Date | null }>> {
  const direction = filter === 'all' ? sql`` : sql`and sa.direction = ${filter}`
  const { rows } = await sql<{ recordId: string; total: number; lastSentAt: Date | null }>`
    with list as materialized (${lists(scope)})
    select list.record_id::text as "recordId", counted.total, counted."lastSentAt"
    from list cross join lateral (
      with x as materialized (select x.id, x.status, x.sent_at from sends x where ${standsAsSend(scope)}),
        covered as materialized (select distinct o.message_id from x join sightings o on o.send_id = x.id)
      select
        (select count(distinct sa.message_id)::int from sighting_addresses sa
          where sa.org_id = ${scope.orgId} and sa.address = any(list.addresses)
            and sa.mailbox_id = any(${scope.mailboxIds}::uuid[]) ${direction}
            and ${filter !== 'scheduled'}::boolean
            and not exists (select 1 from covered c where c.message_id = sa.message_id))
        + (select count(*)::int from x where ${filter !== 'received'}::boolean ${byFilter(filter)}) as total,
        (select max(x.sent_at) from x) as "lastSentAt"
    ) counted`.execute(q)
  return new Map(rows.map(({ recordId, total, lastSentAt }) => [recordId, { total, lastSentAt }]))
}

/** The scope's records as rows of `record_id`, `addresses`. */
function lists(scope: EmailsScope): RawBuilder<unknown> {
  const text = JSON.stringify(Object.fromEntries(scope.addresses))
  return sql`select key::uuid as record_id, array(select jsonb_array_elements_text(value)) as addresses
    from jsonb_each(${text}::jsonb)`
}

const sendAt = sql<Date>`coalesce(x.sent_at, x.due_at)`

function byFilter(filter: EmailsFilter): RawBuilder<unknown> {
  if (filter === 'scheduled') return sql`and x.status in ('scheduled', 'held', 'sending')`
  if (filter === 'sent') return sql`and x.status not in ('scheduled', 'held', 'sending')`
  return sql``
}

/** Condition on `sends x` for one row of `list`. Drafts are not yet mail, and deleting a scheduled mail cancels it (S-041). */
function standsAsSend(scope: EmailsScope): RawBuilder<SqlBool> {
  return sql<SqlBool>`x.org_id = ${scope.orgId} and x.status not in ('draft', 'cancelled') and x.id in (
    select n.id from sends n where n.record_id = list.record_id
      and (n.author_id = ${scope.userId} or n.status in ('scheduled', 'held', 'sending'))
    union
    select t.send_id from send_addresses t join sends n on n.id = t.send_id
    where t.org_id = ${scope.orgId} and t.address = any(list.addresses)
      and n.author_id = ${scope.userId})`
}
