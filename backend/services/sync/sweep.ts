import { asideBefore } from '../../storage/mail/aside.ts'
import { sweepBackfills } from '../../storage/mail/backfills.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { sweepRuns } from '../../storage/mail/sync-runs.ts'
import type { Deps } from '../context.ts'
import { wantAside } from './control.ts'
import { forgetUnheld } from './forget.ts'
import { isAtRest } from './work.ts'

const dayMs = 24 * 60 * 60_000
const runsKeptMs = 90 * dayMs
const backfillsKeptMs = 30 * dayMs
/** Days on which a mail set aside is tried by itself; after that only by hand. */
const asideTries = 14

/** Hourly: forgets old runs and mail that nothing holds here, and tries what was set aside a day ago once more. */
export async function keepSync(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  await sweepRuns(deps.db, new Date(now - runsKeptMs))
  await sweepBackfills(deps.db, new Date(now - backfillsKeptMs))
  await forgetUnheld(deps)
  const rows = await asideBefore(deps.db, new Date(now - dayMs), asideTries)
  for (const [mailboxId, some] of Map.groupBy(rows, (row) => row.mailbox_id)) {
    const mailbox = await findMailbox(deps.db, mailboxId)
    if (mailbox === undefined || (await isAtRest(deps.db, mailbox))) continue
    const ids = some.map((row) => row.gmail_id)
    await deps.db.transaction().execute((trx) => wantAside(trx, deps, mailbox, ids))
  }
}
