import type { GmailMailbox, GoogleMessage } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { forgetAside, setAside } from '../../storage/mail/aside.ts'
import { addProgress, endReadBackfills } from '../../storage/mail/backfills.ts'
import { findMailbox, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { addSkips, addToRun, noCounts } from '../../storage/mail/sync-runs.ts'
import {
  countTry,
  nextWanted,
  takeWanted,
  unwant,
  type WantedRow,
  wantedAt,
  wantMail,
} from '../../storage/mail/wanted.ts'
import type { Deps } from '../context.ts'
import { announce } from './announce.ts'
import { readingClient } from './client.ts'
import { isOfItsData, whenToRetry } from './failures.ts'
import { removeGone } from './moved.ts'
import { counting, type ReadMessages, readMessages } from './read.ts'
import { addMoved, type Outcome, storeMessages } from './store.ts'
import { Disconnected, holdMailbox, isAtRest, tellMailbox, tellProgress } from './work.ts'

/** Mails read and stored together: a tenth of what a mailbox has in a minute. */
const chunk = 30
/** Mails that failed before, each read by itself, in one turn. */
const doubtfulAtOnce = 5
/** Mail to oneself can be announced seconds before it can be read (byeokim/gmailpush #10). */
export const missingWaitMs = 3_000
/** Failures of one mail before it is set aside, by whose fault it looks. */
const patience = { storing: 3, google: 5 }

/** What one turn works with. */
interface Turn {
  deps: Deps
  mailbox: MailboxRow
  client: GmailMailbox & { spent(): number }
  signal: AbortSignal
}

/**
 * One turn of reading what a mailbox wants, newest first; key: the mailbox. Returns when to go on; undefined when nothing is
 * wanted. Rows go in the transaction that stores their mail, so that a crash loses and doubles nothing. A mail that keeps
 * failing is set aside: it must not hold up the rest.
 */
export async function runReading(
  deps: Deps,
  task: { key: string },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const mailbox = await findMailbox(deps.db, task.key)
  if (mailbox === undefined || (await isAtRest(deps.db, mailbox))) return undefined
  const rows = await nextWanted(deps.db, mailbox.id, new Date(deps.clock.now()), chunk)
  const fresh = rows.filter((row) => row.tries === 0)
  const groups = fresh.length > 0 ? [fresh] : rows.slice(0, doubtfulAtOnce).map((row) => [row])
  try {
    if (groups.length > 0) {
      const client = counting(await readingClient(deps, mailbox))
      for (const group of groups) await readGroup({ deps, mailbox, client, signal }, group)
    }
    return await wantedAt(deps.db, mailbox.id)
  } catch (error) {
    if (error instanceof Disconnected) return undefined
    return whenToRetry(deps, error)
  }
}

async function readGroup(turn: Turn, rows: readonly WantedRow[]): Promise<void> {
  const { deps, mailbox, client, signal } = turn
  const ids = rows.map((row) => row.gmail_id)
  const before = client.spent()
  const read = await readMessages(client, ids, signal)
  for (const row of rows) {
    const reason = read.failed.get(row.gmail_id)
    if (reason !== undefined) await noteFailure(turn, row, reason, patience.google)
  }
  const rest = rows.filter((row) => !read.failed.has(row.gmail_id))
  try {
    await deps.db.transaction().execute((trx) => keep(trx, turn, rest, read, client.spent() - before))
  } catch (error) {
    if (!isOfItsData(error)) throw error
    deps.log.warn('sync.not_stored', { mailbox: mailbox.id, messages: rest.length })
    const [only] = rest
    if (only !== undefined && rest.length === 1) await noteFailure(turn, only, 'unexpected', patience.storing)
    else {
      // Which of them it is, each shows by itself.
      const restIds = rest.map((row) => row.gmail_id)
      await countTry(deps.db, mailbox.id, restIds, new Date(deps.clock.now()))
    }
  }
}

/** Stores what was read and writes down, with it, that it was. */
async function keep(
  trx: Trx,
  { deps, mailbox }: Turn,
  rows: readonly WantedRow[],
  read: ReadMessages,
  units: number,
): Promise<void> {
  await holdMailbox(trx, mailbox.id)
  const mine = await takeWanted(trx, mailbox.id, rows)
  const byId = new Map<string, GoogleMessage>(read.messages.map((one) => [one.id, one]))
  const missing = new Set(read.missing)
  // By back-fill and run, so that each is told what its mails brought.
  const groups = Map.groupBy(
    rows.filter((row) => mine.has(row.gmail_id)),
    (row) => `${row.backfill_id}/${row.run_id}`,
  )
  for (const group of groups.values()) {
    const messages = group.flatMap((row) => byId.get(row.gmail_id) ?? [])
    const outcome = await storeMessages(trx, deps, mailbox, messages)
    const gone = group.filter((row) => missing.has(row.gmail_id) && row.is_last)
    const goneIds = gone.map((row) => row.gmail_id)
    const deleted = await removeGone(trx, deps, mailbox, goneIds)
    addMoved(outcome, deleted)
    await wantAgain(trx, deps, mailbox, group, missing)
    const changed = outcome.relabelled + deleted.count
    await note(trx, group, { outcome, changed, units, lookedAt: messages.length + gone.length })
    await addSkips(trx, mailbox.id, outcome.skipped)
    const done = [...messages.map((one) => one.id), ...goneIds]
    await forgetAside(trx, mailbox.id, done)
    await announce(trx, deps, mailbox, outcome)
  }
  await endBackfills(trx, deps, mailbox)
  await tellProgress(trx, deps, mailbox)
}

/** Not there yet, perhaps: asked once more, and then it is gone for good. */
async function wantAgain(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  group: readonly WantedRow[],
  missing: ReadonlySet<string>,
): Promise<void> {
  for (const row of group)
    if (missing.has(row.gmail_id) && !row.is_last)
      await wantMail(trx, mailbox, [row.gmail_id], {
        backfillId: row.backfill_id ?? undefined,
        runId: row.run_id ?? undefined,
        isLast: true,
        dueAt: new Date(deps.clock.now() + missingWaitMs),
      })
}

async function note(
  trx: Trx,
  group: readonly WantedRow[],
  did: { outcome: Outcome; changed: number; units: number; lookedAt: number },
): Promise<void> {
  const [{ backfill_id = null, run_id = null } = {}] = group
  const { outcome, changed, units, lookedAt } = did
  const { stored, skipped } = outcome
  if (backfill_id !== null) await addProgress(trx, backfill_id, { lookedAt, stored })
  if (run_id !== null)
    await addToRun(trx, run_id, { lookedAt, stored, changed, skipped: skipped.length, units })
}

/** Back-fills of which nothing is left to read are done, and so is their run. */
export async function endBackfills(trx: Trx, deps: Deps, mailbox: Pick<MailboxRow, 'id'>): Promise<void> {
  const now = new Date(deps.clock.now())
  for (const id of await endReadBackfills(trx, mailbox.id, now))
    await addToRun(trx, id, noCounts, { at: now, error: null })
}

/** One more failure of one mail; the last one sets it aside, where its owner sees it. */
async function noteFailure(turn: Turn, row: WantedRow, reason: string, most: number): Promise<void> {
  const { deps, mailbox } = turn
  const now = deps.clock.now()
  if (row.tries + 1 < most) {
    const wait = 10_000 * 4 ** row.tries
    await countTry(deps.db, mailbox.id, [row.gmail_id], new Date(now + wait))
    return
  }
  deps.log.warn('sync.set_aside', { mailbox: mailbox.id, message: row.gmail_id, reason })
  await deps.db.transaction().execute(async (trx) => {
    await unwant(trx, mailbox.id, [row.gmail_id])
    await setAside(trx, mailbox, { gmailId: row.gmail_id, reason, at: new Date(now) })
    if (row.backfill_id !== null) await addProgress(trx, row.backfill_id, { lookedAt: 1 })
    await endBackfills(trx, deps, mailbox)
    await tellMailbox(trx, deps, mailbox)
  })
}
