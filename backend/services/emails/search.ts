import type { EmailsPage } from '../../../lib/contract/emails.ts'
import { asciiAddress, bothForms } from '../../../lib/domain/addresses.ts'
import { findsHidden, inBothForms, type MailSearch, readMailSearch } from '../../../lib/domain/mail-search.ts'
import { type GmailMailbox, GoogleError } from '../../google/gateway.ts'
import { countMessageEmails } from '../../storage/emails/counts.ts'
import { everyEmail, type TextSearch } from '../../storage/emails/filter.ts'
import { findHits, type Hit, handLinkedHeaders } from '../../storage/emails/hits.ts'
import type { ListedMailboxRow } from '../../storage/emails/scope.ts'
import { findMailbox, type MailboxRow } from '../../storage/mail/mailboxes.ts'
import type { Context } from '../context.ts'
import { announce } from '../sync/announce.ts'
import { readingClient } from '../sync/client.ts'
import { readRefusal } from '../sync/failures.ts'
import { readMessages } from '../sync/read.ts'
import { storeMessages } from '../sync/store.ts'
import type { EmailsScope } from './scope.ts'
import { maySearchOther } from './search-pace.ts'

/** Nobody waits longer for a mailbox; ms. */
const patienceMs = 8_000
/** Of a mailbox, the newest hits. */
const hitsEach = 500
/** Mail that was found and is not stored is read on the way, as much as a person waits for. */
const readOnTheWay = 25
const mostColleagues = 10
const mostLinked = 20

interface Searched {
  search: TextSearch | undefined
  notSearched: EmailsPage['notSearched']
}

/**
 * S-068: puts what was typed to Gmail, archived mail included: as it is in the actor's own mailboxes, word by word in those of
 * colleagues whose mail in the list the actor may open (decisions 7). What Gmail names is only looked for in the list
 * afterwards, so it shows nobody more than the list does. Mailboxes that could not be asked are named with the reason.
 */
export async function searchMailboxes(
  ctx: Context,
  { sight, mailboxes }: Pick<EmailsScope, 'sight' | 'mailboxes'>,
  q: string,
): Promise<Searched> {
  if (q === '') return { search: undefined, notSearched: [] }
  const read = readMailSearch(q)
  const asked = await whomToAsk(ctx, { sight, mailboxes })
  const answers = await Promise.all(
    asked.map(async ({ mailbox, isTooMany }): Promise<{ hits: Hit[]; reason?: string }> => {
      if (!mailbox.readable) return { hits: [], reason: 'scope_read_missing' }
      if (isTooMany) return { hits: [], reason: 'too_many' }
      try {
        const isMine = mailbox.userId === ctx.actor.userId
        if (!isMine && read.quoted !== '' && !maySearchOther(ctx, mailbox.id))
          return { hits: [], reason: 'searched_often' }
        return {
          hits: await (isMine ? searchOwn(ctx, sight, mailbox, q) : searchOther(ctx, sight, mailbox, read)),
        }
      } catch (error) {
        if (error instanceof GoogleError) return { hits: [], reason: readRefusal(error).reason }
        throw error
      }
    }),
  )
  const hits = answers.flatMap((one) => one.hits)
  return {
    search: {
      sightingIds: hits.map((one) => one.sightingId),
      messageIds: [...new Set(hits.map((one) => one.messageId))],
      who: read.who,
      words: read.words,
    },
    notSearched: answers.flatMap(({ reason }, n) => {
      const mailbox = asked[n]?.mailbox
      if (reason === undefined || mailbox === undefined) return []
      return [{ name: mailbox.userId === ctx.actor.userId ? mailbox.email : mailbox.userName, reason }]
    }),
  }
}

