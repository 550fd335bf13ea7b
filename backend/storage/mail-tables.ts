import type { ColumnType, GeneratedAlways } from 'kysely'
import type { LedgerKind, ShareLevel } from '../../lib/domain/sharing.ts'
import type { SkipReason } from '../../lib/domain/sync.ts'
import type { Json } from './tables.ts'

/** A column that is filled when nothing is given. */
type Default<T> = ColumnType<T, T | undefined, T>

interface ThreadLinksTable {
  mailbox_id: string
  gmail_thread_id: string
  record_id: string
  org_id: string
  kind: 'link' | 'unlink'
  made_by: string
  made_at: Date
  /** Made by choosing the deal a thread is about, so it goes with that answer. */
  by_choice: Default<boolean>
}

interface HandLinksTable {
  sighting_id: string
  record_id: string
  org_id: string
  mailbox_id: string
  message_id: string
  direction: 'received' | 'sent'
  at: Date
  kind: 'link' | 'unlink'
  whole_thread: boolean
  made_by: string
  made_at: Date
}

interface ThreadDealsTable {
  mailbox_id: string
  gmail_thread_id: string
  org_id: string
  deal_id: string | null
  chosen_by: string
  chosen_at: Date
}

interface SightingSharesTable {
  sighting_id: string
  org_id: string
  mailbox_id: string
  level: ShareLevel
  at: Date
}

interface ThreadSharesTable {
  mailbox_id: string
  gmail_thread_id: string
  org_id: string
  level: ShareLevel
  at: Date
}

interface MailGrantsTable {
  sighting_id: string
  user_id: string
  org_id: string
  at: Date
}

interface RecordSharesTable {
  user_id: string
  record_id: string
  org_id: string
  at: Date
}

interface OlderMailTable {
  user_id: string
  record_id: string
  address: string
  org_id: string
  agreed: boolean
  at: Date
}

interface AccessRequestsTable {
  id: string
  org_id: string
  sighting_id: string
  owner_id: string
  asked_by: string
  asked_at: Date
  status: Default<'open' | 'granted' | 'declined' | 'revoked'>
  answered_at: Default<Date | null>
}

interface MailLedgerTable {
  id: string
  org_id: string
  /** null: all mail of the owner, or all of it on `record_id`. */
  sighting_id: string | null
  owner_id: string
  actor_id: string
  kind: LedgerKind
  record_id: string | null
  /** Ids of people concerned, a level; never content. */
  detail: Json<{ level?: ShareLevel; gained?: string[]; lost?: string[]; userId?: string }>
  at: Date
  /** Orders what happened at one instant. */
  seq: GeneratedAlways<number>
}

interface SyncRunsTable {
  id: string
  org_id: string
  mailbox_id: string
  kind: 'history' | 'resync' | 'backfill' | 'manual'
  started_at: Date
  ended_at: Default<Date | null>
  looked_at: Default<number>
  stored: Default<number>
  changed: Default<number>
  skipped: Default<number>
  units: Default<number>
  error: Default<string | null>
}

interface SyncSkipsTable {
  mailbox_id: string
  reason: SkipReason
  count: number
}

interface SetAsideTable {
  mailbox_id: string
  gmail_id: string
  org_id: string
  reason: string
  tries: Default<number>
  at: Date
}

interface PossibleReportsTable {
  mailbox_id: string
  gmail_id: string
  gmail_thread_id: string
  org_id: string
  at: Date
  seen_at: Date
  read_at: Default<Date | null>
}

interface BackfillsTable {
  id: string
  org_id: string
  mailbox_id: string
  /** '' for every address that stands on a record. */
  address: string
  /** What is stored is compared with Gmail too. */
  resync: Default<boolean>
  /** Only of addresses that stand on a record since then. */
  since: Default<Date | null>
  status: Default<'waiting' | 'searching' | 'reading' | 'done' | 'failed'>
  found: Default<number>
  looked_at: Default<number>
  stored: Default<number>
  /** Stopped at more than are taken of one search. */
  capped: Default<boolean>
  pass: Default<number>
  /** Last address whose search is finished. */
  position: Default<string>
  page_token: Default<string | null>
  started_at: Date
  ended_at: Default<Date | null>
}

interface WantedMailTable {
  mailbox_id: string
  gmail_id: string
  org_id: string
  backfill_id: Default<string | null>
  run_id: Default<string | null>
  /** What is missing this time is gone for good. */
  is_last: Default<boolean>
  tries: Default<number>
  /** Grows when the mail changes at Gmail while it is being read. */
  mark: Default<number>
  due_at: Date
}

interface QuotaSpentTable {
  mailbox_id: string
  /** Begin of the span of seconds. */
  span: Date
  use: 'background' | 'person' | 'send'
  units: number
}

/** The tables of mail on records, beside messages, sightings and sighting_addresses. */
export interface MailTables {
  thread_links: ThreadLinksTable
  hand_links: HandLinksTable
  thread_deals: ThreadDealsTable
  sighting_shares: SightingSharesTable
  thread_shares: ThreadSharesTable
  mail_grants: MailGrantsTable
  record_shares: RecordSharesTable
  older_mail: OlderMailTable
  access_requests: AccessRequestsTable
  mail_ledger: MailLedgerTable
  sync_runs: SyncRunsTable
  sync_skips: SyncSkipsTable
  set_aside: SetAsideTable
  possible_reports: PossibleReportsTable
  backfills: BackfillsTable
  wanted_mail: WantedMailTable
  quota_spent: QuotaSpentTable
}
