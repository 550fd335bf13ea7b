import { restoreCell } from '../../../lib/domain/csv.ts'
import type { ErrorReason } from '../../../lib/domain/errors.ts'
import { readValue } from '../../../lib/domain/field-values.ts'
import type { FieldDescription } from '../../../lib/domain/fields.ts'
import type { FileRow } from './file.ts'
import type { Plan } from './plan.ts'

export interface RowProblem {
  field: string
  reason: ErrorReason
  value: string
}

/** A row as far as it can be read without the store: `named` are cells that name other records or people. */
export interface ReadRow {
  row: number
  values: Record<string, string>
  named: { field: FieldDescription; text: string }[]
  problems: RowProblem[]
}

/** Characters of a cell that names another record or a person, and of one that names many. */
const longestReference = 2000
const longestList = 20_000
/** What is kept of a refused value, to recognise it by. */
const shownValue = 200
const mostProblems = 20

/** Every mapped cell as its field's canonical value, or what is wrong with it. */
export function readRow(plan: Plan, { row, cells }: FileRow): ReadRow {
  const read: ReadRow = { row, values: {}, named: [], problems: [] }
  const uneven = ragged(plan, cells)
  if (uneven !== undefined) {
    read.problems.push({ field: '', reason: uneven, value: String(cells.length) })
    return read
  }
  for (const { n, field } of plan.columns) {
    const cell = cells[n] ?? ''
    const text = restoreCell(cell)
    if (text.trim() === '') {
      if (plan.emptyCells === 'clear' && field.key !== 'id' && field.type !== 'owner')
        read.values[field.key] = ''
      continue
    }
    const problem = readCell(plan, field, text, read)
    if (problem !== undefined && read.problems.length < mostProblems)
      read.problems.push({ field: field.key, reason: problem, value: shown(cell) })
  }
  return read
}

/** Empty cells too many harm nobody; anything else means that cells stand under wrong names. */
function ragged({ width }: Plan, cells: readonly string[]): ErrorReason | undefined {
  if (width === undefined || cells.length === width) return undefined
  if (cells.length < width) return 'cells_missing'
  return cells.slice(width).some((cell) => cell.trim() !== '') ? 'cells_too_many' : undefined
}

/** U+FFFD stands where the encoding knew no character; NUL where it was another encoding altogether. */
const strayBytes = /[\uFFFD\0]/

function readCell(plan: Plan, field: FieldDescription, text: string, read: ReadRow): ErrorReason | undefined {
  if (strayBytes.test(text)) return 'bytes_invalid'
  if (field.type === 'lookup' || field.type === 'owner') {
    if (text.length > (field.key === 'contactIds' ? longestList : longestReference)) return 'too_long'
    read.named.push({ field, text: text.trim() })
    return undefined
  }
  const value = readValue(field, text, plan.how)
  if ('problem' in value) return value.problem
  read.values[field.key] = value.value
  return undefined
}

/** Enough of a value to find it, fit for the database. */
export function shown(cell: string): string {
  return cell.slice(0, shownValue).replaceAll('\0', '\u2400').toWellFormed()
}
