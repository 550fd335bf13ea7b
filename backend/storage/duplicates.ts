import { sql } from 'kysely'
import type { DuplicateKey } from '../../lib/domain/duplicate-keys.ts'
import type { DuplicateReason } from '../../lib/domain/duplicates.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable } from './database.ts'
import { type RecordRow, selectRecords, type Viewer, visibleTo } from './records.ts'

/** Enough to choose five from; a switchboard's number may stand on thousands. */
const perReason = 50

/**
 * Live records the viewer may see which hold one of the addresses (in any module) or one of the keys (in these modules),
 * each with its reason; at most 50 a reason.
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
  const { addresses, keys } = input
  const kinds = [...new Set(keys.map((one) => one.kind))]
  const found = []
  if (addresses.length > 0)
    found.push(
      await stands(q, viewer, input.exceptId)
        .innerJoin('record_addresses as a', 'a.record_id', 'records.id')
        .where('a.org_id', '=', viewer.orgId)
        .where('a.address', 'in', [...addresses])
        .select(sql.lit<DuplicateReason>('address').as('reason'))
        .limit(perReason)
        .execute(),
    )
  for (const kind of kinds)
    found.push(
      await stands(q, viewer, input.exceptId)
        .innerJoin('record_keys as k', 'k.record_id', 'records.id')
        .where('k.org_id', '=', viewer.orgId)
        .where('k.kind', '=', kind)
        .where(
          'k.key',
          'in',
          keys.filter((one) => one.kind === kind).map((one) => one.key),
        )
        .where('records.module', 'in', [...input.modules])
        .select(sql.lit<DuplicateReason>(kind).as('reason'))
        .limit(perReason)
        .execute(),
    )
  return found.flat()
}

function stands(q: Queryable, viewer: Viewer, exceptId: string | undefined) {
  const query = q
    .selectFrom('records')
    .select('records.id')
    .distinct()
    .where('records.org_id', '=', viewer.orgId)
    .where('records.deleted_at', 'is', null)
    .where(visibleTo(viewer))
  return exceptId === undefined ? query : query.where('records.id', '<>', exceptId)
}

/** Live records the viewer may see, newest first. */
export async function listByIds(q: Queryable, viewer: Viewer, ids: readonly string[]): Promise<RecordRow[]> {
  if (ids.length === 0) return []
  return selectRecords(q, viewer)
    .where('records.id', 'in', [...ids])
    .orderBy('records.updated_at', 'desc')
    .execute()
}
