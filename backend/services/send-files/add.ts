import type * as z from 'zod'
import type { DraftFile } from '../../../lib/contract/compose.ts'
import type { SendFile } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { policyNumber } from '../../../lib/domain/policy.ts'
import { findAttachment } from '../../storage/attachments.ts'
import { findVersion } from '../../storage/library.ts'
import { insertSendFile, type SendFileRow } from '../../storage/send-files.ts'
import type { ShownSend } from '../../storage/sends.ts'
import { requirePermission, viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { addDriveFile } from '../drive/add.ts'
import { toSendFile } from '../sends/read.ts'
import { requireSafeInside } from './archive.ts'
import { checkedName, requireRoom } from './check.ts'
import { capOfMailbox, holdOwnSend, requireOwnSend } from './own.ts'
import { tellSendFile } from './tell.ts'

type Input = z.output<typeof DraftFile>

/**
 * Attaches a file that is somewhere already: on a record whose Attachments list the author may see (S-045, S-046), in the
 * library (S-053), or in Drive. The same one twice is the same file.
 */
export async function addFile(ctx: Context, sendId: string, input: Input): Promise<SendFile> {
  requirePermission(ctx, 'mail.send')
  const send = await requireOwnSend(ctx, sendId)
  if (input.source === 'drive') return toSendFile(await addDriveFile(ctx, send, input))
  const found = input.source === 'record' ? await onRecord(ctx, input) : await inLibrary(ctx, input)
  const { name, mime_type: mimeType, sha256 } = found
  if (sha256 !== null) await requireSafeInside(ctx, ctx.actor.orgId, { name, mimeType, sha256 })
  return toSendFile(await attach(ctx, send, found))
}

type Found = Pick<SendFileRow, 'source' | 'name' | 'mime_type' | 'size' | 'sha256'> &
  Partial<Pick<SendFileRow, 'attachment_id' | 'library_version_id'>>

async function onRecord(ctx: Context, { attachmentId }: { attachmentId: string }): Promise<Found> {
  const found = await findAttachment(ctx.db, viewerOf(ctx), attachmentId)
  if (found === undefined) throw new Refusal('not_found', 'file_missing')
  const { name, mimeType, size, sha256 } = found
  return {
    source: 'record',
    name: checkedName(name),
    mime_type: mimeType,
    size,
    sha256,
    attachment_id: found.id,
  }
}

async function inLibrary(ctx: Context, { versionId }: { versionId: string }): Promise<Found> {
  const found = await findVersion(ctx.db, ctx.actor.orgId, versionId)
  if (found === undefined) throw new Refusal('not_found', 'file_missing')
  const { mime_type, size, sha256 } = found
  return {
    source: 'library',
    name: checkedName(found.name),
    mime_type,
    size,
    sha256,
    library_version_id: found.id,
  }
}

async function attach(ctx: Context, send: ShownSend, found: Found): Promise<SendFileRow> {
  const cap = await capOfMailbox(ctx, send.mailbox_id)
  return ctx.db.transaction().execute(async (trx) => {
    const { files, counted } = await holdOwnSend(trx, ctx, send.id)
    const same = files.find((file) => isSame(file, found))
    if (same !== undefined) return same
    if (found.source === 'library') requireLibraryRoom(ctx, files)
    requireRoom(counted, found, cap)
    const row = await insertSendFile(trx, {
      ...found,
      id: ctx.newId(),
      org_id: ctx.actor.orgId,
      send_id: send.id,
      state: 'ready',
      received_bytes: found.size,
      created_at: new Date(ctx.clock.now()),
    })
    await tellSendFile(trx, ctx, row, ctx.actor.userId)
    return row
  })
}

function isSame(file: SendFileRow, found: Found): boolean {
  if (file.source !== found.source) return false
  return found.source === 'record'
    ? file.attachment_id === found.attachment_id
    : file.library_version_id === found.library_version_id
}

/** @throws Refusal invalid `library_files_most` (S-053) */
function requireLibraryRoom(ctx: Context, files: readonly SendFileRow[]): void {
  const most = policyNumber(ctx.actor.policy, 'mail.maxLibraryFiles')
  if (files.filter((file) => file.source === 'library').length >= most)
    throw new Refusal('invalid', 'library_files_most', { n: most })
}
