import { type Selectable, sql } from 'kysely'
import type { Queryable } from '../database.ts'
import type { Tables } from '../tables.ts'

export type MailboxRow = Selectable<Tables['mailboxes']>

export async function findMailbox(q: Queryable, mailboxId: string): Promise<MailboxRow | undefined> {
  return q.selectFrom('mailboxes').selectAll().where('id', '=', mailboxId).executeTakeFirst()
}

/** False once its owner disconnected it. */
export async function isConnected(q: Queryable, mailboxId: string): Promise<boolean> {
  const row = await q.selectFrom('mailboxes').select('status').where('id', '=', mailboxId).executeTakeFirst()
  return row !== undefined && row.status !== 'disconnected'
}

/** False while whose mailbox it is has been deactivated. */
export async function ownerIsActive(q: Queryable, mailbox: Pick<MailboxRow, 'user_id'>): Promise<boolean> {
  const row = await q
    .selectFrom('users')
    .select('status')
    .where('id', '=', mailbox.user_id)
    .executeTakeFirst()
  return row?.status === 'active'
}

/** Connected mailboxes of active people of the organisation whose grant includes `scope`. */
export async function listConnectedMailboxes(
  q: Queryable,
  orgId: string,
  scope: string,
): Promise<MailboxRow[]> {
  return q
    .selectFrom('mailboxes')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('status', '=', 'connected')
    .where((eb) => eb(eb.val(scope), '=', eb.fn.any('scopes')))
    .where('user_id', 'in', (eb) => eb.selectFrom('users').select('id').where('status', '=', 'active'))
    .orderBy('id')
    .execute()
}

/**
 * Moves the history cursor forward and notes a good run; a cursor that is later already stays (numbers, not text).
 * Row-locks the mailbox, so two instances cannot cross.
 */
export async function advanceCursor(
  q: Queryable,
  mailboxId: string,
  historyId: string,
  now: Date,
): Promise<void> {
  await q
    .updateTable('mailboxes')
    .set({
      history_id: sql<string>`case when history_id is null or history_id::numeric < ${historyId}::numeric
        then ${historyId} else history_id end`,
      synced_at: now,
      sync_error: null,
    })
    .where('id', '=', mailboxId)
    .execute()
}

/** A short reason why synchronisation stands still, or null. True when it is another than before. */
export async function setSyncError(q: Queryable, mailboxId: string, error: string | null): Promise<boolean> {
  const row = await q
    .updateTable('mailboxes')
    .set({ sync_error: error })
    .where('id', '=', mailboxId)
    .where('sync_error', 'is distinct from', error)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** When the user last did something, by their newest session. */
export async function lastSeen(q: Queryable, userId: string): Promise<Date | undefined> {
  const row = await q
    .selectFrom('sessions')
    .select((eb) => eb.fn.max('last_seen_at').as('at'))
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.at ?? undefined
}

/** Connected becomes "ask the person to reconnect"; false when it was so already, so that it is told once. */
export async function markReauthRequired(
  q: Queryable,
  mailboxId: string,
  refreshToken: string | null,
): Promise<boolean> {
  const row = await q
    .updateTable('mailboxes')
    .set({ status: 'reauth_required' })
    .where('id', '=', mailboxId)
    .where('status', '=', 'connected')
    // Reconnected meanwhile: another token, another grant.
    .where('refresh_token', 'is not distinct from', refreshToken)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** All of the mailbox, or its sends alone, wait until `until`; a later end stays. */
export async function pauseMailbox(
  q: Queryable,
  mailboxId: string,
  what: 'all' | 'sends',
  until: Date,
): Promise<boolean> {
  const column = what === 'all' ? 'paused_until' : 'sends_paused_until'
  const { numUpdatedRows } = await q
    .updateTable('mailboxes')
    .set({ [column]: until })
    .where('id', '=', mailboxId)
    .where((eb) => eb.or([eb(column, 'is', null), eb(column, '<', until)]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function setAliases(q: Queryable, mailboxId: string, aliases: string[]): Promise<void> {
  await q.updateTable('mailboxes').set({ aliases }).where('id', '=', mailboxId).execute()
}
