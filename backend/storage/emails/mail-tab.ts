import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ListCursor } from '../../../lib/domain/list-cursor.ts'
import type { Queryable } from '../database.ts'
import { mayLink } from '../mail/addresses.ts'
import { isListedSighting, type SightScope, sightPaths, sightTables } from '../mail/sight.ts'
import { type Viewer, visibleTo } from '../records.ts'
import { type EmailsFilter, type TextSearch, wordsMatch } from './filter.ts'
import type { MessageEmail } from './messages.ts'
import { goingOut, partsOfSend, sendAt, unfinished } from './own-sends.ts'
import type { SendEmail } from './sends.ts'

/** Whose mail tab. */
export interface TabScope {
  viewer: Viewer
  /** Their connected mailboxes. */
  mailboxIds: readonly string[]
  /** Modules whose records are reached through their contact. */
  contactModules: readonly string[]
}

export interface TabInput {
  filter: EmailsFilter
  search: TextSearch | undefined
  cursor: ListCursor | undefined
  limit: number
}

/** Mail of the viewer's own mailboxes that stands on a record they may open, newest first; none that is a send of theirs. */
export async function listTabMessages(
  q: Queryable,
  scope: TabScope,
  input: TabInput,
): Promise<MessageEmail[]> {
  const { rows } = await sql<MessageEmail>`
    select '' as "recordId", s.message_id::text as key, s.id::text as "sightingId", 'full' as level, s.direction, null as "sendStatus", s.subject, s.snippet, jsonb_array_length(s.parts) > 0 as "hasAttachments",
      ${isArchived} as "isArchived", s.from_party as "fromParty", s.to_parties as "toParties",
      s.cc_parties as "ccParties", s.at, true as mine, u.id::text as "userId", u.name as "userName",
      s.gmail_thread_id as "gmailThreadId", false as "byHand", '' as address, false as "throughContact"
    from (${tabMessages(scope, input)}) page join sightings s on s.id = page.id
    join users u on u.id = ${scope.viewer.userId}::uuid
    order by s.at desc, s.message_id desc`.execute(q)
  return rows
}

