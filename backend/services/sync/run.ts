import { isMail } from '../../../lib/domain/messages.ts'
import { type GmailMailbox, GoogleError, type HistoryPage } from '../../google/gateway.ts'
import type { Queryable, Trx } from '../../storage/database.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { forgetAside } from '../../storage/mail/aside.ts'
import { advanceCursor, findMailbox, lastSeen, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { findSightings } from '../../storage/mail/sightings.ts'
import { addSkips } from '../../storage/mail/sync-runs.ts'
import { markWanted, unwant, wantMail } from '../../storage/mail/wanted.ts'
import type { Deps } from '../context.ts'
import { announce } from './announce.ts'
import { compareAll, lookForKnown } from './backfill.ts'
import { readingClient, renewAliases } from './client.ts'
import { isOfItsData } from './failures.ts'
import { relabel, removeGone } from './moved.ts'
import { counting, type ReadMessages, readMessages } from './read.ts'
import { missingWaitMs } from './reading.ts'
import { beginRun, endRun, failRun, type Run, writeProgress } from './runs.ts'
import { addMoved, storeMessages } from './store.ts'
import { askToRead, Disconnected, holdMailbox, isAtRest, tellMailbox } from './work.ts'

const activeMs = 30_000
const idleMs = 60_000
/** A session used this recently counts as somebody looking. */
const recentMs = 5 * 60_000
/** More new messages than this are read in turns, so that no page asks for more than a minute's quota. */
const readAtOnce = 25
const dayMs = 24 * 60 * 60_000
/** Longer than this between two good runs and the mailbox stood still: addresses added then were not looked for in it. */
const gapMs = 2 * idleMs
/** Crashes over one page before each of its messages is read by itself, where the one at fault shows. */
const patience = 3

interface Work {
  deps: Deps
  mailbox: MailboxRow
  client: GmailMailbox & { spent(): number }
  run: Run
  /** Nothing is read or changed at once. */
  careful: boolean
  signal: AbortSignal
}

/**
 * Brings one mailbox up to date by Gmail's history. Returns when to look again; undefined while it is at rest. The cursor
 * only moves past work that is stored or wanted in the same transaction.
 */
export async function runSync(
  deps: Deps,
  task: { key: string; attempts: number },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const mailbox = await findMailbox(deps.db, task.key)
  // Whatever ends its rest asks for the next run.
  if (mailbox === undefined || (await isAtRest(deps.db, mailbox))) return undefined
  const run = await beginRun(deps, mailbox)
  try {
    const client = counting(await readingClient(deps, mailbox))
    run.spent = client.spent
    const work = { deps, mailbox, client, run, careful: task.attempts > patience, signal }
    if (mailbox.history_id === null) await startOver(work)
    else await follow(work, mailbox.history_id)
    return await nextLook(deps, mailbox)
  } catch (error) {
    if (error instanceof Disconnected) return undefined
    return failRun(deps, mailbox, run, error)
  }
}

/** Somebody at the screen is served sooner, unless Gmail tells us by itself. */
async function nextLook(deps: Deps, mailbox: MailboxRow): Promise<Date> {
  const now = deps.clock.now()
  const seen = await lastSeen(deps.db, mailbox.user_id)
  const active = seen !== undefined && now - seen.getTime() < recentMs
  const watched = (mailbox.watch_expires_at?.getTime() ?? 0) > now && mailbox.watch_error === null
  const told = watched && now - (mailbox.pushed_at?.getTime() ?? 0) < dayMs
  return new Date(now + (active && !told ? activeMs : idleMs))
}

async function follow(work: Work, cursor: string): Promise<void> {
  const { deps, mailbox, client, signal } = work
  try {
    let pageToken: string | undefined
    do {
      const page = await client.listHistory(cursor, pageToken, signal)
      const paged = pageToken !== undefined || page.nextPageToken !== undefined
      await takePage(work, page, paged ? 0 : readAtOnce)
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  } catch (error) {
    if (!(error instanceof GoogleError) || error.kind !== 'history_expired') throw error
    deps.log.warn('sync.history_expired', { mailbox: mailbox.id })
    await startOver(work)
  }
}

/** A new cursor first, then what lies before it: mail of known addresses, and what is stored compared with Gmail. */
async function startOver({ deps, mailbox, client, run, signal }: Work): Promise<void> {
  const { historyId } = await client.getProfile(signal)
  await renewAliases(deps, mailbox, client, signal)
  await deps.db.transaction().execute(async (trx) => {
    await holdMailbox(trx, mailbox.id)
    if (mailbox.synced_at === null) await lookForKnown(trx, deps, mailbox)
    else await compareAll(trx, deps, mailbox)
    await finish(trx, deps, mailbox, { historyId, compared: true })
    await endRun(trx, deps, run)
  })
}

async function takePage(work: Work, page: HistoryPage, most: number): Promise<void> {
  const { deps, mailbox, client, signal } = work
  const sorted = await sortOut(deps.db, mailbox, page)
  if (work.careful) return keepPage(work, page, { ...sorted, wanted: everything(page), labels: new Map() })
  const atOnce = sorted.wanted.length > most ? [] : sorted.wanted
  const read = await readMessages(client, atOnce, signal)
  const later = sorted.wanted.filter((id) => atOnce.length === 0 || read.failed.has(id))
  try {
    await keepPage(work, page, { ...sorted, wanted: later, read })
  } catch (error) {
    if (!isOfItsData(error)) throw error
    // Something in what was read cannot be stored: each message shows by itself whether it is the one.
    await keepPage(work, page, sorted)
  }
}

function everything(page: HistoryPage): string[] {
  return [...page.changed.map((one) => one.messageId), ...page.deleted]
}

interface SortedPage {
  labels: Map<string, readonly string[]>
  wanted: string[]
  read?: ReadMessages
}

/** Stores what a page brought, or asks for it, and moves the cursor past it: all of it or nothing. */
async function keepPage(work: Work, page: HistoryPage, sorted: SortedPage): Promise<void> {
  const { deps, mailbox, run, careful } = work
  const { labels, wanted, read } = sorted
  const now = deps.clock.now()
  await deps.db.transaction().execute(async (trx) => {
    await holdMailbox(trx, mailbox.id)
    // Before anything is looked up, so that what is being read right now is read again or not stored.
    await markWanted(trx, mailbox.id, [...labels.keys()])
    await unwant(trx, mailbox.id, page.deleted)
    const outcome = await storeMessages(trx, deps, mailbox, read?.messages ?? [])
    const own = await ownAddresses(trx, mailbox.org_id)
    const before = await findSightings(trx, mailbox.id, [...labels.keys()])
    const relabelled = await relabel(trx, deps, before, labels, own)
    const deleted = await removeGone(trx, deps, mailbox, careful ? [] : page.deleted)
    for (const one of [relabelled, deleted]) addMoved(outcome, one)
    await forgetAside(trx, mailbox.id, page.deleted)
    const wish = { runId: run.id, dueAt: new Date(now) }
    const later = await wantMail(trx, mailbox, wanted, { ...wish, isLast: careful, tries: careful ? 1 : 0 })
    const soon = new Date(now + missingWaitMs)
    const missing = await wantMail(trx, mailbox, read?.missing ?? [], { ...wish, isLast: true, dueAt: soon })
    if (later + missing > 0) await askToRead(trx, deps, mailbox, later > 0 ? now : soon.getTime())
    await addSkips(trx, mailbox.id, outcome.skipped)
    await announce(trx, deps, mailbox, outcome)
    await writeProgress(trx, run, {
      lookedAt: read?.messages.length ?? 0,
      stored: outcome.stored,
      changed: outcome.relabelled + relabelled.count + deleted.count,
      skipped: outcome.skipped.length,
      isWaitedFor: later + missing > 0,
    })
    if (page.nextPageToken !== undefined) return
    await finish(trx, deps, mailbox, { historyId: page.historyId, compared: false })
    await endRun(trx, deps, run)
  })
}

/**
 * Which messages of a page have to be read. Drafts are no mail yet; a sent draft comes as a new message or, for the same
 * message, as the label SENT. Other label changes concern stored mail only.
 */
async function sortOut(q: Queryable, mailbox: MailboxRow, page: HistoryPage): Promise<SortedPage> {
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
async function finish(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  { historyId, compared }: { historyId: string; compared: boolean },
): Promise<void> {
  const now = deps.clock.now()
  await advanceCursor(trx, mailbox.id, historyId, new Date(now))
  const last = mailbox.synced_at?.getTime()
  if (!compared && last !== undefined && now - last > gapMs)
    await lookForKnown(trx, deps, mailbox, { since: last - idleMs })
  if (mailbox.sync_error !== null || last === undefined) await tellMailbox(trx, deps, mailbox)
}
