import { sql } from 'kysely'
import type { Queryable } from '../database.ts'
import { thoseReached } from '../mail/addresses.ts'
import { type SightScope, sightPaths, sightTables } from '../mail/sight.ts'
import { type Viewer, visibleTo } from '../records.ts'

/** Records the viewer may open on which this send may stand: written from, reached by its addresses, linked by hand. */
export async function openRecordsOfSend(q: Queryable, viewer: Viewer, sendId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (select a.record_id as id from record_addresses a
        join send_addresses s on s.org_id = a.org_id and s.address = a.address where s.send_id = ${sendId}::uuid),
      named as (
        select id::uuid from (${thoseReached}) reached
        union select record_id from sends where id = ${sendId}::uuid
        union select h.record_id from hand_links h join sightings s on s.id = h.sighting_id
          where s.send_id = ${sendId}::uuid)
    select r.id::text as id from named join records r on r.id = named.id
    where r.org_id = ${viewer.orgId}::uuid and r.deleted_at is null and ${visibleTo(viewer, 'r')}`.execute(q)
  return rows.map((row) => row.id)
}

/** The most that the lists of the scope show of the send's copy in its author's mailbox; 0 while there is none. */
export async function levelOfSentCopy(q: Queryable, scope: SightScope, sendId: string): Promise<number> {
  const { rows } = await sql<{ level: number | null }>`
    with ${sightTables(scope)},
    wanted as materialized (select distinct l.record_id, s.message_id from lists l cross join sightings s
      where s.send_id = ${sendId}::uuid),
    ${sightPaths(scope.userId)}
    select max(p.level)::int as level from paths p join sightings s on s.id = p.sighting_id
    where s.send_id = ${sendId}::uuid`.execute(q)
  return rows[0]?.level ?? 0
}
