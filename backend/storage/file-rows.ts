import { type Insertable, sql } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

/** One at a time in the organisation: whoever holds this may count, keep and forget its bytes (S-057). */
export async function lockFiles(trx: Trx, orgId: string): Promise<Record<string, unknown>> {
  const row = await trx
    .selectFrom('organisations')
    .select('policy')
    .where('id', '=', orgId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.policy ?? {}
}

/** Bytes the organisation keeps, each content once. */
export async function usedBytes(q: Queryable, orgId: string): Promise<number> {
  const row = await q
    .selectFrom('files')
    .select((eb) => eb.cast<number>(eb.fn.coalesce(eb.fn.sum('size'), eb.val(0)), 'bigint').as('used'))
    .where('org_id', '=', orgId)
    .executeTakeFirst()
  return row?.used ?? 0
}

export async function hasFile(q: Queryable, orgId: string, sha256: string): Promise<boolean> {
  const row = await q
    .selectFrom('files')
    .select('size')
    .where('org_id', '=', orgId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertFile(trx: Trx, row: Insertable<Tables['files']>): Promise<void> {
  await trx
    .insertInto('files')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .execute()
}

/** Forgets a content nobody has on a record any more. False when somebody has; call under {@link lockFiles}. */
export async function deleteUnusedFile(trx: Trx, orgId: string, sha256: string): Promise<boolean> {
  const used = await trx
    .selectFrom('attachments')
    .select('id')
    .where('org_id', '=', orgId)
    .where('sha256', '=', sha256)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (used !== undefined) return false
  await sql`update filings set attachment_id = null where attachment_id in
    (select id from attachments where org_id = ${orgId} and sha256 = ${sha256})`.execute(trx)
  await trx.deleteFrom('attachments').where('org_id', '=', orgId).where('sha256', '=', sha256).execute()
  await trx.deleteFrom('files').where('org_id', '=', orgId).where('sha256', '=', sha256).execute()
  return true
}
