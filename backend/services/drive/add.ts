import { exportsOf, isAttachable, isGoogleDocument } from '../../../lib/domain/drive-exports.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { DriveEntry } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { insertSendFile, moveSendFile, type SendFileRow } from '../../storage/send-files.ts'
import type { ShownSend } from '../../storage/sends.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Context } from '../context.ts'
import { checkedName, checkedType, requireRoom } from '../send-files/check.ts'
import { capOfMailbox, holdOwnSend } from '../send-files/own.ts'
import { askDrive, requireDrive } from './client.ts'

const limitMs = 15_000

/**
 * Takes a file of the author's Drive into a mail. What Drive knows of it is checked at once; the bytes travel in the
 * background, and the size of a Google document is known only then. One that failed is tried again.
 */
export async function addDriveFile(
  ctx: Context,
  send: ShownSend,
  input: { driveId: string; exportAs?: string | undefined },
): Promise<SendFileRow> {
  const mailbox = requireDrive(await findMailbox(ctx.db, send.mailbox_id))
  const entry = await askDrive(ctx, mailbox.id, (drive) =>
    drive.get(input.driveId, AbortSignal.timeout(limitMs)),
  )
  if (!entry.canDownload || !isAttachable(entry.mimeType)) throw new Refusal('forbidden', 'drive_refused')
  const file = describe(entry, input.exportAs)
  const cap = await capOfMailbox(ctx, send.mailbox_id)
  return ctx.db.transaction().execute(async (trx) => {
    const { files, counted } = await holdOwnSend(trx, ctx, send.id)
    const same = files.find(
      (one) => one.drive_id === entry.id && one.drive_export === file.drive_export && one.source === 'drive',
    )
    if (same !== undefined) return same.state === 'failed' ? again(trx, ctx, same) : same
    requireRoom(counted, file, cap)
    const row = await insertSendFile(trx, {
      ...file,
      id: ctx.newId(),
      org_id: ctx.actor.orgId,
      send_id: send.id,
      source: 'drive',
      sha256: null,
      state: 'waiting',
      drive_id: entry.id,
      created_at: new Date(ctx.clock.now()),
    })
    await enqueueFetch(trx, ctx, row.id)
    return row
  })
}

async function again(trx: Trx, ctx: Context, row: SendFileRow): Promise<SendFileRow> {
  await enqueueFetch(trx, ctx, row.id)
  return (await moveSendFile(trx, row.id, ['failed'], { state: 'waiting', reason: null })) ?? row
}

async function enqueueFetch(trx: Trx, ctx: Context, fileId: string): Promise<void> {
  const now = new Date(ctx.clock.now())
  const { orgId } = ctx.actor
  await enqueueTask(trx, { id: ctx.newId(), orgId, kind: 'drive_file', key: fileId, dueAt: now, now })
}

/** How it will stand in the mail. @throws Refusal invalid where a Google document is asked for in a form it cannot take */
function describe(
  entry: DriveEntry,
  exportAs: string | undefined,
): Pick<SendFileRow, 'name' | 'mime_type' | 'size' | 'drive_export'> {
  if (!isGoogleDocument(entry.mimeType))
    return {
      name: checkedName(entry.name),
      mime_type: checkedType(entry.mimeType),
      size: entry.size ?? 0,
      drive_export: null,
    }
  const form = exportsOf(entry.mimeType).find((one) => one.mimeType === exportAs)
  if (form === undefined)
    throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'exportAs', reason: 'field_invalid' }])
  const ending = `.${form.extension}`
  const name = entry.name.toLowerCase().endsWith(ending) ? entry.name : `${entry.name}${ending}`
  return { name: checkedName(name), mime_type: form.mimeType, size: 0, drive_export: form.mimeType }
}
