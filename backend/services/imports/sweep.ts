import { lockFiles } from '../../storage/file-rows.ts'
import { bytesUsed, forgetBytes, loadImport } from '../../storage/imports.ts'
import type { Task } from '../../storage/tasks.ts'
import type { Deps } from '../context.ts'

const againMs = 24 * 60 * 60_000

/** Forgets an import's file when it can no longer be undone; what it wrote and what was wrong with it stays. */
export async function sweepImport(deps: Deps, task: Task): Promise<Date | undefined> {
  const row = await loadImport(deps.db, task.key)
  if (row === undefined || row.sha256 === '') return undefined
  if (['checking', 'running', 'undoing'].includes(row.status)) return new Date(deps.clock.now() + againMs)
  await deps.db.transaction().execute(async (trx) => {
    await lockFiles(trx, row.org_id)
    await forgetBytes(trx, row.id)
    if (!(await bytesUsed(trx, row.org_id, row.sha256, row.id)))
      await deps.files.delete(row.org_id, row.sha256)
  })
  return undefined
}
