import type { BulkRun, ListRow, StartBulk } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Undo } from '../../state.ts'
import { type BulkView, bulk, type ListState, lists } from '../../state-workspace.ts'
import { attempt, link, once, say } from '../core.ts'
import { problemSentence } from '../words.ts'
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
    const rows = ['delete', 'owner'].includes(action.kind) ? await rowsOf(here) : undefined
    const ids = rows?.map((row) => row.id)
    const selection = ids === undefined ? selectionOf(here) : { ids }
    const undo = (ended: BulkRun) => rows && undoOf(module, action, rows, ended)
    const problem = await run({ module, action, selection, undo, begun })
    if (problem === undefined) selectNone(module)
    return problem
  })
}

/** Puts back what a change deleted. */
export function restoreDeleted(module: ModuleKey, ids: readonly string[]): Promise<ApiProblem | undefined> {
  const selection = { ids: [...ids] }
  return once('bulk', () =>
    run({ module, action: { kind: 'restore' }, selection, undo: () => undefined, begun: () => undefined }),
  )
}

/** Gives records back to the owners they had: one change for each of these, told as one. */
export function giveBack(module: ModuleKey, former: ReadonlyMap<string, readonly string[]>): Promise<void> {
  return once('bulk', async () => {
    const runs: BulkRun[] = []
    let refused: ApiProblem | undefined
    for (const [ownerId, ids] of former) {
      const action: Action = { kind: 'owner', ownerId }
      const ended = await follow({ module, action, selection: { ids: [...ids] }, begun: () => undefined })
      if ('problem' in ended) refused ??= ended.problem
      else runs.push(ended.run)
    }
    if (refused !== undefined) say(problemSentence(refused))
    else tell('back', together(runs), undefined)
    await reload(module)
  })
}

/** How a change to named rows is taken back; only what it changed. */
function undoOf(
  module: ModuleKey,
  action: Action,
  rows: readonly ListRow[],
  { skipped }: BulkRun,
): Undo | undefined {
  const left = new Set(skipped.map((one) => one.id))
  const changed = rows.filter((row) => !left.has(row.id))
  if (action.kind === 'delete') return { kind: 'restore-many', module, ids: changed.map((row) => row.id) }
  if (action.kind !== 'owner') return undefined
  const theirs = changed.filter((row) => row.owner.id !== action.ownerId)
  const former = Map.groupBy(theirs, (row) => row.owner.id)
  if (former.size === 0) return undefined
  const ids = [...former].map(([owner, own]) => [owner, own.map((row) => row.id)] as const)
  return { kind: 'give-back', module, former: new Map(ids) }
}

/** Several runs as one; the worst end is the end of all. */
function together(runs: readonly BulkRun[]): Pick<BulkRun, 'status' | 'changed' | 'skipped'> {
  const worst = (['failed', 'cancelled'] as const).find((one) => runs.some(({ status }) => status === one))
  return {
    status: worst ?? 'done',
    changed: runs.reduce((sum, { changed }) => sum + changed, 0),
    skipped: runs.flatMap(({ skipped }) => skipped),
  }
}

interface Wanted {
  module: ModuleKey
  action: Action
  selection: StartBulk['selection']
  begun: () => void
}

async function run(
  wanted: Wanted & { undo: (ended: BulkRun) => Undo | undefined },
): Promise<ApiProblem | undefined> {
  const ended = await follow(wanted)
  if ('problem' in ended) return ended.problem
  tell(wanted.action.kind, ended.run, wanted.undo(ended.run))
  await reload(wanted.module)
  return undefined
}

/** Starts a change and shows how far it is until it ends. */
async function follow(wanted: Wanted): Promise<{ problem: ApiProblem } | { run: BulkRun }> {
  const { module, action, selection } = wanted
  const started = await attempt(({ backend }) =>
    backend.startBulk({ selection, action }, crypto.randomUUID()),
  )
  if (!started.ok) return { problem: started.problem }
  const viewOf = (now: BulkRun): BulkView => ({ module, action: action.kind, run: now })
  bulk.value = viewOf(started.value)
  wanted.begun()
  const mine = link()
  while (bulk.value.run.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, pause))
    const { id } = bulk.value.run
    const next = await attempt(({ backend }) => backend.bulk(id))
    if (mine !== link()) break
    if (next.ok) bulk.value = viewOf(next.value)
    else if (next.problem.kind !== 'network') break
  }
  const { run: ended } = bulk.value
  bulk.value = undefined
  return { run: ended }
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
function tell(
  action: BulkView['action'] | 'back',
  { changed, skipped, status }: Pick<BulkRun, 'status' | 'changed' | 'skipped'>,
  undo: Undo | undefined,
): void {
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
