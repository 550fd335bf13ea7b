import type { Upload } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { deleteSendFile, findSendFile } from '../../storage/send-files.ts'
import { deleteUpload, moveUpload, type UploadRow } from '../../storage/uploads.ts'
import type { Context } from '../context.ts'
import { finishUpload, isFile, noteReceived } from './finish.ts'
import { requireUpload, toUpload } from './read.ts'

/** What one request carries at most. */
export const maxPieceBytes = 1024 * 1024

/**
 * Takes the next piece of an upload; the last one makes it a file. A piece is written whole or not at all, so that after any
 * breakdown `received` is what to go on from. An empty piece at the end asks for the file once more.
 * @throws Refusal conflict `upload_offset` with what is `received`; too_large `body_too_large`, `quota_full`
 */
export async function appendUpload(
  ctx: Context,
  id: string,
  input: { offset: number; body: AsyncIterable<Uint8Array> },
): Promise<Upload> {
  const row = await requireUpload(ctx, id)
  const received = await receivedOf(ctx, row)
  if (input.offset !== received) throw new Refusal('conflict', 'upload_offset', { received })
  const most = Math.min(maxPieceBytes, row.size - received)
  const piece = await gather(input.body, most)
  // The line broke; whoever comes back goes on from here.
  if (piece === undefined) throw new Refusal('conflict', 'upload_offset', { received })
  const to = received + piece.length
  const now = new Date(ctx.clock.now())
  if (piece.length > 0) await ctx.files.parts.write(id, received, piece)
  if (piece.length > 0 && !(await moveUpload(ctx.db, id, { from: received, to, now })))
    throw new Refusal('conflict', 'upload_offset', {
      received: (await requireUpload(ctx, id)).received_bytes,
    })
  if (row.purpose === 'send' && piece.length > 0) await noteReceived(ctx, row, to)
  const after = { ...row, received_bytes: to }
  if (to === row.size) await finishUpload(ctx, after)
  return toUpload(ctx, after)
}

/** Stops an upload; what it has become already stays. */
export async function cancelUpload(ctx: Context, id: string): Promise<void> {
  const row = await requireUpload(ctx, id)
  await ctx.db.transaction().execute(async (trx) => {
    const file = row.send_id === null ? undefined : await findSendFile(trx, id)
    if (file !== undefined && file.state !== 'ready') await deleteSendFile(trx, { sendId: file.send_id, id })
    await deleteUpload(trx, id)
  })
  await ctx.files.parts.delete(id)
}

/** What is really there: after a restore from a backup the parts may be older than their rows. */
async function receivedOf(ctx: Context, row: UploadRow): Promise<number> {
  if (row.received_bytes === 0) return 0
  const there = await ctx.files.parts.size(row.id)
  // What has become a file left no part behind.
  if (there >= row.received_bytes || (await isFile(ctx, row))) return row.received_bytes
  const now = new Date(ctx.clock.now())
  await moveUpload(ctx.db, row.id, { from: row.received_bytes, to: 0, now })
  return 0
}

/** The whole piece; undefined when it broke off. */
async function gather(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > most) throw new Refusal('too_large', 'body_too_large', { maxBytes: most })
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    return undefined
  }
  return Buffer.concat(chunks)
}
