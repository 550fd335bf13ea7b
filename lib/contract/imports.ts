import * as z from 'zod'
import { Id, Instant } from './common.ts'
import { FieldKey, ModuleKeySchema } from './modules.ts'

/** How the file was read; what was guessed can be set otherwise. */
export const FileFormat = z.object({
  encoding: z.enum(['utf-8', 'shift_jis', 'utf-16le', 'utf-16be']),
  delimiter: z.enum([',', ';', '\t']),
  hasHeader: z.boolean(),
})
export type FileFormat = z.infer<typeof FileFormat>

/** Column number (from 0, as text) → field key; columns left out are not imported. */
export const ImportMapping = z.object({
  columns: z.record(z.string().regex(/^\d{1,4}$/), FieldKey),
  /** Records whose value here agrees are updated instead of made again; null makes every row a new record. */
  matchKey: FieldKey.nullable(),
  /** How dates stand in the file. */
  dates: z.enum(['ymd', 'dmy', 'mdy']),
  /** A cell that is empty leaves the field as it is, or clears it. */
  emptyCells: z.enum(['keep', 'clear']),
})
export type ImportMapping = z.infer<typeof ImportMapping>

/**
 * `uploaded` → `checking` → `checked` (the dry run) → `running` → `done`; `cancelled` has taken back everything it wrote,
 * `undone` too; `undoing` is on the way there; `failed` has a reason.
 */
const Status = z.enum([
  'uploaded',
  'checking',
  'checked',
  'running',
  'undoing',
  'done',
  'cancelled',
  'undone',
  'failed',
])

export const Import = z.object({
  id: Id,
  version: z.number().int(),
  module: ModuleKeySchema,
  fileName: z.string(),
  bytes: z.number().int(),
  status: Status,
  reason: z.string().nullable(),
  format: FileFormat,
  headers: z.array(z.string()),
  /** The first rows as read, to look at. */
  sample: z.array(z.array(z.string())),
  mapping: ImportMapping,
  /** Rows in the file; 0 until it was read through. */
  total: z.number().int(),
  done: z.number().int(),
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  failed: z.number().int(),
  by: z.object({ id: Id, name: z.string() }),
  createdAt: Instant,
  undoUntil: Instant.nullable(),
})
export type Import = z.infer<typeof Import>

export const UpdateImport = z.strictObject({
  version: z.number().int(),
  format: FileFormat.optional(),
  mapping: ImportMapping.optional(),
})
export type UpdateImport = z.infer<typeof UpdateImport>

/** Row numbers count from 1 as a spreadsheet shows them, the header line included. */
export const ImportProblems = z.object({
  rows: z.array(
    z.object({ row: z.number().int(), field: z.string(), reason: z.string(), value: z.string() }),
  ),
  total: z.number().int(),
})
export type ImportProblems = z.infer<typeof ImportProblems>
export const Imports = z.object({ imports: z.array(Import) })
