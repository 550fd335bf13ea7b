import { setImmediate as nextTurn } from 'node:timers/promises'
import { policyNumber } from '../../../lib/domain/policy.ts'
import { lockFiles } from '../../storage/file-rows.ts'
import { noteChanges } from '../../storage/record-changes.ts'
import {
  detachFrom,
  dropHiddenCopies,
  eraseRecords,
  holdBinned,
  listPolicies,
  listPurgeable,
} from '../../storage/record-purge.ts'
import type { Deps } from '../context.ts'
import { enqueueSweep } from '../filings/sweep.ts'
import { undoDays } from '../merges/memory.ts'
import { tellRecords } from './tell.ts'

const day = 24 * 60 * 60_000
/** Small, so that others have their turn between two transactions. */
const batch = 100
const perDetach = 500

/** Erases what has been in the bin for as long as each organisation keeps it (policy `records.binDays`). */
export async function purgeBins(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  for (const { orgId, policy } of await listPolicies(deps.db)) {
    const days = policyNumber(policy, 'records.binDays')
    const deletedBefore = new Date(now - days * day)
    await dropCopies(deps, orgId, new Date(now - undoDays * day))
    for (;;) {
      const ids = await listPurgeable(deps.db, { orgId, deletedBefore, limit: batch })
      if (ids.length === 0) break
      await purgeRecords(deps, orgId, ids)
      await nextTurn()
    }
  }
}

/** What a merge left hidden is nobody's once it can no longer be undone. */
async function dropCopies(deps: Deps, orgId: string, before: Date): Promise<void> {
  const now = new Date(deps.clock.now())
  await deps.db.transaction().execute(async (trx) => {
    await lockFiles(trx, orgId)
    for (const sha256 of await dropHiddenCopies(trx, { orgId, before, now }))
      await enqueueSweep(trx, deps, orgId, sha256)
  })
}

/**
 * Erases records in the bin for good, with notes, tasks, history and files; mail stays in the mailboxes. Records that still
 * name one of them lose that name, which their history tells.
 */
export async function purgeRecords(deps: Deps, orgId: string, ids: readonly string[]): Promise<void> {
  while ((await detach(deps, orgId, ids)) > 0) await nextTurn()
  await deps.db.transaction().execute(async (trx) => {
    await lockFiles(trx, orgId)
    const binned = await holdBinned(trx, ids)
    if (binned.length === 0) return
    for (const sha256 of await eraseRecords(trx, binned)) await enqueueSweep(trx, deps, orgId, sha256)
  })
  deps.log.info('records.purged', { org: orgId, records: ids.length })
}

async function detach(deps: Deps, orgId: string, ids: readonly string[]): Promise<number> {
  const at = new Date(deps.clock.now())
  return deps.db.transaction().execute(async (trx) => {
    const binned = await holdBinned(trx, ids)
    const lost = binned.length === 0 ? [] : await detachFrom(trx, binned, perDetach)
    await noteChanges(
      trx,
      lost.map(({ id: recordId, changes }) => ({
        id: deps.newId(),
        orgId,
        recordId,
        at,
        by: null,
        kind: 'changed',
        changes,
      })),
    )
    await tellRecords(trx, { orgId, at, ids: lost.map((one) => one.id) })
    return lost.length
  })
}
