import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { SharingMode } from '../../../lib/domain/sharing.ts'

/** A record whose list is read, as far as it decides who sees what stands on it. */
interface SightList {
  recordId: string
  /** The lead, contact or deal whose switch counts here (`switchOf`); null: none. */
  switchId: string | null
  switchIsDeal: boolean
  /** Current addresses that link, with the record that holds each and since when (ISO). */
  addresses: { address: string; holderId: string; since: string }[]
}

/** A connected mailbox of somebody active of whose mail the viewer may see something. */
interface SightMailbox {
  mailboxId: string
  userId: string
  /** In force. */
  mode: SharingMode
  mine: boolean
  /** Single mails of it were shared, or given to the viewer. */
  lifted: boolean
}

export interface SightScope {
  orgId: string
  userId: string
  lists: readonly SightList[]
  mailboxes: readonly SightMailbox[]
}

/**
 * CTEs that say in SQL what `sightThrough` of `lib/domain/sharing.ts` says: `lists` (record_id, has_off), `links` (their
 * addresses), `given` (what each mailbox lets others see on each list before anything is said of one mail: base 0, 1, 2 =
 * none, metadata, full) and `roads` (the same for each address, with the moment before which mail is its owner's alone).
 * Whoever gives nothing is left out.
 */
export function sightTables(scope: SightScope): RawBuilder<unknown> {
  const lists = scope.lists.map(({ recordId, switchId, switchIsDeal }) => ({
    ...{ record_id: recordId, switch_id: switchId, switch_is_deal: switchIsDeal },
  }))
  const links = scope.lists.flatMap(({ recordId, addresses }) =>
    addresses.map(({ address, holderId, since }) => ({
      ...{ record_id: recordId, address, holder_id: holderId, since },
    })),
  )
  const mailboxes = scope.mailboxes.map(({ mailboxId, userId, mode, mine, lifted }) => ({
    ...{ mailbox_id: mailboxId, user_id: userId, mode, mine, lifted },
  }))
  return sql`
    lists as materialized (
      select l.*, exists (select 1 from hand_links h where h.record_id = l.record_id and h.kind = 'unlink') as has_off
      from jsonb_to_recordset(${JSON.stringify(lists)}::jsonb)
        as l(record_id uuid, switch_id uuid, switch_is_deal boolean)),
    given as materialized (
      select l.record_id, l.has_off, e.mailbox_id, e.user_id, e.mine, e.lifted,
        case e.mode when 'public' then 2 when 'metadata' then 1 when 'per_record' then
          case when exists (select 1 from record_shares w where w.user_id = e.user_id and w.record_id = l.switch_id)
            then 2 else 0 end
        else 0 end as base,
        e.mode = 'per_record' and l.switch_is_deal as by_deal
      from lists l cross join jsonb_to_recordset(${JSON.stringify(mailboxes)}::jsonb)
        as e(mailbox_id uuid, user_id uuid, mode text, mine boolean, lifted boolean)),
    links as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(links)}::jsonb)
        as k(record_id uuid, address text, holder_id uuid, since timestamptz)),
    roads as materialized (
      select g.*, k.address, k.holder_id, case when exists (select 1 from older_mail o where o.user_id = g.user_id
          and o.record_id = k.holder_id and o.address = k.address and o.agreed)
        then '-infinity'::timestamptz else k.since end as since
      from given g join links k on k.record_id = g.record_id
      where g.mine or g.lifted or g.base > 0 or g.by_deal and exists (
        select 1 from thread_deals t join record_shares w on w.record_id = t.deal_id and w.user_id = g.user_id
        where t.mailbox_id = g.mailbox_id))`
}

/** A candidate: its row of `roads` (by address) or of `given` (by hand), and the columns that hold its sighting and time. */
interface Candidate {
  road: string
  by: 'address' | 'hand'
  sightingId: string
  at: string
}

/** 0, 1, 2 = none, metadata, full: what the viewer sees of a candidate that is listed and was not taken off. */
export function levelOf(userId: string, one: Candidate): RawBuilder<number> {
  return sql<number>`case when ${sql.ref(`${one.road}.mine`)} then 2
    when exists (select 1 from mail_grants mg where mg.sighting_id = ${sql.ref(one.sightingId)}
      and mg.user_id = ${userId}::uuid) then 2
    else ${othersLevel(one)} end`
}

