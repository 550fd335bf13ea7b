import { sql } from 'kysely'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Queryable, Trx } from './database.ts'
import { type RecordRow, type Viewer, visibleTo } from './records.ts'

/** The `field` under which a deal's further contacts stand in record_links; lookups have their own key. */
export const contactsLink = 'contacts'

/** One record that another names. `field` is the relation's or the lookup's key. */
export interface LinkedRecord {
  field: string
  id: string
  module: ModuleKey
  /** '' when the viewer may not open it, or it is in the bin. */
  name: string
}

/** By record, every record it names by relation, lookup or list of contacts, by name; one statement for many rows. */
export async function linkedRecords(
  q: Queryable,
  viewer: Viewer,
  rows: readonly Pick<RecordRow, 'id' | 'account_id' | 'main_contact_id' | 'deal_id'>[],
): Promise<Map<string, LinkedRecord[]>> {
  const columns = rows.flatMap((row) => [
    { id: row.id, field: 'accountId', target: row.account_id },
    { id: row.id, field: 'mainContactId', target: row.main_contact_id },
    { id: row.id, field: 'dealId', target: row.deal_id },
  ])
  const set = columns.flatMap(({ id, field, target }) => (target === null ? [] : [{ id, field, target }]))
  const { rows: found } = await sql<LinkedRecord & { recordId: string }>`
    select named.record_id as "recordId", named.field, records.id, records.module,
      case when records.deleted_at is null and ${visibleTo(viewer)} then records.name else '' end as name
    from (
      select l.record_id, l.field, l.target_id from record_links l
      where l.record_id = any(${rows.map((row) => row.id)}::uuid[]) and l.org_id = ${viewer.orgId}
      union all
      select * from unnest(${set.map((one) => one.id)}::uuid[], ${set.map((one) => one.field)}::text[],
        ${set.map((one) => one.target)}::uuid[])
    ) as named(record_id, field, target_id)
    join records on records.id = named.target_id and records.org_id = ${viewer.orgId}
    order by records.name, records.id`.execute(q)
  const lists = new Map<string, LinkedRecord[]>()
  for (const { recordId, ...one } of found) {
    const list = lists.get(recordId)
    if (list) list.push(one)
    else lists.set(recordId, [one])
  }
  return lists
}

/** Puts exactly these targets under one field of a record. */
export async function putLinks(
  trx: Trx,
  input: { orgId: string; recordId: string; field: string; targets: readonly string[] },
): Promise<void> {
  const { orgId, recordId, field, targets } = input
  await trx.deleteFrom('record_links').where('record_id', '=', recordId).where('field', '=', field).execute()
  if (targets.length === 0) return
  await trx
    .insertInto('record_links')
    .values(
      [...new Set(targets)].map((target_id) => ({ record_id: recordId, org_id: orgId, field, target_id })),
    )
    .execute()
}

/** A deal's further contacts. */
export async function contactIdsOf(q: Queryable, recordId: string): Promise<string[]> {
  const rows = await q
    .selectFrom('record_links')
    .select('target_id')
    .where('record_id', '=', recordId)
    .where('field', '=', contactsLink)
    .orderBy('target_id')
    .execute()
  return rows.map((row) => row.target_id)
}

/** True when going up from `start` along one lookup field leads to `id`. */
export async function leadsTo(
  q: Queryable,
  input: { field: string; start: string; id: string },
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with recursive above(id) as (
      select ${input.start}::uuid
      union
      select l.target_id from above join record_links l on l.record_id = above.id and l.field = ${input.field})
    select id from above where id = ${input.id}`.execute(q)
  return rows.length > 0
}
