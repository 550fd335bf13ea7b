import { batch } from '@preact/signals'
import type { RecordSummary, UpdateRecord } from '@/lib/contract/records.ts'
import { type FieldDescription, isColumnKey } from '@/lib/domain/fields.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { cards, view } from '../state.ts'
import {
  allNotes,
  type Conflict,
  conflicts,
  type Edit,
  edits,
  jotting,
  markOf,
  moduleOf,
  names,
  noteEdit,
  pending,
  savedNow,
  storedValue,
  ticked,
  type Values,
  valueIn,
} from '../state-cards.ts'
import { attempt, say, unsayChange } from './core.ts'
import { whoChanged } from './history.ts'
import { readTyped } from './money.ts'
import { keepCard, keepSummary, refreshPeople } from './people.ts'
import { problemSentence, reasonSentence } from './words.ts'

/** Ms for which a saved field says so. */
const markStays = 2000
/** One change of a record after the other, in the order of the clicks. */
const queues = new Map<string, Promise<unknown>>()

/** Another account: nothing of the one before may be shown or sent. */
export function forgetEdits(): void {
  queues.clear()
  batch(() => {
    pending.value = new Map()
    edits.value = new Map()
    conflicts.value = []
    names.value = new Map()
    savedNow.value = new Set()
    ticked.value = new Map()
    jotting.value = undefined
    noteEdit.value = undefined
    allNotes.value = undefined
  })
}

/** Turns a value into its editor. What stands there now is what the change will be held against. */
export function openEdit(record: RecordSummary, field: FieldDescription): void {
  const keys = keysOf(field)
  const stands = valueIn(record, field.key)
  setEdit({
    recordId: record.id,
    key: field.key,
    text: field.type === 'datetime' ? localTime(stands) : stands,
    currency: field.currencyKey === undefined ? '' : valueIn(record, field.currencyKey),
    version: record.version,
    seen: Object.fromEntries(keys.map((key) => [key, valueIn(record, key)])),
    problem: undefined,
    takesFocus: true,
  })
}

export function typeInEdit(mark: string, part: Partial<Pick<Edit, 'text' | 'currency'>>): void {
  const open = edits.value.get(mark)
  if (open !== undefined) setEdit({ ...open, ...part, problem: undefined })
}

export function closeEdit(mark: string): void {
  const rest = new Map(edits.value)
  rest.delete(mark)
  edits.value = rest
}

/** Saves what was typed; what can't be a value stays in its editor, with the reason. */
export async function saveEdit(record: RecordSummary, field: FieldDescription): Promise<void> {
  const mark = markOf(record.id, field.key)
  const open = edits.value.get(mark)
  if (open === undefined) return
  const read = readTyped(field, open.text, open.currency)
  const missing = 'value' in read && read.value === '' && field.required
  if ('problem' in read || missing) {
    const problem = 'problem' in read ? read.problem : reasonSentence('field_required')
    return setEdit({ ...open, problem, takesFocus: false })
  }
  closeEdit(mark)
  const values: Record<string, string> = { [field.key]: read.value }
  if (field.currencyKey !== undefined) values[field.currencyKey] = read.currency
  if (Object.entries(values).every(([key, value]) => value === open.seen[key])) return
  await change(record, { values, seen: open.seen, version: open.version, field, edit: open })
}

/** A change with one click, e.g. of a stage. */
export async function setValues(record: RecordSummary, values: Values): Promise<void> {
  const [key = ''] = Object.keys(values)
  const field = moduleOf(record.module).fields.find((one) => one.key === key)
  if (field === undefined) return
  const seen = Object.fromEntries(Object.keys(values).map((one) => [one, valueIn(record, one)]))
  await change(record, { values, seen, version: record.version, field, edit: undefined })
}

/** My value over theirs, now that the person has seen both. */
export async function keepMine(conflict: Conflict): Promise<void> {
  dropConflict(conflict)
  const record = recordOf(conflict.recordId)
  const field = record && moduleOf(record.module).fields.find((one) => keysOf(one).includes(conflict.key))
  if (record === undefined || field === undefined) return
  const { mine: values, theirs: seen } = conflict
  await change(record, { values, seen, version: record.version, field, edit: undefined })
}

export function dropConflict(conflict: Conflict): void {
  conflicts.value = conflicts.value.filter((one) => one !== conflict)
}

interface Change {
  values: Values
  seen: Values
  version: number
  field: FieldDescription
  /** The editor it came from; it opens again when the server says no. */
  edit: Edit | undefined
}

