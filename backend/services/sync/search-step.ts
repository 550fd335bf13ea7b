import type { GmailMailbox } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import { addProgress, type BackfillRow, changeBackfill } from '../../storage/mail/backfills.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { linkStored, storedGmailIds } from '../../storage/mail/sightings.ts'
import { insertRun } from '../../storage/mail/sync-runs.ts'
import { wantMail } from '../../storage/mail/wanted.ts'
import type { Deps } from '../context.ts'
import { seenNow } from '../links/hear.ts'
import { announce } from './announce.ts'
import { askToRead, holdMailbox, tellProgress } from './work.ts'

/** What Gmail shows of a mailbox while all that is stored is compared with it. */
export interface Seen {
  /** Found by search, so neither gone nor in the trash or spam. */
  all: Set<string>
  inbox: Set<string>
}

/** One back-fill at work. */
export interface Search {
  deps: Deps
  mailbox: MailboxRow
  backfill: BackfillRow
  client: GmailMailbox & { spent(): number }
  signal: AbortSignal
  /** What Gmail showed so far, when all is compared. */
  seen: Seen | undefined
}

/** Stored mail that search finds by an address it could not be found by here: its party was of the organisation then. */
async function findAgain(
  trx: Trx,
  { deps, mailbox }: Search,
  stored: readonly string[],
  addresses: readonly string[],
): Promise<void> {
  const links = await linkStored(trx, mailbox.id, stored, addresses)
  if (links.length === 0) return
  const ids = [...new Set(links.map((one) => one.sightingId))]
  const hidden = { addresses: links.map((one) => one.address), recordIds: [] }
  const seen = await seenNow(trx, deps, mailbox.org_id, ids)
  await announce(trx, deps, mailbox, { addresses: [], recordIds: [], hidden, seen })
}

/** Wants what is not stored yet and moves the back-fill's place on, together. */
export async function want(
  work: Search,
  ids: readonly string[],
  more: {
    pageToken?: string | undefined
    capped?: boolean
    isLast?: boolean
    /** Whom the search was for. */
    addresses?: readonly string[]
  } = {},
): Promise<void> {
  const { deps, mailbox, backfill } = work
  const now = new Date(deps.clock.now())
  await deps.db.transaction().execute(async (trx) => {
    await holdMailbox(trx, mailbox.id)
    const stored = more.isLast ? new Set<string>() : await storedGmailIds(trx, mailbox.id, ids)
    const fresh = ids.filter((id) => !stored.has(id))
    await findAgain(trx, work, [...stored], more.addresses ?? [])
    const wish = { backfillId: backfill.id, runId: backfill.id, isLast: more.isLast ?? false, dueAt: now }
    const found = await wantMail(trx, mailbox, fresh, wish)
    await changeBackfill(trx, backfill.id, {
      page_token: more.pageToken ?? null,
      ...(backfill.pass === 1 && { status: 'searching' as const }),
      ...(more.capped && { capped: true }),
    })
    if (found === 0) return
    await addProgress(trx, backfill.id, { found })
    await insertRun(trx, {
      id: backfill.id,
      org_id: mailbox.org_id,
      mailbox_id: mailbox.id,
      kind: backfill.resync ? 'resync' : 'backfill',
      started_at: backfill.started_at,
    })
    await askToRead(trx, deps, mailbox)
    await tellProgress(trx, deps, mailbox)
  })
}
