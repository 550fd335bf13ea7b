import { Refusal } from '../../../lib/domain/errors.ts'
import { choosePart, fileableParts, findPart } from '../../../lib/domain/parts.ts'
import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import { type FilingView, loadFiling, moveFiling, openFilingStatuses } from '../../storage/filings.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import type { Deps } from '../context.ts'
import { readingClient } from '../sync/client.ts'
import type { SyncTask } from '../sync/failures.ts'
import { whenToRetry } from '../sync/failures.ts'
import { type FoundPart, keep } from './keep.ts'
import { tellFiling } from './tell.ts'

/** Gmail takes mails of 25 MB and lets bigger ones in; nothing larger than this is filed. */
const maxFileBytes = 35 * 1024 * 1024
/** Failures of the network before a person has to click again. */
const maxTries = 8
const reconnectMs = 60_000
/** Progress is told in steps of so many percent. */
const stepPercent = 10

/**
 * Brings the bytes of one filing from Gmail into the store. Can be killed at any moment and run again: nothing is seen
 * of it until the last transaction. Returns when to try again while Google keeps us waiting.
 */
export async function runFiling(
  deps: Deps,
  task: SyncTask & { key: string },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const now = new Date(deps.clock.now())
  const filing = await loadFiling(deps.db, task.key)
  if (filing === undefined) return undefined
  const running = { status: 'running' as const, reason: null, received_bytes: 0 }
  if (!(await moveFiling(deps.db, filing.id, openFilingStatuses, running, now))) return undefined
  await tellFiling(deps.db, deps, { ...filing, status: 'running' })
  try {
    const mailbox = await findMailbox(deps.db, filing.mailbox_id)
    if (mailbox === undefined) throw new GoogleError('reauth', 'not_connected')
    const client = await readingClient(deps, mailbox, 'person')
    const found = await findInMail(client, filing, task.payload, signal)
    const stored = await fetchBytes(deps, client, filing, found, signal)
    if (stored !== undefined) await keep(deps, filing, found, stored)
    return undefined
  } catch (error) {
    return await settle(deps, filing, { task, signal }, error)
  }
}

/** Attachment ids die within minutes, so the mail is read again right before its bytes are asked for (B10). */
async function findInMail(
  client: GmailMailbox,
  filing: FilingView,
  payload: SyncTask['payload'],
  signal: AbortSignal,
): Promise<FoundPart> {
  const message = await client.getMessage(filing.gmail_message_id, 'full', signal)
  const root = message.payload
  const part =
    root === undefined
      ? 'missing'
      : choosePart(fileableParts(root), {
          partId: filing.part_id.startsWith('?') ? undefined : filing.part_id,
          realAttachmentId: payload['realAttachmentId'] || undefined,
          name: payload['name'] || undefined,
        })
  if (part === 'ambiguous') throw new Refusal('conflict', 'part_ambiguous', { name: filing.name })
  const node = part === 'missing' || root === undefined ? undefined : findPart(root, part.partId)
  if (part === 'missing' || node === undefined) throw new Refusal('not_found', 'part_missing')
  return { part, message, attachmentId: node.attachmentId, data: node.data }
}

/** The bytes in the store, or undefined when the filing was cancelled meanwhile. */
async function fetchBytes(
  deps: Deps,
  client: GmailMailbox,
  filing: FilingView,
  { part, message, attachmentId, data }: FoundPart,
  signal: AbortSignal,
): Promise<{ sha256: string; size: number } | undefined> {
  if (part.size > maxFileBytes) throw tooLarge()
  const source =
    attachmentId === undefined
      ? [Buffer.from(data ?? '', 'utf8')]
      : await client.openAttachment(message.id, attachmentId, signal)
  const cancelled = new AbortController()
  const progress = followProgress(deps, filing, part.size, () => cancelled.abort())
  try {
    const stored = await deps.files.put(filing.org_id, toAsync(source), {
      maxBytes: maxFileBytes,
      onBytes: progress.onBytes,
      signal: AbortSignal.any([signal, cancelled.signal]),
    })
    await progress.told()
    // What Gmail announced and what came must agree; a cut body is asked for again.
    if (attachmentId !== undefined && stored.size !== part.size)
      throw new GoogleError('uncertain', 'cut_body')
    return stored
  } catch (error) {
    await progress.told()
    if (cancelled.signal.aborted) return undefined
    if (error instanceof Refusal) throw tooLarge()
    throw error
  }
}

