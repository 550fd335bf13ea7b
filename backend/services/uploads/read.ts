import type { Upload } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { fileOfVersion } from '../../storage/library.ts'
import { findSendFile } from '../../storage/send-files.ts'
import { findUpload, type UploadRow } from '../../storage/uploads.ts'
import type { Context } from '../context.ts'
import { toSendFile } from '../sends/read.ts'

/** How far one of my uploads is. */
export async function getUpload(ctx: Context, id: string): Promise<Upload> {
  return toUpload(ctx, await requireUpload(ctx, id))
}

/** An upload of the actor. @throws Refusal not_found `upload_missing` */
export async function requireUpload(ctx: Context, id: string): Promise<UploadRow> {
  const { orgId, userId } = ctx.actor
  const found = await findUpload(ctx.db, { orgId, userId }, id)
  if (found === undefined) throw new Refusal('not_found', 'upload_missing')
  return found
}

/** As its person sees it, what it has become included. */
export async function toUpload(ctx: Context, row: UploadRow): Promise<Upload> {
  const file = row.purpose === 'send' ? await findSendFile(ctx.db, row.id) : undefined
  return {
    id: row.id,
    received: row.received_bytes,
    size: row.size,
    file: file?.state === 'ready' ? toSendFile(file) : null,
    libraryFileId: row.purpose === 'library' ? ((await fileOfVersion(ctx.db, row.id)) ?? null) : null,
  }
}
