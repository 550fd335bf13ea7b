import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
import type { ListCursor } from '../../../lib/domain/list-cursor.ts'
import type { SendStatus } from '../../../lib/domain/statuses.ts'
import type { Queryable } from '../database.ts'
import { type SightScope, sightPaths, sightTables } from '../mail/sight.ts'
import { candidates, mayPass } from './candidates.ts'
import { countedUpTo } from './counts.ts'
import { type EmailsFilter, isPlain, type TextSearch, whoMatches } from './filter.ts'
import { standsAsOwnSend } from './own-sends.ts'

/** One mail of a list, from the copy that the viewer may see best. */
export interface MessageEmail {
  recordId: string
  key: string
  sightingId: string
  level: 'metadata' | 'full'
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

/** Mails of some lists, and how many pass in each as far as they were counted. */
export interface ListedMessages {
  rows: MessageEmail[]
  total: number
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
  return [...(await pages(q, scope, { ...input, enough: input.limit })).values()].flatMap((one) => one.rows)
}

/**
 * The same of one list, and how many pass the filter or the search in all, up to `upTo`: both from one look, since what is
 * counted has to be found anyway. With a limit of 0 it only counts.
 */
export async function listAndCount(
  q: Queryable,
  scope: SightScope,
  input: MessagesInput,
  upTo = countedUpTo,
): Promise<ListedMessages> {
  const [page] = (await pages(q, scope, { ...input, enough: upTo })).values()
  return { rows: page?.rows ?? [], total: Math.min(upTo, page?.total ?? 0) }
}

/** `enough`: as many of each list must be found. */
interface PagesInput extends MessagesInput {
  enough: number
}

async function pages(
  q: Queryable,
  scope: SightScope,
  input: PagesInput,
): Promise<Map<string, ListedMessages>> {
  const { enough, filter } = input
  const found = new Map<string, ListedMessages>()
  let lists = scope.lists
  if (scope.mailboxes.length === 0 || filter.kind === 'scheduled') return found
  for (let window = firstWindow(input); lists.length > 0; ) {
    const looked = await messagesWithin(q, { ...scope, lists }, input, window)
    let least = enough
    for (const { recordId, isCut, ...page } of looked)
      if (isCut && page.total < enough) least = Math.min(least, page.total)
      else found.set(recordId, page)
    lists = lists.filter((list) => !found.has(list.recordId))
    window *= Math.min(16, Math.max(3, Math.ceil((1.3 * enough) / (least + 1))))
  }
  return found
}

/** A mail may have several copies, and some show nothing; few pass a filter that needs their content. */
function firstWindow({ enough, filter, search }: PagesInput): number {
  const isRare = filter.withFiles || filter.statuses.length > 0 || !filter.archived
  return Math.ceil((isRare ? 8 : search !== undefined ? 3 : 1.5) * enough) + 2
}

/** `isCut`: only the newest `window` candidates of the list were looked at; what stands at their end is left out. */
async function messagesWithin(
  q: Queryable,
  scope: SightScope,
  input: MessagesInput,
  window: number,
): Promise<(ListedMessages & { recordId: string; isCut: boolean })[]> {
  const { cursor, limit, filter } = input
  const after =
    cursor === undefined
      ? sql`true`
      : sql`b.at <= ${cursor.at}::timestamptz and (b.at < ${cursor.at}::timestamptz or b.message_id < ${cursor.key}::uuid)`
  // Without it a page is found by what the roads say, and only the copies it shows are read.
  const copy = isPlain(input)
    ? sql``
    : sql`join sightings s on s.id = b.sighting_id left join sends x on x.id = s.send_id`
  const { rows } = await sql<Partial<MessageEmail> & { recordId: string; isCut: boolean; total: number }>`
    with ${sightTables(scope)},
    ${candidates(scope, input, window)},
    wanted as materialized (select distinct record_id, message_id from raw c where ${mayPass(scope, filter)}),
    ${sightPaths(scope.userId)},
    page as materialized (
      select b.*, row_number() over (partition by b.record_id order by b.at desc, b.message_id desc) as place
      from best b ${copy} left join cut on cut.record_id = b.record_id
      where (cut.at is null or b.at > cut.at) and ${after} and ${passes(input)} and not ${standsAsOwnSend(scope)})
    select l.record_id::text as "recordId", cut.at is not null as "isCut",
      (select count(*)::int from page c where c.record_id = l.record_id) as total, p.*
    from lists l left join cut on cut.record_id = l.record_id left join lateral (
      select b.message_id::text as key, b.sighting_id::text as "sightingId",
        case b.level when 2 then 'full' else 'metadata' end as level,
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
  return [...Map.groupBy(rows, (row) => row.recordId)].map(([recordId, some]) => ({
    recordId,
    isCut: some.some((row) => row.isCut),
    total: some[0]?.total ?? 0,
    rows: some.filter(isMail),
  }))
}

/** A list without mail has one row of nulls. */
function isMail<T extends Partial<MessageEmail>>(row: T): row is T & MessageEmail {
  return typeof row.key === 'string'
}

/** Archived in Gmail: received, and not in the inbox any more. Of a colleague's mail one learns it only with its text. */
const isArchived = sql<boolean>`(b.level = 2 and b.direction = 'received' and not 'INBOX' = any(s.label_ids))`

/** Condition on `best b` and, unless the question is plain, its sighting `s` and its send `x`. */
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
