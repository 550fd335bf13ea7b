import { sql } from 'kysely'
import type { LedgerKind, ShareLevel, SharingMode } from '../../../lib/domain/sharing.ts'
import type { Queryable, Trx } from '../database.ts'

/** PostgreSQL takes at most 65,535 parameters a statement. */
const batch = 5_000

/** Holds these sightings until the transaction ends, so that two words on one mail come one after the other. */
export async function lockSightings(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`select 1 from sightings where id = any(${[...ids]}::uuid[]) order by id for no key update`.execute(
    trx,
  )
}

/** The owner's word on these mails; 'default' takes it back. */
export async function writeShares(
  trx: Trx,
  input: {
    orgId: string
    rows: readonly { sightingId: string; mailboxId: string }[]
    level: 'default' | ShareLevel
    at: Date
  },
): Promise<void> {
  const { orgId, rows, level, at } = input
  if (level === 'default') {
    const ids = rows.map((row) => row.sightingId)
    await sql`delete from sighting_shares where sighting_id = any(${ids}::uuid[])`.execute(trx)
    return
  }
  for (let from = 0; from < rows.length; from += batch)
    await trx
      .insertInto('sighting_shares')
      .values(
        rows.slice(from, from + batch).map((row) => ({
          sighting_id: row.sightingId,
          org_id: orgId,
          mailbox_id: row.mailboxId,
          level,
          at,
        })),
      )
      .onConflict((oc) =>
        oc.column('sighting_id').doUpdateSet((eb) => ({
          level: eb.ref('excluded.level'),
          at: eb.ref('excluded.at'),
        })),
      )
      .execute()
}

/** The owner's word on a whole thread, for the mails still to come; 'default' takes it back. */
export async function writeThreadWord(
  trx: Trx,
  input: { orgId: string; mailboxId: string; threadId: string; level: 'default' | ShareLevel; at: Date },
): Promise<void> {
  const { orgId, mailboxId, threadId, level, at } = input
  if (level === 'default') {
    await trx
      .deleteFrom('thread_shares')
      .where('mailbox_id', '=', mailboxId)
      .where('gmail_thread_id', '=', threadId)
      .execute()
    return
  }
  await trx
    .insertInto('thread_shares')
    .values({ mailbox_id: mailboxId, gmail_thread_id: threadId, org_id: orgId, level, at })
    .onConflict((oc) => oc.columns(['mailbox_id', 'gmail_thread_id']).doUpdateSet({ level, at }))
    .execute()
}

/** Ends what was granted of these mails, for everybody or for one person; who lost it, by sighting. */
export async function endGrants(
  trx: Trx,
  sightingIds: readonly string[],
  userId: string | undefined,
  at: Date,
): Promise<{ sightingId: string; userId: string }[]> {
  const who = userId === undefined ? sql`` : sql`and user_id = ${userId}::uuid`
  const asked = userId === undefined ? sql`` : sql`and asked_by = ${userId}::uuid`
  const ids = [...sightingIds]
  await sql`update access_requests set status = 'revoked', answered_at = ${at}
    where sighting_id = any(${ids}::uuid[]) and status = 'granted' ${asked}`.execute(trx)
  const { rows } = await sql<{ sightingId: string; userId: string }>`
    delete from mail_grants where sighting_id = any(${ids}::uuid[]) ${who}
    returning sighting_id::text as "sightingId", user_id::text as "userId"`.execute(trx)
  return rows
}

/** The mode somebody chose; null: as the policy says. */
export async function readMode(q: Queryable, userId: string): Promise<SharingMode | null> {
  const row = await q.selectFrom('users').select('sharing').where('id', '=', userId).executeTakeFirst()
  return row?.sharing ?? null
}

