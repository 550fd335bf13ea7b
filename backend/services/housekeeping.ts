import { gatherStragglers } from '../storage/belongings.ts'
import { deleteOutdated, vacuum } from '../storage/housekeeping.ts'
import { deleteOldSignIns } from '../storage/identity.ts'
import { deleteOldSpans } from '../storage/mail/quota.ts'
import type { Deps } from './context.ts'
import { purgeBins } from './records/purge.ts'
import { keepFiles } from './send-files/sweep.ts'
import { sweepMails } from './sends/sweep.ts'
import { keepSync } from './sync/sweep.ts'
import { keepWatches } from './sync/watch.ts'

/** Throws away what nobody can ask for any more; the embedded database, which has no autovacuum, also gets its space back. */
export async function keepHouse(deps: Deps, embedded: boolean): Promise<void> {
  const now = new Date(deps.clock.now())
  await deleteOutdated(deps.db, now)
  await deleteOldSignIns(deps.db, now)
  await deleteOldSpans(deps.db, now)
  if (embedded) await vacuum(deps.db)
  await gatherStragglers(deps.db)
  await purgeBins(deps)
  await sweepMails(deps)
  await keepFiles(deps)
  await keepSync(deps)
  await keepWatches(deps)
}
