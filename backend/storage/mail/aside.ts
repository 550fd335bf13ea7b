import { type Insertable, type Selectable, sql } from 'kysely'
import type { Queryable } from '../database.ts'
import type { Tables } from '../tables.ts'

export type AsideRow = Selectable<Tables['set_aside']>

/** Keeps a mail that cannot be read or stored, with the reason as a word. */
export async function setAside(
  q: Queryable,
  mailbox: { id: string; org_id: string },
  one: { gmailId: string; reason: string; at: Date },
): Promise<void> {
  await q
    .insertInto('set_aside')
    .values({
      mailbox_id: mailbox.id,
      gmail_id: one.gmailId,
      org_id: mailbox.org_id,
      reason: one.reason,
      at: one.at,
    })
    .onConflict((oc) =>
      oc.columns(['mailbox_id', 'gmail_id']).doUpdateSet((eb) => ({
        reason: one.reason,
        at: one.at,
        tries: eb('set_aside.tries', '+', 1),
      })),
    )
    .execute()
}

export async function listAside(q: Queryable, mailboxId: string): Promise<AsideRow[]> {
  return q
    .selectFrom('set_aside')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .orderBy('at', 'desc')
    .limit(200)
    .execute()
}

/** They could be read, or are gone at Gmail. */
export async function forgetAside(
  q: Queryable,
  mailboxId: string,
  gmailIds: readonly string[],
): Promise<void> {
  if (gmailIds.length === 0) return
  await sql`delete from set_aside where mailbox_id = ${mailboxId} and gmail_id = any(${[...gmailIds]}::text[])`.execute(
    q,
  )
}

/** Mails set aside before then and not tried too often; for all mailboxes. */
export async function asideBefore(q: Queryable, before: Date, maxTries: number): Promise<AsideRow[]> {
  return q
    .selectFrom('set_aside')
    .selectAll()
    .where('at', '<', before)
    .where('tries', '<', maxTries)
    .orderBy('mailbox_id')
    .limit(1000)
    .execute()
}

/** Mails that may be bounce reports; each is noted once. */
export async function notePossibleReports(
  q: Queryable,
  rows: readonly Insertable<Tables['possible_reports']>[],
): Promise<void> {
  if (rows.length === 0) return
  await q
    .insertInto('possible_reports')
    .values([...rows])
    .onConflict((oc) => oc.doNothing())
    .execute()
}
