import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
import type { ListCursor } from '../../../lib/domain/list-cursor.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'
import type { Queryable } from '../database.ts'
import {
  bestFirst,
  isListedSighting,
  levelOf,
  type SightScope,
  sightPaths,
  sightTables,
  staysOn,
} from '../mail/sight.ts'
import { type EmailsFilter, type TextSearch, whoMatches } from './filter.ts'
import { standsAsOwnSend } from './own-sends.ts'

/** One mail of a list, from the copy that the viewer may see best. */
export interface MessageEmail {
  recordId: string
  key: string
  sightingId: string
  level: 'metadata' | 'full'
  /** What others see of the viewer's own; 'full' too when it was given to somebody. */
  others: 'none' | 'metadata' | 'full'
  direction: 'received' | 'sent'
  /** Of the send it came from; null for all other mail. */
  sendStatus: SendStatus | null
  /** Empty where only who and when may be seen. */
  subject: string
  snippet: string
  hasAttachments: boolean
  isArchived: boolean
  fromParty: Party
  toParties: Party[]
  ccParties: Party[]
  at: Date
  mine: boolean
  userId: string
  userName: string
  gmailThreadId: string | null
  byHand: boolean
  address: string
  /** The address stands on another record, through which this one is reached. */
  throughContact: boolean
}

export interface MessagesInput {
  filter: EmailsFilter
  search: TextSearch | undefined
  cursor: ListCursor | undefined
  /** Of each list. */
  limit: number
}

/**
 * Stored mail of each list, newest first, one row a message; none that stands in the list as a send of the viewer's. Looks
 * at the newest candidates and goes on further back until each list is full: nobody pays for a record's whole history.
 */
export async function listMessageEmails(
  q: Queryable,
  scope: SightScope,
  input: MessagesInput,
): Promise<MessageEmail[]> {
  const found: MessageEmail[] = []
  let lists = scope.lists
  if (scope.mailboxes.length === 0 || input.filter.kind === 'scheduled') return found
  for (let window = 3 * input.limit; lists.length > 0; window *= 4) {
    const { rows, isCut } = await messagesWithin(q, { ...scope, lists }, input, window)
    const of = Map.groupBy(rows, (row) => row.recordId)
    const isShort = (id: string) => isCut.has(id) && (of.get(id)?.length ?? 0) < input.limit
    for (const list of lists) if (!isShort(list.recordId)) found.push(...(of.get(list.recordId) ?? []))
    lists = lists.filter((list) => isShort(list.recordId))
  }
  return found
}

/** `isCut`: lists of which only the newest `window` candidates were looked at; what stands at their end is left out. */
async function messagesWithin(
  q: Queryable,
  scope: SightScope,
  input: MessagesInput,
  window: number,
): Promise<{ rows: MessageEmail[]; isCut: Set<string> }> {
  const { cursor, limit } = input
  const after =
    cursor === undefined
      ? sql`true`
      : sql`b.at <= ${cursor.at}::timestamptz and (b.at < ${cursor.at}::timestamptz or b.message_id < ${cursor.key}::uuid)`
  const { rows } = await sql<Omit<MessageEmail, 'key'> & { key: string | null; isCut: boolean }>`
    with ${sightTables(scope)},
    raw as materialized (${candidates(scope, { cursor, search: input.search, limit: window })}),
    cut as (select record_id, min(at) as at from raw group by record_id having count(*) >= ${window}::int),
    wanted as materialized (select distinct record_id, message_id from raw),
    ${sightPaths(scope.userId)},
    page as materialized (
      select b.*, row_number() over (partition by b.record_id order by b.at desc, b.message_id desc) as place
      from best b join sightings s on s.id = b.sighting_id left join sends x on x.id = s.send_id
      left join cut on cut.record_id = b.record_id
      where (cut.at is null or b.at > cut.at) and ${after} and ${passes(input)} and not ${standsAsOwnSend(scope)})
    select l.record_id::text as "recordId", cut.at is not null as "isCut", p.*
    from lists l left join cut on cut.record_id = l.record_id left join lateral (
      select b.message_id::text as key, b.sighting_id::text as "sightingId",
        case b.level when 2 then 'full' else 'metadata' end as level,
        case when b.mine and exists (select 1 from mail_grants mg where mg.sighting_id = b.sighting_id) then 'full'
          when b.others = 2 then 'full' when b.others = 1 then 'metadata' else 'none' end as others,
        b.direction, case when b.level = 2 then x.status end as "sendStatus",
        case when b.level = 2 then s.subject else '' end as subject,
        case when b.level = 2 then s.snippet else '' end as snippet,
        b.level = 2 and jsonb_array_length(s.parts) > 0 as "hasAttachments", ${isArchived} as "isArchived",
        s.from_party as "fromParty", s.to_parties as "toParties", s.cc_parties as "ccParties", b.at, b.mine,
        u.id::text as "userId", u.name as "userName", case when b.mine then s.gmail_thread_id end as "gmailThreadId",
        b.by_hand as "byHand", b.address, coalesce(b.holder_id <> b.record_id, false) as "throughContact", b.place
      from page b join sightings s on s.id = b.sighting_id join users u on u.id = b.user_id
      left join sends x on x.id = s.send_id
      where b.record_id = l.record_id and b.place <= ${limit}::int
    ) p on true order by p.place`.execute(q)
  return {
    rows: rows.flatMap(({ key, ...row }) => (key === null ? [] : [{ ...row, key }])),
    isCut: new Set(rows.filter((row) => row.isCut).map((row) => row.recordId)),
  }
}

