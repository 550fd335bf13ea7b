import { sql } from 'kysely'
import type { ModuleKey } from '../../../lib/domain/modules.ts'
import type { Queryable, Trx } from '../database.ts'
import { selectRecords, type Viewer } from '../records.ts'
import type { SendRow } from '../sends.ts'

/** How much is kept of a mailbox. */
export interface Kept {
  mails: number
  files: number
  bytes: number
}

export async function keptOf(q: Queryable, mailboxId: string): Promise<Kept> {
  const { rows } = await sql<Kept>`
    select (select count(*)::int from sightings where mailbox_id = ${mailboxId}) as mails, count(*)::int as files,
      coalesce(sum(size), 0)::float8 as bytes
    from attachments where mailbox_id = ${mailboxId} and deleted_at is null`.execute(q)
  return rows[0] ?? { mails: 0, files: 0, bytes: 0 }
}

/**
 * Ids of the mailbox's stored mail, newest first, for asking who sees any of it; `onlyGiven`: only what its owner shared or
 * gave to somebody one by one.
 */
export async function sightingsToAsk(
  q: Queryable,
  mailboxId: string,
  page: { onlyGiven: boolean; offset: number; limit: number },
): Promise<string[]> {
  const given = sql<boolean>`(exists (select 1 from sighting_shares w where w.sighting_id = s.id and w.level <> 'none')
    or exists (select 1 from mail_grants g where g.sighting_id = s.id))`
  const { rows } = await sql<{ id: string }>`
    select s.id::text as id from sightings s where s.mailbox_id = ${mailboxId} and (not ${page.onlyGiven}::boolean or ${given})
    order by s.at desc, s.id limit ${page.limit} offset ${page.offset}`.execute(q)
  return rows.map((row) => row.id)
}

export async function setStopped(q: Queryable, mailboxId: string, at: Date | null): Promise<void> {
  await q.updateTable('mailboxes').set({ sync_stopped_at: at }).where('id', '=', mailboxId).execute()
}

/**
 * Takes the grant away. Answers it as it stood, sealed, so that it can be revoked; undefined when there was none. `forget`:
 * a new start when it is connected again.
 */
export async function disconnectMailbox(
  trx: Trx,
  mailboxId: string,
  forget: boolean,
): Promise<string | null> {
  const row = await trx
    .selectFrom('mailboxes')
    .select('refresh_token')
    .where('id', '=', mailboxId)
    .forUpdate()
    .executeTakeFirst()
  await trx
    .updateTable('mailboxes')
    .set({
      status: 'disconnected',
      refresh_token: null,
      scopes: [],
      sync_error: null,
      sync_stopped_at: null,
      paused_until: null,
      watch_topic: null,
      watch_expires_at: null,
      watch_error: null,
      ...(forget && { history_id: null, synced_at: null, pushed_at: null, last_run_id: null }),
    })
    .where('id', '=', mailboxId)
    .execute()
  return row?.refresh_token ?? null
}

