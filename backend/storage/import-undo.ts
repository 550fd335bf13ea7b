import { sql } from 'kysely'
import type { Queryable } from './database.ts'
import type { StoredChange } from './record-tables.ts'

export interface ImportedChange {
  seq: number
  recordId: string
  changes: StoredChange[]
  /** The import made the record. */
  made: boolean
}

/** What an import did to records, newest first, before this one. */
export async function importedChanges(
  q: Queryable,
  importId: string,
  page: { before: number; limit: number },
): Promise<ImportedChange[]> {
  const rows = await q
    .selectFrom('record_changes')
    .select(['seq', 'record_id as recordId', 'changes', 'facts'])
    .where('import_id', '=', importId)
    .where('kind', '=', 'imported')
    .where('seq', '<', page.before)
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(({ facts, ...row }) => ({ ...row, made: facts['created'] === 1 }))
}

/**
 * Of these records, made by the import and about to go, those that somebody has changed or used since: other history, a note,
 * a task, a file, or a standing record that names them and stays. `seq`: what the import has made before it goes later.
 */
export async function usedSince(
  q: Queryable,
  importId: string,
  going: readonly string[],
  seq: number,
): Promise<Set<string>> {
  if (going.length === 0) return new Set()
  const ids = [...going]
  const stays = sql`o.deleted_at is null and o.id <> all(${ids}::uuid[]) and not exists (
    select 1 from record_changes m where m.record_id = o.id and m.import_id = ${importId} and o.import_id = ${importId}
      and m.seq < ${seq})`
  const { rows } = await sql<{ id: string }>`
    select r.id from unnest(${ids}::uuid[]) as r(id) where
      exists (select 1 from record_changes c where c.record_id = r.id and c.import_id is distinct from ${importId}::uuid)
      or exists (select 1 from notes n where n.record_id = r.id and n.deleted_at is null)
      or exists (select 1 from todos t where t.record_id = r.id and t.deleted_at is null)
      or exists (select 1 from attachments a where a.record_id = r.id and a.deleted_at is null)
      or exists (select 1 from records o where o.account_id = r.id and ${stays})
      or exists (select 1 from records o where o.main_contact_id = r.id and ${stays})
      or exists (select 1 from records o where o.deal_id = r.id and ${stays})
      or exists (select 1 from record_links l join records o on o.id = l.record_id where l.target_id = r.id and ${stays})`.execute(
    q,
  )
  return new Set(rows.map((row) => row.id))
}

/** Which of these records an import made and nobody has deleted. */
export async function standingMade(
  q: Queryable,
  importId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q
    .selectFrom('records')
    .select('id')
    .where('id', 'in', [...ids])
    .where('import_id', '=', importId)
    .where('deleted_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.id))
}
