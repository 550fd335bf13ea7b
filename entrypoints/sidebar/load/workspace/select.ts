import type { ListRow } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { type ListState, lists, nothing } from '../../state-workspace.ts'
import { patchList, rowAt } from './list.ts'
import { pageSize, readPage } from './pages.ts'

/** So many records may be named one by one in one change; more are changed as "all of the list". */
export const mostNamed = 500

export function isSelected({ selected }: ListState, row: ListRow): boolean {
  return selected.kind === 'all' || selected.rows.has(row.id)
}

/** How many records a change would touch. */
export function selectedCount({ selected, total }: ListState): number {
  return selected.kind === 'all' ? (total ?? 0) : selected.rows.size
}

/** S-005: takes one row in or out. Out of "all" leaves the rows that are at hand, as in Gmail's own list. */
export function toggleRow(module: ModuleKey, index: number): void {
  const here = lists.value.get(module)
  const row = here && rowAt(here, index)
  if (here === undefined || row === undefined) return
  const rows = new Map(here.selected.kind === 'all' ? atHand(here) : here.selected.rows)
  if (rows.has(row.id)) rows.delete(row.id)
  else if (rows.size < mostNamed) rows.set(row.id, row)
  patchList(module, { selected: { kind: 'some', rows }, anchor: index, at: index })
}

/** Everything between the row chosen last and this one; rows that nobody has loaded are fetched. */
export async function selectTo(module: ModuleKey, index: number): Promise<void> {
  const here = lists.value.get(module)
  if (here === undefined || here.selected.kind === 'all') return
  const step = index < here.anchor ? -1 : 1
  const far = Math.min(Math.abs(index - here.anchor), mostNamed - 1)
  const [from, to] = [here.anchor, here.anchor + step * far].sort((a, b) => a - b) as [number, number]
  const between = await rowsBetween(module, from, to)
  const now = lists.value.get(module)
  if (now === undefined || now.selected.kind === 'all') return
  const rows = new Map(now.selected.rows)
  for (const row of between) if (rows.size < mostNamed) rows.set(row.id, row)
  patchList(module, { selected: { kind: 'some', rows }, at: index })
}

/** All of the list, also those that are not loaded; where all are at hand, by name, since more can be done with those. */
export function selectAll(module: ModuleKey): void {
  const here = lists.value.get(module)
  if (here === undefined) return
  const rows = new Map(atHand(here))
  patchList(module, { selected: rows.size === here.total ? { kind: 'some', rows } : { kind: 'all' } })
}

export function selectNone(module: ModuleKey): void {
  patchList(module, { selected: nothing })
}

/** What the box in the table's head says and does. */
export function toggleAll(module: ModuleKey): void {
  const here = lists.value.get(module)
  if (here === undefined) return
  if (selectedCount(here) > 0) selectNone(module)
  else selectAll(module)
}

/** The rows of a selection, all of them; undefined where there are more than one change may name. */
export async function rowsOf(list: ListState, most = mostNamed): Promise<readonly ListRow[] | undefined> {
  if (list.selected.kind === 'some') return [...list.selected.rows.values()]
  if (list.total === undefined || list.total > most) return undefined
  return rowsBetween(list.module, 0, list.total - 1)
}

async function rowsBetween(module: ModuleKey, from: number, to: number): Promise<ListRow[]> {
  const found: ListRow[] = []
  for (let page = Math.floor(from / pageSize); page * pageSize <= to; page++) {
    const rows = lists.value.get(module)?.pages.get(page) ?? (await readPage(module, page)) ?? []
    found.push(...rows.filter((_, at) => page * pageSize + at >= from && page * pageSize + at <= to))
  }
  return found
}

function atHand(list: ListState): [string, ListRow][] {
  return [...list.pages.values()]
    .flat()
    .slice(0, mostNamed)
    .map((row) => [row.id, row])
}