/** What waited to be sent from a mailbox waits for its author now. */
export async function holdSends(trx: Trx, mailboxId: string, now: Date): Promise<SendRow[]> {
  return trx
    .updateTable('sends')
    .set((eb) => ({
      status: 'held',
      reason: 'mailbox_disconnected',
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('mailbox_id', '=', mailboxId)
    .where('status', '=', 'scheduled')
    .returningAll()
    .execute()
}

/** Those of the records that the viewer may see, by name. */
export async function recordNames(
  q: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<{ id: string; module: ModuleKey; name: string }[]> {
  if (ids.length === 0) return []
  const rows = await selectRecords(q, viewer)
    .where(sql<boolean>`records.id = any(${[...ids]}::uuid[])`)
    .execute()
  return rows
    .map(({ id, module, name }) => ({ id, module, name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Tables whose rows speak of one mailbox and of nobody else. */
const ofMailbox = [
  ...['thread_links', 'thread_deals', 'set_aside', 'possible_reports', 'wanted_mail', 'backfills'],
  ...['sync_runs', 'sync_skips', 'thread_shares'],
] as const

/**
 * Deletes everything taken from a mailbox: its copies with what was said of them, its links and counters, and messages
 * nobody else has. Filed attachments belong to their records, receipts of sent mail to their author. Answers how many mails.
 */
export async function eraseMailbox(trx: Trx, mailboxId: string): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    delete from sightings where mailbox_id = ${mailboxId} returning message_id::text as id`.execute(trx)
  const ids = [...new Set(rows.map((row) => row.id))]
  await sql`delete from messages m where m.id = any(${ids}::uuid[])
    and not exists (select 1 from sightings s where s.message_id = m.id)`.execute(trx)
  for (const table of ofMailbox)
    await sql`delete from ${sql.table(table)} where mailbox_id = ${mailboxId}`.execute(trx)
  return rows.length
}

/** One table's rows of a mailbox as JSON texts, page by page in the order of its keys; every column but the organisation. */
export async function* exportRows(
  q: Queryable,
  mailboxId: string,
  pageRows: number,
): AsyncGenerator<{ kind: string; rows: string[] }> {
  for (const { kind, from, key } of exported) {
    let after = ''
    for (;;) {
      const { rows } = await sql<{ key: string; line: string }>`
        select ${sql.raw(key)} as key, (to_jsonb(x) - 'org_id')::text as line from ${sql.raw(from)} as x
        where x.mailbox_id = ${mailboxId} and ${sql.raw(key)} > ${after}
        order by ${sql.raw(key)} limit ${pageRows}`.execute(q)
      if (rows.length > 0) yield { kind, rows: rows.map((row) => row.line) }
      const last = rows.at(-1)
      if (last === undefined || rows.length < pageRows) break
      after = last.key
    }
  }
}

const c = 'collate "C"'
/** What is kept of a mailbox, by table. */
const exported: { kind: string; from: string; key: string }[] = [
  {
    kind: 'mail',
    from: `(select s.*, m.message_id_header, array(select a.address from sighting_addresses a
      where a.sighting_id = s.id order by a.address) as found_by from sightings s join messages m on m.id = s.message_id)`,
    key: `x.id::text ${c}`,
  },
  { kind: 'link', from: 'hand_links', key: `(x.sighting_id::text || x.record_id::text) ${c}` },
  { kind: 'thread_link', from: 'thread_links', key: `(x.gmail_thread_id || x.record_id::text) ${c}` },
  { kind: 'thread_deal', from: 'thread_deals', key: `x.gmail_thread_id ${c}` },
  { kind: 'thread_share', from: 'thread_shares', key: `x.gmail_thread_id ${c}` },
  { kind: 'share', from: 'sighting_shares', key: `x.sighting_id::text ${c}` },
  {
    kind: 'grant',
    from: '(select g.*, s.mailbox_id from mail_grants g join sightings s on s.id = g.sighting_id)',
    key: `(x.sighting_id::text || x.user_id::text) ${c}`,
  },
  {
    kind: 'ledger',
    from: '(select l.*, s.mailbox_id from mail_ledger l join sightings s on s.id = l.sighting_id)',
    key: `x.id::text ${c}`,
  },
  {
    kind: 'request',
    from: '(select r.*, s.mailbox_id from access_requests r join sightings s on s.id = r.sighting_id)',
    key: `x.id::text ${c}`,
  },
  { kind: 'run', from: 'sync_runs', key: `x.id::text ${c}` },
  { kind: 'skipped', from: 'sync_skips', key: `x.reason ${c}` },
  { kind: 'set_aside', from: 'set_aside', key: `x.gmail_id ${c}` },
  { kind: 'possible_report', from: 'possible_reports', key: `x.gmail_id ${c}` },
  { kind: 'still_to_read', from: 'wanted_mail', key: `x.gmail_id ${c}` },
  { kind: 'looking_for', from: 'backfills', key: `x.id::text ${c}` },
  { kind: 'file', from: 'attachments', key: `x.id::text ${c}` },
]
