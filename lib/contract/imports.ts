import * as z from 'zod'
import { delimiters } from '../domain/csv.ts'
import { encodings } from '../domain/encodings.ts'
import { Id, Instant } from './common.ts'
import { ListQuery } from './lists.ts'
import { FieldKey, ModuleKeySchema } from './modules.ts'

/** How the file was read; what was guessed can be set otherwise. */
export const FileFormat = z.object({
  encoding: z.enum(encodings),
  delimiter: z.enum(delimiters),
  hasHeader: z.boolean(),
})
export type FileFormat = z.infer<typeof FileFormat>

/**
 * Column number (from 0, as text) → field key; columns left out are not imported. Beside the module's fields there are `id`
 * (Inlay's own, as an export writes it; only to match by) and, for deals, `contactIds` (further contacts, joined by `;`).
 */
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
  /** Accounts made on the way because a contact named one that was not there. */
  accounts: z.number().int(),
  /** Records an undo left as they are, whole or in part, since somebody has changed or used them after the import. */
  kept: z.number().int(),
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
  nextCursor: z.string().nullable(),
})
export type ImportProblems = z.infer<typeof ImportProblems>

/** Newest first; `headers` and `sample` are left empty here. */
export const Imports = z.object({ imports: z.array(Import) })

/** The body is the file itself, up to 100 MB, whatever its content type says. */
export const UploadImport = z.object({
  module: ModuleKeySchema,
  fileName: z.string().trim().min(1).max(255),
})
export const ProblemsQuery = z.object({
  cursor: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** The language of headers, choices and sentences in a file. */
export const Language = z.enum(['en', 'ja'])
export const LanguageQuery = z.object({ language: Language.default('en') })

/** `contacts.csv`, `contacts.json`, or `everything.json`. */
export const ExportFile = z.object({ file: z.string().regex(/^[a-z][a-z0-9_]{0,60}\.(csv|json)$/) })

/** The rows of a list as it is filtered now, as CSV with all fields of the module. */
export const ExportList = z.strictObject({
  list: ListQuery.pick({ module: true, filter: true, q: true, zone: true }),
  language: Language.default('en'),
})
export type ExportList = z.infer<typeof ExportList>