/** False when it was so already. */
export async function writeMode(trx: Trx, userId: string, mode: SharingMode | null): Promise<boolean> {
  const row = await trx
    .updateTable('users')
    .set({ sharing: mode })
    .where('id', '=', userId)
    .where('sharing', 'is distinct from', mode)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** False when it stood so already. */
export async function writeSwitch(
  trx: Trx,
  input: { orgId: string; userId: string; recordId: string; on: boolean; at: Date },
): Promise<boolean> {
  const { orgId, userId, recordId, on, at } = input
  const changed = on
    ? await trx
        .insertInto('record_shares')
        .values({ user_id: userId, record_id: recordId, org_id: orgId, at })
        .onConflict((oc) => oc.doNothing())
        .returning('record_id')
        .executeTakeFirst()
    : await trx
        .deleteFrom('record_shares')
        .where('user_id', '=', userId)
        .where('record_id', '=', recordId)
        .returning('record_id')
        .executeTakeFirst()
  return changed !== undefined
}

/** What somebody answered about their mail from before an address stood on a record; null: nothing. */
export async function writeOlder(
  trx: Trx,
  input: {
    orgId: string
    userId: string
    recordId: string
    address: string
    agreed: boolean | null
    at: Date
  },
): Promise<boolean> {
  const { orgId, userId, recordId, address, agreed, at } = input
  if (agreed === null) {
    const gone = await trx
      .deleteFrom('older_mail')
      .where('user_id', '=', userId)
      .where('record_id', '=', recordId)
      .where('address', '=', address)
      .returning('record_id')
      .executeTakeFirst()
    return gone !== undefined
  }
  const row = await trx
    .insertInto('older_mail')
    .values({ user_id: userId, record_id: recordId, address, org_id: orgId, agreed, at })
    .onConflict((oc) =>
      oc
        .columns(['user_id', 'record_id', 'address'])
        .doUpdateSet({ agreed, at })
        .where('older_mail.agreed', '<>', agreed),
    )
    .returning('record_id')
    .executeTakeFirst()
  return row !== undefined
}

/** One line for the owner of mails. Without a sighting it speaks of all their mail, or of all of it on the record. */
export interface LedgerLine {
  sightingId: string | null
  ownerId: string
  actorId: string
  kind: LedgerKind
  recordId?: string | undefined
  detail?: LedgerDetail
  /** A new one unless told. */
  id?: string
}

export interface LedgerDetail {
  level?: ShareLevel
  gained?: string[]
  lost?: string[]
  userId?: string
  /** The line about all mail of which this one tells what it did to this mail. */
  of?: string
}

/** Call it in the transaction of what it tells of. */
export async function writeLedger(
  trx: Trx,
  input: { orgId: string; newId: () => string; at: Date; lines: readonly LedgerLine[] },
): Promise<void> {
  const { orgId, newId, at, lines } = input
  for (let from = 0; from < lines.length; from += batch)
    await trx
      .insertInto('mail_ledger')
      .values(
        lines.slice(from, from + batch).map((line) => ({
          id: line.id ?? newId(),
          org_id: orgId,
          sighting_id: line.sightingId,
          owner_id: line.ownerId,
          actor_id: line.actorId,
          kind: line.kind,
          record_id: line.recordId ?? null,
          detail: JSON.stringify(line.detail ?? {}),
          at,
        })),
      )
      .execute()
}

/** Notes that somebody opened the text of a colleague's mail; once a person and day. False when it was noted already. */
export async function noteOpened(
  trx: Trx,
  input: { orgId: string; id: string; sightingId: string; ownerId: string; userId: string; at: Date },
): Promise<boolean> {
  const { orgId, id, sightingId, ownerId, userId, at } = input
  await lockSightings(trx, [sightingId])
  const { rows } = await sql<{ id: string }>`
    insert into mail_ledger (id, org_id, sighting_id, owner_id, actor_id, kind, at)
    select ${id}::uuid, ${orgId}::uuid, ${sightingId}::uuid, ${ownerId}::uuid, ${userId}::uuid, 'opened', ${at}::timestamptz
    where not exists (select 1 from mail_ledger l where l.sighting_id = ${sightingId}::uuid
      and l.actor_id = ${userId}::uuid and l.kind = 'opened' and l.at > ${at}::timestamptz - interval '1 day')
    returning id`.execute(trx)
  return rows.length > 0
}