/** How many there are, counted up to `limit`. */
export async function countTabMessages(q: Queryable, scope: TabScope, input: TabInput): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*)::int as total from (${tabMessages(scope, input)}) page`.execute(q)
  return rows[0]?.total ?? 0
}

const isArchived = sql<boolean>`(s.direction = 'received' and not 'INBOX' = any(s.label_ids))`

function tabMessages(scope: TabScope, { filter, search, cursor, limit }: TabInput): RawBuilder<unknown> {
  const { userId } = scope.viewer
  const all: RawBuilder<SqlBool>[] = [isListedSighting('s'), stands(scope)]
  if (cursor !== undefined)
    all.push(sql<SqlBool>`s.at <= ${cursor.at}::timestamptz
      and (s.at < ${cursor.at}::timestamptz or s.message_id < ${cursor.key}::uuid)`)
  if (filter.kind === 'scheduled') all.push(sql<SqlBool>`false`)
  else if (filter.kind !== 'all') all.push(sql<SqlBool>`s.direction = ${filter.kind}`)
  if (filter.statuses.length > 0) all.push(sql<SqlBool>`s.direction = any(${[...filter.statuses]}::text[])`)
  if (filter.withFiles) all.push(sql<SqlBool>`jsonb_array_length(s.parts) > 0`)
  if (!filter.archived) all.push(sql<SqlBool>`not ${isArchived}`)
  if (filter.byHand)
    all.push(sql<SqlBool>`exists (select 1 from hand_links h where h.sighting_id = s.id and h.kind = 'link')`)
  if (search !== undefined) all.push(sql<SqlBool>`s.id = any(${[...search.sightingIds]}::uuid[])`)
  const boxes = sql`${[...scope.mailboxIds]}::uuid[]`
  // One row a message: of two copies of mine the sent one; what I wrote here stands as my send.
  all.push(sql<SqlBool>`not exists (select 1 from sightings o where o.message_id = s.message_id
      and o.mailbox_id = any(${boxes}) and ${isListedSighting('o')} and (o.direction, o.id) > (s.direction, s.id))
    and not exists (select 1 from sightings o join sends x on x.id = o.send_id where o.message_id = s.message_id
      and x.author_id = ${userId}::uuid and x.status not in ('draft', 'cancelled'))`)
  return sql`select mail.* from unnest(${boxes}) as box(id) cross join lateral (
      select s.id, s.at, s.message_id from sightings s
      where s.mailbox_id = box.id and ${sql.join(all, sql` and `)}
      order by s.at desc, s.message_id desc limit ${limit}::int) mail
    order by mail.at desc, mail.message_id desc limit ${limit}::int`
}

/** Condition on a sighting `s`: it stands on a record the viewer may open (decisions 5). */
function stands({ viewer, contactModules }: TabScope): RawBuilder<SqlBool> {
  const reached = sql`r.module = any(${[...contactModules]}::text[])`
  const opens = sql`r.org_id = ${viewer.orgId}::uuid and r.deleted_at is null and ${visibleTo(viewer, 'r')}
    and not exists (select 1 from hand_links off where off.sighting_id = s.id and off.record_id = r.id
      and off.kind = 'unlink')`
  return sql<SqlBool>`(exists (
      select 1 from sighting_addresses sa
      join record_addresses a on a.org_id = ${viewer.orgId}::uuid and a.address = sa.address
      where sa.sighting_id = s.id and ${mayLink(viewer.orgId, sql<string>`sa.address`)} and (
        exists (select 1 from records r where r.id = a.record_id and ${opens})
        or exists (select 1 from records r where r.main_contact_id = a.record_id and ${reached} and ${opens})
        or exists (select 1 from records d join records r on r.deal_id = d.id and r.main_contact_id is null
          where d.main_contact_id = a.record_id and d.deleted_at is null and ${reached} and ${opens})))
    or exists (select 1 from hand_links h join records r on r.id = h.record_id
      where h.sighting_id = s.id and h.kind = 'link' and ${opens}))`
}

/** All outgoing mail of the viewer that is one, newest first. */
export async function listTabSends(q: Queryable, scope: TabScope, input: TabInput): Promise<SendEmail[]> {
  const { cursor, limit } = input
  const after =
    cursor === undefined
      ? sql``
      : sql`and ${sendAt} <= ${cursor.at} and (${sendAt} < ${cursor.at} or x.id < ${cursor.key}::uuid)`
  const { rows } = await sql<SendEmail>`
    select coalesce(x.record_id::text, '') as "recordId", x.id::text as key, 'full' as level, 'none' as others,
      x.author_id::text as "authorId", u.name as "authorName", m.email as mailbox, x.status, x.reason, x.version,
      x.subject, left(x.body, 1000) as body, x.to_parties as "toParties", x.cc_parties as "ccParties", ${sendAt} as at,
      x.zone, x.local_time as "localTime", x.claimed_at as "claimedAt", x.undo_until as "undoUntil",
      coalesce(x.gmail_thread_id, x.reply_thread_id) as "gmailThreadId",
      (select s.message_id::text from sightings s where s.send_id = x.id limit 1) as "messageId",
      exists (${partsOfSend}) as "hasAttachments"
    from sends x join users u on u.id = x.author_id join mailboxes m on m.id = x.mailbox_id
    where ${ownTabSend(scope, input)} ${after}
    order by ${sendAt} desc, x.id desc limit ${limit}::int`.execute(q)
  return rows
}

export async function countTabSends(q: Queryable, scope: TabScope, input: TabInput): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*)::int as total from (
    select 1 from sends x join mailboxes m on m.id = x.mailbox_id where ${ownTabSend(scope, input)}
    limit ${input.limit}::int) counted`.execute(q)
  return rows[0]?.total ?? 0
}

