import { GoogleError } from '../google/gateway.ts'
import {
  claimTasks,
  failTask,
  finishTask,
  nextTaskAt,
  renewTask,
  type Task,
  taskChannel,
} from '../storage/tasks.ts'
import type { Deps } from './context.ts'

export { taskChannel }

/** Does one task; returns when it wants to run again, undefined when it is done. */
type TaskHandler = (deps: Deps, task: Task, signal: AbortSignal) => Promise<Date | undefined>
export type TaskHandlers = Readonly<Record<string, TaskHandler>>

const leaseMs = 2 * 60_000

/** A claimed task and the name under which it is held. */
export interface ClaimedTask {
  task: Task
  worker: string
}

/** Takes up to `limit` tasks of the handlers' kinds, under a name of its own for each call. */
export async function claimDueTasks(
  deps: Deps,
  input: { handlers: TaskHandlers; worker: string; limit: number },
): Promise<ClaimedTask[]> {
  const worker = `${input.worker}#${deps.newId()}`
  const now = new Date(deps.clock.now())
  const kinds = Object.keys(input.handlers)
  const tasks = await claimTasks(deps.db, { worker, now, kinds, limit: input.limit, leaseMs })
  return tasks.map((task) => ({ task, worker }))
}

/** Epoch ms of the next task or lapsing lease of these kinds. */
export async function nextTaskDue(deps: Deps, handlers: TaskHandlers): Promise<number | undefined> {
  return (await nextTaskAt(deps.db, Object.keys(handlers)))?.getTime()
}

/**
 * Runs one task and writes down when it runs again. A failure is kept as a code and tried later; it is thrown on when it is
 * a defect. Losing the lease ends the handler's signal.
 */
export async function runTask(
  deps: Deps,
  { task, worker }: ClaimedTask,
  handlers: TaskHandlers,
  signal: AbortSignal,
): Promise<void> {
  const held = { id: task.id, worker }
  const lost = new AbortController()
  const done = new AbortController()
  const renewing = renew(deps, held, done.signal, () => lost.abort())
  try {
    const handler = handlers[task.kind]
    if (handler === undefined) throw new Error(`Nobody does tasks of kind ${task.kind}.`)
    const next = await handler(deps, task, AbortSignal.any([signal, lost.signal]))
    await finishTask(deps.db, held, next)
  } catch (error) {
    const now = new Date(deps.clock.now())
    if (signal.aborted) await renewTask(deps.db, held, now)
    else await failTask(deps.db, held, { now, attempts: task.attempts, ...failure(error) })
    if (!(error instanceof GoogleError)) throw error
  } finally {
    done.abort()
    await renewing
  }
}

function failure(error: unknown): { error: string; retryAt?: Date } {
  if (!(error instanceof GoogleError)) return { error: error instanceof Error ? error.name : 'unknown' }
  return { error: error.kind, ...(error.retryAt !== undefined && { retryAt: new Date(error.retryAt) }) }
}

async function renew(
  deps: Deps,
  held: { id: string; worker: string },
  done: AbortSignal,
  onLost: () => void,
): Promise<void> {
  for (;;) {
    await deps.clock.sleepUntil(deps.clock.now() + leaseMs / 3, done)
    if (done.aborted) return
    try {
      if (await renewTask(deps.db, held, new Date(deps.clock.now() + leaseMs))) continue
      return onLost()
    } catch {
      // The database is away for a moment; the next write notices a lapsed lease.
      deps.log.warn('task.lease_not_renewed', { task: held.id })
    }
  }
}
