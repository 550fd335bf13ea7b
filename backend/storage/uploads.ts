import type { Insertable, Selectable } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type UploadRow = Selectable<Tables['uploads']>

export async function insertUpload(trx: Trx, row: Insertable<Tables['uploads']>): Promise<UploadRow> {
  return trx.insertInto('uploads').values(row).returningAll().executeTakeFirstOrThrow()
}

/** An upload of this user. */
export async function findUpload(
  q: Queryable,
  who: { orgId: string; userId: string },
  id: string,
): Promise<UploadRow | undefined> {
  return q
    .selectFrom('uploads')
    .selectAll()
    .where('org_id', '=', who.orgId)
    .where('user_id', '=', who.userId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** How many uploads of this user have not all their bytes yet. */
export async function countOpenUploads(q: Queryable, userId: string): Promise<number> {
  const row = await q
    .selectFrom('uploads')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('n'))
    .where('user_id', '=', userId)
    .whereRef('received_bytes', '<', 'size')
    .executeTakeFirst()
  return row?.n ?? 0
}

/** Compare-and-set; false when another piece was faster or it was cancelled. */
export async function moveUpload(
  q: Queryable,
  id: string,
  move: { from: number; to: number; now: Date },
): Promise<boolean> {
  const row = await q
    .updateTable('uploads')
    .set({ received_bytes: move.to, updated_at: move.now })
    .where('id', '=', id)
    .where('received_bytes', '=', move.from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteUpload(q: Queryable, id: string): Promise<boolean> {
  const row = await q.deleteFrom('uploads').where('id', '=', id).returning('id').executeTakeFirst()
  return row !== undefined
}

/** Uploads nobody sent anything to since `before`. */
export async function listIdleUploads(q: Queryable, before: Date, limit: number): Promise<UploadRow[]> {
  return q
    .selectFrom('uploads')
    .selectAll()
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .limit(limit)
    .execute()
}

/** Which of these uploads still stand. */
export async function standingUploads(q: Queryable, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q
    .selectFrom('uploads')
    .select('id')
    .where('id', 'in', [...ids])
    .execute()
  return new Set(rows.map((row) => row.id))
}
