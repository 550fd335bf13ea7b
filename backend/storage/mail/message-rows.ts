import { type Selectable, sql } from 'kysely'
import type { SendReason, SendStatus } from '../../../lib/domain/statuses.ts'
import type { Queryable } from '../database.ts'
import type { Tables } from '../tables.ts'

export interface MessageCopyRow extends Selectable<Tables['sightings']> {
  account: string
  messageIdHeader: string | null
  ownerName: string
  mailboxStatus: 'connected' | 'reauth_required' | 'disconnected'
  /** Of the send it came from, with its author. */
  sendStatus: SendStatus | null
  sendReason: SendReason | null
  sendAuthor: string | null
}

/** Copies of a mail with whose mailbox they lie in. */
export async function readCopies(q: Queryable, sightingIds: readonly string[]): Promise<MessageCopyRow[]> {
  if (sightingIds.length === 0) return []
  return q
    .selectFrom('sightings')
    .innerJoin('messages', 'messages.id', 'sightings.message_id')
    .innerJoin('mailboxes', 'mailboxes.id', 'sightings.mailbox_id')
    .innerJoin('users', 'users.id', 'mailboxes.user_id')
    .leftJoin('sends', 'sends.id', 'sightings.send_id')
    .selectAll('sightings')
    .select([
      'mailboxes.email as account',
      'messages.message_id_header as messageIdHeader',
      'mailboxes.status as mailboxStatus',
      'users.name as ownerName',
      'sends.status as sendStatus',
      'sends.reason as sendReason',
      'sends.author_id as sendAuthor',
    ])
    .where(sql<boolean>`sightings.id = any(${[...sightingIds]}::uuid[])`)
    .execute()
}
