import type { ListQuery, ListRow, ViewDefinition } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { modules } from '../../state.ts'
import { type ListState, lists, nothing } from '../../state-workspace.ts'
import { attempt } from '../core.ts'
import { keptColumns } from './memory.ts'
import { isTurn, nextTurn, pageSize } from './pages.ts'
import { loadViews, viewOf } from './views.ts'

export const myZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Computed columns are asked for only where they are shown. */
export const computedColumns = ['lastContact', 'nextStep', 'openDeals'] as const

/** How far each list was scrolled, CSS px; no signal, since nothing is drawn by it. A new place begins at the top. */
const scrolled = new Map<ModuleKey, { top: number }>()

export function placeOfList(module: ModuleKey): { top: number } {
  const place = scrolled.get(module) ?? { top: 0 }
  scrolled.set(module, place)
  return place
}

/**
 * Shows a module's list: as it was left, if it is the same view. True when what stands there was read earlier, so that
 * it is to be read again behind it.
 */
export async function openList(module: ModuleKey, asked: string | undefined): Promise<boolean> {
  const known = lists.value.get(module)
  const viewId = asked ?? 'all'
  if (known !== undefined && (known.viewId === viewId || asked === undefined)) {
    void loadViews(module)
    if (known.total !== undefined) return true
    await ask(module)
    return false
  }
  const columns = await keptColumns(module)
  const isSaved = viewId !== 'all' && viewId !== 'mine'
  if (isSaved) await loadViews(module)
  else void loadViews(module)
  setList(begin(module, viewId, columns))
  await ask(module)
  return false
}

/** A list before its first answer. An unknown view shows all. */
function begin(module: ModuleKey, viewId: string, columns: readonly string[] | undefined): ListState {
  const own = definitionOf(module, viewId)
  return {
    module,
    viewId,
    columns: own.columns ?? columns ?? modules.value.get(module)?.listColumns ?? ['name'],
    filter: own.filter,
    sort: own.sort,
    q: '',
    total: undefined,
    pages: new Map(),
    asking: true,
    problem: undefined,
    fresh: 0,
    selected: nothing,
    anchor: 0,
    at: 0,
  }
}

/** What a view shows; `mine` and `all` are built in. */
export function definitionOf(
  module: ModuleKey,
  viewId: string,
): Pick<ViewDefinition, 'columns' | 'sort'> & Required<Pick<ViewDefinition, 'filter'>> {
  if (viewId === 'mine') return { filter: [{ field: 'ownerId', op: 'is', values: ['me'] }] }
  const saved = viewOf(module, viewId)?.definition
  return { ...saved, filter: saved?.filter ?? [] }
}

/** Another question to the same list: what is selected belongs to the old one. */
export async function changeQuestion(
  module: ModuleKey,
  change: Partial<Pick<ListState, 'filter' | 'sort' | 'q' | 'columns'>>,
): Promise<void> {
  const here = lists.value.get(module)
  if (here === undefined) return
  const keeps = change.filter === undefined && change.q === undefined
  setList({ ...here, ...change, asking: true, at: 0, anchor: 0, ...(keeps ? {} : { selected: nothing }) })
  await ask(module)
}

/** The first page anew. What stands there stays until the answer comes; then the list begins at its top. */
export async function ask(module: ModuleKey): Promise<void> {
  const here = lists.value.get(module)
  if (here === undefined) return
  const turn = nextTurn(module)
  const answer = await attempt(({ backend }) =>
    backend.listRecords({ ...queryOf(here), at: 0, limit: pageSize }),
  )
  const now = lists.value.get(module)
  if (now === undefined || !isTurn(module, turn)) return
  if (!answer.ok) return setList({ ...now, asking: false, problem: answer.problem })
  const { rows, total } = answer.value
  scrolled.set(module, { top: 0 })
  setList({
    ...now,
    total,
    pages: new Map([[0, rows]]),
    asking: false,
    problem: undefined,
    fresh: 0,
    at: 0,
    anchor: 0,
  })
}

/** The question of a list without its page. */
export function queryOf(list: ListState): ListQuery {
  return {
    module: list.module,
    filter: [...list.filter],
    q: list.q,
    ...(list.sort === undefined ? {} : { sort: list.sort }),
    columns: computedColumns.filter((one) => list.columns.includes(one)),
    zone: myZone,
    limit: pageSize,
    bin: false,
  }
}

export function setList(next: ListState): void {
  lists.value = new Map(lists.value).set(next.module, next)
}

/** Changes one list where it stands now. */
export function patchList(module: ModuleKey, change: Partial<ListState>): void {
  const here = lists.value.get(module)
  if (here !== undefined) setList({ ...here, ...change })
}

/** The row with this number, if it is loaded. */
export function rowAt(list: ListState, index: number): ListRow | undefined {
  return list.pages.get(Math.floor(index / pageSize))?.[index % pageSize]
}

export function forgetLists(): void {
  for (const module of lists.value.keys()) nextTurn(module)
  lists.value = new Map()
  scrolled.clear()
}
