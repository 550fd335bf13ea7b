import type { ColumnType, GeneratedAlways } from 'kysely'
import type { Party } from '../../lib/domain/addresses.ts'
import type { EventPayload } from '../../lib/domain/events.ts'
import type { SharingMode } from '../../lib/domain/sharing.ts'
import type { SendReason, SendStatus } from '../../lib/domain/statuses.ts'
import type { ComposeTables } from './compose-tables.ts'
import type { MailTables } from './mail-tables.ts'
import type { RecordTables } from './record-tables.ts'

/** Rows as both databases hand them out: timestamptz = Date, bigint = checked number, jsonb = parsed. */
export type Json<T> = ColumnType<T, string, string>

interface OrganisationsTable {
  id: string
  name: string
  created_at: Date
  join_domains: ColumnType<string[], string[] | undefined, string[]>
  policy: ColumnType<Record<string, unknown>, string | undefined, string>
  modules_version: ColumnType<number, number | undefined, number>
  hidden_modules: ColumnType<string[], string[] | undefined, string[]>
}

interface UsersTable {
  id: string
  org_id: string
  google_sub: string
  email: string
  name: string
  role: 'admin' | 'rep' | 'viewer'
  status: ColumnType<'active' | 'deactivated', 'active' | 'deactivated' | undefined, 'active' | 'deactivated'>
  created_at: Date
  deactivated_at: ColumnType<Date | null, Date | null | undefined, Date | null>
  /** null: as the policy says. */
  sharing: ColumnType<SharingMode | null, SharingMode | null | undefined, SharingMode | null>
}

interface InvitationsTable {
  org_id: string
  email: string
  role: 'admin' | 'rep' | 'viewer'
  invited_by: string
  created_at: Date
}

interface SessionsTable {
  id: string
  org_id: string
  user_id: string
  token_hash: string
  device: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
}

interface SignInsTable {
  code: string
  kind: 'pairing' | 'consent'
  challenge: string | null
  account: string | null
  device: string
  state_hash: string
  code_verifier: string
  nonce: string
  scopes: string[]
  status: 'pending' | 'granted' | 'redeemed' | 'refused'
  reason: string | null
  /** SHA-256 of what only the browser that finished at Google was shown. */
  receipt_hash: string | null
  /** Google's grant, sealed, until the same browser claims it. */
  sealed_grant: string | null
  org_id: string | null
  user_id: string | null
  created_at: Date
  expires_at: Date
}

interface MailboxesTable {
  id: string
  org_id: string
  user_id: string
  email: string
  status: 'connected' | 'reauth_required' | 'disconnected'
  scopes: string[]
  /** Sealed by the token box. */
  refresh_token: string | null
  aliases: string[]
  /** Decimal; compare as BigInt, never as text. */
  history_id: string | null
  synced_at: Date | null
  sync_error: string | null
  paused_until: Date | null
  sends_paused_until: Date | null
  /** Its owner stopped synchronisation; null while it runs. */
  sync_stopped_at: ColumnType<Date | null, Date | null | undefined, Date | null>
  /** Gmail's notifications: where to, until when, and why they could not be had. */
  watch_topic: ColumnType<string | null, string | null | undefined, string | null>
  watch_expires_at: ColumnType<Date | null, Date | null | undefined, Date | null>
  watch_error: ColumnType<string | null, string | null | undefined, string | null>
  /** When the last notification came. */
  pushed_at: ColumnType<Date | null, Date | null | undefined, Date | null>
  last_run_id: ColumnType<string | null, string | null | undefined, string | null>
  created_at: Date
}

interface MessagesTable {
  id: string
  org_id: string
  identity: string
  message_id_header: string | null
  sent_at: Date
}

/** One part of a stored sighting; enough to list and file it. */
interface StoredPart {
  partId: string
  realAttachmentId: string | null
  name: string
  mimeType: string
  size: number
}

interface SightingsTable {
  id: string
  org_id: string
  message_id: string
  mailbox_id: string
  gmail_id: string
  gmail_thread_id: string
  direction: 'received' | 'sent'
  label_ids: string[]
  subject: string
  snippet: string
  at: Date
  from_party: Json<Party>
  to_parties: Json<Party[]>
  cc_parties: Json<Party[]>
  bcc_parties: Json<Party[]>
  parts: Json<StoredPart[]>
  send_id: string | null
}

interface SightingAddressesTable {
  sighting_id: string
  org_id: string
  mailbox_id: string
  message_id: string
  direction: 'received' | 'sent'
  address: string
  at: Date
}

interface FilesTable {
  org_id: string
  sha256: string
  size: number
  created_at: Date
}

interface AttachmentsTable {
  id: string
  org_id: string
  record_id: string
  sha256: string
  name: string
  mime_type: string
  size: number
  mailbox_id: string | null
  gmail_message_id: string | null
  part_id: string | null
  from_name: ColumnType<string, string | undefined, string>
  filed_by: string
  filed_at: Date
  deleted_at: Date | null
}

