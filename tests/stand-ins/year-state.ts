import { sql } from 'kysely'
import type { Database } from '../../backend/storage/database.ts'

/** One stored copy that stands on a record now, by what makes it the same after a rebuild. */
export interface Copy {
  mailbox: string
  gmailId: string
  identity: string
  direction: string
  inInbox: boolean
  foundBy: string[]
  /** Over all mailboxes, in lists or not. */
  copies: number
}

/** Everything in lists now, mailbox by mailbox. What stands by an address that left its record is not part of it (S-065). */
export async function standing(db: Database): Promise<Copy[]> {
  const { rows } = await sql<Copy>`
    select b.email as mailbox, s.gmail_id as "gmailId", m.identity, s.direction, 'INBOX' = any(s.label_ids) as "inInbox",
      array(select a.address from sighting_addresses a where a.sighting_id = s.id order by a.address) as "foundBy",
      (select count(*)::int from sightings o where o.message_id = s.message_id
        and not o.label_ids && array['TRASH', 'SPAM']) as copies
    from sightings s join messages m on m.id = s.message_id join mailboxes b on b.id = s.mailbox_id
    where not s.label_ids && array['TRASH', 'SPAM'] and exists (select 1 from sighting_addresses a
      join record_addresses r on r.org_id = a.org_id and r.address = a.address where a.sighting_id = s.id)
    order by b.email, s.gmail_id`.execute(db)
  return rows
}

/** What no run may leave behind. */
export async function leftBehind(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*)::int from messages m where not exists (
        select 1 from sightings s where s.message_id = m.id)) as orphans,
      (select count(*)::int from wanted_mail) as wanted, (select count(*)::int from set_aside) as aside,
      (select count(*)::int from backfills where ended_at is null) as looking,
      (select count(*)::int from sighting_addresses a join sightings s on s.id = a.sighting_id
        where s.label_ids && array['TRASH', 'SPAM']) as "foundInTrash"`.execute(db)
  return rows[0] ?? {}
}

/** Forgets everything that was taken, so that it is taken again from nothing. */
export async function forgetAll(db: Database): Promise<void> {
  for (const table of ['sightings', 'messages', 'wanted_mail', 'backfills'] as const)
    await sql`delete from ${sql.table(table)}`.execute(db)
  await db.updateTable('mailboxes').set({ history_id: null, synced_at: null }).execute()
  await sql`update tasks set due_at = created_at where kind = 'sync'`.execute(db)
}
