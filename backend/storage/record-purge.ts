import { sql } from 'kysely'
import type { Database, Queryable, Trx } from './database.ts'
import { contactsLink } from './record-links.ts'
import type { StoredChange } from './record-tables.ts'

/** Every organisation with what it set. */
export async function listPolicies(
  db: Database,
): Promise<{ orgId: string; policy: Record<string, unknown> }[]> {
  return db.selectFrom('organisations').select(['id as orgId', 'policy']).orderBy('id').execute()
}

/**
 * Records deleted before `deletedBefore`, the oldest first. Those that went into another by merging or conversion keep their
 * history and their way to it, and go when that one goes.
 */
export async function listPurgeable(
  q: Queryable,
  input: { orgId: string; deletedBefore: Date; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive due as (
      (select id from records where org_id = ${input.orgId} and deleted_at < ${input.deletedBefore}
        and converted_to is null and merged_into is null
      order by deleted_at limit ${input.limit})
      union
      select r.id from due join records r on coalesce(r.merged_into, r.converted_to) = due.id
        and r.deleted_at is not null)
    select id from due`.execute(q)
  return rows.map((row) => row.id)
}

/**
 * Files that stayed on records which went into others before `before`, since the other one had them too: nothing can bring
 * them back any more. Call under `lockFiles`; answers their content.
 */
export async function dropHiddenCopies(
  trx: Trx,
  input: { orgId: string; before: Date; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    update attachments a set deleted_at = ${input.now} from records r
    where r.id = a.record_id and r.org_id = ${input.orgId} and r.deleted_at < ${input.before}
      and (r.merged_into is not null or r.converted_to is not null) and a.deleted_at is null
    returning a.sha256`.execute(trx)
  return [...new Set(rows.map((row) => row.sha256))]
}

/** Of these the records that are still in the bin, held until the transaction ends. */
export async function holdBinned(trx: Trx, ids: readonly string[]): Promise<string[]> {
  const rows = await trx
    .selectFrom('records')
    .select('id')
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is not', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => row.id)
}

/** A record that lost what it pointed at. */
export interface Detached {
  id: string
  changes: StoredChange[]
}

/**
 * Takes these records out of what others name, in at most `limit` of them; answers who lost what. Their version moves on,
 * so that nobody writes the old name back.
 */
export async function detachFrom(trx: Trx, ids: readonly string[], limit: number): Promise<Detached[]> {
  const { rows } = await sql<{ id: string; field: string; target: string }>`
    select named.id, named.field, named.target from (
      select id, 'accountId' as field, account_id as target from records where account_id = any(${ids}::uuid[])
      union all
      select id, 'mainContactId', main_contact_id from records where main_contact_id = any(${ids}::uuid[])
      union all
      select id, 'dealId', deal_id from records where deal_id = any(${ids}::uuid[])
      union all
      select record_id, field, target_id from record_links where target_id = any(${ids}::uuid[])
    ) as named where named.id <> all(${ids}::uuid[]) order by named.id limit ${limit}`.execute(trx)
  const found = Map.groupBy(rows, (row) => row.id)
  const contacts = await contactsBefore(trx, rows)
  await unlink(trx, ids, [...found.keys()])
  const gone = new Set(ids)
  return [...found].map(([id, named]) => {
    const all = contacts.get(id) ?? []
    const kept = all.filter((one) => !gone.has(one))
    const changes = named
      .filter(({ field }) => field !== contactsLink)
      .map(({ field, target }) => ({ field, old: target, new: '' }))
    if (all.length > 0) changes.push({ field: 'contactIds', old: all.join(';'), new: kept.join(';') })
    return { id, changes }
  })
}

async function contactsBefore(
  trx: Trx,
  rows: readonly { id: string; field: string }[],
): Promise<Map<string, string[]>> {
  const ids = rows.filter(({ field }) => field === contactsLink).map((row) => row.id)
  if (ids.length === 0) return new Map()
  const links = await trx
    .selectFrom('record_links')
    .select(['record_id', 'target_id'])
    .where('record_id', 'in', ids)
    .where('field', '=', contactsLink)
    .orderBy('target_id')
    .execute()
  const groups = Map.groupBy(links, (link) => link.record_id)
  return new Map([...groups].map(([id, list]) => [id, list.map((link) => link.target_id)]))
}

async function unlink(trx: Trx, ids: readonly string[], from: readonly string[]): Promise<void> {
  await sql`
    with lost as (
      delete from record_links where target_id = any(${ids}::uuid[]) and record_id = any(${from}::uuid[])
      returning record_id, field)
    update records r set version = version + 1,
      account_id = case when account_id = any(${ids}::uuid[]) then null else account_id end,
      main_contact_id = case when main_contact_id = any(${ids}::uuid[]) then null else main_contact_id end,
      deal_id = case when deal_id = any(${ids}::uuid[]) then null else deal_id end,
      fields = fields - array(select lost.field from lost where lost.record_id = r.id)
    where r.id = any(${from}::uuid[])`.execute(trx)
}

/** Tables whose rows go with a record, in an order their foreign keys allow. */
const hanging = [
  ...['record_addresses', 'former_addresses', 'record_keys', 'record_changes', 'notes', 'todos', 'picks'],
  ...['filings', 'attachments', 'record_links'],
  ...['thread_links', 'hand_links', 'record_shares', 'older_mail'],
] as const

/**
 * Erases records nobody names any more (`detachFrom`) with everything on them, mail excepted; answers the content of files
 * that may be nobody's now. Call under `lockFiles`, with records held
 * (`holdBinned`).
 */
export async function eraseRecords(trx: Trx, ids: readonly string[]): Promise<string[]> {
  const files = await trx
    .selectFrom('attachments')
    .select('sha256')
    .distinct()
    .where('record_id', 'in', [...ids])
    .execute()
  await sql`update filings set attachment_id = null where record_id <> all(${ids}::uuid[]) and attachment_id in
    (select id from attachments where record_id = any(${ids}::uuid[]))`.execute(trx)
  for (const table of hanging)
    await sql`delete from ${sql.table(table)} where record_id = any(${ids}::uuid[])`.execute(trx)
  await sql`delete from merges where winner_id = any(${ids}::uuid[]) or loser_id = any(${ids}::uuid[])`.execute(
    trx,
  )
  // Asked again: "none of these" is not what was answered.
  await sql`delete from thread_deals where deal_id = any(${ids}::uuid[])`.execute(trx)
  await sql`update sends set record_id = null where record_id = any(${ids}::uuid[])`.execute(trx)
  await sql`update records set merged_into = null where merged_into = any(${ids}::uuid[])`.execute(trx)
  await sql`update records set converted_to = null where converted_to = any(${ids}::uuid[])`.execute(trx)
  await trx
    .deleteFrom('records')
    .where('id', 'in', [...ids])
    .execute()
  return files.map((file) => file.sha256)
}
