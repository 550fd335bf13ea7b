import { type Kysely, sql } from 'kysely'

/**
 * Identity, records, mail, files, sends, tasks, events. Every row belongs to an organisation.
 * Times are parameters, never the server's clock; ids are made by the caller.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table organisations (
    id uuid primary key, name text not null, created_at timestamptz not null,
    join_domains text[] not null default '{}', policy jsonb not null default '{}')`,
  `create table users (
    id uuid primary key, org_id uuid not null references organisations, google_sub text not null unique,
    email text not null, name text not null, role text not null check (role in ('admin','rep','viewer')),
    status text not null default 'active' check (status in ('active','deactivated')), created_at timestamptz not null)`,
  `create unique index users_org_email on users (org_id, email)`,
  `create table invitations (
    org_id uuid not null references organisations, email text not null, role text not null,
    invited_by uuid not null references users, created_at timestamptz not null, primary key (org_id, email))`,
  `create table sessions (
    id uuid primary key, org_id uuid not null references organisations, user_id uuid not null references users,
    token_hash text not null unique, device text not null, created_at timestamptz not null,
    last_seen_at timestamptz not null, expires_at timestamptz not null)`,
  `create index sessions_user on sessions (user_id)`,
  // Pairings and consents exist before an organisation is known; org_id follows with the person.
  `create table sign_ins (
    code text primary key, kind text not null check (kind in ('pairing','consent')), challenge text, account text,
    device text not null default '', state_hash text not null unique, code_verifier text not null, nonce text not null,
    scopes text[] not null, status text not null default 'pending' check (status in ('pending','granted','redeemed','refused')),
    reason text, receipt_hash text, sealed_grant text, org_id uuid references organisations, user_id uuid references users,
    created_at timestamptz not null, expires_at timestamptz not null)`,
  `create table mailboxes (
    id uuid primary key, org_id uuid not null references organisations, user_id uuid not null references users,
    email text not null, status text not null check (status in ('connected','reauth_required','disconnected')),
    scopes text[] not null default '{}', refresh_token text, aliases text[] not null default '{}',
    history_id text, synced_at timestamptz, sync_error text, paused_until timestamptz, sends_paused_until timestamptz,
    created_at timestamptz not null)`,
  `create unique index mailboxes_org_email on mailboxes (org_id, email)`,
  `create index mailboxes_user on mailboxes (user_id)`,
  `create table records (
    id uuid primary key, org_id uuid not null references organisations, module text not null,
    owner_id uuid not null references users, name text not null, fields jsonb not null, version integer not null default 1,
    main_contact_id uuid references records, created_by uuid not null references users,
    created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz)`,
  `create index records_org_module on records (org_id, module, updated_at desc) where deleted_at is null`,
  `create index records_main_contact on records (main_contact_id) where deleted_at is null`,
  `create table record_addresses (
    record_id uuid not null references records, org_id uuid not null, kind text not null check (kind in ('primary','secondary')),
    address text not null, since timestamptz not null, primary key (record_id, kind))`,
  `create index record_addresses_address on record_addresses (org_id, address)`,
  `create table messages (
    id uuid primary key, org_id uuid not null references organisations, identity text not null,
    message_id_header text, sent_at timestamptz not null, unique (org_id, identity))`,
  `create index messages_header on messages (org_id, message_id_header)`,
  `create table sightings (
    id uuid primary key, org_id uuid not null, message_id uuid not null references messages, mailbox_id uuid not null references mailboxes,
    gmail_id text not null, gmail_thread_id text not null, direction text not null check (direction in ('received','sent')),
    label_ids text[] not null, subject text not null, snippet text not null, at timestamptz not null,
    from_party jsonb not null, to_parties jsonb not null, cc_parties jsonb not null, bcc_parties jsonb not null,
    parts jsonb not null, send_id uuid, unique (mailbox_id, gmail_id))`,
  `create index sightings_message on sightings (message_id)`,
  `create index sightings_send on sightings (send_id) where send_id is not null`,
  // One row a party of mail that may be listed (not trash or spam): the road from a record's address to its Emails list.
  `create table sighting_addresses (
    sighting_id uuid not null references sightings on delete cascade, org_id uuid not null, mailbox_id uuid not null,
    message_id uuid not null, direction text not null, address text not null, at timestamptz not null,
    primary key (sighting_id, address))`,
  `create index sighting_addresses_list on sighting_addresses (org_id, address, at desc) include (mailbox_id, message_id, direction)`,
  `create table files (
    org_id uuid not null references organisations, sha256 text not null, size bigint not null,
    created_at timestamptz not null, primary key (org_id, sha256))`,
  `create table attachments (
    id uuid primary key, org_id uuid not null, record_id uuid not null references records, sha256 text not null, name text not null,
    mime_type text not null, size bigint not null, mailbox_id uuid references mailboxes, gmail_message_id text, part_id text,
    from_name text not null default '', filed_by uuid not null references users, filed_at timestamptz not null, deleted_at timestamptz,
    foreign key (org_id, sha256) references files (org_id, sha256))`,
  `create index attachments_record on attachments (record_id, filed_at desc) where deleted_at is null`,
  `create unique index attachments_once on attachments (record_id, sha256) where deleted_at is null`,
  `create index attachments_part on attachments (mailbox_id, gmail_message_id)`,
  `create table filings (
    id uuid primary key, org_id uuid not null, user_id uuid not null references users, record_id uuid not null references records,
    mailbox_id uuid not null references mailboxes, gmail_message_id text not null, part_id text not null, name text not null,
    mime_type text not null default '', size bigint not null default 0, received_bytes bigint not null default 0,
    status text not null check (status in ('waiting','running','done','already_filed','failed','cancelled')),
    attachment_id uuid references attachments, reason text, facts jsonb not null default '{}',
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create unique index filings_open on filings (record_id, mailbox_id, gmail_message_id, part_id) where status in ('waiting','running')`,
  `create index filings_part on filings (mailbox_id, gmail_message_id) where attachment_id is not null`,
  `create table sends (
    id uuid primary key, org_id uuid not null references organisations, author_id uuid not null references users,
    mailbox_id uuid not null references mailboxes, record_id uuid references records,
    status text not null check (status in ('draft','scheduled','held','sending','sent','delivered','delayed','bounced_soft','bounced_hard','failed','cancelled')),
    reason text, version integer not null default 1,
    to_parties jsonb not null, cc_parties jsonb not null, bcc_parties jsonb not null, subject text not null, body text not null,
    reply_thread_id text, reply_message_id text,
    due_at timestamptz not null, zone text not null, local_time text not null, not_before timestamptz,
    -- the engine's own: phase within 'sending', who holds it, and what Gmail said
    phase text check (phase in ('preparing','drafted','handed_over','uncertain')),
    worker text, lease_until timestamptz, attempts integer not null default 0, claimed_at timestamptz,
    mime bytea, draft_id text, history_before text, gmail_id text, gmail_thread_id text, message_id_header text, sent_at timestamptz,
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create index sends_due on sends (due_at) where status = 'scheduled'`,
  `create index sends_sending on sends (lease_until) where status = 'sending'`,
  // The worker takes the next few of each mailbox, however many wait behind them.
  `create index sends_mailbox on sends (mailbox_id, due_at, id) where status in ('scheduled','sending')`,
  `create index sends_record on sends (record_id, due_at desc)`,
  `create index sends_author on sends (author_id, due_at)`,
  `create table send_addresses (
    send_id uuid not null references sends on delete cascade, org_id uuid not null, address text not null, at timestamptz not null,
    primary key (send_id, address))`,
  `create index send_addresses_list on send_addresses (org_id, address, at desc)`,
  `create table send_steps (
    send_id uuid not null references sends on delete cascade, org_id uuid not null, seq integer not null, at timestamptz not null,
    step text not null, detail text not null, primary key (send_id, seq))`,
  `create table tasks (
    id uuid primary key, org_id uuid not null, kind text not null, key text not null, payload jsonb not null default '{}',
    due_at timestamptz not null, worker text, lease_until timestamptz, attempts integer not null default 0,
    again boolean not null default false, last_error text, created_at timestamptz not null, unique (kind, key))`,
  `create index tasks_due on tasks (due_at)`,
  // user_id null: everybody of the organisation hears it.
  `create table events (
    seq bigint generated always as identity primary key, org_id uuid not null, user_id uuid, payload jsonb not null, at timestamptz not null)`,
  `create index events_org on events (org_id, seq)`,
]
