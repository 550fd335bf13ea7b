import { Refusal } from '../../lib/domain/errors.ts'
import { policyNumber } from '../../lib/domain/policy.ts'
import type { Trx } from '../storage/database.ts'
import { hasFile, insertFile, lockFiles, needsBytes, usedBytes } from '../storage/file-rows.ts'
import type { Deps } from './context.ts'

/** The bytes went between being stored and being kept: a sweep was faster. Store them again. */
export class SweptAway extends Error {
  override readonly name = 'SweptAway'
}

/**
 * Counts stored bytes against the organisation's quota and puts them to `use`, in one transaction: whoever keeps or forgets
 * bytes there waits here, so that concurrent ones cannot overrun it (S-057). What is kept already costs nothing. When `use`
 * throws, nothing happened.
 * @throws Refusal too_large `quota_full`; SweptAway
 */
export async function keepBytes(
  deps: Deps,
  orgId: string,
  stored: { sha256: string; size: number },
  use: (trx: Trx) => Promise<void>,
): Promise<void> {
  await keepAllBytes(deps, orgId, [stored], use)
}

/** The same for several contents, kept together or not at all. */
export async function keepAllBytes(
  deps: Deps,
  orgId: string,
  all: readonly { sha256: string; size: number }[],
  use: (trx: Trx) => Promise<void>,
): Promise<void> {
  try {
    await deps.db.transaction().execute(async (trx) => {
      const quotaBytes = policyNumber(await lockFiles(trx, orgId), 'fileQuotaBytes')
      for (const stored of all) {
        if (!(await hasFile(trx, orgId, stored.sha256))) {
          const used = await usedBytes(trx, orgId)
          if (used + stored.size > quotaBytes)
            throw new Refusal('too_large', 'quota_full', { quotaBytes, usedBytes: used, size: stored.size })
          await insertFile(trx, { org_id: orgId, ...stored, created_at: new Date(deps.clock.now()) })
        }
        if (!(await deps.files.has(orgId, stored.sha256))) throw new SweptAway()
      }
      await use(trx)
    })
  } catch (error) {
    for (const { sha256 } of all) await forgetUnlessKept(deps, orgId, sha256)
    throw error
  }
}

/** Deletes bytes that were stored for nothing. */
export async function forgetUnlessKept(deps: Deps, orgId: string, sha256: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await lockFiles(trx, orgId)
    if (!(await needsBytes(trx, orgId, sha256))) await deps.files.delete(orgId, sha256)
  })
}
