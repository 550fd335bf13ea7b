import type { MessageDetail } from '../../../lib/contract/messages.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { ShareLevel } from '../../../lib/domain/sharing.ts'
import { type MessageCopyRow, readCopies } from '../../storage/mail/message-rows.ts'
import { requestsFor } from '../../storage/mail/requests.ts'
import type { Context } from '../context.ts'
import { partiesOfThread } from '../links/parties.ts'
import { standingsOf } from '../links/standing.ts'
import { bestOf, type FactPerson, type MailFacts, sightOf } from '../sharing/facts.ts'
import { loadSight, type VisibleCopy } from './sight.ts'

/**
 * One mail as far as the actor may see it, from one copy alone: their own, else the one that shows them most. What only
 * another copy holds, a Bcc above all, is not told. @throws Refusal not_found `message_missing`, also of a hidden mail
 */
export async function messageDetail(ctx: Context, id: string): Promise<MessageDetail> {
  const { facts, me, copies, best } = await loadSight(ctx, ctx.db, id)
  if (best === undefined || me === undefined) throw new Refusal('not_found', 'message_missing')
  const rows = await readCopies(
    ctx.db,
    copies.map(({ mail }) => mail.id),
  )
  const row = rows.find((one) => one.id === best.mail.id)
  // Gone from Gmail between the two questions.
  if (row === undefined) throw new Refusal('not_found', 'message_missing')
  const isFull = best.seen.level === 'full'
  const [request] = await requestsFor(
    ctx.db,
    copies.map(({ mail }) => mail.id),
    me.id,
  )
  return {
    id,
    level: isFull ? 'full' : 'metadata',
    direction: row.direction,
    ...statusOf(row, isFull),
    subject: isFull ? row.subject : '',
    snippet: isFull ? row.snippet : '',
    from: row.from_party,
    to: row.to_parties,
    cc: row.cc_parties,
    bcc: best.isMine ? row.bcc_parties : [],
    at: row.at.toISOString(),
    archived: isFull && isArchived(row),
    parts: isFull
      ? row.parts.map(({ partId, name, mimeType, size }) => ({ partId, name, mimeType, size }))
      : [],
    mailboxes: mailboxesOf(copies, rows),
    standings: whereItStands(facts, me, best, row),
    sight: best.seen.reason,
    share: best.isMine ? shareOf(facts, me, copies) : null,
    request: best.isMine ? null : (request?.status ?? null),
    gmail: best.isMine
      ? {
          account: row.account,
          threadId: row.gmail_thread_id,
          messageId: row.gmail_id,
          messageIdHeader: row.messageIdHeader,
        }
      : null,
    sendId: row.sendAuthor === me.id ? row.send_id : null,
  }
}

/** Of a mail Inlay sent, what became of it; of others, and for who sees only who and when, that it came or went. */
function statusOf(row: MessageCopyRow, isFull: boolean): Pick<MessageDetail, 'status' | 'reason'> {
  if (!isFull) return { status: row.direction, reason: null }
  return { status: row.sendStatus ?? row.direction, reason: row.sendReason }
}

function isArchived(row: MessageCopyRow): boolean {
  return row.direction === 'received' && !row.label_ids.includes('INBOX')
}

function mailboxesOf(
  copies: readonly VisibleCopy[],
  rows: readonly MessageCopyRow[],
): MessageDetail['mailboxes'] {
  return copies.map(({ mail, seen, isMine }) => ({
    id: mail.shared.ownerId,
    name: rows.find((row) => row.id === mail.id)?.ownerName ?? '',
    isMine,
    level: seen.level === 'full' ? ('full' as const) : ('metadata' as const),
  }))
}

/** Records the actor may open through which this copy shows itself to them; a Bcc of somebody else's stays unnamed. */
function whereItStands(
  facts: MailFacts,
  me: FactPerson,
  { mail, isMine }: VisibleCopy,
  row: MessageCopyRow,
): MessageDetail['standings'] {
  const paths = mail.paths.filter((path) => sightOf(facts, me, { ...mail, paths: [path] }).level !== 'none')
  const parties = partiesOfThread([isMine ? row : { ...row, bcc_parties: [] }])
  const named = new Set(parties.map(({ party }) => party.address))
  const shown = { ...facts, mails: [{ ...mail, paths }] }
  return standingsOf(shown, me, parties, mail.shared.chosenDealId ?? null).map((one) =>
    named.has(one.address) ? one : { ...one, address: '', party: null },
  )
}

function shareOf(
  facts: MailFacts,
  me: FactPerson,
  copies: readonly VisibleCopy[],
): NonNullable<MessageDetail['share']> {
  const mine = copies.filter((one) => one.isMine).map((one) => one.mail)
  const levels = facts.people
    .filter((person) => person.id !== me.id)
    .map((person) => bestOf(facts, person, mine).level)
  const count = (level: ShareLevel) => levels.filter((one) => one === level).length
  const whoAndWhen = count('metadata')
  return {
    ...{ word: mine[0]?.shared.share?.level ?? 'default' },
    ...{ seenBy: count('full') + whoAndWhen, whoAndWhen },
  }
}
