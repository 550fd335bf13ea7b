import { sql } from 'kysely'
import type { Queryable } from '../database.ts'
import { bestFirst, isListedSighting, levelOf, type SightScope, sightTables, staysOn } from '../mail/sight.ts'
import { mayShow } from './candidates.ts'
import type { EmailsFilter } from './filter.ts'
import { standsAsOwnSend } from './own-sends.ts'

/** How many mails a list has, as far as it was counted, and whose. */
export interface CountedMessages {
  total: number
  people: { userId: string; mails: number; level: 'metadata' | 'full'; at: string }[]
}

/** Counts at least as many mails as this, if there are. */
export const countedUpTo = 1000

/**
 * Counts each list up to `upTo`, and whose mail stands there; of a longer list the newest of each mailbox count. A filter
 * that needs more than the direction is counted by `listAndCount`.
 */
export async function countMessageEmails(
  q: Queryable,
  scope: SightScope,
  { kind }: Pick<EmailsFilter, 'kind'>,
  upTo = countedUpTo,
): Promise<Map<string, CountedMessages>> {
  const counted = new Map<string, CountedMessages>()
  let lists = scope.lists
  if (scope.mailboxes.length === 0 || kind === 'scheduled') return counted
  const roads = Math.max(1, ...lists.map((list) => list.addresses.length)) * scope.mailboxes.length
  const first = { mine: Math.ceil(1.1 * upTo), others: Math.max(100, Math.ceil((1.5 * upTo) / roads)) }
  // Of one direction there is less; people are counted as without it.
  const more = kind === 'all' ? 1 : 1.7
  let window: CountWindow = {
    ...{ mine: Math.ceil(more * first.mine), others: Math.ceil(more * first.others), ofPeople: first },
  }
  while (lists.length > 0) {
    const rows = await countWithin(q, { ...scope, lists }, kind, window)
    for (const { recordId, ...row } of rows)
      if (!row.isCut || row.total >= upTo) counted.set(recordId, { total: row.total, people: row.people })
    lists = lists.filter((list) => !counted.has(list.recordId))
    const next = (mine: number) => ({ mine: 4 * mine, others: 4 * mine })
    window = { ...next(window.mine), ofPeople: next(window.ofPeople.mine) }
  }
  return counted
}

/** How many of the newest are looked at on each road, the viewer's own and others'; and for counting people. */
interface CountWindow {
  mine: number
  others: number
  ofPeople: { mine: number; others: number }
}

async function countWithin(
  q: Queryable,
  scope: SightScope,
  kind: EmailsFilter['kind'],
  window: CountWindow,
): Promise<(CountedMessages & { recordId: string; isCut: boolean })[]> {
  const most = (road: string, { mine, others } = { mine: window.mine, others: window.others }) =>
    sql`case when ${sql.ref(`${road}.mine`)} then ${mine}::int else ${others}::int end`
  const copy = { road: 'c', sightingId: 'c.sighting_id', at: 'c.at' }
  const direction = kind === 'all' ? sql`` : sql`and b.direction = ${kind}`
  const { rows } = await sql<CountedMessages & { recordId: string; isCut: boolean }>`
    with ${sightTables(scope)},
    raw as materialized (
      select r.record_id, r.has_off, r.mailbox_id, r.user_id, r.mine, r.base, r.by_deal, r.address, r.since,
        ${most('r')} as most, c.*
      from roads r cross join lateral (
        select sa.sighting_id, sa.message_id, sa.at, sa.direction, row_number() over (order by sa.at desc) as place
        from sighting_addresses sa
        where sa.org_id = ${scope.orgId}::uuid and sa.address = r.address and sa.mailbox_id = r.mailbox_id
          and ${mayShow(scope.userId)}
        order by sa.at desc limit ${most('r')}) c),
    by_hand as materialized (
      select g.record_id, g.has_off, g.mailbox_id, g.user_id, g.mine, g.base, ${most('g')} as most, c.*
      from given g cross join lateral (
        select h.sighting_id, h.message_id, h.at, h.direction, row_number() over (order by h.at desc) as place
        from hand_links h
        where h.record_id = g.record_id and h.mailbox_id = g.mailbox_id and h.kind = 'link'
        order by h.at desc limit ${most('g')}) c),
    copies as materialized (select * from (
      select c.record_id, c.message_id, c.sighting_id, c.at, c.direction, c.user_id, c.mine,
        c.place <= ${most('c', window.ofPeople)} as of_people, ${levelOf(scope.userId, { ...copy, by: 'address' })} as level
      from raw c where ${staysOn('c', 'c.sighting_id')}
      union all
      select c.record_id, c.message_id, c.sighting_id, c.at, c.direction, c.user_id, c.mine,
        c.place <= ${most('c', window.ofPeople)}, ${levelOf(scope.userId, { ...copy, by: 'hand' })}
      from by_hand c join sightings s on s.id = c.sighting_id where ${isListedSighting('s')}) seen where level > 0),
    best as (select distinct on (record_id, message_id) * from copies
      order by record_id, message_id, ${bestFirst})
    select l.record_id::text as "recordId",
      (exists (select 1 from raw where raw.record_id = l.record_id and raw.place >= raw.most)
        or exists (select 1 from by_hand where by_hand.record_id = l.record_id and by_hand.place >= by_hand.most)) as "isCut",
      (select count(*)::int from best b where b.record_id = l.record_id ${direction} and not ${standsAsOwnSend(scope)}) as total,
      coalesce((select jsonb_agg(jsonb_build_object('userId', p.user_id, 'mails', p.mails,
          'level', case p.level when 2 then 'full' else 'metadata' end, 'at', p.at) order by p.at desc)
        from (select user_id, count(distinct message_id) as mails, max(level) as level, max(at) as at
          from copies c where c.record_id = l.record_id and c.of_people group by user_id) p), '[]'::jsonb) as people
    from lists l`.execute(q)
  return rows
}
