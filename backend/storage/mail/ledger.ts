import { sql } from 'kysely'
import type { LedgerKind } from '../../../lib/domain/sharing.ts'
import type { Queryable } from '../database.ts'
import type { LedgerDetail } from './share-writes.ts'

export interface LedgerRow {
  id: string
  at: Date
  kind: LedgerKind
  actorId: string
  recordId: string | null
  detail: LedgerDetail
}

/**
 * What happened to who sees these copies of one owner, the newest first: what was written down for them; what speaks of all
 * of the owner's mail, or all of it on one of `recordIds`, since the mail is there; and the last change of mode before.
 */
export async function readLedger(
  q: Queryable,
  input: {
    ownerId: string
    sightingIds: readonly string[]
    recordIds: readonly string[]
    since: Date
    limit: number
  },
): Promise<LedgerRow[]> {
  const { ownerId, sightingIds, recordIds, since, limit } = input
  const { rows } = await sql<LedgerRow>`
    select l.id::text as id, l.at, l.kind, l.actor_id::text as "actorId", l.record_id::text as "recordId", l.detail
    from (
      select * from mail_ledger where sighting_id = any(${[...sightingIds]}::uuid[])
      union all
      select * from mail_ledger where owner_id = ${ownerId}::uuid and sighting_id is null and at >= ${since}
        and (record_id is null or record_id = any(${[...recordIds]}::uuid[]))
      union all
      (select * from mail_ledger where owner_id = ${ownerId}::uuid and sighting_id is null and record_id is null
        and at < ${since} order by at desc, seq desc limit 1)) l
    order by l.at desc, l.seq desc limit ${limit}`.execute(q)
  return rows
}

/** Changes of the organisation's own say over sharing since then. */
export async function sharingPolicyChanges(
  q: Queryable,
  orgId: string,
  since: Date,
): Promise<{ id: string; at: Date; actorId: string; key: string; value: unknown }[]> {
  const rows = await q
    .selectFrom('policy_changes')
    .select(['id', 'at', 'by_user', 'key', 'new'])
    .where('org_id', '=', orgId)
    .where('key', 'in', ['sharing.default', 'sharing.forced'])
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .limit(100)
    .execute()
  return rows.map((row) => ({ id: row.id, at: row.at, actorId: row.by_user, key: row.key, value: row.new }))
}
