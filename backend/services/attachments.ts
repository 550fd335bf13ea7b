import type { AttachmentRow, AttachmentsPage, RecordCard } from '../../lib/contract/records.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../lib/domain/list-cursor.ts'
import {
  type AttachmentView,
  countRecordAttachments,
  findAttachment,
  listRecordAttachments,
  newestAttachments,
} from '../storage/attachments.ts'
import { requireRecord, viewerOf } from './access.ts'
import type { Context } from './context.ts'

const pageSize = 50
const summarySize = 3

/** A record's Attachments list, newest first. Whoever sees the record sees its files, whosever mail they came in (S-055). */
export async function listAttachments(
  ctx: Context,
  recordId: string,
  query: { cursor?: string | undefined },
): Promise<AttachmentsPage> {
  const viewer = viewerOf(ctx)
  await requireRecord(ctx, recordId)
  const cursor = readCursor(query.cursor)
  const found = await listRecordAttachments(ctx.db, viewer, { recordId, cursor, limit: pageSize + 1 })
  const last = found.length > pageSize ? found[pageSize - 1] : undefined
  return {
    total: await countRecordAttachments(ctx.db, viewer, recordId),
    rows: found.slice(0, pageSize).map((row) => toRow(ctx, recordId, row)),
    nextCursor: last === undefined ? null : writeCursor({ at: last.filedAt, key: last.id }),
  }
}

/** What cards show of their lists: the newest files and how many there are; one statement however many records. */
export async function attachmentSummaries(
  ctx: Context,
  recordIds: readonly string[],
): Promise<(recordId: string) => RecordCard['attachments']> {
  const rows = await newestAttachments(ctx.db, viewerOf(ctx), { recordIds, limit: summarySize })
  const lists = Map.groupBy(rows, (row) => row.listId)
  return (recordId) => {
    const list = lists.get(recordId) ?? []
    return { total: list[0]?.total ?? 0, rows: list.map((row) => toRow(ctx, recordId, row)) }
  }
}

/** The bytes of a filed file, for anybody who may see its record (S-055). `size` in bytes. */
export async function openAttachment(
  ctx: Context,
  id: string,
): Promise<{ name: string; mimeType: string; size: number; body: AsyncIterable<Uint8Array> }> {
  const found = await findAttachment(ctx.db, viewerOf(ctx), id)
  const stored = found && (await ctx.files.open(ctx.actor.orgId, found.sha256))
  if (found === undefined || stored === undefined) throw new Refusal('not_found', 'part_missing')
  return { name: found.name, mimeType: found.mimeType, size: stored.size, body: stored.body }
}

function toRow(ctx: Context, recordId: string, row: AttachmentView): AttachmentRow {
  return {
    id: row.id,
    name: row.name,
    mimeType: row.mimeType,
    size: row.size,
    deal: row.recordId === recordId ? null : { id: row.recordId, name: row.recordName },
    filedBy: row.filedBy,
    filedAt: row.filedAt.toISOString(),
    from: row.fromName,
    // Only its filer has that mail.
    gmailMessageId: row.filedById === ctx.actor.userId ? row.gmailMessageId : null,
  }
}
