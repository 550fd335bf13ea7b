import { gatherStragglers } from '../storage/belongings.ts'
import { deleteOutdated, vacuum } from '../storage/housekeeping.ts'
import { deleteOldSignIns } from '../storage/identity.ts'
import { deleteOldSpans } from '../storage/mail/quota.ts'
import { endMasses } from '../storage/mass.ts'
import { deleteOldMarks } from '../storage/sent-marks.ts'
import type { Deps } from './context.ts'
import { purgeBins } from './records/purge.ts'
import { keepFiles } from './send-files/sweep.ts'
import { sweepMails } from './sends/sweep.ts'
import { keepSync } from './sync/sweep.ts'
import { keepWatches } from './sync/watch.ts'

/** Limits ask about 24 hours, ms. */
const marksKept = 25 * 60 * 60_000

/** Throws away what nobody can ask for any more; the embedded database, which has no autovacuum, also gets its space back. */
export async function keepHouse(deps: Deps, embedded: boolean): Promise<void> {
  const now = new Date(deps.clock.now())
  await deleteOutdated(deps.db, now)
  await deleteOldSignIns(deps.db, now)
  await deleteOldSpans(deps.db, now)
  await deleteOldMarks(deps.db, new Date(now.getTime() - marksKept))
  await endMasses(deps.db, now)
  if (embedded) await vacuum(deps.db)
  await gatherStragglers(deps.db)
  await purgeBins(deps)
  await sweepMails(deps)
  await keepFiles(deps)
  await keepSync(deps)
  await keepWatches(deps)
}
