import type { Insertable, Selectable } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type FilingRow = Selectable<Tables['filings']>
export type FilingView = FilingRow & { recordName: string }
export type FilingStatus = FilingRow['status']

/** While one of these, the same part is not filed on the same record again. */
export const openFilingStatuses: readonly FilingStatus[] = ['waiting', 'running']

function selectFilings(q: Queryable) {
  return q
    .selectFrom('filings')
    .innerJoin('records', 'records.id', 'filings.record_id')
    .selectAll('filings')
    .select('records.name as recordName')
}

/** A filing of this user. */
export async function findFiling(
  q: Queryable,
  orgId: string,
  userId: string,
  id: string,
): Promise<FilingView | undefined> {
  return selectFilings(q)
    .where('filings.org_id', '=', orgId)
    .where('filings.user_id', '=', userId)
    .where('filings.id', '=', id)
    .executeTakeFirst()
}

/** Any filing, for the job that runs it. */
export async function loadFiling(q: Queryable, id: string): Promise<FilingView | undefined> {
  return selectFilings(q).where('filings.id', '=', id).executeTakeFirst()
}

/** False when the same part is on its way to the same record already, or the id exists. */
export async function insertFiling(trx: Trx, row: Insertable<Tables['filings']>): Promise<boolean> {
  const made = await trx
    .insertInto('filings')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made !== undefined
}

export async function findOpenFiling(
  q: Queryable,
  about: { recordId: string; mailboxId: string; gmailMessageId: string; partId: string },
): Promise<FilingView | undefined> {
  return selectFilings(q)
    .where('filings.record_id', '=', about.recordId)
    .where('filings.mailbox_id', '=', about.mailboxId)
    .where('filings.gmail_message_id', '=', about.gmailMessageId)
    .where('filings.part_id', '=', about.partId)
    .where('filings.status', 'in', openFilingStatuses)
    .executeTakeFirst()
}

type FilingChange = Partial<
  Pick<FilingRow, 'part_id' | 'mime_type' | 'size' | 'received_bytes' | 'status' | 'attachment_id' | 'reason'>
> & { facts?: Record<string, string | number> }

/** Compare-and-set from one of `from`; false when it stands elsewhere by now. */
export async function moveFiling(
  q: Queryable,
  id: string,
  from: readonly FilingStatus[],
  { facts, ...change }: FilingChange,
  now: Date,
): Promise<boolean> {
  const row = await q
    .updateTable('filings')
    .set({
      ...change,
      ...(facts === undefined ? {} : { facts: JSON.stringify(facts) }),
      updated_at: now,
    })
    .where('id', '=', id)
    .where('status', 'in', from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