/** What somebody who was given nothing in particular sees of it. */
function othersLevel({ road, by, sightingId, at }: Candidate): RawBuilder<number> {
  const column = (name: string) => sql.ref(`${road}.${name}`)
  const id = sql.ref(sightingId)
  const base =
    by === 'hand'
      ? column('base')
      : sql`case when ${column('by_deal')} then coalesce(${chosenLevel(id, column('user_id'))}, ${column('base')})
          else ${column('base')} end`
  const since = by === 'hand' ? chosenSince(id, column('record_id')) : column('since')
  const level = sql`case when ${sql.ref(at)} < ${since} and coalesce(x.at < ${since}, true) then 0 else x.given end`
  return sql<number>`(select ${level} from (
    select w.at, case w.level when 'none' then 0 when 'metadata' then 1 when 'full' then 2 else ${base} end as given
    from (values (1)) as one left join sighting_shares w on w.sighting_id = ${id}) x)`
}

/** The switch of the deal chosen for the thread stands in; null where none was chosen that still stands. */
function chosenLevel(sightingId: RawBuilder<unknown>, ownerId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select case when exists (select 1 from record_shares cw where cw.user_id = ${ownerId}
      and cw.record_id = t.deal_id) then 2 else 0 end
    from sightings cs join thread_deals t on t.mailbox_id = cs.mailbox_id and t.gmail_thread_id = cs.gmail_thread_id
    join records d on d.id = t.deal_id and d.deleted_at is null where cs.id = ${sightingId})`
}

/** When the deal was chosen with which alone a copy came to stand there by hand; null where its owner put it there. */
export function chosenSince(
  sightingId: RawBuilder<unknown>,
  recordId: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(select tl.made_at from hand_links hc join sightings cs on cs.id = hc.sighting_id
    join thread_links tl on tl.mailbox_id = cs.mailbox_id and tl.gmail_thread_id = cs.gmail_thread_id
      and tl.record_id = hc.record_id
    where hc.sighting_id = ${sightingId} and hc.record_id = ${recordId} and hc.whole_thread and tl.by_choice
      and tl.kind = 'link')`
}

/** False in the trash and in spam. */
export const isListedSighting = (table: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`not ${sql.ref(`${table}.label_ids`)} && array['TRASH', 'SPAM']`

/** Its owner did not take the sighting off this list; `list` is a row of `lists`, `given` or `roads`. */
export function staysOn(list: string, sightingId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(not ${sql.ref(`${list}.has_off`)} or not exists (select 1 from hand_links off
    where off.sighting_id = ${sql.ref(sightingId)} and off.record_id = ${sql.ref(`${list}.record_id`)}
      and off.kind = 'unlink'))`
}

/**
 * CTEs after {@link sightTables} and one named `wanted` (record_id, message_id): `paths`, every reason for which a copy of
 * those messages stands on the list before the viewer's eyes, with its level; and `best`, one row a message: the viewer's
 * own copy first, then the one that shows most, then the earliest.
 */
export function sightPaths(userId: string): RawBuilder<unknown> {
  const byAddress: Candidate = { road: 'r', by: 'address', sightingId: 'o.id', at: 'o.at' }
  const byHand: Candidate = { road: 'g', by: 'hand', sightingId: 'o.id', at: 'o.at' }
  return sql`
    every_path as materialized (
        select w.record_id, w.message_id, o.id as sighting_id, o.at, o.direction, r.user_id, r.mine, r.address, r.holder_id,
          false as by_hand, ${levelOf(userId, byAddress)} as level
        from wanted w join sightings o on o.message_id = w.message_id
        join sighting_addresses sa on sa.sighting_id = o.id
        join roads r on r.record_id = w.record_id and r.mailbox_id = o.mailbox_id and r.address = sa.address
        where ${isListedSighting('o')} and ${staysOn('r', 'o.id')}
        union all
        select w.record_id, w.message_id, o.id, o.at, o.direction, g.user_id, g.mine, '', null, true,
          ${levelOf(userId, byHand)}
        from wanted w join hand_links h on h.record_id = w.record_id and h.message_id = w.message_id and h.kind = 'link'
        join sightings o on o.id = h.sighting_id
        join given g on g.record_id = w.record_id and g.mailbox_id = o.mailbox_id
        where ${isListedSighting('o')}),
    paths as materialized (select * from every_path where level > 0),
    best as materialized (
      select distinct on (record_id, message_id) * from (
        select record_id, message_id, sighting_id, at, direction, user_id, mine, bool_or(by_hand) as by_hand,
          max(level) as level,
          (array_agg(address order by level desc, by_hand desc, holder_id <> record_id, address))[1] as address,
          (array_agg(holder_id order by level desc, by_hand desc, holder_id <> record_id, address))[1] as holder_id
        from paths group by record_id, message_id, sighting_id, at, direction, user_id, mine
      ) copies
      order by record_id, message_id, ${bestFirst})`
}

/** Which of a message's copies a list shows. */
export const bestFirst = sql`mine desc, level desc, mine and direction = 'sent' desc, at, sighting_id`
