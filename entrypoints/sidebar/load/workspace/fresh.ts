import type { ListRow } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { type ListState, list, lists, shownModule } from '../../state-workspace.ts'
import { attempt } from '../core.ts'
import { loadCounts, noteCount } from './counts.ts'
import { ask, patchList, queryOf } from './list.ts'
import { pageSize, pagesInView } from './pages.ts'

/** Events of one moment make one question. Ms. */
const pause = 300
let timer: ReturnType<typeof setTimeout> | undefined
let running = false

/** A record changed somewhere: what is in view is read again, and every other list when it is next looked at. */
export function hearRecords(): void {
  if (shownModule.value === undefined || timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    const shown = list.value
    if (shown !== undefined && !running) void refresh(shown.module, false)
  }, pause)
}

/** The rows that came in meanwhile, from the top. */
export async function showFresh(module: ModuleKey): Promise<void> {
  await ask(module)
}

/** After a change of one's own: what is in view as it is now, at the same place. */
export async function reload(module: ModuleKey): Promise<void> {
  await refresh(module, true)
}

/**
 * Takes over the pages in view. While the person points at the list, has the focus in it or has selected rows, nothing
 * moves: values change in place, and new rows are only counted (design 9).
 */
async function refresh(module: ModuleKey, mayMove: boolean): Promise<void> {
  const before = lists.value.get(module)
  if (before === undefined || before.asking) return
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
  if (now === undefined || now.asking || pages.size === 0 || asksElse(now, before)) return
  const at = Math.max(0, Math.min(now.at, total - 1))
  if (mayMove || !isTouched(now)) patchList(module, { pages, total, at, fresh: 0 })
  else patchList(module, { pages: patched(now, pages), fresh: Math.max(0, total - (now.total ?? total)) })
  noteCount()
  void loadCounts()
}

function asksElse(now: ListState, before: ListState): boolean {
  return now.filter !== before.filter || now.q !== before.q || now.sort !== before.sort
}

function isTouched(now: ListState): boolean {
  const table = document.querySelector('[data-testid=list]')
  const selected = now.selected.kind === 'all' || now.selected.rows.size > 0
  return selected || table?.matches(':hover') === true || table?.contains(document.activeElement) === true
}

/** The rows that stand, each in its place, with newer values where there are some. */
function patched(
  now: ListState,
  pages: ReadonlyMap<number, readonly ListRow[]>,
): ReadonlyMap<number, readonly ListRow[]> {
  const newer = new Map([...pages.values()].flat().map((row) => [row.id, row]))
  return new Map([...now.pages].map(([page, rows]) => [page, rows.map((row) => newer.get(row.id) ?? row)]))
}
