import type { ColumnType } from 'kysely'
import type { Json } from './tables.ts'

/** A column that is filled when nothing is given. */
type Default<T> = ColumnType<T, T | undefined, T>

export type SendFileSource = 'computer' | 'library' | 'record' | 'drive' | 'gmail' | 'inline'

interface SendFilesTable {
  id: string
  org_id: string
  send_id: string
  position: number
  source: SendFileSource
  name: string
  mime_type: string
  size: number
  /** null until its bytes are in the store. */
  sha256: string | null
  state: 'waiting' | 'fetching' | 'ready' | 'failed'
  reason: Default<string | null>
  received_bytes: Default<number>
  /** Content-ID of an inline image, without brackets. */
  cid: Default<string | null>
  attachment_id: Default<string | null>
  library_version_id: Default<string | null>
  drive_id: Default<string | null>
  drive_export: Default<string | null>
  created_at: Date
}

interface UploadsTable {
  id: string
  org_id: string
  user_id: string
  send_id: Default<string | null>
  library_file_id: Default<string | null>
  folder_id: Default<string | null>
  purpose: 'send' | 'library'
  name: string
  mime_type: string
  size: number
  received_bytes: Default<number>
  cid: Default<string | null>
  created_at: Date
  updated_at: Date
}

interface LibraryFoldersTable {
  id: string
  org_id: string
  parent_id: string | null
  name: string
  /** Its name's folded words. */
  sort_name: string
  made_by: string
  created_at: Date
}

interface LibraryFilesTable {
  id: string
  org_id: string
  folder_id: string | null
  name: string
  sort_name: string
  made_by: string
  created_at: Date
  updated_at: Date
  deleted_at: Default<Date | null>
}

interface LibraryVersionsTable {
  id: string
  org_id: string
  file_id: string
  nth: number
  sha256: string
  mime_type: string
  size: number
  made_by: string
  made_at: Date
}

interface TemplatesTable {
  id: string
  org_id: string
  owner_id: string
  shared: boolean
  name: string
  /** Whose fields it names; null: any module. */
  module: string | null
  subject: string
  html: string
  version: Default<number>
  created_at: Date
  updated_at: Date
  deleted_at: Default<Date | null>
}

interface SendAsTable {
  mailbox_id: string
  org_id: string
  email: string
  name: string
  /** HTML as Gmail keeps it, cleaned. */
  signature: string
  is_primary: boolean
  verified: boolean
  read_at: Date
}

interface SentMarksTable {
  mailbox_id: string
  gmail_id: string
  org_id: string
  at: Date
  recipients: number
  /** Sent by Inlay. */
  ours: boolean
}

interface MassSendsTable {
  id: string
  org_id: string
  author_id: string
  mailbox_id: string
  /** The mail as written, before merging: a send that never goes itself. */
  model_id: string
  status: 'running' | 'paused' | 'stopped' | 'done'
  topic: Default<string>
  total: number
  per_minute: number
  version: Default<number>
  created_at: Date
  updated_at: Date
}

interface MassLeftOutTable {
  mass_id: string
  org_id: string
  record_id: string
  reason: string
  address: Default<string>
}

export type SuppressionReason = 'invalid' | 'blocked' | 'soft' | 'unsubscribed' | 'complaint' | 'manual'

interface SuppressionsTable {
  id: string
  org_id: string
  address: string
  reason: SuppressionReason
  /** What an unsubscription is about; '' is all mail. */
  topic: Default<string>
  /** Codes, dates and ids; never mail content. */
  evidence: Json<Record<string, string | number>>
  made_by: Default<string | null>
  made_at: Date
  lifted_at: Default<Date | null>
  lifted_by: Default<string | null>
  lift_reason: Default<string>
}

export interface ComposeTables {
  send_files: SendFilesTable
  uploads: UploadsTable
  library_folders: LibraryFoldersTable
  library_files: LibraryFilesTable
  library_versions: LibraryVersionsTable
  templates: TemplatesTable
  send_as: SendAsTable
  sent_marks: SentMarksTable
  mass_sends: MassSendsTable
  mass_left_out: MassLeftOutTable
  suppressions: SuppressionsTable
}
