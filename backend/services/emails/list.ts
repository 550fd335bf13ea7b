import type { EmailsPage, EmailsQuery } from '../../../lib/contract/emails.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../../lib/domain/list-cursor.ts'
import { type EmailsFilter, everyEmail, type TextSearch } from '../../storage/emails/filter.ts'
import {
  type CountedMessages,
  countedUpTo,
  countFiltered,
  countMessageEmails,
  listMessageEmails,
} from '../../storage/emails/messages.ts'
import { countSendEmails, listSendEmails } from '../../storage/emails/sends.ts'
import type { SightScope } from '../../storage/mail/sight.ts'
import { plannedOnce } from '../../storage/prepared.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { toRows } from './rows.ts'
import { type EmailsScope, emailsScope, ofPeople } from './scope.ts'
import { searchMailboxes } from './search.ts'

const pageSize = 50

/**
 * A record's Emails list: mail with a current address of the record, or of the contact a deal or document resolves to, and
 * mail linked by hand, in the actor's own mailboxes and in colleagues' as far as they share it, and sends; one row a mail,
 * newest first (decisions 5, 6, 7; S-013, S-019, S-039, S-059 … S-065, S-068).
 */
export function listEmails(ctx: Context, recordId: string, query: EmailsQuery): Promise<EmailsPage> {
  return plannedOnce(() => list(ctx, recordId, query))
}

async function list(ctx: Context, recordId: string, query: EmailsQuery): Promise<EmailsPage> {
  await requireRecord(ctx, recordId)
  const scope = await emailsScope(ctx, [recordId])
  const [record] = scope.records
  if (record === undefined) throw new Refusal('not_found', 'record_missing')
  const cursor = readCursor(query.cursor)
  const filter = filterOf(query)
  const { sight, own } = ofPeople(scope.sight, query.people)
  const { search, notSearched } = await searchMailboxes(ctx, { ...scope, sight }, query.q)
  const input = { filter, search, cursor, limit: pageSize + 1 }
  const rows = toRows(
    ctx,
    await listMessageEmails(ctx.db, sight, input),
    await listSendEmails(ctx.db, sight, { ...input, own }),
  )
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined
  const everything =
    cursor === undefined || isPlain(filter, search)
      ? await countMessageEmails(ctx.db, scope.sight, everyEmail)
      : undefined
  const everybody = everything?.get(recordId)
  const total = await count(
    ctx,
    sight,
    { filter, search, own },
    query.people.length > 0 ? undefined : everybody,
  )
  const isFiltered = search !== undefined || query.people.length > 0 || !isPlain(filter, search)
  return {
    total,
    people: cursor === undefined ? peopleOf(ctx, scope, everybody) : [],
    notSearched,
    rows: rows.slice(0, pageSize),
    emptyReason: emptyReason(total, { scope, addresses: record.addresses, isFiltered }),
    nextCursor: last === undefined ? null : writeCursor({ at: new Date(last.at), key: last.key }),
  }
}

export function filterOf({ filter, statuses, withFiles, archived, byHand }: EmailsQuery): EmailsFilter {
  return { kind: filter, statuses, withFiles, archived, byHand }
}

/** Nothing is asked that needs more of a mail than its direction. */
export function isPlain(filter: EmailsFilter, search: TextSearch | undefined): boolean {
  const { statuses, withFiles, archived, byHand } = filter
  return search === undefined && statuses.length === 0 && !withFiles && archived && !byHand
}

/** Up to a thousand mails of the list; `everybody` when it was counted without any filter. */
async function count(
  ctx: Context,
  sight: SightScope,
  asked: { filter: EmailsFilter; search: TextSearch | undefined; own: boolean },
  everybody: CountedMessages | undefined,
): Promise<number> {
  const { filter, search } = asked
  const [id = ''] = sight.lists.map((list) => list.recordId)
  const sends = (await countSendEmails(ctx.db, sight, asked, countedUpTo)).get(id)?.total ?? 0
  if (!isPlain(filter, search))
    return Math.min(countedUpTo, sends + (await countFiltered(ctx.db, sight, { filter, search })))
  const counted =
    filter.kind === 'all' && everybody !== undefined
      ? everybody
      : (await countMessageEmails(ctx.db, sight, filter)).get(id)
  return Math.min(countedUpTo, sends + (counted?.total ?? 0))
}

/**
 * Whose mail stands here as far as the actor may see any. Whoever owns the record and shares nothing by default is named
 * too, whether they have mail or not: the name says nothing that the record does not say.
 */
function peopleOf(
  ctx: Context,
  { mailboxes, records, sight }: EmailsScope,
  counted: CountedMessages | undefined,
): EmailsPage['people'] {
  const names = new Map(mailboxes.map((one) => [one.userId, one.userName]))
  const { userId: me } = ctx.actor
  const seen = (counted?.people ?? []).map(({ userId, mails, level }) => ({
    ...{ userId, name: names.get(userId) ?? '', isMine: userId === me, mails, level },
  }))
  const [record] = records
  const shares = sight.mailboxes.some((one) => one.userId === record?.ownerId && one.mode !== 'private')
  if (
    record === undefined ||
    record.ownerId === me ||
    shares ||
    seen.some((one) => one.userId === record.ownerId)
  )
    return seen
  return [...seen, { userId: record.ownerId, name: record.ownerName, isMine: false, mails: 0, level: 'none' }]
}

/** Why a list is empty (S-064); null while a filter or search may be why. */
export function emptyReason(
  total: number,
  about: {
    scope: Pick<EmailsScope, 'mayRead'>
    addresses: readonly unknown[] | undefined
    isFiltered: boolean
  },
): EmailsPage['emptyReason'] {
  if (total > 0) return null
  if (!about.addresses?.length) return 'no_address'
  if (about.isFiltered) return null
  return about.scope.mayRead ? 'no_mail' : 'no_read'
}
