import { bothForms } from '../../../lib/domain/addresses.ts'
import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import { linkableAfter, ownAddresses } from '../../storage/mail/addresses.ts'
import { type BackfillRow, changeBackfill, findBackfill, passes } from '../../storage/mail/backfills.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { addToRun, noCounts } from '../../storage/mail/sync-runs.ts'
import type { Deps } from '../context.ts'
import { readingClient } from './client.ts'
import { compareStored, lookIntoInbox } from './compare.ts'
import { readRefusal, whenToRetry } from './failures.ts'
import { counting } from './read.ts'
import { endBackfills } from './reading.ts'
import { type Search, want } from './search-step.ts'
import { Disconnected, isAtRest, tellProgress } from './work.ts'

/** Addresses asked for in one search: their terms stay far below the length of an address line. */
const addressesPerQuery = 15
const perPage = 500
/** Newest mails taken of one search; that there are more is said. */
const mostPerSearch = 20_000
/** Gmail's search finds a message some seconds after it arrived; what arrived meanwhile is asked for again. */
const searchLagMs = 120_000
const dayMs = 24 * 60 * 60_000

/**
 * Searches for one back-fill, page by page; key: its id. What is found is wanted in the transaction that moves the place on,
 * so a crash goes on from there. Returns when to search again: once more after Gmail's index had time to follow.
 */
export async function runBackfill(
  deps: Deps,
  task: { key: string },
  signal: AbortSignal,
): Promise<Date | undefined> {
  const backfill = await findBackfill(deps.db, task.key)
  if (backfill === undefined || backfill.status === 'failed' || backfill.pass > passes) return undefined
  const mailbox = await findMailbox(deps.db, backfill.mailbox_id)
  if (mailbox === undefined || (await isAtRest(deps.db, mailbox))) return undefined
  const again = new Date(backfill.started_at.getTime() + searchLagMs)
  if (backfill.pass === passes && again.getTime() > deps.clock.now()) return again
  try {
    const client = counting(await readingClient(deps, mailbox))
    await search({ deps, mailbox, backfill: await begin(deps, backfill), client, signal, seen: undefined })
    return backfill.pass < passes ? again : undefined
  } catch (error) {
    if (error instanceof Disconnected) return undefined
    if (!(error instanceof GoogleError) || error.kind !== 'refused') return whenToRetry(deps, error)
    const now = new Date(deps.clock.now())
    await changeBackfill(deps.db, backfill.id, { status: 'failed', ended_at: now })
    await addToRun(deps.db, backfill.id, noCounts, { at: now, error: readRefusal(error).reason })
    return undefined
  }
}

/** A comparison that was interrupted begins again: it has to see everything. */
async function begin(deps: Deps, backfill: BackfillRow): Promise<BackfillRow> {
  if (backfill.pass > 1 || backfill.address !== '') return backfill
  const from = backfill.resync ? { position: '', page_token: null } : {}
  await changeBackfill(deps.db, backfill.id, { status: 'searching', ...from })
  return { ...backfill, ...from }
}

async function search(given: Search): Promise<void> {
  const { deps, backfill } = given
  const compares = backfill.resync && backfill.pass === 1
  const work = compares ? { ...given, seen: { all: new Set<string>(), inbox: new Set<string>() } } : given
  let { position, page_token: pageToken } = backfill
  let shown = backfill.found
  let searches = 0
  for (;;) {
    const addresses = await nextAddresses(work, position)
    if (addresses.length === 0) break
    position = backfill.address || (addresses.at(-1) ?? '')
    searches += 1
    shown += await searchOne(work, addresses, pageToken ?? undefined)
    if (backfill.address !== '') break
    pageToken = null
    await changeBackfill(deps.db, backfill.id, { position, page_token: null })
  }
  if (work.seen !== undefined) await compareStored(work, work.seen)
  // Nobody to look for: there is nothing Gmail's index could still have to follow.
  const last = searches === 0 && work.seen === undefined
  await endSearch(last ? { ...work, backfill: { ...backfill, pass: passes } } : work, {
    first: backfill.pass === 1,
    hasNews: shown > 0 || compares,
  })
}

/** Most searches of an import find nothing: those cost one statement. */
async function endSearch(
  { deps, mailbox, backfill, client }: Search,
  { first, hasNews }: { first: boolean; hasNews: boolean },
): Promise<void> {
  const pass = { pass: backfill.pass + 1, position: '', page_token: null }
  if (!hasNews) {
    const end = { status: 'done', ended_at: new Date(deps.clock.now()) } as const
    return changeBackfill(deps.db, backfill.id, first ? { ...pass, ...end } : pass)
  }
  await deps.db.transaction().execute(async (trx) => {
    await changeBackfill(trx, backfill.id, first ? { ...pass, status: 'reading' } : pass)
    await addToRun(trx, backfill.id, { ...noCounts, units: client.spent() })
    await endBackfills(trx, deps, mailbox)
    await tellProgress(trx, deps, mailbox)
  })
}

/** The back-fill's own address, else the next ones that may link, in one order so that a crash goes on where it was. */
async function nextAddresses({ deps, mailbox, backfill }: Search, position: string): Promise<string[]> {
  if (backfill.address !== '') {
    const own = await ownAddresses(deps.db, mailbox.org_id)
    return own.has(backfill.address) || own.isNever(backfill.address) ? [] : [backfill.address]
  }
  const input = { since: backfill.since, after: position, limit: addressesPerQuery }
  return linkableAfter(deps.db, mailbox.org_id, input)
}

async function searchOne(
  work: Search,
  addresses: readonly string[],
  from: string | undefined,
): Promise<number> {
  const { client, backfill, signal, seen } = work
  const after = backfill.pass > 1 ? backfill.started_at.getTime() - dayMs : undefined
  const q = searchFor(addresses, after)
  let pageToken = from
  let taken = 0
  do {
    const page = await listPage(client, { q, max: perPage, ...(pageToken && { pageToken }) }, signal)
    pageToken = page.nextPageToken
    const ids = page.ids.map((one) => one.id)
    taken += ids.length
    for (const id of ids) seen?.all.add(id)
    const capped = pageToken !== undefined && taken >= mostPerSearch
    if (ids.length > 0)
      await want(work, ids, { pageToken: capped ? undefined : pageToken, capped, addresses })
    if (capped) break
  } while (pageToken !== undefined)
  if (seen !== undefined) await lookIntoInbox(client, q, seen.inbox, signal)
  return taken
}

/** A page token that Gmail no longer knows, after a long rest, begins the search anew. */
async function listPage(
  client: GmailMailbox,
  query: { q: string; max: number; pageToken?: string },
  signal: AbortSignal,
) {
  try {
    return await client.listMessages(query, signal)
  } catch (error) {
    const isStale = error instanceof GoogleError && error.kind === 'refused' && query.pageToken !== undefined
    if (!isStale) throw error
    return client.listMessages({ q: query.q, max: query.max }, signal)
  }
}

/** Gmail's search for mail from or to any of these, in either form of a domain; braces mean "or". `after` in epoch ms; Gmail takes seconds. */
function searchFor(addresses: readonly string[], after: number | undefined): string {
  const terms = addresses.flatMap(bothForms).flatMap((address) => {
    const term = /^[\w.+@-]+$/.test(address) ? address : `"${address}"`
    return ['from', 'to', 'cc', 'bcc'].map((field) => `${field}:${term}`)
  })
  const any = `{${terms.join(' ')}}`
  return after === undefined ? any : `${any} after:${Math.floor(after / 1000)}`
}
