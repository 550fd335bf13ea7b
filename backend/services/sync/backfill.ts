import { isRobot } from '../../../lib/domain/addresses.ts'
import type { GmailMailbox } from '../../google/gateway.ts'
import type { Queryable } from '../../storage/database.ts'
import { allRecordAddresses, ownAddresses } from '../../storage/mail/addresses.ts'
import { findMailbox, listConnectedMailboxes, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { gmailIdsSince, storedGmailIds } from '../../storage/mail/sightings.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import { scopesFor } from '../scopes.ts'
import { enqueueBatches, type SyncTask } from './batches.ts'
import { readingClient } from './client.ts'
import { whenToRetry } from './failures.ts'

/** Addresses asked for in one search: their terms stay far below the length of an address line. */
const addressesPerQuery = 15
/** Newest mails taken of one search; older ones come when their thread is opened. */
const maxPerQuery = 2000
const maxAddresses = 20_000
/** Gmail's search finds a message some seconds after it arrived; who was added meanwhile is asked for again. */
const searchLagMs = 120_000

/**
 * Call when a record gains an address, inside the same transaction: its mail is looked for in every connected mailbox of
 * the organisation with permission to read. Own people and robots never link, so nothing is looked for (decisions 6).
 */
export async function addressAdded(q: Queryable, deps: Deps, orgId: string, address: string): Promise<void> {
  if (isRobot(address) || (await ownAddresses(q, orgId)).has(address)) return
  const [readScope = ''] = scopesFor(['read'])
  const now = new Date(deps.clock.now())
  for (const mailbox of await listConnectedMailboxes(q, orgId, readScope))
    for (const wait of [0, searchLagMs])
      await enqueueTask(q, {
        id: deps.newId(),
        orgId,
        kind: 'backfill',
        key: `${orgId}/${address}/${mailbox.id}/${wait}`,
        payload: { mailboxId: mailbox.id, addresses: address },
        dueAt: new Date(now.getTime() + wait),
        now,
      })
}

/**
 * Looks for mail of every known address in a mailbox. `after` (epoch ms): only what is newer, and what is stored of that
 * time is compared with Gmail; `since`: only of addresses that stand on a record since then.
 */
export async function enqueueKnownBackfill(
  q: Queryable,
  deps: Deps,
  mailbox: MailboxRow,
  only: { after?: number; since?: number } = {},
): Promise<void> {
  const now = new Date(deps.clock.now())
  const payload = {
    mailboxId: mailbox.id,
    addresses: '',
    after: only.after === undefined ? '' : String(only.after),
    since: only.since === undefined ? '' : String(only.since),
  }
  await enqueueTask(q, {
    id: deps.newId(),
    orgId: mailbox.org_id,
    kind: 'backfill',
    key: `${mailbox.id}/known/${payload.after}/${payload.since}`,
    payload,
    dueAt: now,
    now,
  })
}

/** Runs one back-fill: searches, then asks for what is not stored, newest first. Returns when to try again, if so. */
export async function runBackfill(
  deps: Deps,
  { payload }: SyncTask,
  signal: AbortSignal,
): Promise<Date | undefined> {
  const mailbox = await findMailbox(deps.db, payload['mailboxId'] ?? '')
  if (mailbox === undefined) return undefined
  try {
    const client = await readingClient(deps, mailbox)
    const after = payload['after'] ? Number(payload['after']) : undefined
    const addresses = await addressesFor(deps, mailbox, payload)
    const found = new Set<string>()
    for (let at = 0; at < addresses.length; at += addressesPerQuery) {
      const q = searchFor(addresses.slice(at, at + addressesPerQuery), after)
      for (const id of await listIds(client, q, signal)) found.add(id)
    }
    const stored = await storedGmailIds(deps.db, mailbox.id, [...found])
    const wanted = newestFirst([...found].filter((id) => !stored.has(id)))
    const doubtful =
      after === undefined
        ? []
        : (await gmailIdsSince(deps.db, mailbox.id, new Date(after))).filter((id) => !found.has(id))
    await deps.db.transaction().execute(async (trx) => {
      await enqueueBatches(trx, deps, mailbox, wanted)
      // Trashed or deleted while the history was lost: read once more, and what is missing is gone.
      await enqueueBatches(trx, deps, mailbox, doubtful, { last: true })
    })
    return undefined
  } catch (error) {
    return whenToRetry(deps, error)
  }
}

async function addressesFor(
  deps: Deps,
  mailbox: MailboxRow,
  payload: Readonly<Record<string, string>>,
): Promise<string[]> {
  const since = payload['since'] ? new Date(Number(payload['since'])) : undefined
  const own = await ownAddresses(deps.db, mailbox.org_id)
  const addresses = payload['addresses']
    ? [payload['addresses']]
    : await allRecordAddresses(deps.db, mailbox.org_id, { since, limit: maxAddresses })
  return addresses.filter((address) => !own.has(address) && !isRobot(address))
}

async function listIds(client: GmailMailbox, q: string, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = []
  let pageToken: string | undefined
  do {
    const page = await client.listMessages({ q, max: 500, ...(pageToken && { pageToken }) }, signal)
    ids.push(...page.ids.map((one) => one.id))
    pageToken = page.nextPageToken
  } while (pageToken !== undefined && ids.length < maxPerQuery)
  return ids
}

/** Gmail's search for mail from or to any of these; braces mean "or". `after` in epoch ms; Gmail takes seconds. */
function searchFor(addresses: readonly string[], after: number | undefined): string {
  const terms = addresses.flatMap((address) => {
    const term = /^[\w.+@-]+$/.test(address) ? address : `"${address}"`
    return ['from', 'to', 'cc', 'bcc'].map((field) => `${field}:${term}`)
  })
  const any = `{${terms.join(' ')}}`
  return after === undefined ? any : `${any} after:${Math.floor(after / 1000)}`
}

/** Gmail's ids grow with time. */
function newestFirst(ids: string[]): string[] {
  return ids.toSorted((a, b) => b.length - a.length || (a < b ? 1 : a > b ? -1 : 0))
}
