import { batch } from '@preact/signals'
import { isModuleKey } from '@/lib/domain/modules.ts'
import { cards, places, sheets, stage } from '../../state.ts'
import {
  list,
  lists,
  nothing,
  route,
  shownRecord,
  tasks,
  type WorkspaceDialog,
  where,
} from '../../state-workspace.ts'
import { link } from '../core.ts'
import { openMailTab } from '../emails.ts'
import { enterLibrary } from '../files/library.ts'
import { toPage } from '../host.ts'
import { loadCounts } from './counts.ts'
import { comeBack } from './fresh.ts'
import { openList } from './list.ts'
import { readTasks } from './tasks.ts'

/** Where the person was last, so that widening leads there again. */
let last = 'contacts'

/** The tab's address names another place, by our own doing, by Back, by a link or at the start. */
export function hearRoute(next: string | undefined): void {
  if (next === route.value) return
  const was = route.value
  batch(() => {
    route.value = next
    places.value = []
    // What stood over one width would lie strangely over the other; a mail or form being written stays.
    if ((was === undefined) !== (next === undefined))
      sheets.value = sheets.value.filter((sheet) => ['create', 'compose', 'schedule'].includes(sheet.kind))
  })
  void arrive()
}

/** Reads what the place needs; also called once the account is known. */
export async function arrive(): Promise<void> {
  const to = where.value
  if (to === undefined || stage.value !== 'ready') return
  if (to.place === 'record') {
    // Its page asks for the record itself.
    void loadCounts()
    return
  }
  last = route.value ?? last
  void link()
    ?.cache?.writeMeta('lastPlace', last)
    .catch(() => undefined)
  if (isModuleKey(to.place)) {
    if (await openList(to.place, to.part === 'view' ? to.id : undefined)) void comeBack(to.place)
  } else if (to.place === 'emails') openMailTab()
  else if (to.place === 'library') enterLibrary(to.part === 'folder' ? to.id : undefined)
  else if (to.place === 'tasks') await readTasks()
  void loadCounts()
  if (!tasks.value.asked) void readTasks()
}

/** To a place; the address and Back follow. `replace` leaves no step behind. */
export function goTo(next: string, replace = false): void {
  if (next === route.value) return
  toPage('panel.route', { route: next, replace, stay: false })
  hearRoute(next)
}

export function goToModule(module: string): void {
  goTo(viewRoute(module, isModuleKey(module) ? (lists.value.get(module)?.viewId ?? 'all') : 'all'))
}

/** The address of a view; that of all records is short. */
export function viewRoute(module: string, viewId: string): string {
  return viewId === 'all' ? module : `${module}/view/${viewId}`
}

/** A record as a page of its own. */
export function goToRecord(recordId: string): void {
  sheets.value = []
  goTo(`record/${recordId}`)
}

/** From a record's page to the list of its kind. */
export function leaveRecord(): void {
  const id = shownRecord.value
  const module = id === undefined ? undefined : cards.value.get(id)?.record.module
  if (module === undefined) goTo(last)
  else goToModule(module)
}

export function openDialog(dialog: WorkspaceDialog): void {
  sheets.value = [...sheets.value, { kind: 'workspace', dialog }]
}

/** Widens the frame to where the person was last, or narrows it and stays in the panel. */
export async function switchWidth(): Promise<void> {
  if (route.value !== undefined) return leave(true)
  await widen()
}

export async function widen(): Promise<void> {
  if (route.value !== undefined || stage.value !== 'ready') return
  const kept = await link()
    ?.cache?.readMeta('lastPlace')
    .catch(() => undefined)
  goTo(kept ?? last)
}

/** Narrows the frame; `stay` in the panel, else back to the mail. */
export function leave(stay: boolean): void {
  toPage('panel.route', { route: undefined, replace: false, stay })
  hearRoute(undefined)
}

/** Esc goes one step: what is selected, a record's page, then back to the mail (design 6). */
export function stepOut(): void {
  const shown = list.value
  if (shownRecord.value !== undefined) {
    leaveRecord()
    return
  }
  if (shown !== undefined && (shown.selected.kind === 'all' || shown.selected.rows.size > 0)) {
    lists.value = new Map(lists.value).set(shown.module, { ...shown, selected: nothing })
    return
  }
  leave(false)
}
