import { filingJobs } from '../../../backend/jobs/filings.ts'
import { syncJobs } from '../../../backend/jobs/sync.ts'
import { claimTasks, failTask, finishTask, type Task } from '../../../backend/storage/tasks.ts'
import type { TestHouse } from './house.ts'

type Job = (deps: TestHouse['house'], task: Task, signal: AbortSignal) => Promise<Date | undefined>

const jobs: Record<string, Job> = { ...syncJobs, ...filingJobs }

/** Runs what is due in the background, one task after the other, until nothing is; answers what failed. */
export async function workOff({ house }: TestHouse, kinds = Object.keys(jobs)): Promise<string[]> {
  const failures: string[] = []
  const worker = 'the test'
  for (;;) {
    const now = new Date(house.clock.now())
    const [task] = await claimTasks(house.db, { worker, now, kinds, limit: 1, leaseMs: 60_000 })
    if (task === undefined) return failures
    const held = { id: task.id, worker }
    try {
      const next = await jobs[task.kind]?.(house, task, AbortSignal.timeout(30_000))
      await finishTask(house.db, held, next)
    } catch (error) {
      failures.push(`${task.kind}: ${String(error)}`)
      await failTask(house.db, held, { now, error: 'failed', attempts: task.attempts })
    }
  }
}

/** Moves the clock and does what became due. */
export async function passTime(town: TestHouse, ms: number): Promise<string[]> {
  town.google.clock.advance(ms)
  return workOff(town)
}
