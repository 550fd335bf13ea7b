import { type Kysely, sql } from 'kysely'

/**
 * Modules and fields of an admin's own, relations between records, search, history, notes and tasks, views, duplicates,
 * imports, policy, personal access tokens. Rows that stood before get their search keys by a job (`storage/search`).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** Letters which a server's locale may not know in both cases, and kana. */
function foldedLetters(): { from: string; to: string } {
  const run = (first: number, last: number, distance: number) =>
    Array.from({ length: last - first + 1 }, (_, n) => [first + n, first + n + distance] as const)
  const pairs = [
    ...run(0x30a1, 0x30f6, -0x60),
    ...run(0x0410, 0x042f, 0x20),
    ...run(0x0391, 0x03a1, 0x20),
    ...run(0x03a3, 0x03a9, 0x20),
    ...[...'ÆØÐÞŁĐŒ'].map((letter) => [letter, letter.toLowerCase()].map((one) => one.codePointAt(0) ?? 0)),
  ]
  const text = (n: 0 | 1) => pairs.map((pair) => String.fromCodePoint(pair[n] ?? 0)).join('')
  return { from: text(0), to: text(1) }
}
const folded = foldedLetters()

const statements = [
  // Counts every change to modules or fields, so that each instance knows when its copy is old.
  `alter table organisations add column modules_version integer not null default 0`,
  // Deleted modules, kept beside their rows so that no statement about records has to look there.
  `alter table organisations add column hidden_modules text[] not null default '{}'`,
  `alter table users add column deactivated_at timestamptz`,
  // Mail for a later time, not for now: it needs the permission to schedule until it goes out.
  `alter table sends add column planned boolean not null default false`,
  `update sends set planned = true where due_at > created_at`,
  `create table modules (
    org_id uuid not null references organisations, key text not null, labels jsonb, reach text check (reach in ('address','contact','none')),
    card_fields text[], position integer not null default 0, created_at timestamptz not null, deleted_at timestamptz,
    -- the creating request's id, by which its repetition finds what it made; when an admin asked to erase it for good
    create_id uuid unique, purged_at timestamptz, primary key (org_id, key))`,
  `create table module_fields (
    org_id uuid not null references organisations, module text not null, key text not null, type text not null, label text not null,
    required boolean not null default false, choices jsonb not null default '[]', lookup text, min double precision, max double precision,
    position integer not null default 0, created_at timestamptz not null, deleted_at timestamptz,
    create_id uuid unique, purged_at timestamptz, primary key (org_id, module, key))`,

  `alter table records add column account_id uuid references records, add column deal_id uuid references records,
    add column sort_name text collate "C" not null default '', add column search_text text not null default '', add column bigrams text[] not null default '{}',
    add column indexed boolean not null default false, add column deleted_by uuid references users, add column merged_into uuid references records,
    add column converted_to uuid references records, add column import_id uuid`,
  // Those in the bin too: purging a record asks who still names it.
  `create index records_account on records (account_id) where account_id is not null`,
  `create index records_deal on records (deal_id) where deal_id is not null`,
  `drop index records_main_contact`,
  `create index records_main_contact on records (main_contact_id) where main_contact_id is not null`,
  `create index records_merged_into on records (merged_into) where merged_into is not null`,
  `create index records_converted_to on records (converted_to) where converted_to is not null`,
  `create index attachments_all on attachments (record_id)`,
  `create index filings_record on filings (record_id)`,
  // Addresses that stood on a record and do not now, with since when they first did (decisions 6); `binned` came off with it.
  `create table former_addresses (
    record_id uuid not null references records, org_id uuid not null, kind text not null check (kind in ('primary','secondary')),
    address text not null, since timestamptz not null, binned boolean not null default false, primary key (record_id, address))`,
  `create index records_sort_name on records (org_id, module, sort_name, id) where deleted_at is null`,
  `create index records_owner on records (org_id, module, owner_id, updated_at desc) where deleted_at is null`,
  `create index records_bigrams on records using gin (bigrams) where deleted_at is null`,
  // Exports walk a module in the order its records were made.
  `create index records_made on records (org_id, module, created_at, id) where deleted_at is null`,
  `create index records_bin on records (org_id, deleted_at desc) where deleted_at is not null`,
  `create index records_unindexed on records (id) where not indexed`,
  `create index records_import on records (import_id) where import_id is not null`,
  // Lists filter by any value of any field.
  `create index records_fields on records using gin (fields jsonb_path_ops) where deleted_at is null`,
  `create index records_newest on records (org_id, updated_at desc) where deleted_at is null`,
  `drop index records_org_module`,
  `create index records_org_module on records (org_id, module, updated_at desc, id desc) where deleted_at is null`,
  // Lower case without accents, katakana as hiragana, in any locale of the server; slow, so for short texts only.
  `create function inlay_fold(text) returns text language sql immutable parallel safe as $$
    select case when octet_length($1) = char_length($1) then lower($1) else
      translate(lower(regexp_replace(normalize(normalize($1, NFKC), NFD), '[\u0300-\u036f]', '', 'g')),
        '${folded.from}', '${folded.to}') end $$`,
  // Lookups of an admin's own fields, a deal's further contacts (field 'contacts'), an account's parent.
  `create table record_links (
    record_id uuid not null references records, org_id uuid not null, field text not null, target_id uuid not null references records,
    primary key (record_id, field, target_id))`,
  `create index record_links_target on record_links (target_id, field)`,
  // Whom an organisation knows at a mail domain.
  `create index record_addresses_domain on record_addresses (org_id, split_part(address, '@', 2))`,
  // Normalised phone numbers and name + company, by which duplicates are found; addresses stand in record_addresses.
  `create table record_keys (
    record_id uuid not null references records, org_id uuid not null, kind text not null, key text not null,
    primary key (record_id, kind, key))`,
  `create index record_keys_key on record_keys (org_id, kind, key)`,

  `create table record_changes (
    id uuid primary key, org_id uuid not null, record_id uuid not null references records, at timestamptz not null,
    by_user uuid references users, kind text not null, changes jsonb not null default '[]', facts jsonb not null default '{}', import_id uuid,
    seq bigint generated always as identity)`,
  `create index record_changes_record on record_changes (record_id, seq desc)`,
  `create index record_changes_import on record_changes (import_id, seq) where import_id is not null`,
  `create table notes (
    id uuid primary key, org_id uuid not null, record_id uuid not null references records, author_id uuid not null references users,
    text text not null, version integer not null default 1, created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz)`,
  `create index notes_record on notes (record_id, created_at desc)`,
  // What the product calls a task; \`tasks\` is the queue's table.
  `create table todos (
    id uuid primary key, org_id uuid not null, record_id uuid references records, assignee_id uuid not null references users,
    created_by uuid not null references users, title text not null, due_on date, done_at timestamptz, done_by uuid references users,
    version integer not null default 1, created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz)`,
  `create index todos_record on todos (record_id, due_on)`,
  `create index todos_assignee on todos (org_id, assignee_id, due_on) where deleted_at is null and done_at is null`,
  `create table saved_views (
    id uuid primary key, org_id uuid not null, owner_id uuid not null references users, module text not null, name text not null,
    shared boolean not null default false, definition jsonb not null, version integer not null default 1,
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create unique index saved_views_own on saved_views (org_id, module, owner_id, inlay_fold(name))`,
  `create unique index saved_views_shared on saved_views (org_id, module, inlay_fold(name)) where shared`,
  // Which of several records an address stands for, as this person chose.
  `create table picks (
    org_id uuid not null, user_id uuid not null references users, address text not null, record_id uuid not null references records,
    at timestamptz not null, primary key (user_id, address))`,
  `create index picks_record on picks (record_id)`,
  `create table merges (
    id uuid primary key, org_id uuid not null, winner_id uuid not null references records, loser_id uuid not null references records,
    by_user uuid not null references users, at timestamptz not null, moved jsonb not null, undone_at timestamptz, undone_by uuid references users)`,
  `create index merges_winner on merges (winner_id)`,
  `create index merges_loser on merges (loser_id)`,
  `create table imports (
    id uuid primary key, org_id uuid not null, user_id uuid not null references users, module text not null, file_name text not null,
    sha256 text not null, bytes bigint not null, status text not null, version integer not null default 1, format jsonb not null, mapping jsonb not null default '{}',
    total integer not null default 0, done integer not null default 0, created integer not null default 0, updated integer not null default 0,
    failed integer not null default 0, unchanged integer not null default 0, accounts integer not null default 0,
    kept integer not null default 0, cursor bigint not null default 0, reason text,
    created_at timestamptz not null, updated_at timestamptz not null, finished_at timestamptz)`,
  `create index imports_org on imports (org_id, created_at desc)`,
  // One writes at a time in an organisation.
  `create unique index imports_one on imports (org_id) where status in ('running','undoing')`,
  `create table import_problems (
    import_id uuid not null references imports on delete cascade, row integer not null, seq integer not null, field text not null, reason text not null,
    value text not null default '', primary key (import_id, row, seq))`,
  // Changes of many records at once; one row a run, done in batches.
  `create table bulk_runs (
    id uuid primary key, org_id uuid not null, user_id uuid not null references users, action jsonb not null, selection jsonb not null,
    status text not null check (status in ('running','done','cancelled','failed')), total integer not null, done integer not null default 0,
    changed integer not null default 0, skipped jsonb not null default '[]', cursor uuid, created_at timestamptz not null, updated_at timestamptz not null)`,
  `create table policy_changes (
    id uuid primary key, org_id uuid not null references organisations, key text not null, old jsonb, new jsonb,
    by_user uuid not null references users, at timestamptz not null)`,
  `create index policy_changes_key on policy_changes (org_id, key, at desc)`,
  `create table access_tokens (
    id uuid primary key, org_id uuid not null references organisations, user_id uuid not null references users, name text not null,
    token_hash text not null unique, hint text not null, read_only boolean not null default false, created_at timestamptz not null,
    last_used_at timestamptz, expires_at timestamptz, revoked_at timestamptz)`,
  `create index access_tokens_user on access_tokens (user_id)`,
]
