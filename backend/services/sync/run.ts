import { isMail } from '../../../lib/domain/messages.ts'
import { type GmailMailbox, GoogleError, type HistoryPage } from '../../google/gateway.ts'
import type { Queryable, Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import {
  advanceCursor,
  findMailbox,
  lastSeen,
  type MailboxRow,
  ownerIsActive,
  setSyncError,
} from '../../storage/mail/mailboxes.ts'
import { deleteSightings, findSightings } from '../../storage/mail/sightings.ts'
import type { Deps } from '../context.ts'
import { allows } from '../scopes.ts'
import { enqueueKnownBackfill } from './backfill.ts'
import { enqueueBatches, missingWaitMs } from './batches.ts'
import { readingClient, renewAliases } from './client.ts'
import { readRefusal, whenToRetry } from './failures.ts'
import { readMessages } from './read.ts'
import { announce, relabel, storeMessages } from './store.ts'

const activeMs = 30_000
const idleMs = 60_000
/** A session used this recently counts as somebody looking. */
const recentMs = 5 * 60_000
/** More new messages than this are read by paced batches, so that no page asks for more than a minute's quota. */
const readAtOnce = 25
const dayMs = 24 * 60 * 60_000
/** Longer than this between two good runs and the mailbox stood still: addresses added then were not looked for in it. */
const gapMs = 2 * idleMs

/**
 * Brings one mailbox up to date by Gmail's history. Returns when to look again; undefined when there is nothing to look at
 * until somebody reconnects. The cursor only moves past work that is stored or asked for in the same transaction. After
 * three crashes nothing is read at once any more, so that the batches can find the message at fault.
 */
export async function runSync(
  deps: Deps,
  task: { key: string; attempts: number },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const mailbox = await findMailbox(deps.db, task.key)
  if (mailbox?.status !== 'connected' || !allows(mailbox.scopes, 'read')) return undefined
  // Reactivating asks for the next run.
  if (!(await ownerIsActive(deps.db, mailbox))) return undefined
  try {
    const client = await readingClient(deps, mailbox)
    if (mailbox.history_id === null) await startOver(deps, mailbox, client, signal)
    else
      await follow(
        deps,
        { mailbox, client, atOnce: task.attempts > 3 ? 0 : readAtOnce },
        mailbox.history_id,
        signal,
      )
    const seen = await lastSeen(deps.db, mailbox.user_id)
    const now = deps.clock.now()
    const active = seen !== undefined && now - seen.getTime() < recentMs
    return new Date(now + (active ? activeMs : idleMs))
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error
    const { kind } = error
    if (await setSyncError(deps.db, mailbox.id, readRefusal(error).reason)) await tell(deps.db, deps, mailbox)
    return kind === 'reauth' || kind === 'scope_missing' ? undefined : whenToRetry(deps, error)
  }
}

interface Run {
  mailbox: MailboxRow
  client: GmailMailbox
  /** How many new messages of a page are read at once. */
  atOnce: number
}

async function follow(deps: Deps, run: Run, cursor: string, signal: AbortSignal): Promise<void> {
  const { mailbox, client } = run
  try {
    let pageToken: string | undefined
    do {
      const page = await client.listHistory(cursor, pageToken, signal)
      const paged = pageToken !== undefined || page.nextPageToken !== undefined
      await takePage(deps, paged ? { ...run, atOnce: 0 } : run, page, signal)
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  } catch (error) {
    if (!(error instanceof GoogleError) || error.kind !== 'history_expired') throw error
    deps.log.warn('sync.history_expired', { mailbox: mailbox.id })
    await startOver(deps, mailbox, client, signal)
  }
}

/** A new cursor first, then what lies before it: mail of known addresses, since a day before the last good run. */
async function startOver(
  deps: Deps,
  mailbox: MailboxRow,
  client: GmailMailbox,
  signal: AbortSignal,
): Promise<void> {
  const { historyId } = await client.getProfile(signal)
  await renewAliases(deps, mailbox, client, signal)
  await deps.db.transaction().execute(async (trx) => {
    const last = mailbox.synced_at?.getTime()
    await enqueueKnownBackfill(trx, deps, mailbox, last === undefined ? {} : { after: last - dayMs })
    await finishRun(trx, deps, mailbox, historyId)
  })
}

async function takePage(deps: Deps, run: Run, page: HistoryPage, signal: AbortSignal): Promise<void> {
  const { mailbox, client } = run
  const { labels, wanted } = await sortOut(deps.db, mailbox, page)
  const atOnce = wanted.length > run.atOnce ? [] : wanted
  const { messages, missing } = await readMessages(client, atOnce, signal)
  const later = atOnce.length === 0 ? wanted : []
  await deps.db.transaction().execute(async (trx) => {
    const stored = await findSightings(trx, mailbox.id, [...labels.keys()])
    const own = await ownAddresses(trx, mailbox.org_id)
    const changed = await relabel(trx, stored, labels, own)
    changed.push(...(await storeMessages(trx, deps, mailbox, messages)))
    changed.push(...(await deleteSightings(trx, mailbox.id, page.deleted)))
    await enqueueBatches(trx, deps, mailbox, later)
    await enqueueBatches(trx, deps, mailbox, missing, { from: deps.clock.now() + missingWaitMs, last: true })
    await announce(trx, deps, mailbox, changed)
    if (page.nextPageToken === undefined) await finishRun(trx, deps, mailbox, page.historyId)
  })
}

/**
 * Which messages of a page have to be read. Drafts are no mail yet; a sent draft comes as a new message or, for the same
 * message, as the label SENT. Other label changes concern stored mail only.
 */
async function sortOut(
  q: Queryable,
  mailbox: MailboxRow,
  page: HistoryPage,
): Promise<{ labels: Map<string, readonly string[]>; wanted: string[] }> {
  const deleted = new Set(page.deleted)
  const labels = new Map<string, readonly string[]>()
  const fresh = new Set<string>()
  for (const change of page.changed) {
    if (deleted.has(change.messageId)) continue
    labels.set(change.messageId, change.labelIds)
    if (change.kind === 'added' || change.labelIds.includes('SENT')) fresh.add(change.messageId)
  }
  const stored = await findSightings(q, mailbox.id, [...fresh])
  const known = new Set(stored.map((row) => row.gmail_id))
  const wanted = [...fresh].filter((id) => !known.has(id) && isMail(labels.get(id) ?? []))
  return { labels, wanted }
}

/** The run went well: cursor on, error gone, and who was added while the mailbox stood still is looked for. */
async function finishRun(trx: Trx, deps: Deps, mailbox: MailboxRow, historyId: string): Promise<void> {
  const now = deps.clock.now()
  await advanceCursor(trx, mailbox.id, historyId, new Date(now))
  const last = mailbox.synced_at?.getTime()
  if (last !== undefined && now - last > gapMs)
    await enqueueKnownBackfill(trx, deps, mailbox, { since: last - idleMs })
  if (mailbox.sync_error !== null || last === undefined) await tell(trx, deps, mailbox)
}

async function tell(q: Queryable, deps: Deps, mailbox: MailboxRow): Promise<void> {
  await appendEvent(q, {
    orgId: mailbox.org_id,
    userId: mailbox.user_id,
    payload: { type: 'mailbox', id: mailbox.id, status: mailbox.status },
    at: new Date(deps.clock.now()),
  })
}
