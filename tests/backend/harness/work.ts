import { adminJobs } from '../../../backend/jobs/admin.ts'
import { fileJobs } from '../../../backend/jobs/files.ts'
import { filingJobs } from '../../../backend/jobs/filings.ts'
import { importJobs } from '../../../backend/jobs/imports.ts'
import { recordJobs } from '../../../backend/jobs/records.ts'
import { syncJobs } from '../../../backend/jobs/sync.ts'
import { takeOverJobs } from '../../../backend/jobs/take-over.ts'
import { claimDueTasks, runTask } from '../../../backend/services/tasks.ts'
import type { TestHouse } from './house.ts'

const all = {
  ...syncJobs,
  ...filingJobs,
  ...fileJobs,
  ...takeOverJobs,
  ...adminJobs,
  ...recordJobs,
  ...importJobs,
}

/** Runs what is due in the background, one task after the other, until nothing is; answers the defects. */
export async function workOff(
  { house }: TestHouse,
  kinds: readonly string[] = Object.keys(all),
): Promise<string[]> {
  const handlers = Object.fromEntries(Object.entries(all).filter(([kind]) => kinds.includes(kind)))
  const defects: string[] = []
  for (;;) {
    const [claimed] = await claimDueTasks(house, { handlers, worker: 'test', limit: 1 })
    if (claimed === undefined) return defects
    try {
      await runTask(house, claimed, handlers, AbortSignal.timeout(30_000))
    } catch (error) {
      defects.push(`${claimed.task.kind}: ${String(error)}`)
    }
  }
}

/** Moves the clock and does what became due. */
export async function passTime(town: TestHouse, ms: number): Promise<string[]> {
  town.google.clock.advance(ms)
  return workOff(town)
}
