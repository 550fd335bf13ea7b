import { sql } from 'kysely'
import type { DuplicateKey } from '../../lib/domain/duplicate-keys.ts'
import type { DuplicateReason } from '../../lib/domain/duplicates.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import { type RecordRow, selectRecords, type Viewer, visibleTo } from './records.ts'

/** Enough to choose five from; a switchboard's number may stand on thousands. */
const perReason = 30

/**
 * Live records the viewer may see which hold one of the addresses (in any module) or one of the keys (in these modules),
 * each with its reason, in one statement; at most 30 a reason.
 */
export async function findAlike(
  q: Queryable,
  viewer: Viewer,
  input: {
    modules: readonly ModuleKey[]
    addresses: readonly string[]
    keys: readonly DuplicateKey[]
    exceptId: string | undefined
  },
): Promise<{ id: string; reason: DuplicateReason }[]> {
  const { addresses, keys, modules } = input
  const stands = sql`records.org_id = ${viewer.orgId} and records.deleted_at is null and ${visibleTo(viewer)}
    and records.id is distinct from ${input.exceptId ?? null}::uuid`
  const parts = [...Map.groupBy(keys, (one) => one.kind)].map(
    ([kind, own]) => sql`(select records.id, ${kind}::text as reason
      from record_keys k join records on records.id = k.record_id
      where k.org_id = ${viewer.orgId} and k.kind = ${kind} and k.key = any(${own.map((one) => one.key)}::text[])
        and records.module = any(${[...modules]}::text[]) and ${stands} limit ${perReason})`,
  )
  if (addresses.length > 0)
    parts.push(sql`(select records.id, 'address' as reason
      from record_addresses a join records on records.id = a.record_id
      where a.org_id = ${viewer.orgId} and a.address = any(${[...addresses]}::text[]) and ${stands}
      limit ${perReason})`)
  if (parts.length === 0) return []
  const { rows } = await sql<{ id: string; reason: DuplicateReason }>`
    ${sql.join(parts, sql` union all `)}`.execute(q)
  return rows
}

/** Live records the viewer may see, newest first. */
export async function listByIds(q: Queryable, viewer: Viewer, ids: readonly string[]): Promise<RecordRow[]> {
  if (ids.length === 0) return []
  return selectRecords(q, viewer)
    .where('records.id', 'in', [...ids])
    .orderBy('records.updated_at', 'desc')
    .execute()
}
