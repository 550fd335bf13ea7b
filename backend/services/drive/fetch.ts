import { Refusal } from '../../../lib/domain/errors.ts'
import { mailCap } from '../../../lib/domain/mail-limits.ts'
import { editableStatuses } from '../../../lib/domain/statuses.ts'
import { GoogleError } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import {
  type HeldMail,
  holdSend,
  listSendFiles,
  moveSendFile,
  type SendFileRow,
} from '../../storage/send-files.ts'
import { surroundingsOf } from '../../storage/send-queue.ts'
import { findSend, type ShownSend } from '../../storage/sends.ts'
import type { Deps } from '../context.ts'
import { keepBytes } from '../keep-bytes.ts'
import { allows } from '../scopes.ts'
import { requireSafeInside } from '../send-files/archive.ts'
import { countedFiles } from '../send-files/check.ts'
import { tellSendFile } from '../send-files/tell.ts'
import { driveClient, driveRefusal } from './client.ts'

/** Failures of the network before the author has to ask again. */
const maxTries = 6
/** Progress is told in steps of so many percent. */
const stepPercent = 10

interface Fetch {
  file: SendFileRow
  send: ShownSend
  /** Bytes its mail has room for. */
  room: number
}

/**
 * Brings a file of its author's Drive into a mail; a Google document is exported. Can be killed at any moment and run again.
 * Returns when to try again while Google keeps us waiting.
 */
export async function runDriveFile(
  deps: Deps,
  task: { key: string; orgId: string; attempts: number },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const file = await moveSendFile(deps.db, task.key, ['waiting', 'fetching'], {
    state: 'fetching',
    reason: null,
    received_bytes: 0,
  })
  const send = file && (await findSend(deps.db, task.orgId, file.send_id))
  if (file === undefined || send === undefined) return undefined
  await tellSendFile(deps.db, deps, file, send.author_id)
  try {
    const work: Fetch = { file, send, room: await roomFor(deps, send, file) }
    const stored = await bring(deps, work, signal)
    if (stored === undefined) return undefined
    const { name, mime_type: mimeType } = file
    await requireSafeInside(deps, file.org_id, { name, mimeType, sha256: stored.sha256 })
    await keepBytes(deps, file.org_id, stored, (trx) => ready(trx, deps, work, stored))
    return undefined
  } catch (error) {
    return await settle(deps, { file, send }, { attempts: task.attempts, signal }, error)
  }
}

/** What is left of the mail's cap without this file. */
async function roomFor(
  deps: Deps,
  send: ShownSend,
  file: SendFileRow,
  mail: Pick<HeldMail, 'html' | 'quote'> = send,
): Promise<number> {
  const { author, mailbox, policy } = await surroundingsOf(deps.db, send)
  const cap = mailCap(policy, { role: author.role, reads: allows(mailbox.scopes, 'read') })
  const files = countedFiles(await listSendFiles(deps.db, [send.id]), mail, deps.clock.now())
  const others = files.filter((one) => one.id !== file.id)
  return Math.max(0, cap - others.reduce((sum, one) => sum + one.size, 0))
}

/** The bytes in the store; undefined when it was taken off meanwhile. */
async function bring(
  deps: Deps,
  { file, send, room }: Fetch,
  signal: AbortSignal,
): Promise<{ sha256: string; size: number } | undefined> {
  const drive = await driveClient(deps, send.mailbox_id)
  const id = file.drive_id ?? ''
  const source =
    file.drive_export === null
      ? await drive.open(id, signal)
      : await drive.exportAs(id, file.drive_export, signal)
  const gone = new AbortController()
  const progress = followProgress(deps, { file, send }, () => gone.abort())
  try {
    const stored = await deps.files.put(file.org_id, source, {
      maxBytes: room,
      onBytes: progress.onBytes,
      signal: AbortSignal.any([signal, gone.signal]),
    })
    await progress.told()
    return stored
  } catch (error) {
    await progress.told()
    if (gone.signal.aborted) return undefined
    throw error instanceof Refusal ? tooLarge(file, room) : error
  }
}

function tooLarge(file: SendFileRow, room: number): Refusal {
  return new Refusal('too_large', 'mail_too_large', { file: file.name, max: room })
}

/** Counted once more with its mail held: other files may have come meanwhile. */
async function ready(
  trx: Trx,
  deps: Deps,
  { file, send }: Fetch,
  stored: { sha256: string; size: number },
): Promise<void> {
  const held = await holdSend(trx, file.org_id, send.id)
  if (held === undefined || !editableStatuses.includes(held.status))
    throw new Refusal('conflict', 'already_claimed')
  if (stored.size > (await roomFor({ ...deps, db: trx }, send, file, held))) throw tooLarge(file, 0)
  const row = await moveSendFile(trx, file.id, ['fetching'], {
    state: 'ready',
    reason: null,
    sha256: stored.sha256,
    size: stored.size,
    received_bytes: stored.size,
  })
  if (row === undefined) throw new Refusal('not_found', 'file_missing')
  await tellSendFile(trx, deps, row, send.author_id)
}

/** Writes progress behind the stream's back; a file that was taken off ends the stream. */
function followProgress(deps: Deps, { file, send }: Omit<Fetch, 'room'>, onGone: () => void) {
  const step = Math.max(64 * 1024, Math.floor((file.size * stepPercent) / 100))
  let told = 0
  let writing: Promise<void> = Promise.resolve()
  const write = async (bytes: number) => {
    const row = await moveSendFile(deps.db, file.id, ['fetching'], { received_bytes: bytes })
    if (row === undefined) onGone()
    else await tellSendFile(deps.db, deps, row, send.author_id)
  }
  return {
    onBytes(total: number): void {
      if (total - told < step) return
      told = total
      writing = writing.then(() => write(total))
      // Heard by told(); until then nobody may call it unhandled.
      writing.catch(() => undefined)
    },
    told: () => writing,
  }
}

/** Ends it with its reason, or lets it wait. */
async function settle(
  deps: Deps,
  about: Omit<Fetch, 'room'>,
  { attempts, signal }: { attempts: number; signal: AbortSignal },
  error: unknown,
): Promise<Date | undefined> {
  if (error instanceof Refusal) {
    const { inside } = error.facts
    return end(deps, about, inside === undefined ? error.reason : `${error.reason}:${inside}`)
  }
  if (!(error instanceof GoogleError)) throw error
  const waits = error.kind === 'rate' || error.kind === 'send_limit'
  if (waits) return new Date(error.retryAt ?? deps.clock.now() + 60_000)
  if (signal.aborted) throw error
  const mayPass = error.kind === 'uncertain' || error.kind === 'unreachable'
  // Thrown on, so that the queue counts it and waits longer each time.
  if (mayPass && attempts < maxTries) throw error
  return end(deps, about, driveRefusal(error).reason)
}

async function end(deps: Deps, { file, send }: Omit<Fetch, 'room'>, reason: string): Promise<undefined> {
  await deps.db.transaction().execute(async (trx) => {
    const row = await moveSendFile(trx, file.id, ['waiting', 'fetching'], { state: 'failed', reason })
    if (row !== undefined) await tellSendFile(trx, deps, row, send.author_id)
  })
}
