import type { Database, Queryable } from '../database.ts'
import type { MailboxRow } from './mailboxes.ts'

/** What Gmail promised: it tells `topic` of changes until `until`. */
export async function setWatch(
  q: Queryable,
  mailboxId: string,
  watch: { topic: string; until: Date } | undefined,
): Promise<void> {
  await q
    .updateTable('mailboxes')
    .set({ watch_topic: watch?.topic ?? null, watch_expires_at: watch?.until ?? null, watch_error: null })
    .where('id', '=', mailboxId)
    .execute()
}

/** A short reason why Gmail's notifications could not be had. What it promised before still holds. */
export async function setWatchError(q: Queryable, mailboxId: string, error: string): Promise<void> {
  await q.updateTable('mailboxes').set({ watch_error: error }).where('id', '=', mailboxId).execute()
}

/**
 * Mailboxes whose notifications are not as they should be: of active people who let us read, and told to another topic than
 * `topic`, not at all, or not beyond `until`. Without a topic: those that still have one.
 */
export async function mailboxesToWatch(
  db: Database,
  input: { topic: string | undefined; until: Date; scope: string },
): Promise<Pick<MailboxRow, 'id' | 'org_id' | 'watch_expires_at'>[]> {
  const { topic, until, scope } = input
  return db
    .selectFrom('mailboxes')
    .innerJoin('users', 'users.id', 'mailboxes.user_id')
    .select(['mailboxes.id', 'mailboxes.org_id', 'mailboxes.watch_expires_at'])
    .where('mailboxes.status', '=', 'connected')
    .where('users.status', '=', 'active')
    .where((eb) => eb(eb.val(scope), '=', eb.fn.any('mailboxes.scopes')))
    .where((eb) =>
      topic === undefined
        ? eb('watch_topic', 'is not', null)
        : eb.or([
            eb('watch_topic', 'is distinct from', topic),
            eb('watch_expires_at', 'is', null),
            eb('watch_expires_at', '<', until),
          ]),
    )
    .orderBy('mailboxes.id')
    .execute()
}

/** Notes that Gmail said something of these mailboxes; one address may be connected in several organisations. */
export async function notePush(q: Queryable, email: string, now: Date): Promise<{ id: string }[]> {
  return q
    .updateTable('mailboxes')
    .set({ pushed_at: now })
    .where('email', '=', email)
    .where('status', '=', 'connected')
    .returning('id')
    .execute()
}
