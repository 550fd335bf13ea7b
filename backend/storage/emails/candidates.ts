import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ListCursor } from '../../../lib/domain/list-cursor.ts'
import { levelOf, type SightScope } from '../mail/sight.ts'
import type { EmailsFilter, TextSearch } from './filter.ts'

interface CandidatesInput {
  filter: EmailsFilter
  search: TextSearch | undefined
  cursor: ListCursor | undefined
}

/**
 * CTEs after `sightTables`: `raw` (record_id, sighting_id, message_id, at, direction), the newest `window` of what may stand
 * on each list, by address through each mailbox and by hand; and `cut`, lists of which there is more, with the time from
 * which on `raw` is whole. More than may be seen, never less; `sightPaths` decides.
 */
export function candidates(scope: SightScope, input: CandidatesInput, window: number): RawBuilder<unknown> {
  const entry = sql.raw('sa.sighting_id, sa.message_id, sa.at, sa.direction')
  const newest = sql`order by sa.at desc limit ${window}::int`
  const ofRoad = sql`sighting_addresses sa where sa.org_id = ${scope.orgId}::uuid and sa.address = r.address
    and sa.mailbox_id = r.mailbox_id ${asked('sa', input, sql`not r.mine`)}`
  const byHand = sql`(select ${entry} from hand_links sa where sa.record_id = l.record_id and sa.kind = 'link'
    and sa.mailbox_id in (select g.mailbox_id from given g where g.record_id = l.record_id)
    ${asked('sa', input, sql`true`)} ${newest})`
  // Roads that show all of their mail come first: of the others, most of which shows nothing, only what is as new is tried.
  const open = sql`select c.* from roads r cross join lateral (select ${entry} from ${ofRoad} ${newest}) c
    where r.record_id = l.record_id and ${isOpen}`
  const closed = sql`select c.* from roads r left join full_lists f on f.record_id = r.record_id
    cross join lateral (select ${entry} from ${ofRoad} and sa.at >= coalesce(f.at, '-infinity')
      and ${mayShow(scope.userId)} ${newest}) c
    where r.record_id = l.record_id and not ${isOpen}`
  const firsts = input.filter.byHand ? byHand : sql`${open} union all ${byHand}`
  const seconds = input.filter.byHand ? sql`` : sql`union all ${closed}`
  return sql`
    firsts as materialized (select l.record_id, c.* from lists l cross join lateral (
      select * from (${firsts}) every order by at desc limit ${window}::int) c),
    full_lists as materialized (
      select record_id, min(at) as at from firsts group by record_id having count(*) >= ${window}::int),
    raw as materialized (select l.record_id, c.* from lists l cross join lateral (
      select * from (select sighting_id, message_id, at, direction from firsts f where f.record_id = l.record_id
        ${seconds}) every order by at desc limit ${window}::int) c),
    cut as materialized (
      select record_id, min(at) as at from raw group by record_id having count(*) >= ${window}::int)`
}

/** What an entry says by itself of what is asked. The copy that is shown of a mail is an entry too, so none is missed. */
function asked(
  entry: string,
  { filter, search, cursor }: CandidatesInput,
  mayBeLess: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${entry}.${name}`)
  const before = cursor === undefined ? sql`` : sql`and ${column('at')} <= ${cursor.at}::timestamptz`
  const way = filter.kind === 'all' ? sql`` : sql`and ${column('direction')} = ${filter.kind}`
  // A search finds text in what Gmail named, and who and when where no more may be seen.
  const found =
    search === undefined
      ? sql``
      : sql`and (${column('message_id')} = any(${[...search.messageIds]}::uuid[]) or ${mayBeLess})`
  return sql`${before} ${way} ${found}`
}

/**
 * Condition on an entry `c` of `raw`, one look at its copy: false only where the copy, should it be the one shown, does not
 * pass the filter. Cheaper than finding out who sees it.
 */
export function mayPass(scope: SightScope, filter: EmailsFilter): RawBuilder<SqlBool> {
  const all: RawBuilder<SqlBool>[] = []
  if (filter.withFiles) all.push(sql<SqlBool>`jsonb_array_length(f.parts) > 0`)
  // Of others' mail one may see too little to know that it is archived.
  const mine = scope.mailboxes.filter((one) => one.mine).map((one) => one.mailboxId)
  if (!filter.archived)
    all.push(sql<SqlBool>`(f.direction = 'sent' or 'INBOX' = any(f.label_ids)
      or f.mailbox_id <> all(${mine}::uuid[]))`)
  if (filter.statuses.length > 0)
    all.push(sql<SqlBool>`(f.direction = any(${[...filter.statuses]}::text[]) or f.send_id is not null)`)
  if (all.length === 0) return sql<SqlBool>`true`
  return sql<SqlBool>`exists (select 1 from sightings f where f.id = c.sighting_id and ${sql.join(all, sql` and `)})`
}

/** Condition on a road `r`: it shows mail by itself. */
const isOpen = sql<SqlBool>`(r.mine or r.base > 0)`

/**
 * Condition on an entry `sa` of a road `r`: cheap, and true for all that may be seen. Of who gives nothing by mode only what
 * was shared or given by itself is looked at.
 */
export function mayShow(userId: string): RawBuilder<SqlBool> {
  const level = levelOf(userId, { road: 'r', by: 'address', sightingId: 'sa.sighting_id', at: 'sa.at' })
  return sql<SqlBool>`(r.mine or r.base > 0 or case when r.by_deal then ${level} > 0 else
    exists (select 1 from sighting_shares lw where lw.sighting_id = sa.sighting_id and lw.level <> 'none')
    or exists (select 1 from mail_grants lg where lg.sighting_id = sa.sighting_id and lg.user_id = ${userId}::uuid) end)`
}
