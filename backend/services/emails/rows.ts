import type { EmailRow } from '../../../lib/contract/emails.ts'
import type { MessageEmail } from '../../storage/emails/messages.ts'
import type { SendEmail } from '../../storage/emails/sends.ts'
import type { Context } from '../context.ts'

/** Mails and sends as one list, newest first. */
export function toRows(
  ctx: Context,
  messages: readonly MessageEmail[],
  sends: readonly SendEmail[],
): EmailRow[] {
  const rows = [...messages.map((one) => fromMessage(one)), ...sends.map((one) => fromSend(ctx, one))]
  return rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.key < b.key ? 1 : -1))
}

/** Of colleagues' mail what the actor sees; of their own `withMarks` says it. */
const marks = { metadata: 'who_and_when', full: 'shared' } as const

function fromMessage(row: MessageEmail): EmailRow {
  const by = row.byHand ? 'hand' : row.throughContact ? 'contact' : 'address'
  return {
    key: row.key,
    kind: 'message',
    direction: row.direction,
    status: row.sendStatus ?? row.direction,
    reason: null,
    subject: row.subject,
    snippet: row.snippet,
    from: row.fromParty,
    to: row.toParties,
    cc: row.ccParties,
    at: row.at.toISOString(),
    hasAttachments: row.hasAttachments,
    send: null,
    gmailThreadId: row.gmailThreadId,
    messageId: row.key,
    level: row.level,
    mark: row.mine ? 'only_me' : marks[row.level],
    mailbox: { userId: row.userId, name: row.userName, isMine: row.mine },
    archived: row.isArchived,
    why: { by, address: row.byHand ? '' : row.address },
  }
}

function fromSend(ctx: Context, row: SendEmail): EmailRow {
  const mine = row.authorId === ctx.actor.userId
  return {
    key: row.key,
    kind: 'send',
    direction: 'sent',
    status: row.status,
    reason: row.reason,
    subject: row.subject,
    snippet: row.body.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed(),
    from: { address: row.mailbox, name: row.authorName },
    to: row.toParties,
    cc: row.ccParties,
    at: row.at.toISOString(),
    hasAttachments: row.hasAttachments,
    send: {
      id: row.key,
      version: row.version,
      mine,
      authorName: row.authorName,
      zone: row.zone,
      localTime: row.localTime,
      claimedAt: row.claimedAt?.toISOString() ?? null,
      undoUntil: (mine ? row.undoUntil?.toISOString() : undefined) ?? null,
    },
    gmailThreadId: mine ? row.gmailThreadId : null,
    messageId: row.messageId,
    level: row.level,
    mark: mine ? 'only_me' : marks[row.level],
    mailbox: { userId: row.authorId, name: row.authorName, isMine: mine },
    archived: false,
    why: { by: 'send', address: '' },
  }
}
