import type * as z from 'zod'
import type { StartUpload, Upload } from '../../../lib/contract/files.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { largestMailBytes } from '../../../lib/domain/mail-limits.ts'
import { insertSendFile } from '../../storage/send-files.ts'
import { countOpenUploads, insertUpload, type UploadRow } from '../../storage/uploads.ts'
import { requirePermission } from '../access.ts'
import type { Context } from '../context.ts'
import { requireFolder, requireLibraryFile } from '../library/find.ts'
import { checkedName, checkedType, requireRoom } from '../send-files/check.ts'
import { capOfMailbox, holdOwnSend, requireOwnSend } from '../send-files/own.ts'
import { finishUpload } from './finish.ts'
import { toUpload } from './read.ts'

type Input = z.output<typeof StartUpload>
type ForSend = Extract<Input, { purpose: 'send' }>
type ForLibrary = Extract<Input, { purpose: 'library' }>

/** Parts are on disk and count against no quota, so nobody piles them up. */
const mostOpen = 50
/** What mail programs show inside a text. */
const inlineTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp'])

/**
 * Begins an upload. Name, type and size are looked at before a byte travels, and its room in the mail is taken at once, so
 * that two that begin together cannot overrun it (S-018). An empty file is whole from the start.
 */
export async function startUpload(ctx: Context, input: Input): Promise<Upload> {
  const id = ctx.newId()
  if ((await countOpenUploads(ctx.db, ctx.actor.userId)) >= mostOpen)
    throw new Refusal('invalid', 'too_many', { max: mostOpen })
  const row = input.purpose === 'send' ? await forSend(ctx, id, input) : await forLibrary(ctx, id, input)
  if (row.size === 0) await finishUpload(ctx, row)
  return toUpload(ctx, row)
}

async function forSend(ctx: Context, id: string, input: ForSend): Promise<UploadRow> {
  requirePermission(ctx, 'mail.send')
  const send = await requireOwnSend(ctx, input.sendId)
  const name = checkedName(input.name)
  const mimeType = checkedType(input.mimeType)
  const cap = await capOfMailbox(ctx, send.mailbox_id)
  const cid = input.inline && inlineTypes.has(mimeType) ? `${id}@inlay` : null
  return ctx.db.transaction().execute(async (trx) => {
    const { counted } = await holdOwnSend(trx, ctx, send.id)
    requireRoom(counted, { name, size: input.size }, cap)
    const upload = await insertUpload(trx, {
      ...newRow(ctx, id, { name, mimeType, size: input.size }),
      purpose: 'send',
      send_id: send.id,
      cid,
    })
    await insertSendFile(trx, {
      id,
      org_id: upload.org_id,
      send_id: send.id,
      source: cid === null ? 'computer' : 'inline',
      name,
      mime_type: mimeType,
      size: input.size,
      sha256: null,
      state: 'waiting',
      cid,
      created_at: upload.created_at,
    })
    return upload
  })
}

async function forLibrary(ctx: Context, id: string, input: ForLibrary): Promise<UploadRow> {
  requirePermission(ctx, 'records.write')
  const name = checkedName(input.name)
  const mimeType = checkedType(input.mimeType)
  const { folderId, size } = input
  if (size > largestMailBytes) {
    const facts = { file: name, size, over: size - largestMailBytes, max: largestMailBytes }
    throw new Refusal('too_large', 'mail_too_large', facts)
  }
  if (folderId !== null) await requireFolder(ctx.db, ctx, folderId)
  const file = input.fileId === undefined ? undefined : await requireLibraryFile(ctx.db, ctx, input.fileId)
  return ctx.db.transaction().execute((trx) =>
    insertUpload(trx, {
      ...newRow(ctx, id, { name, mimeType, size }),
      purpose: 'library',
      folder_id: folderId,
      library_file_id: file?.id ?? null,
    }),
  )
}

function newRow(ctx: Context, id: string, file: { name: string; mimeType: string; size: number }) {
  const now = new Date(ctx.clock.now())
  const { orgId, userId } = ctx.actor
  return {
    id,
    org_id: orgId,
    user_id: userId,
    name: file.name,
    mime_type: file.mimeType,
    size: file.size,
    created_at: now,
    updated_at: now,
  }
}
