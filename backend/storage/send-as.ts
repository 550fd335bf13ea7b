import type { Insertable, Selectable } from 'kysely'
import type { Queryable, Trx } from './database.ts'
import type { Tables } from './tables.ts'

export type SendAsRow = Selectable<Tables['send_as']>

/** What Gmail last said of an account's send-as addresses, the account's own first. */
export async function sendAsOf(q: Queryable, mailboxId: string): Promise<SendAsRow[]> {
  return q
    .selectFrom('send_as')
    .selectAll()
    .where('mailbox_id', '=', mailboxId)
    .orderBy('is_primary', 'desc')
    .orderBy('email')
    .execute()
}

/** What Gmail says now, in place of what it said before. */
export async function putSendAs(
  trx: Trx,
  mailboxId: string,
  rows: readonly Insertable<Tables['send_as']>[],
): Promise<void> {
  await trx.deleteFrom('send_as').where('mailbox_id', '=', mailboxId).execute()
  if (rows.length === 0) return
  await trx
    .insertInto('send_as')
    .values([...rows])
    .onConflict((oc) => oc.columns(['mailbox_id', 'email']).doNothing())
    .execute()
}
