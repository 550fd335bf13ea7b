import { type Insertable, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ListCursor } from '../../lib/domain/list-cursor.ts'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export interface AttachmentView {
  id: string
  name: string
  mimeType: string
  size: number
  sha256: string
  recordId: string
  recordName: string
  filedBy: string
  filedById: string
  filedAt: Date
  fromName: string
  gmailMessageId: string | null
  partId: string | null
}

/** The one shape in which live attachments of live records leave the store. */
function selectAttachments(q: Queryable, orgId: string) {
  return q
    .selectFrom('attachments as a')
    .innerJoin('users as u', 'u.id', 'a.filed_by')
    .innerJoin('records as r', 'r.id', 'a.record_id')
    .select([
      'a.id',
      'a.name',
      'a.mime_type as mimeType',
      'a.size',
      'a.sha256',
      'a.record_id as recordId',
      'r.name as recordName',
      'u.name as filedBy',
      'a.filed_by as filedById',
      'a.filed_at as filedAt',
      'a.from_name as fromName',
      'a.gmail_message_id as gmailMessageId',
      'a.part_id as partId',
    ])
    .where('a.org_id', '=', orgId)
    .where('a.deleted_at', 'is', null)
    .where('r.deleted_at', 'is', null)
}

export async function findAttachment(
  q: Queryable,
  orgId: string,
  id: string,
): Promise<AttachmentView | undefined> {
  return selectAttachments(q, orgId).where('a.id', '=', id).executeTakeFirst()
}

/** Newest first, strictly after the cursor; a contact's list holds the files of their deals too. */
export async function listRecordAttachments(
  q: Queryable,
  input: {
    orgId: string
    recordId: string
    cursor: ListCursor | undefined
    limit: number
  },
): Promise<AttachmentView[]> {
  const { orgId, recordId, cursor, limit } = input
  let query = selectAttachments(q, orgId).where(ownOrOfDeals(recordId))
  if (cursor !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('a.filed_at', '<', cursor.at),
        eb.and([eb('a.filed_at', '=', cursor.at), eb(sql<string>`a.id::text`, '<', cursor.key)]),
      ]),
    )
  return query.orderBy('a.filed_at', 'desc').orderBy(sql`a.id::text`, 'desc').limit(limit).execute()
}

export async function countRecordAttachments(q: Queryable, orgId: string, recordId: string): Promise<number> {
  const row = await q
    .selectFrom('attachments as a')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('total'))
    .where('a.org_id', '=', orgId)
    .where('a.deleted_at', 'is', null)
    .where(ownOrOfDeals(recordId))
    .executeTakeFirst()
  return row?.total ?? 0
}

/** The newest `limit` of each record's list, newest first, with the length of that list. */
export async function newestAttachments(
  q: Queryable,
  input: { orgId: string; recordIds: readonly string[]; limit: number },
): Promise<(AttachmentView & { listId: string; total: number })[]> {
  const { orgId, recordIds, limit } = input
  const holders = sql<{ listId: string; holderId: string }>`(
    select id as "listId", id as "holderId" from unnest(${recordIds}::uuid[]) as own(id) union all
    select d.main_contact_id, d.id from records d
    where d.main_contact_id = any(${recordIds}::uuid[]) and d.module = 'deals' and d.deleted_at is null)`
  return q
    .selectFrom(
      selectAttachments(q, orgId)
        .innerJoin(holders.as('h'), 'h.holderId', 'a.record_id')
        .select([
          'h.listId',
          sql<number>`(count(*) over (partition by h."listId"))::int`.as('total'),
          sql<number>`row_number() over (partition by h."listId" order by a.filed_at desc, a.id::text desc)`.as(
            'place',
          ),
        ])
        .as('placed'),
    )
    .selectAll()
    .where('place', '<=', limit)
    .orderBy('place')
    .execute()
}

/** Condition on `attachments a`. */
function ownOrOfDeals(recordId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`a.record_id in (
    select ${recordId}::uuid union all
    select d.id from records d where d.main_contact_id = ${recordId} and d.module = 'deals' and d.deleted_at is null)`
}

/** Where the parts of these messages of one mailbox stand: what was filed from them, and the same bytes on other records. */
export async function filedPartsOf(
  q: Queryable,
  orgId: string,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<(AttachmentView & { viaMessageId: string; viaPartId: string })[]> {
  if (gmailIds.length === 0) return []
  return selectAttachments(q, orgId)
    .innerJoin('attachments as same', (join) =>
      join.onRef('same.org_id', '=', 'a.org_id').onRef('same.sha256', '=', 'a.sha256'),
    )
    .innerJoin('filings as f', 'f.attachment_id', 'same.id')
    .select(['f.gmail_message_id as viaMessageId', 'f.part_id as viaPartId'])
    .distinct()
    .where('f.mailbox_id', '=', mailboxId)
    .where('f.gmail_message_id', 'in', [...gmailIds])
    .orderBy('a.filed_at', 'desc')
    .execute()
}

/** The live attachment of this content on this record. */
export async function findSameContent(
  q: Queryable,
  orgId: string,
  recordId: string,
  sha256: string,
): Promise<AttachmentView | undefined> {
  return selectAttachments(q, orgId)
    .where('a.record_id', '=', recordId)
    .where('a.sha256', '=', sha256)
    .executeTakeFirst()
}

export async function insertAttachment(trx: Trx, row: Insertable<Tables['attachments']>): Promise<void> {
  await trx.insertInto('attachments').values(row).execute()
}

/** Takes it off its record; its content's hash, or undefined when it was off already. */
export async function softDeleteAttachment(
  trx: Trx,
  orgId: string,
  id: string,
  now: Date,
): Promise<string | undefined> {
  const row = await trx
    .updateTable('attachments')
    .set({ deleted_at: now })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('sha256')
    .executeTakeFirst()
  return row?.sha256
}
