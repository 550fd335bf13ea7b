import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Party } from '../../../lib/domain/addresses.ts'
import type { SendReason, SendStatus } from '../../../lib/domain/statuses.ts'
import type { Queryable } from '../database.ts'
import { type SightScope, sightTables } from '../mail/sight.ts'
import { type EmailsFilter, type TextSearch, whoMatches, wordsMatch } from './filter.ts'
import type { MessagesInput } from './messages.ts'
import { goingOut, ownSendStands, partsOfSend, sendAt } from './own-sends.ts'

/** One outgoing mail of a list. */
export interface SendEmail {
  recordId: string
  key: string
  level: 'metadata' | 'full'
  others: 'none' | 'metadata' | 'full'
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
  undoUntil: Date | null
  gmailThreadId: string | null
  messageId: string | null
  hasAttachments: boolean
}

/** Whose sends: the viewer's own whichever mailbox they went through, and colleagues' as far as their mailboxes are in the scope. */
export interface SendsInput extends MessagesInput {
  own: boolean
  /** These and no others. */
  sendIds?: readonly string[] | undefined
}

/**
 * Sends in each record's list, written from it or to its addresses: the viewer's own, and colleagues' as if the send were a
 * copy of the mail in their mailbox, until there is one (decisions 7, S-042). Newest first by the time they were or will be
 * sent; `limit` per record.
 */
export async function listSendEmails(
  q: Queryable,
  scope: SightScope,
  input: SendsInput,
): Promise<SendEmail[]> {
  const { cursor, limit, filter } = input
  if (filter.kind === 'received' || filter.byHand) return []
  const after =
    cursor === undefined
      ? sql``
      : sql`and ${sendAt} <= ${cursor.at} and (${sendAt} < ${cursor.at} or x.id < ${cursor.key}::uuid)`
  const { rows } = await sql<SendEmail>`
    with ${sightTables(scope)}
    select l.record_id::text as "recordId", mail.* from lists l cross join lateral (
      select x.id::text as key, case stands.level when 2 then 'full' else 'metadata' end as level,
        case stands.others when 2 then 'full' when 1 then 'metadata' else 'none' end as others,
        x.author_id::text as "authorId", u.name as "authorName", m.email as mailbox, x.status,
        case when stands.level = 2 then x.reason end as reason, x.version,
        case when stands.level = 2 then x.subject else '' end as subject,
        case when stands.level = 2 then left(x.body, 1000) else '' end as body,
        x.to_parties as "toParties", x.cc_parties as "ccParties", ${sendAt} as at, x.zone, x.local_time as "localTime",
        x.claimed_at as "claimedAt", x.undo_until as "undoUntil", coalesce(x.gmail_thread_id, x.reply_thread_id) as "gmailThreadId",
        (select s.message_id::text from sightings s where s.send_id = x.id and s.mailbox_id = x.mailbox_id limit 1)
          as "messageId",
        stands.level = 2 and exists (${partsOfSend}) as "hasAttachments"
      from (${standing(scope, input)}) stands join sends x on x.id = stands.id
      join users u on u.id = x.author_id join mailboxes m on m.id = x.mailbox_id
      where ${passes(input)} ${after}
      order by at desc, x.id desc limit ${limit}
    ) mail
    order by mail.at desc, mail.key desc`.execute(q)
  return rows
}

/** How many sends pass, up to `upTo` in each list, and when the last of them went out. */
export async function countSendEmails(
  q: Queryable,
  scope: SightScope,
  input: Pick<SendsInput, 'filter' | 'search' | 'own'>,
  upTo: number,
): Promise<Map<string, { total: number; lastSentAt: Date | null }>> {
  if (input.filter.kind === 'received' || input.filter.byHand) return new Map()
  const { rows } = await sql<{ recordId: string; total: number; lastSentAt: Date | null }>`
    with ${sightTables(scope)}
    select l.record_id::text as "recordId", counted.* from lists l cross join lateral (
      select count(*)::int as total, max(c.sent_at) as "lastSentAt" from (
        select x.sent_at from (${standing(scope, input)}) stands join sends x on x.id = stands.id
        where ${passes(input)} order by x.sent_at desc nulls last limit ${upTo}::int) c
    ) counted`.execute(q)
  return new Map(rows.map(({ recordId, ...row }) => [recordId, row]))
}

