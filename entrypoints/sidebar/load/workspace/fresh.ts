import type { ListRow } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { type ListState, list, lists, shownModule } from '../../state-workspace.ts'
import { attempt } from '../core.ts'
import { loadCounts, noteCount } from './counts.ts'
import { ask, patchList, queryOf, rowAt } from './list.ts'
import { needRows, pageSize, pagesInView, rowsInView } from './pages.ts'

/** Events of one moment make one question. Ms. */
const pause = 300
let timer: ReturnType<typeof setTimeout> | undefined
let running = false
/** Lists in which something may have changed since they were read. */
const stale = new Set<ModuleKey>()

/** Why a list is read again: an own change, somebody else's, or the person is back at it. */
type Reason = 'own' | 'event' | 'back'

/** A record changed somewhere: what is in view is read again, and every other list when it is next looked at. */
export function hearRecords(): void {
  for (const module of lists.value.keys()) stale.add(module)
  if (shownModule.value === undefined || timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    const shown = list.value
    if (shown !== undefined && !running) void refresh(shown.module, 'event')
  }, pause)
}

/** The list stands there as it was left; what others did meanwhile is taken over behind it. */
export async function comeBack(module: ModuleKey): Promise<void> {
  await refresh(module, 'back')
}

/** The rows that came in meanwhile, from the top. */
export async function showFresh(module: ModuleKey): Promise<void> {
  await ask(module)
}

/** After a change of one's own: what is in view as it is now, at the same place. */
export async function reload(module: ModuleKey): Promise<void> {
  await refresh(module, 'own')
}

/** Reads the pages in view, and again when something changed while they were read. */
async function refresh(module: ModuleKey, reason: Reason): Promise<void> {
  const before = lists.value.get(module)
  if (before === undefined || before.asking) return
  stale.delete(module)
  // Nothing was read so far: the server was away.
  if (before.total === undefined) return ask(module)
  running = true
  const pages = new Map<number, readonly ListRow[]>()
  let total = before.total
  for (const page of pagesInView(module)) {
    const answer = await attempt(({ backend }) =>
      backend.listRecords({ ...queryOf(before), at: page * pageSize, limit: pageSize }),
    )
    if (!answer.ok) break
    pages.set(page, answer.value.rows)
    total = answer.value.total
  }
  running = false
  const now = lists.value.get(module)
  if (now !== undefined && !now.asking && pages.size > 0 && !asksElse(now, before)) {
    takeOver(now, { pages, total }, reason)
    noteCount()
    void loadCounts()
  }
  if (shownModule.value !== undefined && stale.has(shownModule.value)) hearRecords()
}

interface Read {
  pages: ReadonlyMap<number, readonly ListRow[]>
  total: number
}

/**
 * While the person points at the list, has the focus in it or has selected rows, nothing moves: values change in place,
 * and rows that would push others away are only counted (design 9).
 */
function takeOver(now: ListState, read: Read, reason: Reason): void {
  const { module } = now
  const { pages, total } = read
  const selected = newerSelection(now, pages)
  const held = reason === 'event' ? isTouched(now) : reason === 'back' && isPointedAt()
  if (held && !stands(now, read)) {
    const fresh = Math.max(0, total - (now.total ?? total))
    patchList(module, { pages: patched(now, pages), selected, fresh })
    return
  }
  const at = follow(now, now.at, read)
  const anchor = follow(now, now.anchor, read)
  const moves = at !== now.at && hasFocus()
  patchList(module, { pages, total, at, anchor, selected, fresh: 0, problem: undefined })
  if (moves) requestAnimationFrame(() => focusRow(at))
  // The pages around were let go with the old ones.
  const view = rowsInView(module)
  if (view !== undefined && shownModule.value === module) needRows(module, view.first, view.last)
}

/** Where the record of a row stands now. */
function follow(now: ListState, index: number, { pages, total }: Read): number {
  const id = rowAt(now, index)?.id
  for (const [page, rows] of pages) {
    const found = rows.findIndex((row) => row.id === id)
    if (found >= 0) return page * pageSize + found
  }
  return Math.max(0, Math.min(index, total - 1))
}

/** Whether every row in view stays where it is. */
function stands(now: ListState, { pages }: Read): boolean {
  if (now.selected.kind === 'all') return false
  const { first, last } = rowsInView(now.module) ?? { first: 0, last: pageSize }
  for (let index = first; index < last; index++) {
    const row = rowAt(now, index)
    const next = pages.get(Math.floor(index / pageSize))?.[index % pageSize]
    if (row !== undefined && row.id !== next?.id) return false
  }
  return true
}

function asksElse(now: ListState, before: ListState): boolean {
  return now.filter !== before.filter || now.q !== before.q || now.sort !== before.sort
}

const table = () => document.querySelector('[data-testid=list]')
const isPointedAt = () => table()?.matches(':hover') === true
const hasFocus = () => table()?.contains(document.activeElement) === true

function isTouched({ selected }: ListState): boolean {
  return selected.kind === 'all' || selected.rows.size > 0 || isPointedAt() || hasFocus()
}

function focusRow(index: number): void {
  table()?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`)?.focus({ preventScroll: true })
}

/** What is selected stays so; a change that follows sees the records as they are now. */
function newerSelection({ selected }: ListState, pages: Read['pages']): ListState['selected'] {
  if (selected.kind === 'all' || selected.rows.size === 0) return selected
  const rows = new Map(selected.rows)
  for (const row of [...pages.values()].flat()) if (rows.has(row.id)) rows.set(row.id, row)
  return { kind: 'some', rows }
}

/** The rows that stand, each in its place, with newer values where there are some. */
function patched(
  now: ListState,
  pages: ReadonlyMap<number, readonly ListRow[]>,
): ReadonlyMap<number, readonly ListRow[]> {
  const newer = new Map([...pages.values()].flat().map((row) => [row.id, row]))
  return new Map([...now.pages].map(([page, rows]) => [page, rows.map((row) => newer.get(row.id) ?? row)]))
}
