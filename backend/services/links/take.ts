import { Refusal } from '../../../lib/domain/errors.ts'
import { isMail } from '../../../lib/domain/messages.ts'
import type { GoogleMessage } from '../../google/gateway.ts'
import type { Trx } from '../../storage/database.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { sightingsOfThread } from '../../storage/mail/shares.ts'
import { lockRecords } from '../../storage/record-writes.ts'
import { findRecord } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { allows } from '../scopes.ts'
import { readThread } from '../threads.ts'

/** A thread of the actor's own mailbox, or one mail of it. */
export interface OwnThread {
  mailbox: MailboxRow
  threadId: string
  gmailId: string | undefined
}

/**
 * The mails of the thread as Gmail has them, so that those of unknown people are taken too. Nothing when Gmail cannot be
 * asked now and something is stored: the rest follows when the thread is read next.
 */
export async function readWhole(ctx: Context, { mailbox, threadId, gmailId }: OwnThread) {
  const stored = await sightingsOfThread(ctx.db, mailbox.id, threadId, gmailId)
  if (!allows(mailbox.scopes, 'read'))
    throw new Refusal('forbidden', 'scope_read_missing', { account: mailbox.email })
  let messages: GoogleMessage[] = []
  try {
    messages = (await readThread(ctx, mailbox, threadId)).filter((one) => isMail(one.labelIds))
  } catch (error) {
    if (!(error instanceof Refusal) || stored.length === 0) throw error
  }
  const wanted = messages.filter((one) => gmailId === undefined || one.id === gmailId)
  if (wanted.length === 0 && stored.length === 0) throw new Refusal('not_found', 'message_missing')
  return wanted
}

/** Keeps a record from going into another or into the bin while mail is put on it. @throws Refusal record_missing */
export async function holdTarget(ctx: Context, trx: Trx, recordId: string): Promise<void> {
  await lockRecords(trx, ctx.actor.orgId, [recordId])
  if ((await findRecord(trx, viewerOf(ctx), recordId)) === undefined)
    throw new Refusal('not_found', 'record_missing')
}
