import { listUnusedFiles } from '../../storage/file-rows.ts'
import { purgeLibrary } from '../../storage/library.ts'
import { moveSendFile, releaseSendFiles } from '../../storage/send-files.ts'
import { deleteUpload, listIdleUploads, standingUploads } from '../../storage/uploads.ts'
import type { Deps } from '../context.ts'
import { enqueueSweep } from '../filings/sweep.ts'

const day = 24 * 60 * 60_000
/** An upload nobody went on with is given up after this. */
const idleMs = day
/** Gmail has the files of what went out; these days are for a bounce that wants it sent again. */
const sentMs = 7 * day
/** A cancelled or failed mail may be taken up again as long as this; a deleted file of the library comes back as long. */
const endedMs = 30 * day
const batch = 200

/**
 * Forgets what mails and the library no longer need: parts of uploads nobody finished, bytes of mails long gone, deleted files
 * of the library, and bytes nobody has. Bytes go a day later, through the same sweep as those of records.
 */
export async function keepFiles(deps: Deps): Promise<void> {
  await giveUpUploads(deps)
  await releaseBytes(deps)
}

async function giveUpUploads(deps: Deps): Promise<void> {
  const before = new Date(deps.clock.now() - idleMs)
  for (;;) {
    const idle = await listIdleUploads(deps.db, before, batch)
    for (const { id } of idle) {
      await deps.db.transaction().execute(async (trx) => {
        // The draft says what became of it, instead of losing a file in silence.
        await moveSendFile(trx, id, ['waiting'], { state: 'failed', reason: 'upload_missing' })
        await deleteUpload(trx, id)
      })
    }
    if (idle.length < batch) break
  }
  // A part is written after its row, so one without a row has lost it.
  const ids = await deps.files.parts.ids()
  const standing = await standingUploads(deps.db, ids)
  for (const id of ids) if (!standing.has(id)) await deps.files.parts.delete(id)
}

async function releaseBytes(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  const endedBefore = new Date(now - endedMs)
  const input = { sentBefore: new Date(now - sentMs), endedBefore, limit: batch }
  await inBatches(deps, (trx) => releaseSendFiles(trx, input))
  await inBatches(deps, (trx) => purgeLibrary(trx, endedBefore, batch))
  // Of drafts thrown away, and of whatever else ended half way.
  await inBatches(deps, (trx) => listUnusedFiles(trx, new Date(now - day), batch))
}

type Trx = Parameters<typeof releaseSendFiles>[0]

async function inBatches(
  deps: Deps,
  take: (trx: Trx) => Promise<{ orgId: string; sha256: string }[]>,
): Promise<void> {
  for (;;) {
    const left = await deps.db.transaction().execute(async (trx) => {
      const freed = await take(trx)
      for (const { orgId, sha256 } of freed) await enqueueSweep(trx, deps, orgId, sha256)
      return freed.length
    })
    if (left === 0) return
  }
}