/** Archived in Gmail: received, and not in the inbox any more. Of a colleague's mail one learns it only with its text. */
const isArchived = sql<boolean>`(b.level = 2 and b.direction = 'received' and not 'INBOX' = any(s.label_ids))`

/** Condition on `best b`, its sighting `s` and its send `x`. */
function passes({ filter, search }: Pick<MessagesInput, 'filter' | 'search'>): RawBuilder<SqlBool> {
  const all: RawBuilder<SqlBool>[] = [sql<SqlBool>`true`]
  if (filter.kind !== 'all') all.push(sql<SqlBool>`b.direction = ${filter.kind}`)
  if (filter.statuses.length > 0)
    all.push(sql<SqlBool>`coalesce(case when b.level = 2 then x.status end, b.direction)
      = any(${[...filter.statuses]}::text[])`)
  if (filter.withFiles) all.push(sql<SqlBool>`b.level = 2 and jsonb_array_length(s.parts) > 0`)
  if (!filter.archived) all.push(sql<SqlBool>`not ${isArchived}`)
  if (filter.byHand) all.push(sql<SqlBool>`b.by_hand`)
  if (search !== undefined)
    all.push(sql<SqlBool>`(exists (select 1 from paths hit where hit.record_id = b.record_id
        and hit.message_id = b.message_id and hit.level = 2 and hit.sighting_id = any(${[...search.sightingIds]}::uuid[]))
      or b.level = 1 and ${whoMatches(search, { from: 's.from_party', to: 's.to_parties', cc: 's.cc_parties', at: 's.at' })})`)
  return sql<SqlBool>`(${sql.join(all, sql` and `)})`
}

/**
 * Rows (record_id, sighting_id, message_id, at) of what may stand on each list, the newest `limit`: by address through each
 * mailbox, and by hand. More than may be seen, never less; `sightPaths` decides.
 */
function candidates(
  scope: SightScope,
  input: { cursor: ListCursor | undefined; search?: TextSearch | undefined; limit: number },
): RawBuilder<unknown> {
  const { cursor, search, limit } = input
  const before = (table: string) =>
    cursor === undefined ? sql`` : sql`and ${sql.ref(`${table}.at`)} <= ${cursor.at}::timestamptz`
  // A search finds text in what Gmail named, and who and when where no more may be seen.
  const found = (table: string, mayBeLess: RawBuilder<unknown>) =>
    search === undefined
      ? sql``
      : sql`and (${sql.ref(`${table}.message_id`)} = any(${[...search.messageIds]}::uuid[]) or ${mayBeLess})`
  return sql`
    select l.record_id, c.* from lists l cross join lateral (
      select * from (
        select c.* from roads r cross join lateral (
          select sa.sighting_id, sa.message_id, sa.at from sighting_addresses sa
          where sa.org_id = ${scope.orgId}::uuid and sa.address = r.address and sa.mailbox_id = r.mailbox_id
            ${before('sa')} and ${mayShow(scope.userId)} ${found('sa', sql`not r.mine`)}
          order by sa.at desc limit ${limit}::int) c
        where r.record_id = l.record_id
        union all
        (select h.sighting_id, h.message_id, h.at from hand_links h
          where h.record_id = l.record_id and h.kind = 'link' ${before('h')} ${found('h', sql`true`)}
            and h.mailbox_id in (select g.mailbox_id from given g where g.record_id = l.record_id)
          order by h.at desc limit ${limit}::int)
      ) every order by at desc limit ${limit}::int) c`
}

/**
 * Condition on an entry `sa` of a road `r`: cheap, and true for all that may be seen. Of who gives nothing by mode only what
 * was shared or given by itself is looked at.
 */
function mayShow(userId: string): RawBuilder<SqlBool> {
  const level = levelOf(userId, { road: 'r', by: 'address', sightingId: 'sa.sighting_id', at: 'sa.at' })
  return sql<SqlBool>`(r.mine or r.base > 0 or case when r.by_deal then ${level} > 0 else
    exists (select 1 from sighting_shares lw where lw.sighting_id = sa.sighting_id and lw.level <> 'none')
    or exists (select 1 from mail_grants lg where lg.sighting_id = sa.sighting_id and lg.user_id = ${userId}::uuid) end)`
}

/** How many mails a list has, as far as it was counted, and whose. */
export interface CountedMessages {
  total: number
  people: { userId: string; mails: number; level: 'metadata' | 'full'; at: string }[]
}

