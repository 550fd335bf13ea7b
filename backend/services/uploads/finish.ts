import { Refusal } from '../../../lib/domain/errors.ts'
import { sortName } from '../../../lib/domain/search-text.ts'
import type { Trx } from '../../storage/database.ts'
import {
  changeLibraryFile,
  fileOfVersion,
  findFolder,
  findLibraryFile,
  insertLibraryFile,
  insertVersion,
} from '../../storage/library.ts'
import { deleteSendFile, findSendFile, moveSendFile } from '../../storage/send-files.ts'
import { deleteUpload, moveUpload, type UploadRow } from '../../storage/uploads.ts'
import type { Context } from '../context.ts'
import { keepBytes, SweptAway } from '../keep-bytes.ts'
import { withEndingOf } from '../library/names.ts'
import { tellLibrary } from '../library/tell.ts'
import { requireSafeInside } from '../send-files/archive.ts'
import { holdOwnSend } from '../send-files/own.ts'
import { tellSendFile } from '../send-files/tell.ts'

const tries = 3

/**
 * Makes an upload whose bytes are all here a file of its mail or of the library. Done twice it does nothing more.
 * @throws Refusal too_large `quota_full`: the bytes stay, so that it can be asked for again when there is room; invalid
 * `file_blocked` for a zip with something in it that Gmail refuses: nothing of it stays
 */
export async function finishUpload(ctx: Context, row: UploadRow): Promise<void> {
  for (let nth = 1; ; nth++) {
    try {
      await become(ctx, row)
      return await ctx.files.parts.delete(row.id)
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'quota_full') await noteFull(ctx, row)
      if (error instanceof Refusal && error.reason === 'file_blocked') await turnAway(ctx, row)
      if (!(error instanceof SweptAway) || nth >= tries) throw error
    }
  }
}

async function become(ctx: Context, row: UploadRow): Promise<void> {
  if (await isFile(ctx, row)) return
  const stored = await ctx.files.put(row.org_id, ctx.files.parts.read(row.id, row.size), {
    maxBytes: row.size,
    signal: AbortSignal.timeout(60_000),
  })
  // The part is shorter than was written down: it begins anew.
  if (stored.size !== row.size) {
    await moveUpload(ctx.db, row.id, { from: row.size, to: 0, now: new Date(ctx.clock.now()) })
    throw new Refusal('conflict', 'upload_offset', { received: 0 })
  }
  const { name, mime_type: mimeType } = row
  await requireSafeInside(ctx, row.org_id, { name, mimeType, sha256: stored.sha256 })
  await keepBytes(ctx, row.org_id, stored, (trx) =>
    row.purpose === 'send'
      ? fileOfMail(trx, ctx, row, stored.sha256)
      : fileOfLibrary(trx, ctx, row, stored.sha256),
  )
}

/** Whether it has become a file already. */
export async function isFile(ctx: Context, row: UploadRow): Promise<boolean> {
  if (row.purpose === 'library') return (await fileOfVersion(ctx.db, row.id)) !== undefined
  return (await findSendFile(ctx.db, row.id))?.state === 'ready'
}

async function fileOfMail(trx: Trx, ctx: Context, row: UploadRow, sha256: string): Promise<void> {
  // A mail on its way takes no more files, and must not look as if it had.
  if (row.send_id !== null) await holdOwnSend(trx, ctx, row.send_id)
  const ready = { state: 'ready', reason: null, sha256, received_bytes: row.size } as const
  const file = await moveSendFile(trx, row.id, ['waiting', 'failed'], ready)
  if (file !== undefined) return tellSendFile(trx, ctx, file, row.user_id)
  // The same piece came twice, or the file was taken off meanwhile.
  if ((await findSendFile(trx, row.id)) === undefined) throw new Refusal('not_found', 'upload_missing')
}

async function fileOfLibrary(trx: Trx, ctx: Context, row: UploadRow, sha256: string): Promise<void> {
  if ((await fileOfVersion(trx, row.id)) !== undefined) return
  const now = new Date(ctx.clock.now())
  const fileId = row.library_file_id ?? row.id
  if (row.library_file_id !== null) {
    const file = await findLibraryFile(trx, row.org_id, fileId)
    if (file === undefined) throw new Refusal('not_found', 'file_missing')
    const name = withEndingOf(file.name, row.name)
    await changeLibraryFile(trx, fileId, { name, sort_name: sortName(name), updated_at: now })
  } else {
    const folder = row.folder_id === null ? undefined : await findFolder(trx, row.org_id, row.folder_id)
    await insertLibraryFile(trx, {
      id: fileId,
      org_id: row.org_id,
      folder_id: folder?.id ?? null,
      name: row.name,
      sort_name: sortName(row.name),
      made_by: row.user_id,
      created_at: now,
      updated_at: now,
    })
  }
  await insertVersion(trx, {
    id: row.id,
    org_id: row.org_id,
    file_id: fileId,
    sha256,
    mime_type: row.mime_type,
    size: row.size,
    made_by: row.user_id,
    made_at: now,
  })
  await tellLibrary(trx, ctx)
}

/** Forgets a file that may not go along, as if it had been cancelled. */
async function turnAway(ctx: Context, row: UploadRow): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    if (row.send_id !== null) await deleteSendFile(trx, { sendId: row.send_id, id: row.id })
    await deleteUpload(trx, row.id)
  })
  await ctx.files.parts.delete(row.id)
}

async function noteFull(ctx: Context, row: UploadRow): Promise<void> {
  if (row.purpose !== 'send') return
  const file = await moveSendFile(ctx.db, row.id, ['waiting'], { state: 'failed', reason: 'quota_full' })
  if (file !== undefined) await tellSendFile(ctx.db, ctx, file, row.user_id)
}

/** So that the author's other tabs see it come nearer. */
export async function noteReceived(ctx: Context, row: UploadRow, received: number): Promise<void> {
  await moveSendFile(ctx.db, row.id, ['waiting', 'failed'], { received_bytes: received })
}
