import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Queryable, Trx } from '../storage/database.ts'
import { anyUnindexed, indexRecords, takeUnindexed, unindexCompany } from '../storage/search.ts'
import { enqueueTask } from '../storage/tasks.ts'
import type { Deps } from './context.ts'

/** Small, so that the embedded database answers others between two batches. */
const batchSize = 200

/** Call when an account has another name, inside that transaction: its contacts are found by the new one soon after. */
export async function companyRenamed(trx: Trx, deps: Deps, orgId: string, accountId: string): Promise<void> {
  await unindexCompany(trx, accountId)
  await enqueueIndexing(trx, deps, orgId)
}

/** Rows of an older version of Inlay are not findable yet; asked for at every start. */
export async function indexOldRows(deps: Deps): Promise<void> {
  const orgId = await anyUnindexed(deps.db)
  if (orgId !== undefined) await enqueueIndexing(deps.db, deps, orgId)
}

/** Indexes what waits for it, in batches, until nothing does. @throws when the signal ends */
export async function runIndexing(deps: Deps, _task: unknown, signal: AbortSignal): Promise<undefined> {
  for (;;) {
    signal.throwIfAborted()
    const done = await deps.db.transaction().execute(async (trx) => {
      const rows = await takeUnindexed(trx, batchSize)
      await indexRecords(trx, rows)
      return rows.length
    })
    if (done === 0) return
    await nextTurn()
  }
}

/** Lets rows whose search columns no longer follow them be indexed anew. */
export async function enqueueIndexing(q: Queryable, deps: Deps, orgId: string): Promise<void> {
  const now = new Date(deps.clock.now())
  await enqueueTask(q, { id: deps.newId(), orgId, kind: 'index', key: 'records', dueAt: now, now })
}
