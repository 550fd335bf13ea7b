import { type Kysely, sql } from 'kysely'

/**
 * Writing and sending: drafts on the server, formatted text, files of a mail, uploads, the library, templates, aliases,
 * mass sends, what a mailbox sent lately, and addresses the organisation may not mail.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table sends
    -- cleaned HTML; '' for a mail in plain text. body is always the plain text of it, the quote included
    add column html text not null default '',
    -- cleaned HTML of what is answered, drawn folded below the text and sent with it
    add column quote text not null default '',
    -- null: the account itself
    add column from_address text, add column from_name text not null default '',
    -- typed but not yet an address, by field; only of drafts
    add column pending jsonb not null default '{}',
    add column template_id uuid,
    -- until when its author may take it back with one click; due_at lies 3 s later
    add column undo_until timestamptz,
    -- guards its author overruled, by code
    add column overruled text[] not null default '{}',
    -- whether the mail goes to the others when some recipients may not be mailed
    add column partial text not null default 'hold' check (partial in ('hold','drop')),
    -- Of a mail of a mass send, and of its model, which has no place. merged: its fields stand for its recipient already.
    add column mass_id uuid, add column mass_place integer, add column merged boolean not null default false,
    -- the Gmail draft whose content this one took over
    add column taken_draft_id text,
    -- a hash of what it said then: the page of Gmail may write that down once more
    add column taken_mark text,
    -- The raw mail lies in a file of this name on the machine that built it; null until it is built.
    add column mime_file text, add column mime_size bigint, drop column mime`,
  `create index sends_drafts on sends (author_id, updated_at desc) where status = 'draft'`,
  `create table send_files (
    id uuid primary key, org_id uuid not null, send_id uuid not null references sends on delete cascade, position integer not null,
    source text not null check (source in ('computer','library','record','drive','gmail','inline')),
    name text not null, mime_type text not null, size bigint not null,
    -- null until its bytes are here
    sha256 text, state text not null check (state in ('waiting','fetching','ready','failed')), reason text, received_bytes bigint not null default 0,
    -- of an inline image: its Content-ID without brackets
    cid text,
    attachment_id uuid, library_version_id uuid, drive_id text, drive_export text,
    created_at timestamptz not null)`,
  `create index send_files_send on send_files (send_id, position)`,
  `create index send_files_content on send_files (org_id, sha256)`,
  `create table uploads (
    id uuid primary key, org_id uuid not null, user_id uuid not null references users,
    -- for a mail, or for the library: a new version of a file, or a new file in a folder
    send_id uuid references sends on delete cascade, library_file_id uuid, folder_id uuid, purpose text not null check (purpose in ('send','library')),
    name text not null, mime_type text not null, size bigint not null, received_bytes bigint not null default 0, cid text,
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create index uploads_old on uploads (updated_at)`,
  `create index uploads_send on uploads (send_id)`,
  `create table library_folders (
    id uuid primary key, org_id uuid not null references organisations, parent_id uuid references library_folders, name text not null,
    -- folded words of the name: how lists sort and search (lib/domain/search-text)
    sort_name text not null, made_by uuid not null references users, created_at timestamptz not null)`,
  `create unique index library_folders_name on library_folders (org_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name))`,
  `create table library_files (
    id uuid primary key, org_id uuid not null references organisations, folder_id uuid references library_folders, name text not null,
    sort_name text not null, made_by uuid not null references users, created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz)`,
  `create index library_files_folder on library_files (org_id, folder_id) where deleted_at is null`,
  `create table library_versions (
    id uuid primary key, org_id uuid not null, file_id uuid not null references library_files, nth integer not null, sha256 text not null,
    mime_type text not null, size bigint not null, made_by uuid not null references users, made_at timestamptz not null,
    unique (file_id, nth), foreign key (org_id, sha256) references files (org_id, sha256))`,
  `create index library_versions_content on library_versions (org_id, sha256)`,
  `create index attachments_content on attachments (org_id, sha256)`,
  `create table templates (
    id uuid primary key, org_id uuid not null references organisations, owner_id uuid not null references users, shared boolean not null,
    name text not null, module text, subject text not null, html text not null, version integer not null default 1,
    created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz)`,
  `create index templates_org on templates (org_id, name) where deleted_at is null`,
  // What Gmail says of an account's aliases (settings.sendAs), read again after an hour.
  `create table send_as (
    mailbox_id uuid not null references mailboxes, org_id uuid not null, email text not null, name text not null, signature text not null,
    is_primary boolean not null, verified boolean not null, read_at timestamptz not null, primary key (mailbox_id, email))`,
  // Every mail a mailbox sent in the last day, by whatever program: ids and numbers only, for the limits Gmail shares between them.
  `create table sent_marks (
    mailbox_id uuid not null references mailboxes, gmail_id text not null, org_id uuid not null, at timestamptz not null,
    recipients integer not null, ours boolean not null, primary key (mailbox_id, gmail_id))`,
  `create index sent_marks_at on sent_marks (mailbox_id, at)`,
  `create table mass_sends (
    id uuid primary key, org_id uuid not null references organisations, author_id uuid not null references users, mailbox_id uuid not null references mailboxes,
    -- the mail as it was written, before merging
    model_id uuid not null references sends, status text not null check (status in ('running','paused','stopped','done')),
    topic text not null default '', total integer not null, per_minute integer not null, version integer not null default 1,
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create index mass_sends_author on mass_sends (author_id, created_at desc)`,
  `create table mass_left_out (
    mass_id uuid not null references mass_sends on delete cascade, org_id uuid not null, record_id uuid not null, reason text not null,
    address text not null default '', primary key (mass_id, record_id))`,
  `create index sends_mass on sends (mass_id, mass_place) where mass_id is not null`,
  // An address the organisation may not mail, with its reason and evidence; lifted ones are kept as history.
  `create table suppressions (
    id uuid primary key, org_id uuid not null references organisations, address text not null,
    reason text not null check (reason in ('invalid','blocked','soft','unsubscribed','complaint','manual')),
    topic text not null default '', evidence jsonb not null default '{}', made_by uuid references users, made_at timestamptz not null,
    lifted_at timestamptz, lifted_by uuid references users, lift_reason text not null default '')`,
  `create unique index suppressions_one on suppressions (org_id, address, topic) where lifted_at is null`,
]