/** Counts at least as many mails as this, if there are. */
export const countedUpTo = 1000

/**
 * Counts each list up to `upTo`, and whose mail stands there; of a longer list the newest of each mailbox count. A filter
 * that needs more than who and when is counted by {@link countFiltered}.
 */
export async function countMessageEmails(
  q: Queryable,
  scope: SightScope,
  filter: EmailsFilter,
  upTo = countedUpTo,
): Promise<Map<string, CountedMessages>> {
  const counted = new Map<string, CountedMessages>()
  let lists = scope.lists
  if (scope.mailboxes.length === 0 || filter.kind === 'scheduled') return counted
  const roads = Math.max(1, ...lists.map((list) => list.addresses.length)) * scope.mailboxes.length
  let window = { mine: Math.ceil(1.1 * upTo), others: Math.max(100, Math.ceil((1.5 * upTo) / roads)) }
  while (lists.length > 0) {
    const rows = await countWithin(q, { ...scope, lists }, filter, window)
    for (const { recordId, ...row } of rows)
      if (!row.isCut || row.total >= upTo) counted.set(recordId, { total: row.total, people: row.people })
    lists = lists.filter((list) => !counted.has(list.recordId))
    window = { mine: 4 * window.mine, others: 4 * window.mine }
  }
  return counted
}

/** `window`: how many of the newest are looked at on each road, the viewer's own and others'. */
async function countWithin(
  q: Queryable,
  scope: SightScope,
  filter: EmailsFilter,
  window: { mine: number; others: number },
) {
  const most = (road: string) =>
    sql`case when ${sql.ref(`${road}.mine`)} then ${window.mine}::int else ${window.others}::int end`
  const byAddress = levelOf(scope.userId, {
    road: 'r',
    by: 'address',
    sightingId: 'c.sighting_id',
    at: 'c.at',
  })
  const byHand = levelOf(scope.userId, { road: 'g', by: 'hand', sightingId: 'c.sighting_id', at: 'c.at' })
  const direction = filter.kind === 'all' ? sql`` : sql`where direction = ${filter.kind}`
  const { rows } = await sql<CountedMessages & { recordId: string; isCut: boolean }>`
    with ${sightTables(scope)},
    raw as materialized (
      select r.record_id, r.mailbox_id, r.address, ${most('r')} as most, c.* from roads r cross join lateral (
        select sa.sighting_id, sa.message_id, sa.at, sa.direction from sighting_addresses sa
        where sa.org_id = ${scope.orgId}::uuid and sa.address = r.address and sa.mailbox_id = r.mailbox_id
          and ${mayShow(scope.userId)}
        order by sa.at desc limit ${most('r')}) c
      union all
      select g.record_id, g.mailbox_id, null, ${most('g')}, c.* from given g cross join lateral (
        select h.sighting_id, h.message_id, h.at, h.direction from hand_links h
        where h.record_id = g.record_id and h.mailbox_id = g.mailbox_id and h.kind = 'link'
        order by h.at desc limit ${most('g')}) c),
    levels as materialized (
      select c.*, r.user_id, r.mine, ${byAddress} as level from raw c join roads r on r.record_id = c.record_id
        and r.mailbox_id = c.mailbox_id and r.address = c.address where ${staysOn('r', 'c.sighting_id')}
      union all
      select c.*, g.user_id, g.mine, ${byHand} from raw c join given g on g.record_id = c.record_id
        and g.mailbox_id = c.mailbox_id join sightings s on s.id = c.sighting_id
        where c.address is null and ${isListedSighting('s')}),
    copies as materialized (select * from levels where level > 0),
    best as (select distinct on (record_id, message_id) * from copies
      order by record_id, message_id, ${bestFirst})
    select l.record_id::text as "recordId",
      exists (select 1 from raw where raw.record_id = l.record_id group by raw.mailbox_id, raw.address
        having count(*) >= max(raw.most)) as "isCut",
      (select count(*)::int from (select b.* from best b where b.record_id = l.record_id and not ${standsAsOwnSend(scope)}) b
        ${direction}) as total,
      coalesce((select jsonb_agg(jsonb_build_object('userId', p.user_id, 'mails', p.mails,
          'level', case p.level when 2 then 'full' else 'metadata' end, 'at', p.at) order by p.at desc)
        from (select user_id, count(distinct message_id) as mails, max(level) as level, max(at) as at
          from copies c where c.record_id = l.record_id group by user_id) p), '[]'::jsonb) as people
    from lists l`.execute(q)
  return rows
}

/** Counts what passes a filter or a search, up to `upTo` in each list. */
export async function countFiltered(
  q: Queryable,
  scope: SightScope,
  input: Pick<MessagesInput, 'filter' | 'search'>,
  upTo = countedUpTo,
): Promise<number> {
  return (await listMessageEmails(q, scope, { ...input, cursor: undefined, limit: upTo })).length
}