function ownTabSend({ viewer }: TabScope, { filter, search }: TabInput): RawBuilder<SqlBool> {
  const all: RawBuilder<SqlBool>[] = [
    sql<SqlBool>`x.author_id = ${viewer.userId}::uuid and x.status not in ('draft', 'cancelled')
      and (x.status = any(${[...unfinished]}::text[]) or m.status <> 'disconnected')`,
  ]
  const going = sql`x.status = any(${[...goingOut]}::text[])`
  if (filter.kind === 'received' || filter.byHand) all.push(sql<SqlBool>`false`)
  if (filter.kind === 'scheduled') all.push(sql<SqlBool>`${going}`)
  if (filter.kind === 'sent') all.push(sql<SqlBool>`not ${going}`)
  if (filter.statuses.length > 0) all.push(sql<SqlBool>`x.status = any(${[...filter.statuses]}::text[])`)
  if (filter.withFiles) all.push(sql<SqlBool>`exists (${partsOfSend})`)
  if (search !== undefined)
    all.push(
      sql<SqlBool>`(${wordsMatch(
        search,
        sql`lower(x.subject || ' ' || x.body || ' ' || x.to_parties::text || ' ' || x.cc_parties::text)`,
      )} or exists (select 1 from sightings s where s.send_id = x.id and s.id = any(${[...search.sightingIds]}::uuid[])))`,
    )
  return sql<SqlBool>`(${sql.join(all, sql` and `)})`
}

/** Records the viewer may open on which these copies or sends may stand; the newest first. */
export async function openRecordsOf(
  q: Queryable,
  scope: TabScope,
  about: { sightingIds: readonly string[]; sendIds: readonly string[] },
): Promise<{ id: string; module: string; name: string }[]> {
  const { viewer } = scope
  const { rows } = await sql<{ id: string; module: string; name: string }>`
    with held as materialized (
        select a.record_id as id from sighting_addresses sa
        join record_addresses a on a.org_id = sa.org_id and a.address = sa.address
        where sa.sighting_id = any(${[...about.sightingIds]}::uuid[])
        union select a.record_id from send_addresses sa
        join record_addresses a on a.org_id = sa.org_id and a.address = sa.address
        where sa.send_id = any(${[...about.sendIds]}::uuid[])),
      named as (
        select id from held
        union select h.record_id from hand_links h where h.sighting_id = any(${[...about.sightingIds]}::uuid[])
        union select x.record_id from sends x where x.id = any(${[...about.sendIds]}::uuid[])
        union select r.id from held join records r on r.main_contact_id = held.id
        union select r.id from held join records d on d.main_contact_id = held.id and d.deleted_at is null
          join records r on r.deal_id = d.id and r.main_contact_id is null)
    select r.id::text as id, r.module, r.name from named join records r on r.id = named.id
    where r.org_id = ${viewer.orgId}::uuid and r.deleted_at is null and ${visibleTo(viewer, 'r')}
    order by r.updated_at desc limit 500`.execute(q)
  return rows
}

/** Why and on which lists of the scope the viewer's copies of these messages stand. */
export async function ownPaths(
  q: Queryable,
  scope: SightScope,
  messageIds: readonly string[],
): Promise<{ sightingId: string; recordId: string; byHand: boolean; address: string; held: boolean }[]> {
  if (messageIds.length === 0 || scope.lists.length === 0) return []
  const { rows } = await sql<Awaited<ReturnType<typeof ownPaths>>[number]>`
    with ${sightTables(scope)},
    wanted as materialized (select l.record_id, w.id as message_id
      from lists l cross join unnest(${[...messageIds]}::uuid[]) as w(id)),
    ${sightPaths(scope.userId)}
    select p.sighting_id::text as "sightingId", p.record_id::text as "recordId", p.by_hand as "byHand", p.address,
      coalesce(p.holder_id = p.record_id, false) as held
    from paths p where p.mine order by p.by_hand desc, held desc, p.record_id`.execute(q)
  return rows
}