/** Rows (id, level, others) of the sends that stand on the list `l` before the viewer's eyes. */
function standing(
  scope: SightScope,
  { own, sendIds }: Pick<SendsInput, 'own' | 'sendIds'>,
): RawBuilder<unknown> {
  const one = sendIds === undefined ? sql`` : sql`and x.id = any(${[...sendIds]}::uuid[])`
  const chosen = (thread: string) => sql`coalesce((select case when exists (select 1 from record_shares cw
      where cw.user_id = r.user_id and cw.record_id = t.deal_id) then 2 else 0 end
    from thread_deals t join records d on d.id = t.deal_id and d.deleted_at is null
    where r.by_deal and t.mailbox_id = x.mailbox_id and t.gmail_thread_id = ${sql.raw(thread)}), r.base)`
  const byAddress = sql`case when x.created_at < r.since then 0
    else ${chosen('coalesce(x.gmail_thread_id, x.reply_thread_id)')} end`
  const fromHere = sql`select x.id, g.base as level from sends x
    join given g on g.record_id = l.record_id and g.mailbox_id = x.mailbox_id where x.record_id = l.record_id`
  const toHere = sql`select x.id, ${byAddress} as level from roads r
    join send_addresses sa on sa.org_id = ${scope.orgId}::uuid and sa.address = r.address
    join sends x on x.id = sa.send_id and x.mailbox_id = r.mailbox_id where r.record_id = l.record_id`
  const mine = sql`select x.id, 2 as level, coalesce((select max(o.level) from (${fromHere} and x.id = mine_id.id
      union all ${toHere} and x.id = mine_id.id) o), 0) as others
    from (select n.id from sends n where n.record_id = l.record_id and n.author_id = ${scope.userId}::uuid
      union select t.send_id from links k join send_addresses t on t.org_id = ${scope.orgId}::uuid and t.address = k.address
      where k.record_id = l.record_id) mine_id
    join sends x on x.id = mine_id.id and x.author_id = ${scope.userId}::uuid
    where ${ownSendStands('l.record_id')} ${one}`
  const theirs = sql`select id, max(level) as level, 0 as others from (${fromHere} and not g.mine ${one} and ${isTheirs}
      union all ${toHere} and not r.mine ${one} and ${isTheirs}) o where level > 0 group by id`
  return own ? sql`${mine} union all ${theirs}` : theirs
}

/** Once a copy of it lies in its author's mailbox, the list shows that copy instead. */
const isTheirs = sql<SqlBool>`(x.status not in ('draft', 'cancelled')
  and not exists (select 1 from sightings seen where seen.send_id = x.id))`

/** Condition on a send `x` that stands with `stands.level`. */
function passes({
  filter,
  search,
}: {
  filter: EmailsFilter
  search: TextSearch | undefined
}): RawBuilder<SqlBool> {
  const all: RawBuilder<SqlBool>[] = [sql<SqlBool>`true`]
  if (filter.kind === 'scheduled') all.push(sql<SqlBool>`x.status = any(${[...goingOut]}::text[])`)
  if (filter.kind === 'sent') all.push(sql<SqlBool>`x.status <> all(${[...goingOut]}::text[])`)
  if (filter.statuses.length > 0) all.push(sql<SqlBool>`x.status = any(${[...filter.statuses]}::text[])`)
  if (filter.withFiles) all.push(sql<SqlBool>`stands.level = 2 and exists (${partsOfSend})`)
  if (search !== undefined) {
    const people = { from: 'from_party.party', to: 'x.to_parties', cc: 'x.cc_parties', at: 'from_party.at' }
    const text = sql`lower(x.subject || ' ' || x.body || ' ' || x.to_parties::text || ' ' || x.cc_parties::text)`
    all.push(sql<SqlBool>`(stands.level = 2 and (${wordsMatch(search, text)} or exists (select 1 from sightings s
        where s.send_id = x.id and s.id = any(${[...search.sightingIds]}::uuid[])))
      or stands.level = 1 and exists (select 1 from (select jsonb_build_object('name', u.name, 'address', m.email) as party,
          ${sendAt} as at
        from users u join mailboxes m on m.id = x.mailbox_id where u.id = x.author_id) from_party
        where ${whoMatches(search, people)}))`)
  }
  return sql<SqlBool>`(${sql.join(all, sql` and `)})`
}
