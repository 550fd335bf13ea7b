import type { BulkRun, StartBulk } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Undo } from '../../state.ts'
import { type BulkView, bulk, type ListState, lists } from '../../state-workspace.ts'
import { attempt, link, once, say } from '../core.ts'
import { reload } from './fresh.ts'
import { myZone } from './list.ts'
import { rowsOf, selectNone } from './select.ts'

/** Ms between two looks at how far a change is. */
const pause = 400

type Action = StartBulk['action']

/**
 * One change to everything selected. `begun` is called once the server has taken it; answers the problem when it refused.
 */
export function changeSelected(
  module: ModuleKey,
  action: Action,
  begun: () => void,
): Promise<ApiProblem | undefined> {
  return once('bulk', async () => {
    const here = lists.value.get(module)
    if (here === undefined) return undefined
    // Named one by one they can be put back one by one.
    const rows = action.kind === 'delete' ? await rowsOf(here) : undefined
    const ids = rows?.map((row) => row.id)
    const selection = ids === undefined ? selectionOf(here) : { ids }
    const undo: Undo | undefined = ids && { kind: 'restore-many', module, ids }
    const problem = await run({ module, action, selection, undo, begun })
    if (problem === undefined) selectNone(module)
    return problem
  })
}

/** Puts back what a change deleted. */
export function restoreDeleted(module: ModuleKey, ids: readonly string[]): Promise<ApiProblem | undefined> {
  const selection = { ids: [...ids] }
  return once('bulk', () =>
    run({ module, action: { kind: 'restore' }, selection, undo: undefined, begun: () => undefined }),
  )
}

async function run(wanted: {
  module: ModuleKey
  action: Action
  selection: StartBulk['selection']
  undo: Undo | undefined
  begun: () => void
}): Promise<ApiProblem | undefined> {
  const { module, action, selection, undo } = wanted
  const started = await attempt(({ backend }) =>
    backend.startBulk({ selection, action }, crypto.randomUUID()),
  )
  if (!started.ok) return started.problem
  const follow = (now: BulkRun): BulkView => ({ module, action: action.kind, run: now })
  bulk.value = follow(started.value)
  wanted.begun()
  const mine = link()
  while (bulk.value.run.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, pause))
    const { id } = bulk.value.run
    const next = await attempt(({ backend }) => backend.bulk(id))
    if (mine !== link()) break
    if (next.ok) bulk.value = follow(next.value)
    else if (next.problem.kind !== 'network') break
  }
  const ended = bulk.value
  bulk.value = undefined
  tell(ended, undo)
  await reload(module)
  return undefined
}

/** One task on each record that was named. */
export function addTasks(module: ModuleKey, title: string, dueOn: string): Promise<ApiProblem | undefined> {
  return once('bulk-tasks', async () => {
    const here = lists.value.get(module)
    const rows = here && (await rowsOf(here))
    let made = 0
    for (const row of rows ?? []) {
      const todo = { recordId: row.id, title, dueOn: dueOn === '' ? null : dueOn }
      const answer = await attempt(({ backend }) => backend.createTodo(todo, crypto.randomUUID()))
      if (!answer.ok) return answer.problem
      made += 1
    }
    selectNone(module)
    say(t('bulk.tasks_made', { n: made }))
    await reload(module)
    return undefined
  })
}

/** Stops a change where it is; what is changed stays changed, and the toast says how much. */
export async function stopBulk(): Promise<void> {
  const id = bulk.value?.run.id
  if (id !== undefined) await attempt(({ backend }) => backend.cancelBulk(id))
}

/** How many, and who was left out by name. */
function tell({ action, run: { changed, skipped, status } }: BulkView, undo: Undo | undefined): void {
  const done = t(`bulk.done.${action}`, { n: changed })
  const names = skipped.slice(0, 3).map((one) => one.name)
  const left =
    skipped.length === 0
      ? ''
      : skipped.length > names.length
        ? t('bulk.skipped_more', { names: names.join(', '), n: skipped.length - names.length })
        : t('bulk.skipped', { names: names.join(', ') })
  const ended = status === 'cancelled' ? t('bulk.stopped') : status === 'failed' ? t('bulk.failed') : ''
  say([ended, done, left].filter((part) => part !== '').join(' '), changed > 0 ? undo : undefined)
}

/** What a list shows is said as its question, since rows beyond the loaded ones belong to it. */
function selectionOf(here: ListState): StartBulk['selection'] {
  const { selected, module, filter, q } = here
  if (selected.kind === 'some') return { ids: [...selected.rows.keys()] }
  return { list: { module, filter: [...filter], q, zone: myZone, bin: false } }
}
