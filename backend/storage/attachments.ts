import { type Insertable, sql } from 'kysely'
import type { ListCursor } from '../../lib/domain/list-cursor.ts'
import type { Queryable, Trx } from './database.ts'
import { everything, type Viewer, visibleTo } from './records.ts'
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

/** The one shape in which live attachments of live records leave the store; a file follows its record's access. */
function selectAttachments(q: Queryable, viewer: Viewer) {
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
    .where('a.org_id', '=', viewer.orgId)
    .where('a.deleted_at', 'is', null)
    .where('r.deleted_at', 'is', null)
    .where(visibleTo(viewer, 'r'))
}

export async function findAttachment(
  q: Queryable,
  viewer: Viewer,
  id: string,
): Promise<AttachmentView | undefined> {
  return selectAttachments(q, viewer).where('a.id', '=', id).executeTakeFirst()
}

/** Newest first, strictly after the cursor; a contact's list holds the files of their deals and documents too. */
export async function listRecordAttachments(
  q: Queryable,
  viewer: Viewer,
  input: { recordId: string; cursor: ListCursor | undefined; limit: number },
): Promise<AttachmentView[]> {
  const { recordId, cursor, limit } = input
  let query = ofLists(selectAttachments(q, viewer), [recordId])
  if (cursor !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('a.filed_at', '<', cursor.at),
        eb.and([eb('a.filed_at', '=', cursor.at), eb(sql<string>`a.id::text`, '<', cursor.key)]),
      ]),
    )
  return query.orderBy('a.filed_at', 'desc').orderBy(sql`a.id::text`, 'desc').limit(limit).execute()
}

export async function countRecordAttachments(
  q: Queryable,
  viewer: Viewer,
  recordId: string,
): Promise<number> {
  const row = await q
    .selectFrom(ofLists(selectAttachments(q, viewer), [recordId]).as('list'))
    .select(sql<number>`count(*)::int`.as('total'))
    .executeTakeFirst()
  return row?.total ?? 0
}

/** The newest `limit` of each record's list, newest first, with the length of that list. */
export async function newestAttachments(
  q: Queryable,
  viewer: Viewer,
  input: { recordIds: readonly string[]; limit: number },
): Promise<(AttachmentView & { listId: string; total: number })[]> {
  const { recordIds, limit } = input
  return q
    .selectFrom(
      ofLists(selectAttachments(q, viewer), recordIds)
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

/** Joins the lists of these records: each record's own files and those of what reaches a person through it. */
function ofLists(query: ReturnType<typeof selectAttachments>, recordIds: readonly string[]) {
  const holders = sql<{ listId: string; holderId: string }>`(
    with held as (select unnest(${[...recordIds]}::uuid[]) as id)
    select id as "listId", id as "holderId" from held
    union
    select held.id, r.id from held join records r on r.main_contact_id = held.id where r.deleted_at is null
    union
    select held.id, r.id from held join records d on d.main_contact_id = held.id and d.deleted_at is null
      join records r on r.deal_id = d.id where r.main_contact_id is null and r.deleted_at is null)`
  return query.innerJoin(holders.as('h'), 'h.holderId', 'a.record_id')
}

/** Where the parts of these messages of one mailbox stand: what was filed from them, and the same bytes on other records. */
export async function filedPartsOf(
  q: Queryable,
  viewer: Viewer,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<(AttachmentView & { viaMessageId: string; viaPartId: string })[]> {
  if (gmailIds.length === 0) return []
  return selectAttachments(q, viewer)
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
  return selectAttachments(q, everything(orgId))
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
