import type { EmailRow, EmailsQuery, MailTabPage } from '../../../lib/contract/emails.ts'
import type { RecordName } from '../../../lib/contract/sharing.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { readCursor, writeCursor } from '../../../lib/domain/list-cursor.ts'
import { isModuleKey } from '../../../lib/domain/modules.ts'
import { countedUpTo } from '../../storage/emails/counts.ts'
import { everyEmail, isPlain } from '../../storage/emails/filter.ts'
import {
  countTabMessages,
  countTabSends,
  listTabMessages,
  listTabSends,
  openRecordsOf,
  ownPaths,
  type TabScope,
} from '../../storage/emails/mail-tab.ts'
import type { MessageEmail } from '../../storage/emails/messages.ts'
import { listSendEmails, type SendEmail } from '../../storage/emails/sends.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { filterOf } from './list.ts'
import { withMarks } from './marks.ts'
import { toRows } from './rows.ts'
import { emailsScope } from './scope.ts'
import { searchMailboxes } from './search.ts'

const pageSize = 50
/** As many records a row names. */
const recordsEach = 5

/**
 * S-011: all mail of the actor's own mailboxes that stands on records they may open, and all their sends, newest first.
 * Exists only while a mailbox is connected. @throws Refusal forbidden mailbox_none
 */
export async function listMailTab(ctx: Context, query: EmailsQuery): Promise<MailTabPage> {
  const { sight, mailboxes, mayRead } = await emailsScope(ctx, [])
  const mine = mailboxes.filter((one) => one.userId === ctx.actor.userId)
  if (mine.length === 0) throw new Refusal('forbidden', 'mailbox_none')
  const modules = [...(await modulesOf(ctx)).values()]
  const scope: TabScope = {
    viewer: viewerOf(ctx),
    mailboxIds: mine.map((one) => one.id),
    contactModules: modules.filter((one) => one.reach === 'contact').map((one) => one.key),
  }
  const filter = filterOf(query)
  const { search, notSearched } = await searchMailboxes(ctx, { sight, mailboxes: mine }, query.q)
  const cursor = readCursor(query.cursor)
  const page = { filter, search, cursor, limit: pageSize + 1 }
  const messages = await listTabMessages(ctx.db, scope, page)
  const sends = await listTabSends(ctx.db, scope, page)
  const rows = toRows(ctx, messages, sends)
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined
  const every = { filter, search, cursor: undefined, limit: countedUpTo }
  const total = (await countTabMessages(ctx.db, scope, every)) + (await countTabSends(ctx.db, scope, every))
  const isWhole = filter.kind === 'all' && isPlain({ filter, search })
  return {
    total: Math.min(countedUpTo, total),
    people: [],
    notSearched,
    rows: await withMarks(
      ctx,
      await withRecords(ctx, scope, { messages, sends, rows: rows.slice(0, pageSize) }),
    ),
    emptyReason: total > 0 || !isWhole ? null : mayRead ? 'no_mail' : 'no_read',
    nextCursor: last === undefined ? null : writeCursor({ at: new Date(last.at), key: last.key }),
  }
}

/** Names the records each row stands on, and why. */
async function withRecords(
  ctx: Context,
  scope: TabScope,
  page: { messages: readonly MessageEmail[]; sends: readonly SendEmail[]; rows: readonly EmailRow[] },
): Promise<MailTabPage['rows']> {
  const shown = new Set(page.rows.map((row) => row.key))
  const messages = page.messages.filter((one) => shown.has(one.key))
  const sends = page.sends.filter((one) => shown.has(one.key))
  const found = await openRecordsOf(ctx.db, scope, {
    sightingIds: messages.map((one) => one.sightingId),
    sendIds: sends.map((one) => one.key),
  })
  const names = new Map<string, RecordName>()
  for (const { id, module, name } of found) if (isModuleKey(module)) names.set(id, { id, module, name })
  const { sight } = await emailsScope(
    ctx,
    found.map((one) => one.id),
  )
  const own = { ...sight, mailboxes: sight.mailboxes.filter((one) => one.mine) }
  const paths = Map.groupBy(
    await ownPaths(
      ctx.db,
      own,
      messages.map((one) => one.key),
    ),
    (path) => path.sightingId,
  )
  const asked = { filter: everyEmail, search: undefined, cursor: undefined, limit: pageSize + 1, own: true }
  const sendIds = sends.map((one) => one.key)
  const standing = sendIds.length === 0 ? [] : await listSendEmails(ctx.db, own, { ...asked, sendIds })
  const sentFrom = Map.groupBy(standing, (one) => one.key)
  const named = (ids: readonly string[]): RecordName[] =>
    [...new Set(ids)].flatMap((id) => names.get(id) ?? []).slice(0, recordsEach)
  const sightingOf = new Map(messages.map((one) => [one.key, one.sightingId]))
  return page.rows.map((row) => {
    if (row.kind === 'send') {
      const here = sentFrom.get(row.key) ?? []
      return {
        ...row,
        records: named(here.map((one) => one.recordId)),
      }
    }
    const here = paths.get(sightingOf.get(row.key) ?? '') ?? []
    const [first] = here
    const by = first?.byHand ? 'hand' : first?.held === false ? 'contact' : 'address'
    return {
      ...row,
      why: { by, address: first?.address ?? '' },
      records: named(here.map((one) => one.recordId)),
    }
  })
}
