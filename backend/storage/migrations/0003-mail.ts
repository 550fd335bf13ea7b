import { type Kysely, sql } from 'kysely'

/**
 * Mail on records: links by hand, which deal a thread is about, who shares what with whom, what synchronisation did, left
 * out and set aside, and each mailbox's share of Gmail's quota.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // null: as the organisation's policy says
  `alter table users add column sharing text check (sharing in ('private','metadata','public','per_record'))`,
  `alter table mailboxes
    add column sync_stopped_at timestamptz,
    add column watch_topic text, add column watch_expires_at timestamptz, add column watch_error text,
    add column pushed_at timestamptz, add column last_run_id uuid`,

  // ── by hand. A thread's line speaks for its later mails too; each mail's line is what lists are read from.
  `create table thread_links (
    mailbox_id uuid not null references mailboxes, gmail_thread_id text not null, record_id uuid not null references records,
    org_id uuid not null, kind text not null check (kind in ('link','unlink')), made_by uuid not null references users,
    made_at timestamptz not null, by_choice boolean not null default false,
    primary key (mailbox_id, gmail_thread_id, record_id))`,
  `create index thread_links_record on thread_links (record_id)`,
  // Only the owner of a mailbox links or takes off what lies in it; 'unlink' takes a mail off a record it stands on by address.
  `create table hand_links (
    sighting_id uuid not null references sightings on delete cascade, record_id uuid not null references records,
    org_id uuid not null, mailbox_id uuid not null, message_id uuid not null, direction text not null, at timestamptz not null,
    kind text not null check (kind in ('link','unlink')), whole_thread boolean not null, made_by uuid not null references users,
    made_at timestamptz not null, primary key (sighting_id, record_id))`,
  `create index hand_links_list on hand_links (record_id, at desc) include (mailbox_id, message_id, direction)
    where kind = 'link'`,
  `create index hand_links_off on hand_links (record_id) where kind = 'unlink'`,
  `create index hand_links_message on hand_links (message_id)`,
  // The answer to "Which deal is this about?"; without a deal it was "none of these".
  `create table thread_deals (
    mailbox_id uuid not null references mailboxes, gmail_thread_id text not null, org_id uuid not null,
    deal_id uuid references records, chosen_by uuid not null references users, chosen_at timestamptz not null,
    primary key (mailbox_id, gmail_thread_id))`,
  `create index thread_deals_deal on thread_deals (deal_id)`,
  `create index sightings_thread on sightings (mailbox_id, gmail_thread_id)`,
  `create index sightings_newest on sightings (mailbox_id, at desc)`,
  // An Emails list takes the newest of each mailbox it may show, and skips the others.
  `drop index sighting_addresses_list`,
  `create index sighting_addresses_list on sighting_addresses (org_id, address, mailbox_id, at desc)
    include (sighting_id, message_id, direction)`,

  // ── who sees it
  // The owner's word on one mail; without a line their mode holds.
  `create table sighting_shares (
    sighting_id uuid primary key references sightings on delete cascade, org_id uuid not null, mailbox_id uuid not null,
    level text not null check (level in ('none','metadata','full')), at timestamptz not null)`,
  // Their word on a whole thread: its later mails follow.
  `create table thread_shares (
    mailbox_id uuid not null references mailboxes, gmail_thread_id text not null, org_id uuid not null,
    level text not null check (level in ('none','metadata','full')), at timestamptz not null,
    primary key (mailbox_id, gmail_thread_id))`,
  `create table mail_grants (
    sighting_id uuid not null references sightings on delete cascade, user_id uuid not null references users,
    org_id uuid not null, at timestamptz not null, primary key (sighting_id, user_id))`,
  `create index mail_grants_user on mail_grants (user_id)`,
  `create index sighting_shares_lifted on sighting_shares (mailbox_id) where level <> 'none'`,
  `create table record_shares (
    user_id uuid not null references users, record_id uuid not null references records, org_id uuid not null,
    at timestamptz not null, primary key (user_id, record_id))`,
  `create index record_shares_record on record_shares (record_id)`,
  // Mail from before an address stood on a record (decisions 6): what its owner answered.
  `create table older_mail (
    user_id uuid not null references users, record_id uuid not null references records, address text not null,
    org_id uuid not null, agreed boolean not null, at timestamptz not null, primary key (user_id, record_id, address))`,
  `create index older_mail_record on older_mail (record_id)`,
  `create table access_requests (
    id uuid primary key, org_id uuid not null, sighting_id uuid not null references sightings on delete cascade,
    owner_id uuid not null references users, asked_by uuid not null references users, asked_at timestamptz not null,
    status text not null default 'open' check (status in ('open','granted','declined','revoked')), answered_at timestamptz)`,
  `create unique index access_requests_open on access_requests (sighting_id, asked_by) where status = 'open'`,
  `create index access_requests_owner on access_requests (owner_id) where status = 'open'`,
  // What happened to who sees a mail, for its owner. Names of people and records, never content. Without a sighting it
  // speaks of all their mail (the mode), or of all of it on one record (its switch, older mail).
  `create table mail_ledger (
    id uuid primary key, org_id uuid not null, sighting_id uuid references sightings on delete cascade,
    owner_id uuid not null references users, actor_id uuid not null references users,
    kind text not null, record_id uuid, detail jsonb not null default '{}', at timestamptz not null,
    seq bigint generated always as identity)`,
  `create index mail_ledger_sighting on mail_ledger (sighting_id, at desc)`,
  `create index mail_ledger_owner on mail_ledger (owner_id, at desc) where sighting_id is null`,

  // ── synchronisation
  `create table sync_runs (
    id uuid primary key, org_id uuid not null, mailbox_id uuid not null references mailboxes,
    kind text not null check (kind in ('history','resync','backfill','manual')), started_at timestamptz not null,
    ended_at timestamptz, looked_at integer not null default 0, stored integer not null default 0,
    changed integer not null default 0, skipped integer not null default 0, units integer not null default 0, error text)`,
  `create index sync_runs_mailbox on sync_runs (mailbox_id, started_at desc)`,
  // How many mails were read and forgotten, and why. No trace of which.
  `create table sync_skips (
    mailbox_id uuid not null references mailboxes, reason text not null, count integer not null,
    primary key (mailbox_id, reason))`,
  `create table set_aside (
    mailbox_id uuid not null references mailboxes, gmail_id text not null, org_id uuid not null, reason text not null,
    tries integer not null default 1, at timestamptz not null, primary key (mailbox_id, gmail_id))`,
  // Mails that may be bounce reports, for whoever reads them raw.
  `create table possible_reports (
    mailbox_id uuid not null references mailboxes, gmail_id text not null, gmail_thread_id text not null,
    org_id uuid not null, at timestamptz not null, seen_at timestamptz not null, read_at timestamptz,
    primary key (mailbox_id, gmail_id))`,
  `create index possible_reports_unread on possible_reports (org_id, at) where read_at is null`,
  // Looking for the earlier mail of an address (or of all): how far it is. A second pass follows Gmail's index, which lags.
  `create table backfills (
    id uuid primary key, org_id uuid not null, mailbox_id uuid not null references mailboxes, address text not null,
    resync boolean not null default false, since timestamptz,
    status text not null default 'waiting' check (status in ('waiting','searching','reading','done','failed')),
    found integer not null default 0, looked_at integer not null default 0, stored integer not null default 0,
    capped boolean not null default false, pass integer not null default 1,
    position text not null default '', page_token text, started_at timestamptz not null, ended_at timestamptz)`,
  `create index backfills_open on backfills (mailbox_id) where ended_at is null`,
  `create index backfills_unfinished on backfills (mailbox_id) where pass < 3`,
  `create index backfills_mailbox on backfills (mailbox_id, started_at desc)`,
  // Mails still to be read, newest first; a row goes in the transaction that stores or forgets its mail.
  `create table wanted_mail (
    mailbox_id uuid not null references mailboxes, gmail_id text not null, org_id uuid not null, backfill_id uuid,
    run_id uuid, is_last boolean not null default false, tries integer not null default 0, mark integer not null default 0,
    due_at timestamptz not null, primary key (mailbox_id, gmail_id))`,
  `create index wanted_mail_backfill on wanted_mail (backfill_id) where backfill_id is not null`,
  // Units spent at Gmail in each span of seconds, over all instances.
  `create table quota_spent (
    mailbox_id uuid not null references mailboxes, span timestamptz not null, use text not null, units integer not null,
    primary key (mailbox_id, span, use))`,
]
