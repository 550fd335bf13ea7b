import type { EmailsPage, EmailsQuery } from '../../../lib/contract/emails.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../../lib/domain/list-cursor.ts'
import { type CountedMessages, countedUpTo, countMessageEmails } from '../../storage/emails/counts.ts'
import { type EmailsFilter, everyEmail, isPlain } from '../../storage/emails/filter.ts'
import {
  listAndCount,
  listMessageEmails,
  type MessageEmail,
  type MessagesInput,
} from '../../storage/emails/messages.ts'
import { countSendEmails, listSendEmails } from '../../storage/emails/sends.ts'
import type { SightScope } from '../../storage/mail/sight.ts'
import { plannedOnce } from '../../storage/prepared.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { withMarks } from './marks.ts'
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
  const asked = { filter, search, cursor, people: query.people }
  const input = { filter, search, cursor, limit: pageSize + 1, own }
  const { rows: messages, mails, everybody } = await messagesOf(ctx, { sight, everybody: scope.sight }, asked)
  const rows = toRows(ctx, messages, await listSendEmails(ctx.db, sight, input))
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined
  const sends = (await countSendEmails(ctx.db, sight, input, countedUpTo)).get(recordId)?.total ?? 0
  const total = Math.min(countedUpTo, mails + sends)
  const isFiltered = search !== undefined || query.people.length > 0 || !isPlain({ filter, search })
  return {
    total,
    people: cursor === undefined ? peopleOf(ctx, scope, everybody) : [],
    notSearched,
    rows: await withMarks(ctx, rows.slice(0, pageSize)),
    emptyReason: emptyReason(total, { scope, record, isFiltered }),
    nextCursor: last === undefined ? null : writeCursor({ at: new Date(last.at), key: last.key }),
  }
}

export function filterOf({ filter, statuses, withFiles, archived, byHand }: EmailsQuery): EmailsFilter {
  return { kind: filter, statuses, withFiles, archived, byHand }
}

/** A page of mail, how many mails the list has in all, up to a thousand, and whose stand there without any filter. */
async function messagesOf(
  ctx: Context,
  { sight, everybody }: { sight: SightScope; everybody: SightScope },
  asked: Pick<MessagesInput, 'filter' | 'search' | 'cursor'> & { people: readonly string[] },
): Promise<{ rows: MessageEmail[]; mails: number; everybody: CountedMessages | undefined }> {
  const { filter, search, cursor, people } = asked
  const input = { filter, search, cursor, limit: pageSize + 1 }
  const [id = ''] = sight.lists.map((list) => list.recordId)
  const count = async (of: SightScope, { kind }: Pick<EmailsFilter, 'kind'>) =>
    (await countMessageEmails(ctx.db, of, { kind })).get(id)
  const whole = people.length === 0 && filter.kind !== 'scheduled' && isPlain({ filter, search })
  const counted =
    whole || cursor === undefined ? await count(everybody, whole ? filter : everyEmail) : undefined
  if (isPlain({ filter, search })) {
    const mails = (whole ? counted : await count(sight, filter))?.total ?? 0
    return { rows: await listMessageEmails(ctx.db, sight, input), mails, everybody: counted }
  }
  const first = await listAndCount(ctx.db, sight, {
    ...input,
    cursor: undefined,
    limit: cursor ? 0 : input.limit,
  })
  const rows = cursor === undefined ? first.rows : await listMessageEmails(ctx.db, sight, input)
  return { rows, mails: first.total, everybody: counted }
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
    scope: Pick<EmailsScope, 'mayRead' | 'neverWhy'>
    record: EmailsScope['records'][number] | undefined
    isFiltered: boolean
  },
): EmailsPage['emptyReason'] {
  if (total > 0) return null
  const { record, scope } = about
  if (!record?.addresses.length) return scope.neverWhy.get(record?.id ?? '') ?? 'no_address'
  if (about.isFiltered) return null
  return about.scope.mayRead ? 'no_mail' : 'no_read'
}