/** The actor's own mailboxes, and those whose mail in these lists they may open: the ones with most of it. */
async function whomToAsk(
  ctx: Context,
  { sight, mailboxes }: Pick<EmailsScope, 'sight' | 'mailboxes'>,
): Promise<{ mailbox: ListedMailboxRow; isTooMany: boolean }[]> {
  const { userId } = ctx.actor
  const counted = [...(await countMessageEmails(ctx.db, sight, everyEmail)).values()].flatMap(
    (one) => one.people,
  )
  const open = counted.filter((one) => one.level === 'full' && one.userId !== userId)
  const order = open.toSorted((a, b) => b.mails - a.mails).map((one) => one.userId)
  const inScope = new Set(sight.mailboxes.map((one) => one.mailboxId))
  const known = mailboxes.filter((one) => inScope.has(one.id))
  const own = known.filter((one) => one.userId === userId)
  const others = [...new Set(order)].flatMap((id) => known.filter((one) => one.userId === id))
  return [
    ...own.map((mailbox) => ({ mailbox, isTooMany: false })),
    ...others.map((mailbox, n) => ({ mailbox, isTooMany: n >= mostColleagues })),
  ]
}

async function open(ctx: Context, mailboxId: string): Promise<{ row: MailboxRow; client: GmailMailbox }> {
  const row = await findMailbox(ctx.db, mailboxId)
  if (row === undefined) throw new GoogleError('reauth', 'not_connected')
  return { row, client: await readingClient(ctx, row, 'person') }
}

/** What was typed, operators and all, in the actor's own mailbox; found mail that is not stored yet is read and stored. */
async function searchOwn(
  ctx: Context,
  sight: EmailsScope['sight'],
  mailbox: ListedMailboxRow,
  q: string,
): Promise<Hit[]> {
  const { row, client } = await open(ctx, mailbox.id)
  const signal = AbortSignal.timeout(patienceMs)
  const query = `${await withWhom(ctx, sight, mailbox.id)} (${inBothForms(q)}) -in:spam -in:trash`.trim()
  const { ids } = await client.listMessages({ q: query, max: hitsEach }, signal)
  const hits = await findHits(
    ctx.db,
    mailbox.id,
    ids.map((one) => one.id),
  )
  const stored = new Set(hits.map((one) => one.gmailId))
  const missing = ids.map((one) => one.id).filter((id) => !stored.has(id))
  if (missing.length === 0) return hits
  const { messages } = await readMessages(client, missing.slice(0, readOnTheWay), signal)
  await ctx.db.transaction().execute(async (trx) => {
    await announce(trx, ctx, row, await storeMessages(trx, ctx, row, messages))
  })
  return [...hits, ...(await findHits(ctx.db, mailbox.id, missing))]
}

/** Word by word in a colleague's mailbox; that somebody stood in Bcc is not found out by searching for them. */
async function searchOther(
  ctx: Context,
  sight: EmailsScope['sight'],
  mailbox: ListedMailboxRow,
  { quoted }: MailSearch,
): Promise<Hit[]> {
  if (quoted === '') return []
  const { client } = await open(ctx, mailbox.id)
  const query = `${await withWhom(ctx, sight, mailbox.id)} ${quoted} -in:spam -in:trash`.trim()
  const { ids } = await client.listMessages({ q: query, max: hitsEach }, AbortSignal.timeout(patienceMs))
  const hits = await findHits(
    ctx.db,
    mailbox.id,
    ids.map((one) => one.id),
  )
  // Gmail holds the other form of a domain, and finds by that too.
  const hidden = (bcc: Hit['bcc']) => JSON.stringify([bcc, bcc.map((one) => asciiAddress(one.address))])
  return hits.filter(({ bcc, shown }) => !findsHidden(quoted, { hidden: hidden(bcc), shown }))
}

/** Only mail with somebody of the list, or put there by hand; '' for lists of everything. */
async function withWhom(ctx: Context, sight: EmailsScope['sight'], mailboxId: string): Promise<string> {
  const [list] = sight.lists
  if (list === undefined) return ''
  const linked = await handLinkedHeaders(ctx.db, { recordId: list.recordId, mailboxId, limit: mostLinked })
  const safe = (text: string) => /^[^\s"(){}<>]+$/.test(text)
  const forms = list.addresses.flatMap(({ address }) => bothForms(address))
  const addresses = [...new Set(forms)].filter(safe)
  const headers = linked.map((header) => header.replace(/^<|>$/g, '')).filter(safe)
  const any = [
    ...addresses.flatMap((one) => ['from', 'to', 'cc', 'bcc'].map((field) => `${field}:${one}`)),
    ...headers.map((one) => `rfc822msgid:${one}`),
  ]
  return any.length === 0 ? '' : `{${any.join(' ')}}`
}
