import type { SavedView, ViewDefinition } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { lists, views } from '../../state-workspace.ts'
import { attempt, once, say } from '../core.ts'
import { problemSentence } from '../words.ts'
import { definitionOf, patchList } from './list.ts'
import { goTo, viewRoute } from './place.ts'

/** The saved views of a module: mine and those others share. */
export async function loadViews(module: ModuleKey): Promise<void> {
  const answer = await attempt(({ backend }) => backend.views(module))
  if (answer.ok) views.value = new Map(views.value).set(module, answer.value.views)
}

export function viewOf(module: ModuleKey, viewId: string): SavedView | undefined {
  return views.value.get(module)?.find((one) => one.id === viewId)
}

/** Another view of the module; its address can be shared. */
export function openView(module: ModuleKey, viewId: string): void {
  const here = lists.value.get(module)
  // A view that was changed here and is asked for again shows what is saved.
  if (here?.viewId === viewId) lists.value = new Map([...lists.value].filter(([key]) => key !== module))
  goTo(viewRoute(module, viewId))
}

/** What the list shows now, as a view keeps it. */
function shownDefinition(module: ModuleKey): ViewDefinition | undefined {
  const here = lists.value.get(module)
  if (here === undefined) return undefined
  const { columns, filter, sort } = here
  return { columns: [...columns], filter: [...filter], ...(sort === undefined ? {} : { sort }) }
}

/** True when the list shows something else than its view keeps. */
export function isChanged(module: ModuleKey): boolean {
  const here = lists.value.get(module)
  if (here === undefined) return false
  const kept = definitionOf(module, here.viewId)
  const sameColumns =
    kept.columns === undefined || JSON.stringify(kept.columns) === JSON.stringify(here.columns)
  return !(
    sameColumns &&
    JSON.stringify(kept.filter) === JSON.stringify(here.filter) &&
    JSON.stringify(kept.sort) === JSON.stringify(here.sort)
  )
}

/** Keeps what the list shows under a name. Answers the problem when the server said no. */
export function saveViewAs(module: ModuleKey, name: string, shared: boolean, key: string) {
  return once('view', async () => {
    const definition = shownDefinition(module)
    if (definition === undefined) return undefined
    const answer = await attempt(({ backend }) =>
      backend.createView({ module, name, shared, definition }, key),
    )
    if (!answer.ok) return answer.problem
    take(answer.value)
    patchList(module, { viewId: answer.value.id })
    goTo(viewRoute(module, answer.value.id), true)
    say(t('view.saved', { name }))
    return undefined
  })
}

/** Changes a view of one's own: what it shows, its name, or who sees it. */
export function changeView(
  view: SavedView,
  change: { name?: string; shared?: boolean; definition?: ViewDefinition },
) {
  return once('view', async () => {
    const answer = await attempt(({ backend }) =>
      backend.updateView(view.id, { version: view.version, ...change }),
    )
    if (!answer.ok) return answer.problem
    take(answer.value)
    say(t('view.saved', { name: answer.value.name }))
    return undefined
  })
}

/** Saves what the list shows into its view. */
export async function saveView(view: SavedView): Promise<void> {
  const definition = shownDefinition(view.module)
  const problem = definition && (await changeView(view, { definition }))
  if (problem !== undefined) say(problemSentence(problem))
}

export async function shareView(view: SavedView, shared: boolean): Promise<void> {
  const problem = await changeView(view, { shared })
  if (problem !== undefined) say(problemSentence(problem))
}

export async function deleteView(view: SavedView): Promise<void> {
  const answer = await attempt(({ backend }) => backend.deleteView(view.id))
  if (!answer.ok) return say(problemSentence(answer.problem))
  const rest = (views.value.get(view.module) ?? []).filter((one) => one.id !== view.id)
  views.value = new Map(views.value).set(view.module, rest)
  say(t('view.deleted', { name: view.name }))
  openView(view.module, 'all')
}

function take(view: SavedView): void {
  const rest = (views.value.get(view.module) ?? []).filter((one) => one.id !== view.id)
  const next = [...rest, view].sort((a, b) => a.name.localeCompare(b.name))
  views.value = new Map(views.value).set(view.module, next)
}