interface FilingsTable {
  id: string
  org_id: string
  user_id: string
  record_id: string
  mailbox_id: string
  gmail_message_id: string
  part_id: string
  name: string
  mime_type: ColumnType<string, string | undefined, string>
  size: ColumnType<number, number | undefined, number>
  received_bytes: ColumnType<number, number | undefined, number>
  status: 'waiting' | 'running' | 'done' | 'already_filed' | 'failed' | 'cancelled'
  attachment_id: string | null
  reason: string | null
  facts: ColumnType<Record<string, string | number>, string | undefined, string>
  created_at: Date
  updated_at: Date
}

type SendPhase = 'preparing' | 'drafted' | 'handed_over' | 'uncertain'

interface SendsTable {
  id: string
  org_id: string
  author_id: string
  mailbox_id: string
  record_id: string | null
  status: SendStatus
  reason: SendReason | null
  version: ColumnType<number, number | undefined, number>
  to_parties: Json<Party[]>
  cc_parties: Json<Party[]>
  bcc_parties: Json<Party[]>
  subject: string
  body: string
  reply_thread_id: string | null
  reply_message_id: string | null
  due_at: Date
  zone: string
  local_time: string
  /** For a later time: needs the permission to schedule until it goes out. */
  planned: ColumnType<boolean, boolean | undefined, boolean>
  not_before: Date | null
  phase: SendPhase | null
  worker: string | null
  lease_until: Date | null
  attempts: ColumnType<number, number | undefined, number>
  claimed_at: Date | null
  /** Cleaned HTML; '' for plain text. `body` is always its plain text. */
  html: ColumnType<string, string | undefined, string>
  /** Cleaned HTML of what is answered. */
  quote: ColumnType<string, string | undefined, string>
  /** null: the account itself. */
  from_address: ColumnType<string | null, string | null | undefined, string | null>
  from_name: ColumnType<string, string | undefined, string>
  /** Typed but not yet an address, by field; only of drafts. */
  pending: ColumnType<Record<string, string>, string | undefined, string>
  template_id: ColumnType<string | null, string | null | undefined, string | null>
  /** Until when its author may take it back with one click. */
  undo_until: ColumnType<Date | null, Date | null | undefined, Date | null>
  overruled: ColumnType<string[], string[] | undefined, string[]>
  /** What becomes of it when some of its recipients may not be mailed. */
  partial: ColumnType<'hold' | 'drop', 'hold' | 'drop' | undefined, 'hold' | 'drop'>
  mass_id: ColumnType<string | null, string | null | undefined, string | null>
  mass_place: ColumnType<number | null, number | null | undefined, number | null>
  /** Its merge fields stand for its recipient already; never merged twice. */
  merged: ColumnType<boolean, boolean | undefined, boolean>
  /** The Gmail draft whose content this one took over. */
  taken_draft_id: ColumnType<string | null, string | null | undefined, string | null>
  taken_mark: ColumnType<string | null, string | null | undefined, string | null>
  /** Name and size of the raw mail's file (`mime-files.ts`); null until it is built. */
  mime_file: ColumnType<string | null, string | null | undefined, string | null>
  mime_size: ColumnType<number | null, number | null | undefined, number | null>
  draft_id: string | null
  history_before: string | null
  gmail_id: string | null
  gmail_thread_id: string | null
  message_id_header: string | null
  sent_at: Date | null
  created_at: Date
  updated_at: Date
}

interface SendAddressesTable {
  send_id: string
  org_id: string
  address: string
  at: Date
}

interface SendStepsTable {
  send_id: string
  org_id: string
  seq: number
  at: Date
  step: string
  detail: string
}

interface TasksTable {
  id: string
  org_id: string
  kind: string
  key: string
  payload: ColumnType<Record<string, string>, string | undefined, string>
  due_at: Date
  worker: string | null
  lease_until: Date | null
  attempts: ColumnType<number, number | undefined, number>
  /** Asked for again while it ran. */
  again: ColumnType<boolean, boolean | undefined, boolean>
  last_error: string | null
  created_at: Date
}

interface EventsTable {
  seq: GeneratedAlways<number>
  org_id: string
  user_id: string | null
  payload: Json<EventPayload>
  at: Date
}

export interface Tables extends RecordTables, MailTables, ComposeTables {
  organisations: OrganisationsTable
  users: UsersTable
  invitations: InvitationsTable
  sessions: SessionsTable
  sign_ins: SignInsTable
  mailboxes: MailboxesTable
  messages: MessagesTable
  sightings: SightingsTable
  sighting_addresses: SightingAddressesTable
  files: FilesTable
  attachments: AttachmentsTable
  filings: FilingsTable
  sends: SendsTable
  send_addresses: SendAddressesTable
  send_steps: SendStepsTable
  tasks: TasksTable
  events: EventsTable
}
