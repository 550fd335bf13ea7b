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

/** Whether the bytes themselves are needed: kept as a file, or read by an import, which counts them nowhere. */
export async function needsBytes(q: Queryable, orgId: string, sha256: string): Promise<boolean> {
  const { rows } = await sql<{ needed: boolean }>`
    select exists (select 1 from files where org_id = ${orgId} and sha256 = ${sha256})
      or exists (select 1 from imports where org_id = ${orgId} and sha256 = ${sha256}) as needed`.execute(q)
  return rows[0]?.needed ?? false
}

export async function insertFile(trx: Trx, row: Insertable<Tables['files']>): Promise<void> {
  await trx
    .insertInto('files')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .execute()
}

/**
 * Forgets a content nobody has any more: on a record, in a mail that still needs it, or in the library. False when somebody
 * has; call under {@link lockFiles}.
 */
export async function deleteUnusedFile(trx: Trx, orgId: string, sha256: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from attachments where org_id = ${orgId} and sha256 = ${sha256} and deleted_at is null
    union all select 1 from send_files where org_id = ${orgId} and sha256 = ${sha256}
    union all select 1 from library_versions where org_id = ${orgId} and sha256 = ${sha256} limit 1`.execute(
    trx,
  )
  if (rows.length > 0) return false
  await sql`update filings set attachment_id = null where attachment_id in
    (select id from attachments where org_id = ${orgId} and sha256 = ${sha256})`.execute(trx)
  await trx.deleteFrom('attachments').where('org_id', '=', orgId).where('sha256', '=', sha256).execute()
  await trx.deleteFrom('files').where('org_id', '=', orgId).where('sha256', '=', sha256).execute()
  return true
}

/** Contents kept since before `before` that nobody has, of any organisation. */
export async function listUnusedFiles(
  q: Queryable,
  before: Date,
  limit: number,
): Promise<{ orgId: string; sha256: string }[]> {
  const { rows } = await sql<{ orgId: string; sha256: string }>`
    select f.org_id as "orgId", f.sha256 from files f where f.created_at < ${before}::timestamptz
      and not exists (select 1 from attachments a where a.org_id = f.org_id and a.sha256 = f.sha256 and a.deleted_at is null)
      and not exists (select 1 from send_files s where s.org_id = f.org_id and s.sha256 = f.sha256)
      and not exists (select 1 from library_versions v where v.org_id = f.org_id and v.sha256 = f.sha256)
      and not exists (select 1 from tasks t where t.kind = 'sweep' and t.key = f.org_id::text || '/' || f.sha256)
    limit ${limit}`.execute(q)
  return rows
}
