import type { Deps } from '../services/context.ts'
import type { OpenDatabase } from '../storage/database.ts'
import { adminJobs } from './admin.ts'
import { fileJobs } from './files.ts'
import { filingJobs } from './filings.ts'
import { importJobs } from './imports.ts'
import { recordJobs } from './records.ts'
import { type ErrorFacts, type Runner, startRunner } from './runner.ts'
import { sendSource } from './sends.ts'
import { syncJobs } from './sync.ts'
import { takeOverJobs } from './take-over.ts'
import { taskSource } from './tasks.ts'

/** Everything this process does by itself. `worker` is unlike any other process on the same database. */
export async function startJobs(
  deps: Deps,
  opened: Pick<OpenDatabase, 'listen'>,
  worker: string,
  facts: ErrorFacts,
): Promise<Runner> {
  const { clock, log } = deps
  const { listen } = opened
  const handlers = { ...filingJobs, ...fileJobs, ...takeOverJobs, ...adminJobs, ...recordJobs, ...importJobs }
  return startRunner({ clock, log, listen, worker, facts }, [
    sendSource(deps),
    taskSource(deps, handlers),
    // Most of them wait for their mailbox's units at Google; those must never hold up another mailbox.
    taskSource(deps, syncJobs, { name: 'sync', concurrency: 60 }),
  ])
}
