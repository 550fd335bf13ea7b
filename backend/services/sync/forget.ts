import { deleteSightings } from '../../storage/mail/sightings.ts'
import { addSkips } from '../../storage/mail/sync-runs.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import { mailHeldByNothing } from '../../storage/mail/unheld.ts'
import type { Deps } from '../context.ts'

/** Whoever took a mail off may take that back meanwhile; afterwards putting it on a record reads it from Gmail again. */
const undoMs = 60 * 60_000
const atOnce = 200

/**
 * Hourly: mail of unknown parties is not kept. What was taken only because its owner put it on a record by hand is forgotten
 * an hour after it stands nowhere any more, and counted with what was read and left out.
 */
export async function forgetUnheld(deps: Deps): Promise<void> {
  const before = new Date(deps.clock.now() - undoMs)
  for (;;) {
    const found = await mailHeldByNothing(deps.db, { before, limit: atOnce })
    if (found.length === 0) return
    const mailboxes = new Set(found.map((one) => one.mailboxId))
    for (const mailboxId of mailboxes) await forgetOf(deps, mailboxId, before)
  }
}

async function forgetOf(deps: Deps, mailboxId: string, before: Date): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await lockMailboxMail(trx, mailboxId)
    // Asked again: it may have been put somewhere a moment ago.
    const rows = await mailHeldByNothing(trx, { before, limit: atOnce, mailboxId })
    const ids = rows.map((one) => one.gmailId)
    const { count } = await deleteSightings(trx, mailboxId, ids)
    await addSkips(
      trx,
      mailboxId,
      Array.from({ length: count }, () => 'nobody_on_record' as const),
    )
  })
}
