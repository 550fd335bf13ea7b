import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { editableStatuses, type SendStatus } from '../../../lib/domain/statuses.ts'
import type { SightScope } from '../mail/sight.ts'

/** Still before the author, whatever became of the mailbox: nothing that waits or failed gets lost (decisions 10). */
export const unfinished: readonly SendStatus[] = [...editableStatuses, 'sending', 'failed']

/** Sends still to go out. */
export const goingOut: readonly SendStatus[] = ['scheduled', 'held', 'sending']

/** Condition on `best b`: the viewer wrote the mail here, so that it stands in the list as their send. */
export function standsAsOwnSend(scope: SightScope): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from sightings own join sends x on x.id = own.send_id
    where own.message_id = b.message_id and x.author_id = ${scope.userId}::uuid and ${ownSendStands('b.record_id')})`
}

/**
 * Condition on a send `x` of the viewer's: it stands in the list of the record. Drafts are not yet mail, deleting a
 * scheduled mail cancels it (S-041), and mail of a disconnected mailbox is hidden (S-066).
 */
export function ownSendStands(record: string): RawBuilder<SqlBool> {
  const recordId = sql.ref(record)
  return sql<SqlBool>`(x.status not in ('draft', 'cancelled')
    and (x.record_id = ${recordId} or exists (select 1 from send_addresses oa join links ol on ol.address = oa.address
      where oa.send_id = x.id and ol.record_id = ${recordId}))
    and (x.status = any(${[...unfinished]}::text[])
      or exists (select 1 from mailboxes om where om.id = x.mailbox_id and om.status <> 'disconnected'))
    and not exists (select 1 from sightings oo join hand_links oh on oh.sighting_id = oo.id
      where oo.send_id = x.id and oh.record_id = ${recordId} and oh.kind = 'unlink'))`
}

/** When the send `x` was or will be sent. */
export const sendAt = sql<Date>`coalesce(x.sent_at, x.due_at)`

/** Rows where the copy of the send `x` has files. */
export const partsOfSend = sql`select 1 from sightings ps where ps.send_id = x.id and jsonb_array_length(ps.parts) > 0`
