import type { ColumnType, GeneratedAlways, JSONColumnType } from 'kysely'
import type { FieldType } from '../../lib/domain/fields.ts'
import type { ModuleKey, Reach } from '../../lib/domain/modules.ts'
import type { Json } from './tables.ts'

/** A column that is filled when nothing is given. */
type Default<T> = ColumnType<T, T | undefined, T>

interface RecordsTable {
  id: string
  org_id: string
  module: ModuleKey
  owner_id: string
  name: string
  fields: JSONColumnType<Record<string, string>>
  version: Default<number>
  main_contact_id: Default<string | null>
  account_id: Default<string | null>
  deal_id: Default<string | null>
  /** Folded name by which lists sort. */
  sort_name: Default<string>
  /** Folded text of everything a person may search by. */
  search_text: Default<string>
  bigrams: Default<string[]>
  /** False until `sort_name`, `search_text`, `bigrams` and record_keys follow the row. */
  indexed: Default<boolean>
  created_by: string
  created_at: Date
  updated_at: Date
  deleted_at: Default<Date | null>
  deleted_by: Default<string | null>
  merged_into: Default<string | null>
  converted_to: Default<string | null>
  import_id: Default<string | null>
}

interface RecordAddressesTable {
  record_id: string
  org_id: string
  kind: 'primary' | 'secondary'
  address: string
  since: Date
}

interface FormerAddressesTable extends RecordAddressesTable {
  /** It came off when its record went to the bin, and comes back with it. */
  binned: Default<boolean>
}

interface RecordLinksTable {
  record_id: string
  org_id: string
  field: string
  target_id: string
}

interface RecordKeysTable {
  record_id: string
  org_id: string
  kind: 'phone' | 'name_company' | 'name' | 'domain'
  key: string
}

interface ModulesTable {
  org_id: string
  key: ModuleKey
  /** null for a standard module whose card an admin has arranged. */
  labels: Json<{ one: string; many: string }> | null
  reach: Reach | null
  card_fields: string[] | null
  position: Default<number>
  created_at: Date
  deleted_at: Default<Date | null>
  /** The creating request's id, by which its repetition finds what it made. */
  create_id: Default<string | null>
  /** When an admin asked to erase it for good; it goes in batches. */
  purged_at: Default<Date | null>
}

interface ModuleFieldsTable {
  org_id: string
  module: ModuleKey
  key: string
  type: FieldType
  label: string
  required: Default<boolean>
  choices: Json<{ key: string; label: string; off?: boolean }[]>
  lookup: ModuleKey | null
  min: number | null
  max: number | null
  position: Default<number>
  created_at: Date
  deleted_at: Default<Date | null>
  /** The creating request's id, by which its repetition finds what it made. */
  create_id: Default<string | null>
  /** When an admin asked to erase it for good; it goes in batches. */
  purged_at: Default<Date | null>
}

/** One field of one change; values in the canonical form of the field's type. */
export interface StoredChange {
  field: string
  old: string
  new: string
}

interface RecordChangesTable {
  id: string
  org_id: string
  record_id: string
  at: Date
  by_user: string | null
  kind: string
  changes: Json<StoredChange[]>
  facts: ColumnType<Record<string, string | number>, string | undefined, string>
  import_id: Default<string | null>
  seq: GeneratedAlways<number>
}

interface NotesTable {
  id: string
  org_id: string
  record_id: string
  author_id: string
  text: string
  version: Default<number>
  created_at: Date
  updated_at: Date
  deleted_at: Default<Date | null>
}

interface TodosTable {
  id: string
  org_id: string
  record_id: string | null
  assignee_id: string
  created_by: string
  title: string
  /** ISO date; select it as text (`due_on::text`), the two drivers disagree about dates. */
  due_on: ColumnType<string | null, string | null, string | null>
  done_at: Default<Date | null>
  done_by: Default<string | null>
  version: Default<number>
  created_at: Date
  updated_at: Date
  deleted_at: Default<Date | null>
}

interface SavedViewsTable {
  id: string
  org_id: string
  owner_id: string
  module: ModuleKey
  name: string
  shared: Default<boolean>
  definition: Json<unknown>
  version: Default<number>
  created_at: Date
  updated_at: Date
}

interface PicksTable {
  org_id: string
  user_id: string
  address: string
  record_id: string
  at: Date
}

interface MergesTable {
  id: string
  org_id: string
  winner_id: string
  loser_id: string
  by_user: string
  at: Date
  /** What was moved, enough to move it back. */
  moved: Json<unknown>
  undone_at: Default<Date | null>
  undone_by: Default<string | null>
}

interface ImportsTable {
  id: string
  org_id: string
  user_id: string
  module: ModuleKey
  file_name: string
  sha256: string
  bytes: number
  status: string
  version: Default<number>
  /** How the file is read, its headers and first rows. */
  format: Json<unknown>
  mapping: ColumnType<unknown, string | undefined, string>
  total: Default<number>
  done: Default<number>
  created: Default<number>
  updated: Default<number>
  failed: Default<number>
  unchanged: Default<number>
  /** Accounts made for contacts that named one. */
  accounts: Default<number>
  /** What an undo left since somebody had changed it. */
  kept: Default<number>
  /** Running: the last row that is in. Undoing: the `seq` of the last change taken back, from the newest down. */
  cursor: Default<number>
  reason: Default<string | null>
  created_at: Date
  updated_at: Date
  finished_at: Default<Date | null>
}

interface ImportProblemsTable {
  import_id: string
  row: number
  seq: number
  field: string
  reason: string
  value: Default<string>
}

interface BulkRunsTable {
  id: string
  org_id: string
  user_id: string
  action: Json<unknown>
  selection: Json<unknown>
  status: 'running' | 'done' | 'cancelled' | 'failed'
  total: number
  done: Default<number>
  changed: Default<number>
  skipped: ColumnType<{ id: string; name: string; reason: string }[], string | undefined, string>
  cursor: Default<string | null>
  created_at: Date
  updated_at: Date
}

interface PolicyChangesTable {
  id: string
  org_id: string
  key: string
  old: Json<unknown>
  new: Json<unknown>
  by_user: string
  at: Date
}

interface AccessTokensTable {
  id: string
  org_id: string
  user_id: string
  name: string
  token_hash: string
  /** The last four characters, to recognise it by. */
  hint: string
  read_only: Default<boolean>
  created_at: Date
  last_used_at: Default<Date | null>
  expires_at: Default<Date | null>
  revoked_at: Default<Date | null>
}

/** The tables of records and what stands around them. */
export interface RecordTables {
  records: RecordsTable
  record_addresses: RecordAddressesTable
  former_addresses: FormerAddressesTable
  record_links: RecordLinksTable
  record_keys: RecordKeysTable
  record_changes: RecordChangesTable
  modules: ModulesTable
  module_fields: ModuleFieldsTable
  notes: NotesTable
  todos: TodosTable
  saved_views: SavedViewsTable
  picks: PicksTable
  merges: MergesTable
  imports: ImportsTable
  import_problems: ImportProblemsTable
  bulk_runs: BulkRunsTable
  policy_changes: PolicyChangesTable
  access_tokens: AccessTokensTable
}
