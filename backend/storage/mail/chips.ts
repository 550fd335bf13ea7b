import { sql } from 'kysely'
import { documentModules, type ModuleKey } from '../../../lib/domain/modules.ts'
import type { Queryable } from '../database.ts'
import { type Viewer, visibleTo } from '../records.ts'
import { reachOf } from './paths.ts'

/** A record a thread stands on, and how: the deal it is about, by hand, reached through a contact, or holding an address. */
export interface ChipRow {
  threadId: string
  id: string
  module: ModuleKey
  name: string
  stage: string
  how: 'chosen' | 'hand' | 'through' | 'held'
  /** Its address, or its contact's, sent one of the mails. */
  isSender: boolean
  /** A person of the very name that Gmail shows as a sender. */
  isNamed: boolean
}

/** Where these threads of the viewer's mailbox stand, as far as they may open it; one statement for a page of Gmail's list. */
export async function chipRows(
  q: Queryable,
  viewer: Viewer,
  input: { mailboxId: string; threadIds: readonly string[] },
): Promise<ChipRow[]> {
  const { mailboxId, threadIds } = input
  const reached = ['deals', ...documentModules]
  const { rows } = await sql<ChipRow>`
    with mine as materialized (
        select s.id, s.gmail_thread_id as thread_id, s.from_party->>'address' as sender,
          lower(trim(s.from_party->>'name')) as sender_name from sightings s
        where s.mailbox_id = ${mailboxId} and s.gmail_thread_id = any(${[...threadIds]}::text[])
          and not s.label_ids && array['TRASH', 'SPAM']),
      sa as materialized (
        select mine.id, mine.thread_id, a.address, a.address = mine.sender as is_sender
        from mine cross join lateral (select k.address from sighting_addresses k where k.sighting_id = mine.id
          offset 0) a),
      ${reachOf(viewer.orgId, reached)},
      stands as (
        select t.gmail_thread_id as thread_id, t.deal_id as record_id, 'chosen' as how, false as is_sender
        from thread_deals t where t.mailbox_id = ${mailboxId} and t.gmail_thread_id = any(${[...threadIds]}::text[])
          and t.deal_id is not null
        union all
        select mine.thread_id, h.record_id, 'hand', false from mine
        cross join lateral (select * from hand_links k where k.sighting_id = mine.id and k.kind = 'link' offset 0) h
        union all
        select sa.thread_id, reach.record_id, case when reach.record_id = reach.held_id then 'held' else 'through' end,
          sa.is_sender
        from sa join reach on reach.address = sa.address
        where not exists (select 1 from hand_links h where h.sighting_id = sa.id and h.record_id = reach.record_id
          and h.kind = 'unlink'))
    select stands.thread_id as "threadId", r.id::text as id, r.module, r.name, stands.how,
      coalesce(case when r.module = 'deals' then r.fields->>'stage' else r.fields->>'status' end, '') as stage,
      bool_or(stands.is_sender) as "isSender",
      r.module in ('contacts', 'leads') and bool_or(stands.is_sender) and exists (select 1 from mine
        where mine.thread_id = stands.thread_id and mine.sender_name = lower(trim(r.name))) as "isNamed"
    from stands join records r on r.id = stands.record_id and r.org_id = ${viewer.orgId} and r.deleted_at is null
      and ${visibleTo(viewer, 'r')}
    group by stands.thread_id, r.id, stands.how order by r.id`.execute(q)
  return rows
}
