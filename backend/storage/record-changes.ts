import type { Trx } from './database.ts'
import type { StoredChange } from './record-tables.ts'

export type ChangeKind =
  | 'created'
  | 'changed'
  | 'deleted'
  | 'restored'
  | 'merged'
  | 'unmerged'
  | 'converted'
  | 'imported'
  | 'import_undone'

/** One line of a record's history. */
export interface NewChange {
  /** A new UUID. */
  id: string
  orgId: string
  recordId: string
  at: Date
  /** null: Inlay itself. */
  by: string | null
  kind: ChangeKind
  /** Each field that changed, columns under their API names (`ownerId`, `contactIds` joined by `;`); canonical values. */
  changes: readonly StoredChange[]
  facts?: Readonly<Record<string, string | number>>
  importId?: string | null
}

/** Writes history in the transaction that makes it; at most some hundred at once. */
export async function noteChanges(trx: Trx, rows: readonly NewChange[]): Promise<void> {
  if (rows.length === 0) return
  await trx
    .insertInto('record_changes')
    .values(
      rows.map((row) => ({
        id: row.id,
        org_id: row.orgId,
        record_id: row.recordId,
        at: row.at,
        by_user: row.by,
        kind: row.kind,
        changes: JSON.stringify(row.changes),
        facts: JSON.stringify(row.facts ?? {}),
        import_id: row.importId ?? null,
      })),
    )
    .execute()
}
