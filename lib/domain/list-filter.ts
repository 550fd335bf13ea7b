import type { ErrorReason } from './errors.ts'
import { readValue } from './field-values.ts'
import { type FieldDescription, isColumnKey } from './fields.ts'
import { readableNames } from './internet-names.ts'
import { longestPattern, loosePattern } from './loose-match.ts'
import type { ModuleDescription } from './modules.ts'
import { cleanText } from './text.ts'

/** How a column of a list is compared and sorted. */
export interface ListColumn {
  key: string
  kind: 'text' | 'number' | 'date' | 'instant' | 'choice' | 'choices' | 'boolean' | 'id' | 'owner' | 'address'
  /** Of a choice: its keys in their order, by which it sorts. */
  order?: readonly string[]
}

/** A condition made ready for the store; bounds are inclusive below and exclusive above where they are of days. */
export type Test =
  | { kind: 'empty'; not: boolean }
  | { kind: 'one_of'; values: string[]; not: boolean }
  /** A regular expression of the store's. */
  | { kind: 'matches'; pattern: string }
  | { kind: 'between'; from?: Bound; to?: Bound; not: boolean }
interface Bound {
  value: string
  inclusive: boolean
}
export interface ListTest {
  column: ListColumn
  test: Test
}

export interface ConditionInput {
  field: string
  op: 'is' | 'is_not' | 'contains' | 'starts' | 'empty' | 'not_empty' | 'before' | 'after' | 'from' | 'to'
  values: readonly string[]
}

/** Who asks and when: `me`, `today` and `+7d` are theirs. */
export interface ListEyes {
  userId: string
  /** ISO date in `zone`. */
  today: string
  /** An IANA zone. */
  zone: string
}

const kinds: Readonly<Record<FieldDescription['type'], ListColumn['kind']>> = {
  text: 'text',
  long_text: 'text',
  number: 'number',
  money: 'number',
  currency: 'choice',
  date: 'date',
  datetime: 'instant',
  choice: 'choice',
  multi_choice: 'choices',
  boolean: 'boolean',
  email: 'text',
  phone: 'text',
  url: 'text',
  zone: 'choice',
  lookup: 'id',
  owner: 'id',
}

/** The column of that name, or undefined: what the module does not have. Computed columns are no columns to compare by. */
export function listColumn(module: ModuleDescription, key: string): ListColumn | undefined {
  if (key === 'name') return { key, kind: 'text' }
  if (key === 'createdAt' || key === 'updatedAt') return { key, kind: 'instant' }
  const field = module.fields.find((one) => one.key === key)
  if (field === undefined) return undefined
  if (isColumnKey(key) && field.type === 'email') return { key, kind: 'address' }
  if (field.type === 'owner') return { key, kind: 'owner' }
  const order = field.choices?.map((choice) => choice.key)
  return { key, kind: kinds[field.type], ...(order !== undefined && { order }) }
}

/** Reads one condition; a problem names what is wrong with its values. */
export function readCondition(
  column: ListColumn,
  field: FieldDescription | undefined,
  input: ConditionInput,
  eyes: ListEyes,
): Test | { problem: ErrorReason } {
  const { op } = input
  if (op === 'empty' || op === 'not_empty') return { kind: 'empty', not: op === 'not_empty' }
  if (input.values.length === 0 || input.values.every((value) => value.trim() === ''))
    return { problem: 'field_required' }
  if (op === 'contains' || op === 'starts') {
    if (column.kind !== 'text' && column.kind !== 'address') return { problem: 'field_invalid' }
    const text = cleanText(input.values[0] ?? '')
    if ([...text].length > longestPattern) return { problem: 'too_long' }
    return { kind: 'matches', pattern: loosePattern(text, op === 'starts') }
  }
  if (column.kind === 'instant') return readInstants(input, eyes)
  const values = input.values.map((value) => readOne(column, field, cleanText(value).trim(), eyes))
  const wrong = values.find((value) => 'problem' in value)
  if (wrong !== undefined && 'problem' in wrong) return { problem: wrong.problem }
  const read = values.flatMap((value) => ('value' in value ? [value.value] : []))
  if (op === 'is' || op === 'is_not') return { kind: 'one_of', values: read, not: op === 'is_not' }
  if (column.kind !== 'number' && column.kind !== 'date') return { problem: 'field_invalid' }
  const bound = { value: read[0] ?? '', inclusive: op === 'from' || op === 'to' }
  return op === 'from' || op === 'after'
    ? { kind: 'between', from: bound, not: false }
    : { kind: 'between', to: bound, not: false }
}

function readOne(
  { kind }: ListColumn,
  field: FieldDescription | undefined,
  text: string,
  eyes: ListEyes,
): { value: string } | { problem: ErrorReason } {
  if (kind === 'owner' && text === 'me') return { value: eyes.userId }
  if (kind === 'date') {
    const day = dayOf(text, eyes.today)
    if (day !== undefined) return { value: day }
  }
  // Texts and switched-off choices are compared as they are stored.
  if (field === undefined || kind === 'text' || kind === 'choice' || kind === 'choices')
    return { value: text }
  if (kind === 'address') return { value: readableNames(text.toLowerCase()) }
  return readValue(field, text, { zone: eyes.zone })
}

/** `today`, `+7d`, `-30d` or an ISO date. */
function dayOf(text: string, today: string): string | undefined {
  const days = text === 'today' ? 0 : Number(/^([+-]\d{1,5})d$/.exec(text)?.[1] ?? Number.NaN)
  try {
    if (Number.isInteger(days)) return Temporal.PlainDate.from(today).add({ days }).toString()
    return /^[1-9]\d{3}-\d{2}-\d{2}$/.test(text) ? Temporal.PlainDate.from(text).toString() : undefined
  } catch {
    return undefined
  }
}

/** A day stands for all of it in the viewer's zone; an instant for itself. */
function readInstants(
  { op, values }: ConditionInput,
  { today, zone }: ListEyes,
): Test | { problem: ErrorReason } {
  const text = values[0]?.trim() ?? ''
  const day = dayOf(text, today)
  const start = day === undefined ? instantOf(text) : startOf(day, zone, 0)
  const end = day === undefined ? start : startOf(day, zone, 1)
  if (start === undefined || end === undefined) return { problem: 'not_a_date' }
  const isDay = day !== undefined
  const not = op === 'is_not'
  if (op === 'is' || not)
    return {
      kind: 'between',
      from: { value: start, inclusive: true },
      to: { value: end, inclusive: !isDay },
      not,
    }
  if (op === 'before') return { kind: 'between', to: { value: start, inclusive: false }, not }
  if (op === 'from') return { kind: 'between', from: { value: start, inclusive: true }, not }
  if (op === 'after') return { kind: 'between', from: { value: end, inclusive: isDay }, not }
  return { kind: 'between', to: { value: end, inclusive: !isDay }, not }
}

function instantOf(text: string): string | undefined {
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : writtenInstant(at)
}

function startOf(day: string, zone: string, plus: number): string | undefined {
  const start = Temporal.PlainDate.from(day).add({ days: plus }).toZonedDateTime(zone)
  return writtenInstant(start.epochMilliseconds)
}

/** Years 1000 to 9999, as fields have them; the database knows no year 0 and no year of five digits. */
function writtenInstant(at: number): string | undefined {
  const text = new Date(at).toISOString()
  return /^[1-9]\d{3}-/.test(text) ? text : undefined
}
