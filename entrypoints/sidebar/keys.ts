import { focusedRow, isTyping, moveRow } from '@/lib/extension/ui/focus.ts'
import { answerThread, canAnswer } from './load/compose/answer.ts'
import { composeTo } from './load/compose/begin.ts'
import { openSent } from './load/compose/open.ts'
import { leaveDraft } from './load/compose/save.ts'
import { startCreate } from './load/create.ts'
import { leaveFiling } from './load/files.ts'
import { toPage } from './load/host.ts'
import { startJotting } from './load/jottings.ts'
import { openPerson } from './load/records.ts'
import { whyNoRecords } from './load/rights.ts'
import { actOnSend, openMove } from './load/sends.ts'
import { undoLast } from './load/undo.ts'
import { whyNoMail } from './load/words.ts'
import { goTo, openDialog, stepOut, switchWidth, widen } from './load/workspace/place.ts'
import { card, cards, form, people, person, places, sheets, stage } from './state.ts'
import { guards, mailEditor } from './state-compose.ts'
import { emails, mailTab } from './state-emails.ts'
import { route, shownRecord } from './state-workspace.ts'

/** Single keys work only while Inlay has the focus and no field is in use (WCAG 2.1.4). */
export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return goToAnything(event)
    if (event.ctrlKey || event.metaKey) return
    if (event.key === 'Escape') return stepBack(event)
    if (isTyping(event.target) || stage.value !== 'ready') return
    const act = inSheet()
      ? sheetKeys[event.key]
      : (sheetKeys[event.key] ??
        (route.value === undefined ? panelKeys : workspaceKeys)[event.key] ??
        listKey(event.key) ??
        rowKey(event.key) ??
        factKey(event.key))
    if (act === undefined || (event.target instanceof HTMLInputElement && event.key.startsWith('Arrow')))
      return
    event.preventDefault()
    act()
  })
}

/** Alt+I and the button in Gmail's rail: to what is open, at its beginning. */
export function focusPanel(): void {
  const target = document.querySelector<HTMLElement>(
    '[aria-modal] [data-autofocus], [role=tab][aria-selected=true], main',
  )
  target?.focus()
}

/** One step: sheet, page, then back to the mail (design 6). */
export function closeSheet(): void {
  const top = sheets.value.at(-1)
  if (top?.kind === 'compose') leaveDraft()
  else if (top?.kind === 'file') leaveFiling(top.part)
  else if (top?.kind === 'schedule' && top.any) {
    sheets.value = [...sheets.value.slice(0, -1), { ...top, any: false }]
  } else {
    if (top?.kind === 'create') form.value = undefined
    sheets.value = sheets.value.slice(0, -1)
  }
}

/** One place back; the focus goes to what the person comes back to. */
export function leavePlace(): void {
  places.value = places.value.slice(0, -1)
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('main')?.focus()
  })
}

/** Writes to the open person; creates a record when there is none. */
export function writeOrCreate(): void {
  const one = person.value
  if (one === undefined) return
  if (card.value !== undefined) void composeTo(one, card.value)
  else if (one.kind === 'unknown' && whyNoRecords() === undefined) startCreate('leads', one)
}

/** The record in front of the person: the page they are on, else the open person's card. */
function recordInFront(): string | undefined {
  const place = places.value.at(-1)
  if (route.value !== undefined) return shownRecord.value
  if (place !== undefined) return place.kind === 'record' ? place.recordId : undefined
  return card.value?.record.id
}

function answer(kind: 'reply' | 'replyAll'): void {
  if (canAnswer() && whyNoMail() === undefined) void answerThread(kind)
}

function jot(kind: 'note' | 'todo'): void {
  const id = recordInFront()
  if (id !== undefined && whyNoRecords() === undefined) startJotting(kind, id)
}

/** The first field of the card; any other is edited by Enter on it. */
function editFact(): void {
  if (recordInFront() !== undefined) document.querySelector<HTMLElement>('.facts [data-row]')?.click()
}

/** Works in fields too: it is no letter. */
function goToAnything(event: KeyboardEvent): void {
  if (stage.value !== 'ready') return
  event.preventDefault()
  if (inSheet()) return
  if (route.value === undefined) openSheet('search')
  else openDialog({ kind: 'go-to' })
}

