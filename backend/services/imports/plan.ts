import type { FileFormat, ImportMapping } from '../../../lib/contract/imports.ts'
import { choiceWords } from '../../../lib/domain/choice-words.ts'
import { guessColumns, guessMatchKey } from '../../../lib/domain/column-names.ts'
import { guessDates, guessDecimal } from '../../../lib/domain/csv.ts'
import { type FieldProblem, Refusal } from '../../../lib/domain/errors.ts'
import type { HowToRead } from '../../../lib/domain/field-values.ts'
import type { FieldDescription } from '../../../lib/domain/fields.ts'
import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { nameKey } from '../../../lib/domain/modules.ts'
import type { ImportRow } from '../../storage/imports.ts'
import { type Head, type ImportFile, readHead } from './file.ts'

/** What is kept of a file beside its bytes. */
export interface StoredFormat {
  format: FileFormat
  headers: string[]
  sample: string[][]
  decimal: '.' | ',' | null
}

/** How the rows of one import become values. */
export interface Plan {
  format: FileFormat
  /** Cells each row must have; undefined without a header line. */
  width: number | undefined
  columns: { n: number; field: FieldDescription }[]
  matchKey: string | null
  emptyCells: ImportMapping['emptyCells']
  how: HowToRead
}

const sampleRows = 5
const sampleCell = 120

/** Fields a column may fill: the module's, the further contacts of a deal, and the id an export writes. */
export function importFields(module: ModuleDescription): FieldDescription[] {
  const contacts: FieldDescription = { key: 'contactIds', type: 'lookup', lookup: 'contacts' }
  return [
    ...module.fields,
    ...(module.key === 'deals' ? [contacts] : []),
    { key: 'id', type: 'text' } satisfies FieldDescription,
  ]
}

/** Reads the start of the file and proposes how to go on. `format`: what the person says about it. */
export async function examine(
  file: ImportFile,
  module: ModuleDescription,
  format?: FileFormat,
): Promise<{ stored: StoredFormat; mapping: ImportMapping }> {
  const fields = importFields(module)
  const isKnown = (name: string) => Object.keys(guessColumns(module.key, fields, [name])).length > 0
  const head = await readHead(file, isKnown, format)
  const columns = head.format.hasHeader ? guessColumns(module.key, fields, head.headers) : {}
  const mapping: ImportMapping = {
    columns,
    matchKey: guessMatchKey(module.key, new Set(Object.values(columns))),
    dates: guessDates(cellsOf(head, columns, fields, ['date', 'datetime']), head.format.delimiter),
    emptyCells: 'keep',
  }
  return { stored: toStored(head, mapping, fields), mapping }
}

/** What the file says by the columns as the person has mapped them now. */
export function toStored(
  head: Head,
  mapping: Pick<ImportMapping, 'columns'>,
  fields: readonly FieldDescription[],
): StoredFormat {
  const numbers = cellsOf(head, mapping.columns, fields, ['number', 'money'])
  return {
    format: head.format,
    headers: head.headers,
    sample: head.rows.slice(0, sampleRows).map((row) => row.map((cell) => cell.slice(0, sampleCell))),
    decimal: guessDecimal(numbers, head.format.delimiter) ?? null,
  }
}

function* cellsOf(
  head: Head,
  columns: Readonly<Record<string, string>>,
  fields: readonly FieldDescription[],
  types: readonly FieldDescription['type'][],
): Generator<string> {
  const wanted = new Set(fields.filter((field) => types.includes(field.type)).map((field) => field.key))
  for (const [n, key] of Object.entries(columns))
    if (wanted.has(key)) for (const row of head.rows) yield row[Number(n)] ?? ''
}

/** @throws Refusal invalid, each wrong column or key with its path */
export function requireMapping(
  module: ModuleDescription,
  mapping: ImportMapping,
  headers: readonly string[],
): void {
  const fields = new Map(importFields(module).map((field) => [field.key, field]))
  const problems: FieldProblem[] = []
  const taken = new Set<string>()
  for (const [n, key] of Object.entries(mapping.columns)) {
    const field = `mapping.columns.${n}`
    if (!fields.has(key)) problems.push({ field, reason: 'field_unknown' })
    else if (Number(n) >= headers.length || taken.has(key)) problems.push({ field, reason: 'field_invalid' })
    taken.add(key)
  }
  const match = mapping.matchKey === null ? undefined : fields.get(mapping.matchKey)
  if (mapping.matchKey !== null && (match === undefined || !canMatch(match) || !taken.has(match.key)))
    problems.push({
      field: 'mapping.matchKey',
      reason: match === undefined ? 'field_unknown' : 'field_invalid',
    })
  if (problems.length > 0) throw new Refusal('invalid', problems[0]?.reason ?? 'field_invalid', {}, problems)
}

/** By a value of its own, not by another record. */
function canMatch(field: FieldDescription): boolean {
  return !['lookup', 'owner', 'long_text', 'multi_choice', 'boolean'].includes(field.type)
}

/** @throws Refusal mapping_incomplete when new records would have no name */
export function requireComplete(module: ModuleDescription, mapping: ImportMapping): void {
  const mapped = new Set(Object.values(mapping.columns))
  const isPerson = module.key === 'leads' || module.key === 'contacts'
  const names = isPerson
    ? ['lastName', 'firstName', 'company', 'primaryAddress']
    : [nameKey(module.key), ...(mapping.matchKey === 'id' ? ['id'] : [])]
  if (names.some((key) => mapped.has(key))) return
  throw new Refusal('invalid', 'mapping_incomplete', {}, [
    { field: 'mapping.columns', reason: 'mapping_incomplete' },
  ])
}

export function storedFormat(row: ImportRow): StoredFormat {
  return row.format as StoredFormat
}

export function storedMapping(row: ImportRow): ImportMapping {
  return row.mapping as ImportMapping
}

/** How to read the rows of this import, as it was last saved. Fields deleted meanwhile are left out. */
export function planOf(module: ModuleDescription, row: ImportRow): Plan {
  const { format, headers, decimal } = storedFormat(row)
  const mapping = storedMapping(row)
  const fields = new Map(importFields(module).map((field) => [field.key, field]))
  const columns = Object.entries(mapping.columns).flatMap(([n, key]) => {
    const field = fields.get(key)
    return field === undefined ? [] : [{ n: Number(n), field }]
  })
  return {
    format,
    width: format.hasHeader ? headers.length : undefined,
    columns,
    matchKey: columns.some(({ field }) => field.key === mapping.matchKey) ? mapping.matchKey : null,
    emptyCells: mapping.emptyCells,
    how: {
      dates: mapping.dates,
      decimal: decimal ?? undefined,
      zone: 'UTC',
      words: choiceWords(module.key, 'en'),
    },
  }
}
