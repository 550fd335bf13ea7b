import type { Trx } from '../../storage/database.ts'
import { deleteUnusedFile, lockFiles, needsBytes } from '../../storage/file-rows.ts'
import { enqueueTask } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'
import type { SyncTask } from '../sync/failures.ts'

/** How long bytes outlive the last place they stood in. */
const graceMs = 24 * 60 * 60_000

/** Asks for bytes to be forgotten a day from now, unless somebody files them again. */
export async function enqueueSweep(trx: Trx, deps: Deps, orgId: string, sha256: string): Promise<void> {
  const now = deps.clock.now()
  await enqueueTask(trx, {
    id: deps.newId(),
    orgId,
    kind: 'sweep',
    key: `${orgId}/${sha256}`,
    payload: { orgId, sha256 },
    dueAt: new Date(now + graceMs),
    now: new Date(now),
  })
}

/** Forgets bytes no record, mail or library file holds. They go before the commit: nobody can file the same content in between. */
export async function runSweep(deps: Deps, { payload }: Pick<SyncTask, 'payload'>): Promise<undefined> {
  const { orgId = '', sha256 = '' } = payload
  await deps.db.transaction().execute(async (trx) => {
    await lockFiles(trx, orgId)
    const gone = await deleteUnusedFile(trx, orgId, sha256)
    if (gone && !(await needsBytes(trx, orgId, sha256))) await deps.files.delete(orgId, sha256)
  })
}
