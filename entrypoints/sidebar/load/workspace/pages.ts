import type { ListRow } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { inView, lists } from '../../state-workspace.ts'
import { attempt } from '../core.ts'
import { patchList, queryOf } from './list.ts'

/** Rows of one page; with the pages kept around the view this bounds what a list of any length holds in memory. */
export const pageSize = 100
const keptAround = 3
/** Rows before the end of a page at which the next one is fetched. */
const ahead = 30
/** Ms between two looks while the list is being scrolled. */
const pause = 60

interface Waiting {
  module: ModuleKey
  page: number
  controller: AbortController
}

const waiting = new Set<Waiting>()
const turns = new Map<ModuleKey, number>()
/** Which rows of a list were in view last; a list that is left is opened again at the same place. */
const seen = new Map<ModuleKey, { first: number; last: number }>()
let looksSoon = false

/** A new question: answers to older ones are dropped, and nobody waits for them any more. */
export function nextTurn(module: ModuleKey): number {
  const turn = (turns.get(module) ?? 0) + 1
  turns.set(module, turn)
  seen.delete(module)
  for (const one of waiting) if (one.module === module) one.controller.abort()
  return turn
}

export function isTurn(module: ModuleKey, turn: number): boolean {
  return turns.get(module) === turn
}

/** Tells which rows are in view; what is missing of them is fetched, what lies far away is let go. */
export function needRows(module: ModuleKey, first: number, last: number): void {
  inView.value = { module, first, last }
  seen.set(module, { first, last })
  if (looksSoon) return
  looksSoon = true
  setTimeout(() => {
    looksSoon = false
    look()
  }, pause)
}

/** The rows in view, or those that were when the list was left. */
export function rowsInView(module: ModuleKey): { first: number; last: number } | undefined {
  return inView.value?.module === module ? inView.value : seen.get(module)
}

/** Numbers of the pages in view. */
export function pagesInView(module: ModuleKey): number[] {
  const view = rowsInView(module)
  if (view === undefined) return [0]
  const from = Math.floor(view.first / pageSize)
  const to = Math.floor(Math.max(view.first, view.last - 1) / pageSize)
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function look(): void {
  const view = inView.value
  const list = view && lists.value.get(view.module)
  if (view === undefined || list?.total === undefined || list.asking) return
  const { module, first, last } = view
  const most = Math.max(0, Math.ceil(list.total / pageSize) - 1)
  const from = Math.max(0, Math.floor((first - ahead) / pageSize))
  const to = Math.min(most, Math.floor((last + ahead) / pageSize))
  for (const one of waiting)
    if (one.module === module && (one.page < from || one.page > to)) one.controller.abort()
  const far = [...list.pages.keys()].filter((page) => page < from - keptAround || page > to + keptAround)
  if (far.length > 0)
    patchList(module, { pages: new Map([...list.pages].filter(([page]) => !far.includes(page))) })
  for (let page = from; page <= to; page++) {
    const asked = [...waiting].some((one) => one.module === module && one.page === page)
    if (!list.pages.has(page) && !asked) void fetchPage(module, page)
  }
}

async function fetchPage(module: ModuleKey, page: number): Promise<void> {
  const one: Waiting = { module, page, controller: new AbortController() }
  waiting.add(one)
  const turn = turns.get(module) ?? 0
  const rows = await readPage(module, page, one.controller.signal)
  waiting.delete(one)
  const list = lists.value.get(module)
  if (rows === undefined || list === undefined || !isTurn(module, turn)) return
  patchList(module, { pages: new Map(list.pages).set(page, rows) })
}

/** One page of a list as it is asked for now; undefined when it was given up or refused. */
export async function readPage(
  module: ModuleKey,
  page: number,
  signal?: AbortSignal,
): Promise<readonly ListRow[] | undefined> {
  const list = lists.value.get(module)
  if (list === undefined) return undefined
  const answer = await attempt(async ({ backend }) => {
    try {
      return await backend.listRecords({ ...queryOf(list), at: page * pageSize }, signal)
    } catch (error) {
      // Given up by ourselves: no sign of a server that is away.
      if (signal?.aborted) return undefined
      throw error
    }
  })
  return answer.ok ? answer.value?.rows : undefined
}
