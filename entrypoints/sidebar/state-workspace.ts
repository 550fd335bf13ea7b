import { computed, signal } from '@preact/signals'
import type { BulkRun, Condition, ListRow, SavedView, ViewDefinition } from '@/lib/contract/lists.ts'
import type { Todo } from '@/lib/contract/records.ts'
import { isModuleKey, type ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Data of the workspace: the same frame, widened over Gmail's own area. `load/workspace` writes it. */

/** The place the tab's address names, e.g. `contacts/view/mine`; undefined while the panel is narrow. */
export const route = signal<string | undefined>(undefined)

/** `contacts/view/<id>` is place `contacts`, part `view`, and the id; a record's page is `record/<id>`. */
export interface Where {
  place: string
  part: string | undefined
  id: string | undefined
}

export const where = computed<Where | undefined>(() => {
  if (route.value === undefined) return undefined
  const [place = '', part, id] = route.value.split('/')
  return { place, part, id }
})

/** The record whose page is shown. */
export const shownRecord = computed(() => (where.value?.place === 'record' ? where.value.part : undefined))

/** The module whose list is shown. */
export const shownModule = computed<ModuleKey | undefined>(() => {
  const place = where.value?.place ?? ''
  return isModuleKey(place) ? place : undefined
})

/** Exact numbers of records beside the names of modules. */
export const counts = signal<ReadonlyMap<ModuleKey, number>>(new Map())

export type Sort = NonNullable<ViewDefinition['sort']>

/** Rows chosen one by one, or all of the list, those included that nobody has loaded. */
export type Selected = { kind: 'some'; rows: ReadonlyMap<string, ListRow> } | { kind: 'all' }
export const nothing: Selected = { kind: 'some', rows: new Map() }

/** One module's list. It stays as it is while a record is open. */
export interface ListState {
  module: ModuleKey
  /** `all`, `mine`, or the id of a saved view. */
  viewId: string
  columns: readonly string[]
  filter: readonly Condition[]
  sort: Sort | undefined
  q: string
  /** undefined until the server has said. */
  total: number | undefined
  /** Pages of rows around what is looked at, by number. */
  pages: ReadonlyMap<number, readonly ListRow[]>
  asking: boolean
  problem: ApiProblem | undefined
  /** Rows that came in while the list was pointed at; shown when the person asks. */
  fresh: number
  selected: Selected
  /** From here Shift selects. */
  anchor: number
  /** The row that has the focus, or gets it. */
  at: number
}

export const lists = signal<ReadonlyMap<ModuleKey, ListState>>(new Map())
/** The list of the module that is shown. */
export const list = computed(() =>
  shownModule.value === undefined ? undefined : lists.value.get(shownModule.value),
)

/** Rows that are seen, from `first` to before `last`. */
export const inView = signal<{ module: ModuleKey; first: number; last: number } | undefined>(undefined)

export const views = signal<ReadonlyMap<ModuleKey, readonly SavedView[]>>(new Map())

/** What one change to many records is doing, told in words by `name`. */
export interface BulkView {
  module: ModuleKey
  action: 'set' | 'owner' | 'delete' | 'restore'
  run: BulkRun
}
export const bulk = signal<BulkView | undefined>(undefined)

/** My open tasks. */
export const tasks = signal<{
  rows: readonly Todo[]
  total: number
  nextCursor: string | undefined
  /** Checked off here; they stay where they were until the place is left. */
  done: ReadonlySet<string>
  asked: boolean
  problem: ApiProblem | undefined
}>({ rows: [], total: 0, nextCursor: undefined, done: new Set(), asked: false, problem: undefined })

/** One question of the workspace, drawn over it. */
export type WorkspaceDialog =
  | { kind: 'go-to' }
  | { kind: 'places' }
  | { kind: 'save-view'; module: ModuleKey }
  | { kind: 'rename-view'; view: SavedView }
  | { kind: 'bulk-owner'; module: ModuleKey; n: number }
  | { kind: 'bulk-edit'; module: ModuleKey; n: number }
  | { kind: 'bulk-delete'; module: ModuleKey; n: number }
  | { kind: 'bulk-task'; module: ModuleKey; n: number }
  /** A mailbox is let go; `mails`: how many of it the server has. */
  | { kind: 'disconnect'; account: string; mails: number }
  | { kind: 'library-folder' }
  | { kind: 'library-rename' | 'library-move'; of: 'file' | 'folder'; id: string; name: string }
