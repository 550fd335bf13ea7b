import { signal } from '@preact/signals'
import type { Duplicates, MergePreview } from '@/lib/contract/duplicates.ts'
import type { Import, ImportMapping, ImportProblems } from '@/lib/contract/imports.ts'
import type { BinPage } from '@/lib/contract/records.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Data of what goes in and out in bulk: imports, exports, the bin, merging. `load/workspace` writes it. */

export const imports = signal<readonly Import[] | undefined>(undefined)
/** The import whose place is open, as the server last told it. */
export const openImport = signal<Import | undefined>(undefined)
/** Columns as the person has arranged them, until they are checked. */
export const mapping = signal<ImportMapping | undefined>(undefined)
export const importProblems = signal<ImportProblems | undefined>(undefined)
export const dataProblem = signal<ApiProblem | undefined>(undefined)
/** Name of the file that is being sent, while it is. */
export const uploading = signal<string | undefined>(undefined)
/** Name of the export that is being made. */
export const exporting = signal<string | undefined>(undefined)

export const bin = signal<{ page: BinPage; module: string | undefined } | undefined>(undefined)

/** Who is like a record that stands. */
export const alike = signal<{ recordId: string; matches: Duplicates['matches'] } | undefined>(undefined)

/** Two records side by side, and which side each field is taken from. */
export const merging = signal<
  { preview: MergePreview; take: Readonly<Record<string, 'winner' | 'loser'>>; key: string } | undefined
>(undefined)
