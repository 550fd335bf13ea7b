import { type Insertable, type Selectable, sql } from 'kysely'
import type { Policy } from '../../lib/domain/policy.ts'
import type { Database, Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type ImportRow = Selectable<Tables['imports']> & { byName: string }
type Change = Partial<
  Pick<
    ImportRow,
    | 'status'
    | 'reason'
    | 'total'
    | 'done'
    | 'created'
    | 'updated'
    | 'unchanged'
    | 'failed'
    | 'accounts'
    | 'kept'
    | 'cursor'
    | 'finished_at'
  >
> & { format?: string; mapping?: string }

function selectImports(q: Queryable) {
  return q
    .selectFrom('imports')
    .innerJoin('users', 'users.id', 'imports.user_id')
    .selectAll('imports')
    .select('users.name as byName')
}

export async function insertImport(q: Queryable, row: Insertable<Tables['imports']>): Promise<void> {
  await q.insertInto('imports').values(row).execute()
}

/** One import of the organisation, of one person unless `userId` is undefined. */
export async function findImport(
  q: Queryable,
  input: { orgId: string; id: string; userId?: string | undefined },
): Promise<ImportRow | undefined> {
  let query = selectImports(q).where('imports.org_id', '=', input.orgId).where('imports.id', '=', input.id)
  if (input.userId !== undefined) query = query.where('imports.user_id', '=', input.userId)
  return query.executeTakeFirst()
}

export async function loadImport(q: Queryable, id: string): Promise<ImportRow | undefined> {
  return selectImports(q).where('imports.id', '=', id).executeTakeFirst()
}

/** Newest first, at most 100. */
export async function listImports(
  q: Queryable,
  input: { orgId: string; userId?: string | undefined },
): Promise<ImportRow[]> {
  let query = selectImports(q).where('imports.org_id', '=', input.orgId)
  if (input.userId !== undefined) query = query.where('imports.user_id', '=', input.userId)
  return query.orderBy('imports.created_at', 'desc').orderBy('imports.id').limit(100).execute()
}

/** Holds the import until the transaction ends, if it is still in this state. */
export async function lockImport(trx: Trx, id: string, status: string): Promise<ImportRow | undefined> {
  return selectImports(trx)
    .where('imports.id', '=', id)
    .where('imports.status', '=', status)
    .forUpdate('imports')
    .executeTakeFirst()
}

/** Changes it only from one of these states, and over this version when one is given; undefined when it is another by now. */
export async function moveImport(
  q: Queryable,
  input: { id: string; from: readonly string[]; version?: number | undefined; now: Date },
  change: Change,
): Promise<ImportRow | undefined> {
  let query = q
    .updateTable('imports')
    .set((eb) => ({ ...change, updated_at: input.now, version: eb('version', '+', 1) }))
    .where('id', '=', input.id)
    .where('status', 'in', [...input.from])
  if (input.version !== undefined) query = query.where('version', '=', input.version)
  const row = await query.returning('id').executeTakeFirst()
  return row && loadImport(q, row.id)
}

/** True while another import of the organisation writes; only one does at a time. */
export async function importRuns(q: Queryable, orgId: string): Promise<boolean> {
  const row = await q
    .selectFrom('imports')
    .select('id')
    .where('org_id', '=', orgId)
    .where('status', 'in', ['running', 'undoing'])
    .executeTakeFirst()
  return row !== undefined
}

/** Bytes of uploaded files that are kept. */
export async function importBytes(q: Queryable, orgId: string): Promise<number> {
  const row = await q
    .selectFrom('imports')
    .select(sql<number>`coalesce(sum(bytes), 0)::bigint`.as('used'))
    .where('org_id', '=', orgId)
    .where('sha256', '<>', '')
    .executeTakeFirst()
  return row?.used ?? 0
}

/** True when another import or a filed attachment has the same bytes; then they stay. */
export async function bytesUsed(
  q: Queryable,
  orgId: string,
  sha256: string,
  except: string,
): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select exists (select 1 from imports where org_id = ${orgId} and sha256 = ${sha256} and id <> ${except})
      or exists (select 1 from files where org_id = ${orgId} and sha256 = ${sha256}) as used`.execute(q)
  return rows[0]?.used ?? false
}

export async function forgetBytes(q: Queryable, id: string): Promise<void> {
  await q.updateTable('imports').set({ sha256: '' }).where('id', '=', id).execute()
}

export interface ImportProblem {
  row: number
  seq: number
  field: string
  reason: string
  value: string
}

export async function insertProblems(
  q: Queryable,
  importId: string,
  problems: readonly ImportProblem[],
): Promise<void> {
  if (problems.length === 0) return
  await sql`
    insert into import_problems (import_id, row, seq, field, reason, value)
    select ${importId}::uuid, * from unnest(${problems.map((one) => one.row)}::int[],
      ${problems.map((one) => one.seq)}::int[], ${problems.map((one) => one.field)}::text[],
      ${problems.map((one) => one.reason)}::text[], ${problems.map((one) => one.value)}::text[])
    on conflict do nothing`.execute(q)
}

export async function clearProblems(q: Queryable, importId: string): Promise<void> {
  await q.deleteFrom('import_problems').where('import_id', '=', importId).execute()
}

/** In the order of the file, after this one. */
export async function listProblems(
  q: Queryable,
  importId: string,
  page: { after: { row: number; seq: number }; limit: number },
): Promise<ImportProblem[]> {
  return q
    .selectFrom('import_problems')
    .select(['row', 'seq', 'field', 'reason', 'value'])
    .where('import_id', '=', importId)
    .where(sql<boolean>`(row, seq) > (${page.after.row}, ${page.after.seq})`)
    .orderBy('row')
    .orderBy('seq')
    .limit(page.limit)
    .execute()
}

export async function countProblems(q: Queryable, importId: string): Promise<number> {
  const row = await q
    .selectFrom('import_problems')
    .select(sql<number>`count(*)::int`.as('total'))
    .where('import_id', '=', importId)
    .executeTakeFirst()
  return row?.total ?? 0
}

/** Somebody as an actor is made of them; undefined when they are gone. */
export async function findPerson(q: Queryable, orgId: string, userId: string) {
  const row = await q
    .selectFrom('users')
    .innerJoin('organisations', 'organisations.id', 'users.org_id')
    .select(['users.role', 'users.email', 'users.name', 'users.status'])
    .select(['organisations.modules_version as modulesVersion', 'organisations.policy'])
    .select('organisations.hidden_modules as hiddenModules')
    .where('users.org_id', '=', orgId)
    .where('users.id', '=', userId)
    .executeTakeFirst()
  return row && { ...row, policy: row.policy as Policy }
}

/** Everybody of the organisation, those who left included: records may still be theirs. */
export async function listOwners(q: Queryable, orgId: string) {
  return q.selectFrom('users').select(['id', 'email', 'name', 'status']).where('org_id', '=', orgId).execute()
}

/** Columns by which records are found and sorted; the wide ones cost seconds to measure, which is the hourly job's. */
const measured = {
  records: [
    'org_id',
    'module',
    'owner_id',
    'account_id',
    'main_contact_id',
    'deal_id',
    'sort_name',
    'created_at',
    'deleted_at',
  ],
  record_addresses: ['org_id', 'record_id', 'address'],
  record_keys: ['org_id', 'record_id', 'kind', 'key'],
  record_links: ['record_id', 'field', 'target_id'],
  record_changes: ['record_id', 'import_id'],
}

/** New figures for the planner after many rows have come; PGlite gathers none by itself. One statement each, so that others get their turn. */
export async function analyzeRecords(db: Database): Promise<void> {
  for (const [table, columns] of Object.entries(measured))
    await sql`analyze ${sql.table(table)} (${sql.join(columns.map((one) => sql.ref(one)))})`.execute(db)
}
