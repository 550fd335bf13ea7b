import { isRobot } from '../../../lib/domain/addresses.ts'
import type { Queryable, Trx } from '../../storage/database.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { insertBackfills } from '../../storage/mail/backfills.ts'
import { listConnectedMailboxes, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import { insertRun } from '../../storage/mail/sync-runs.ts'
import type { Deps } from '../context.ts'
import { scopesFor } from '../scopes.ts'
import { askToSearch } from './work.ts'

/**
 * Call when a record gains an address, inside the same transaction: its mail is looked for in every connected mailbox of
 * the organisation with permission to read. Who never links is not looked for (decisions 6).
 */
export async function addressAdded(q: Queryable, deps: Deps, orgId: string, address: string): Promise<void> {
  if (isRobot(address)) return
  const own = await ownAddresses(q, orgId)
  if (own.has(address) || own.isNever(address)) return
  const [readScope = ''] = scopesFor(['read'])
  const mailboxes = await listConnectedMailboxes(q, orgId, readScope)
  const rows = mailboxes.map((mailbox) => newBackfill(deps, mailbox, address))
  await insertBackfills(q, rows)
  for (const row of rows) await askToSearch(q, deps, row)
}

/** As many as are looked for one by one; beyond that everybody known is, in fewer searches. */
const mostOneByOne = 100

/** The same for addresses that stood on records and link again, a whole domain perhaps. */
export async function addressesBack(
  trx: Trx,
  deps: Deps,
  orgId: string,
  addresses: readonly string[],
): Promise<void> {
  if (addresses.length <= mostOneByOne) {
    for (const address of addresses) await addressAdded(trx, deps, orgId, address)
    return
  }
  const [readScope = ''] = scopesFor(['read'])
  for (const mailbox of await listConnectedMailboxes(trx, orgId, readScope))
    await lookForKnown(trx, deps, mailbox)
}

/**
 * Looks for mail of every known address in a mailbox, or, with `since` (epoch ms), of those that stand on a record since then.
 */
export async function lookForKnown(
  trx: Trx,
  deps: Deps,
  mailbox: MailboxRow,
  only: { since?: number } = {},
): Promise<void> {
  const since = only.since === undefined ? null : new Date(only.since)
  const row = { ...newBackfill(deps, mailbox, ''), since }
  await insertBackfills(trx, [row])
  await askToSearch(trx, deps, row)
}

/**
 * Compares all that is stored of a mailbox with Gmail: what is missing here is read, what is missing there is gone, what
 * stands otherwise is read again. Bounded by the mail of known addresses and of threads linked by hand.
 */
export async function compareAll(trx: Trx, deps: Deps, mailbox: MailboxRow): Promise<void> {
  const row = { ...newBackfill(deps, mailbox, ''), resync: true }
  await insertBackfills(trx, [row])
  await insertRun(trx, {
    id: row.id,
    org_id: row.org_id,
    mailbox_id: row.mailbox_id,
    kind: 'resync',
    started_at: row.started_at,
  })
  await askToSearch(trx, deps, row)
}

function newBackfill(deps: Deps, mailbox: MailboxRow, address: string) {
  return {
    id: deps.newId(),
    org_id: mailbox.org_id,
    mailbox_id: mailbox.id,
    address,
    started_at: new Date(deps.clock.now()),
  }
}
