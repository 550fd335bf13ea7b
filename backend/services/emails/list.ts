import type { EmailRow, EmailsPage, RecordCard } from '../../../lib/contract/records.ts'
import { isRobot } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../../lib/domain/list-cursor.ts'
import {
  countEmails,
  type EmailsFilter,
  type EmailsScope,
  listSendEmails,
  listSightingEmails,
  readEmailsScope,
  type SendEmail,
  type SightingEmail,
} from '../../storage/emails/lists.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { scopesFor } from '../scopes.ts'

const pageSize = 50
const summarySize = 3

type EmptyReason = EmailsPage['emptyReason']

/**
 * A record's Emails list: mail with a current address of the record, or of the contact a deal or document resolves to, in
 * the viewer's own mailboxes (private is the default, decisions 7), and sends; one row a mail, newest first (S-019, S-039,
 * S-059, S-060, S-061, S-065).
 */
export async function listEmails(
  ctx: Context,
  recordId: string,
  query: { filter: EmailsFilter; cursor?: string | undefined },
): Promise<EmailsPage> {
  await requireRecord(ctx, recordId)
  const { scope, mayRead } = await scopeOf(ctx, [recordId])
  const [addresses] = scope.addresses.values()
  if (addresses === undefined) throw new Refusal('not_found', 'record_missing')
  const cursor = readCursor(query.cursor)
  const input = { filter: query.filter, cursor, limit: pageSize + 1 }
  const rows = merge(
    ctx,
    await listSightingEmails(ctx.db, scope, input),
    await listSendEmails(ctx.db, scope, input),
  )
  const [counted] = (await countEmails(ctx.db, scope, query.filter)).values()
  const total = counted?.total ?? 0
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined
  return {
    total,
    people: [],
    notSearched: [],
    rows: rows.slice(0, pageSize),
    emptyReason: emptyReason(total, addresses, mayRead),
    nextCursor: last === undefined ? null : writeCursor({ at: new Date(last.at), key: last.key }),
  }
}

type EmailSummary = Pick<RecordCard, 'emails' | 'lastContact'>

/**
 * What cards show of their lists: the three newest rows, how many there are, and when one last came or went; with the
 * addresses each list goes by. As many statements for many records as for one.
 */
export async function emailSummaries(
  ctx: Context,
  recordIds: readonly string[],
): Promise<{ of: (recordId: string) => EmailSummary; addresses: EmailsScope['addresses'] }> {
  const { scope, mayRead } = await scopeOf(ctx, recordIds)
  const input = { filter: 'all' as const, cursor: undefined, limit: summarySize }
  const received = Map.groupBy(await listSightingEmails(ctx.db, scope, input), (row) => row.recordId)
  const sent = Map.groupBy(await listSendEmails(ctx.db, scope, input), (row) => row.recordId)
  const counts = await countEmails(ctx.db, scope, 'all')
  const summary = (recordId: string): EmailSummary => {
    const { total, lastSentAt } = counts.get(recordId) ?? { total: 0, lastSentAt: null }
    const seen = received.get(recordId) ?? []
    return {
      emails: {
        total,
        rows: merge(ctx, seen, sent.get(recordId) ?? []).slice(0, summarySize),
        emptyReason: emptyReason(total, scope.addresses.get(recordId), mayRead),
      },
      lastContact: lastContact(seen[0], lastSentAt),
    }
  }
  return { of: summary, addresses: scope.addresses }
}

async function scopeOf(
  ctx: Context,
  recordIds: readonly string[],
): Promise<{ scope: EmailsScope; mayRead: boolean }> {
  const { orgId, userId } = ctx.actor
  const [readScope = ''] = scopesFor(['read'])
  const modules = [...(await modulesOf(ctx)).values()]
  const contactModules = modules.filter((one) => one.reach === 'contact').map((one) => one.key)
  const input = { orgId, userId, recordIds, contactModules, readScope }
  const found = await readEmailsScope(ctx.db, input)
  const addresses = new Map(
    [...found.addresses].map(([id, all]) => [id, all.filter((address) => !isRobot(address))] as const),
  )
  return { scope: { orgId, userId, addresses, mailboxIds: found.mailboxIds }, mayRead: found.mayRead }
}

/** Why a list is empty (S-064). */
function emptyReason(total: number, addresses: readonly string[] | undefined, mayRead: boolean): EmptyReason {
  if (total > 0) return null
  if (!addresses?.length) return 'no_address'
  return mayRead ? 'no_mail' : 'no_read'
}

function lastContact(newest: SightingEmail | undefined, sentAt: Date | null): RecordCard['lastContact'] {
  if (newest !== undefined && (sentAt === null || newest.at >= sentAt))
    return { direction: newest.direction, at: newest.at.toISOString() }
  return sentAt === null ? null : { direction: 'sent', at: sentAt.toISOString() }
}

function merge(ctx: Context, sightings: SightingEmail[], sends: SendEmail[]): EmailRow[] {
  const rows = [
    ...sightings.map((one) => fromSighting(ctx, one)),
    ...sends.map((send) => fromSend(ctx, send)),
  ]
  return rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.key < b.key ? 1 : -1))
}

function fromSighting(ctx: Context, row: SightingEmail): EmailRow {
  return {
    key: row.key,
    kind: 'message',
    direction: row.direction,
    status: row.direction,
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
    level: 'full',
    mark: 'only_me',
    mailbox: { userId: ctx.actor.userId, name: ctx.actor.name, isMine: true },
    archived: false,
    why: { by: 'address', address: '' },
  }
}

/** A colleague's scheduled mail shows that it is coming, not what it says. */
function fromSend(ctx: Context, row: SendEmail): EmailRow {
  const mine = row.authorId === ctx.actor.userId
  return {
    key: row.key,
    kind: 'send',
    direction: 'sent',
    status: row.status,
    reason: row.reason,
    subject: row.subject,
    snippet: mine ? row.body.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed() : '',
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
    },
    gmailThreadId: mine ? row.gmailThreadId : null,
    messageId: null,
    level: 'full',
    mark: 'only_me',
    mailbox: { userId: row.authorId, name: row.authorName, isMine: mine },
    archived: false,
    why: { by: 'send', address: '' },
  }
}
