import { signal } from '@preact/signals'
import type { ConversionPreview } from '@/lib/contract/duplicates.ts'
import type { ChangesPage, RecordAsOf } from '@/lib/contract/history.ts'
import type { Note, RecordSummary } from '@/lib/contract/records.ts'
import type { ModuleDescription, ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { cards, me, modules } from './state.ts'

/** Data of the card and its surroundings. `load/` writes it, `panels/` draw it. */

/** Canonical values by field key. */
export type Values = Readonly<Record<string, string>>

/** One field of one record. */
export function markOf(recordId: string, key: string): string {
  return `${recordId} ${key}`
}

/** Values on their way to the server, by `markOf`; shown at once in the place of those that stand. */
export const pending = signal<ReadonlyMap<string, string>>(new Map())

/** A field being edited in its place. `version` and `seen` are what stood there when it was opened. */
export interface Edit {
  recordId: string
  key: string
  /** As typed, or the canonical form of types that are chosen. */
  text: string
  currency: string
  version: number
  seen: Values
  problem: string | undefined
  /** False for one that came back with a problem while the person was elsewhere. */
  takesFocus: boolean
}
export const edits = signal<ReadonlyMap<string, Edit>>(new Map())

/** Fields saved in the last two seconds. */
export const savedNow = signal<ReadonlySet<string>>(new Set())

/** Somebody saved first: nothing is overwritten until the person has chosen. */
export interface Conflict {
  recordId: string
  key: string
  /** What I wanted; a money field brings its currency. */
  mine: Values
  theirs: Values
  /** Who saved, as far as the history says. */
  by: string
}
export const conflicts = signal<readonly Conflict[]>([])

/** Names of records that stand in no card: by id. */
export const names = signal<ReadonlyMap<string, string>>(new Map())

/** What is being written below the actions of a card. A note or a task keeps its text when it fails. */
export type Jotting =
  | { kind: 'note'; recordId: string; text: string; problem: ApiProblem | undefined; key: string }
  | {
      kind: 'todo'
      recordId: string
      text: string
      dueOn: string
      problem: ApiProblem | undefined
      key: string
    }
export const jotting = signal<Jotting | undefined>(undefined)
/** A note of one's own that is being changed. */
export const noteEdit = signal<{ id: string; text: string; problem: ApiProblem | undefined } | undefined>(
  undefined,
)
/** The notes of a record beyond those on its card, once somebody has asked for them. */
export const allNotes = signal<{ recordId: string; rows: readonly Note[] } | undefined>(undefined)
/** Tasks ticked off or opened again before the server has said so: by id. */
export const ticked = signal<ReadonlyMap<string, boolean>>(new Map())

/** Which lists of a module's cards are unfolded, e.g. `deals quotes`; kept per account. */
export const unfolded = signal<ReadonlySet<string>>(new Set())

/** The record whose history is open. */
export const history = signal<
  | (Pick<ChangesPage, 'rows' | 'refs' | 'people'> & {
      recordId: string
      nextCursor: string | undefined
      loading: boolean
      problem: ApiProblem | undefined
      /** ISO date whose end is looked at, '' for now. */
      asOfDate: string
      asOf: RecordAsOf | undefined
    })
  | undefined
>(undefined)

/** What converting a lead would make, and what the person has chosen of it. */
export interface Conversion {
  recordId: string
  key: string
  preview: ConversionPreview | undefined
  account: 'found' | 'new' | 'none'
  accountName: string
  contact: 'found' | 'new'
  withDeal: boolean
  dealName: string
  amount: string
  currency: string
  closingOn: string
  /** Sentences by field. */
  problems: Readonly<Record<string, string>>
}
export const conversion = signal<Conversion | undefined>(undefined)

/** A module by its key; one that is not known any more has no fields. */
export function moduleOf(key: ModuleKey): ModuleDescription {
  return modules.value.get(key) ?? { key, reach: 'none', fields: [], cardFields: [], listColumns: [] }
}

/** What stands in a field, beside `fields` too; '' for nothing. */
export function storedValue(record: RecordSummary, key: string): string {
  switch (key) {
    case 'ownerId':
      return record.owner.id
    case 'primaryAddress':
    case 'secondaryAddress':
    case 'accountId':
    case 'mainContactId':
    case 'dealId':
      return record[key] ?? ''
    default:
      return record.fields[key] ?? ''
  }
}

/** What the person sees in a field: what they have just changed, else what stands. */
export function valueIn(record: RecordSummary, key: string): string {
  return pending.value.get(markOf(record.id, key)) ?? storedValue(record, key)
}

/** The record as the person sees it, its changed fields on their way included. */
export function shownFields(record: RecordSummary): Record<string, string> {
  const mine = [...pending.value].flatMap(([mark, value]) =>
    mark.startsWith(`${record.id} `) ? [[mark.slice(record.id.length + 1), value] as const] : [],
  )
  return mine.length === 0 ? record.fields : { ...record.fields, ...Object.fromEntries(mine) }
}

/** What a record or a person is called, by anything that is known here. */
export function nameOf(record: RecordSummary | undefined, id: string): string | undefined {
  return (
    record?.refs.find((one) => one.id === id)?.name ??
    cards.value.get(id)?.record.name ??
    names.value.get(id) ??
    people().find((one) => one.id === id)?.name ??
    (record?.owner.id === id ? record.owner.name : undefined)
  )
}

/** Everybody who can own a record or have a task. */
export function people(): { id: string; name: string }[] {
  const mine = me.value
  return mine === undefined ? [] : [mine.user, ...mine.colleagues]
}
