import type { Deps } from '../services/context.ts'
import { claimDueTasks, nextTaskDue, runTask, type TaskHandlers, taskChannel } from '../services/tasks.ts'
import type { WorkSource } from './runner.ts'

/** Everything in the background that is not a send, by kind. */
export function taskSource(
  deps: Deps,
  handlers: TaskHandlers,
  as: { name: string; concurrency: number } = { name: 'tasks', concurrency: 6 },
): WorkSource {
  return {
    ...as,
    channel: taskChannel,
    nextAt: () => nextTaskDue(deps, handlers),
    async take(worker, limit) {
      const claimed = await claimDueTasks(deps, { handlers, worker, limit })
      return claimed.map((one) => (signal) => runTask(deps, one, handlers, signal))
    },
  }
}
