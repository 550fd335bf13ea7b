import { Refusal } from '../../../lib/domain/errors.ts'
import { deleteSendFile, findSendFile } from '../../storage/send-files.ts'
import { deleteUpload } from '../../storage/uploads.ts'
import type { Context } from '../context.ts'
import { enqueueSweep } from '../filings/sweep.ts'
import { holdOwnSend, requireOwnSend } from './own.ts'
import { tellSendFile } from './tell.ts'

/** Takes a file off a mail, on its way or there. What is gone already is no error. */
export async function removeFile(ctx: Context, sendId: string, fileId: string): Promise<void> {
  await requireOwnSend(ctx, sendId)
  const removed = await ctx.db.transaction().execute(async (trx) => {
    await holdOwnSend(trx, ctx, sendId)
    const row = await deleteSendFile(trx, { sendId, id: fileId })
    if (row === undefined) return undefined
    await deleteUpload(trx, fileId)
    if (row.sha256 !== null) await enqueueSweep(trx, ctx, row.org_id, row.sha256)
    await tellSendFile(trx, ctx, { ...row, state: 'gone' }, ctx.actor.userId)
    return row
  })
  if (removed !== undefined) await ctx.files.parts.delete(fileId)
}

/** The bytes of a file of my own mail. `size` in bytes. */
export async function openSendFile(
  ctx: Context,
  sendId: string,
  fileId: string,
): Promise<{ name: string; size: number; body: AsyncIterable<Uint8Array> }> {
  await requireOwnSend(ctx, sendId)
  const row = await findSendFile(ctx.db, fileId)
  const sha256 = row?.send_id === sendId ? row.sha256 : null
  const stored = sha256 === null ? undefined : await ctx.files.open(ctx.actor.orgId, sha256)
  if (row === undefined || stored === undefined) throw new Refusal('not_found', 'file_missing')
  return { name: row.name, size: stored.size, body: stored.body }
}