function change(record: RecordSummary, wanted: Change): Promise<void> {
  show(record.id, wanted.values, true)
  const before = queues.get(record.id) ?? Promise.resolve()
  const mine = before.then(() => send(record, wanted))
  queues.set(record.id, mine)
  return mine
}

async function send(record: RecordSummary, wanted: Change): Promise<void> {
  const { id } = record
  const body = bodyOf(wanted)
  const answer = await attempt(({ backend }) => backend.updateRecord(id, body))
  const { key } = wanted.field
  if (answer.ok) {
    batch(() => {
      keepCard(answer.value)
      keepSummary(answer.value.record)
      show(id, wanted.values, false)
      markSaved(markOf(id, key))
      say(t('edit.changed', { field: fieldName(wanted.field) }), {
        kind: 'set-values',
        recordId: id,
        values: wanted.seen,
      })
    })
    if (key === 'primaryAddress' || key === 'secondaryAddress') void refreshPeople()
    return
  }
  const { problem } = answer
  if (problem.kind === 'refused' && problem.reason === 'version_stale') return dispute(id, wanted)
  batch(() => {
    show(id, wanted.values, false)
    if (wanted.edit !== undefined)
      setEdit({ ...wanted.edit, problem: sentenceOf(problem, key), takesFocus: false })
    else say(problemSentence(problem))
  })
}

/** Somebody saved first: what stands now is fetched, and both are shown. */
async function dispute(id: string, wanted: Change): Promise<void> {
  const fresh = await attempt(({ backend }) => backend.record(id))
  const keys = Object.keys(wanted.values)
  const by = fresh.ok ? await whoChanged(id, keys) : ''
  batch(() => {
    show(id, wanted.values, false)
    if (!fresh.ok) return say(problemSentence(fresh.problem))
    keepCard(fresh.value)
    keepSummary(fresh.value.record)
    const theirs = Object.fromEntries(keys.map((key) => [key, storedValue(fresh.value.record, key)]))
    const { key } = wanted.field
    const rest = conflicts.value.filter((one) => one.recordId !== id || one.key !== key)
    conflicts.value = [...rest, { recordId: id, key, mine: wanted.values, theirs, by }]
    unsayChange(id)
  })
}

function bodyOf({ values, seen, version }: Change): UpdateRecord {
  const columns: Record<string, string | null> = {}
  const fields: Record<string, string> = {}
  for (const [key, value] of Object.entries(values)) {
    if (isColumnKey(key)) columns[key] = value === '' ? null : value
    else fields[key] = value
  }
  return { version, seen, ...columns, ...(Object.keys(fields).length > 0 && { fields }) }
}

/** The server may name another field than the one that was typed, e.g. a lookup that would go in a circle. */
function sentenceOf(problem: ApiProblem, key: string): string {
  const named = problem.kind === 'refused' ? problem.fields.find((one) => one.field.endsWith(key)) : undefined
  return named === undefined ? problemSentence(problem) : reasonSentence(named.reason)
}

/** A money field brings its currency. */
function keysOf(field: FieldDescription): string[] {
  return field.currencyKey === undefined ? [field.key] : [field.key, field.currencyKey]
}

function setEdit(edit: Edit): void {
  edits.value = new Map(edits.value).set(markOf(edit.recordId, edit.key), edit)
}

function show(id: string, values: Values, on: boolean): void {
  const next = new Map(pending.value)
  for (const [key, value] of Object.entries(values)) {
    const mark = markOf(id, key)
    if (on) next.set(mark, value)
    // A later change of the same field is still on its way.
    else if (next.get(mark) === value) next.delete(mark)
  }
  pending.value = next
}

function markSaved(mark: string): void {
  savedNow.value = new Set([...savedNow.value, mark])
  setTimeout(() => {
    savedNow.value = new Set([...savedNow.value].filter((one) => one !== mark))
  }, markStays)
}

/** A record that has a card, or stands in somebody's. */
export function recordOf(id: string): RecordSummary | undefined {
  const found = cards.value.get(id)?.record
  if (found !== undefined) return found
  for (const card of cards.value.values()) {
    const rows = [...card.deals, ...card.people, ...card.related.flatMap((list) => list.rows)]
    const one = rows.find((row) => row.id === id)
    if (one !== undefined) return one
  }
  return undefined
}

/** `2026-11-23T09:00` in the viewer's zone, as the browser's own control has it. */
function localTime(instant: string): string {
  if (instant === '') return ''
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(view.value.zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
}