async function* toAsync(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* source
}

function tooLarge(): Refusal {
  return new Refusal('too_large', 'body_too_large', { maxBytes: maxFileBytes })
}

/** Writes progress behind the stream's back, one step at a time; a filing that is no longer running ends the stream. */
function followProgress(deps: Deps, filing: FilingView, size: number, onCancelled: () => void) {
  let told = 0
  let writing: Promise<void> = Promise.resolve()
  const write = async (bytes: number, percent: number) => {
    const now = new Date(deps.clock.now())
    const change = { received_bytes: bytes, status: 'running' as const }
    if (await moveFiling(deps.db, filing.id, ['running'], change, now))
      await tellFiling(deps.db, deps, { ...filing, status: 'running' }, percent)
    else onCancelled()
  }
  return {
    onBytes(total: number): void {
      const percent = Math.floor((total / Math.max(size, 1)) * (100 / stepPercent)) * stepPercent
      if (percent <= told || percent >= 100) return
      told = percent
      writing = writing.then(() => write(total, percent))
      // Heard by told(); until then nobody may call it unhandled.
      writing.catch(() => undefined)
    },
    told: () => writing,
  }
}

/** Ends the filing for good, or lets it wait with its reason. */
async function settle(
  deps: Deps,
  filing: FilingView,
  { task, signal }: { task: SyncTask; signal: AbortSignal },
  error: unknown,
): Promise<Date | undefined> {
  if (error instanceof Refusal) return end(deps, filing, error.reason, error.facts)
  if (!(error instanceof GoogleError)) {
    // Our own stop is no failure; whoever takes the task next goes on.
    await wait(deps, filing, signal.aborted ? null : 'unexpected')
    throw error
  }
  switch (error.kind) {
    case 'not_found':
      return end(deps, filing, 'message_missing')
    case 'scope_missing':
      return end(deps, filing, 'scope_read_missing')
    case 'refused':
    case 'history_expired':
      return end(deps, filing, 'google_refused')
    case 'reauth':
      await wait(deps, filing, 'mailbox_reauth')
      return new Date(deps.clock.now() + reconnectMs)
    case 'rate':
    case 'send_limit':
      await wait(deps, filing, 'google_rate')
      return whenToRetry(deps, error)
    default:
      if (task.attempts >= maxTries) return end(deps, filing, 'google_slow')
      await wait(deps, filing, 'google_slow')
      // Thrown on, so that the queue counts it and waits longer each time.
      throw error
  }
}

async function wait(deps: Deps, filing: FilingView, reason: string | null): Promise<void> {
  const now = new Date(deps.clock.now())
  const change = { status: 'waiting' as const, reason }
  if (await moveFiling(deps.db, filing.id, ['running'], change, now))
    await tellFiling(deps.db, deps, { ...filing, status: 'waiting' })
}

async function end(
  deps: Deps,
  filing: FilingView,
  reason: string,
  facts: Readonly<Record<string, string | number>> = {},
): Promise<undefined> {
  const now = new Date(deps.clock.now())
  await deps.db.transaction().execute(async (trx) => {
    const change = { status: 'failed' as const, reason, facts: { ...facts } }
    if (await moveFiling(trx, filing.id, openFilingStatuses, change, now))
      await tellFiling(trx, deps, { ...filing, status: 'failed' })
  })
}