const sheetKeys: Record<string, (() => void) | undefined> = {
  ArrowDown: () => moveRow(1),
  ArrowUp: () => moveRow(-1),
  j: () => moveRow(1),
  k: () => moveRow(-1),
}

const panelKeys: Record<string, (() => void) | undefined> = {
  c: writeOrCreate,
  r: () => answer('reply'),
  a: () => answer('replyAll'),
  t: () => jot('todo'),
  n: () => jot('note'),
  '/': () => searchHere() || openSheet('search'),
  '?': () => openSheet('keys'),
  z: () => void undoLast(),
  '[': () => stepPerson(-1),
  ']': () => stepPerson(1),
  w: () => void widenHere(),
}

const workspaceKeys: Record<string, (() => void) | undefined> = {
  c: () => writeTo(shownRecord.value),
  t: () => jot('todo'),
  n: () => jot('note'),
  '/': () => void searchHere(),
  '?': () => openSheet('keys'),
  z: () => void undoLast(),
  w: () => void switchWidth(),
}

/** The record in front of the person at full width, else where they were in the workspace last. */
export function widenHere(): void {
  const id = recordInFront()
  // Not by `goToRecord`, which closes what stands over the place: a mail being written comes along.
  if (id === undefined) void widen()
  else goTo(`record/${id}`)
}

function writeTo(recordId: string | undefined): void {
  const found = recordId === undefined ? undefined : cards.value.get(recordId)
  if (found !== undefined) void composeTo(undefined, found)
}

/** Send email to the selection (S-006): as its button says, or not at all. */
function listKey(key: string): (() => void) | undefined {
  const button = key === 'e' ? document.querySelector<HTMLElement>('[data-testid=bulk-email]') : null
  return button === null ? undefined : () => button.click()
}

/** The field, or the button that brings it, by which the list in front is searched or filtered; false without one. */
function searchHere(): boolean {
  const field = [
    ...document.querySelectorAll<HTMLElement>('[data-slash], [data-testid=open-email-search]'),
  ].at(-1)
  if (field instanceof HTMLInputElement) field.focus()
  else field?.click()
  return field !== undefined
}

function openSheet(kind: 'search' | 'keys'): void {
  sheets.value = [...sheets.value, { kind }]
}

/** Keys that act on the row in focus, only on a mail the person may still change. */
function rowKey(key: string): (() => void) | undefined {
  const id = focusedRow()?.dataset['rowId']
  if (id === undefined) return undefined
  const lists = [...cards.value.values()].map((one) => one.emails.rows)
  const row = [emails.value?.rows ?? [], mailTab.value?.rows ?? [], ...lists]
    .flat()
    .find((one) => one.key === id)
  const send = row?.send
  if (row === undefined || !send?.mine || !['scheduled', 'held'].includes(row.status)) return undefined
  if (key === 'e') return () => void openSent(send.id)
  if (key === 'm') return () => void openMove(row, row.status === 'held' ? 'release' : 'move', undefined)
  if (key === 's' && row.status === 'scheduled') return () => void actOnSend('now', send.id, send.version)
  if (key === 'Delete') return () => void actOnSend('cancel', send.id, send.version)
  return undefined
}

function factKey(key: string): (() => void) | undefined {
  return key === 'e' ? editFact : undefined
}

function stepPerson(step: 1 | -1): void {
  const others = people.value.filter((one) => one.kind !== 'me')
  const here = others.findIndex((one) => one.address === person.value?.address)
  const next = others[here + step]
  if (next !== undefined) openPerson(next.address)
}

function stepBack(event: KeyboardEvent): void {
  event.preventDefault()
  if (takeGuardsBack()) return
  if (inSheet()) closeSheet()
  else if (places.value.length > 0) leavePlace()
  else if (route.value !== undefined) stepOut()
  else toPage('panel.focus-page', {})
}

/** Warnings are a step of their own: Esc goes back to the text they are about. */
function takeGuardsBack(): boolean {
  if (sheets.value.at(-1)?.kind !== 'compose' || !guards.value?.length) return false
  guards.value = undefined
  mailEditor.value?.focus()
  return true
}

function inSheet(): boolean {
  return sheets.value.length > 0
}
