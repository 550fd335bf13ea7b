import type * as z from 'zod'
import type { AnswerQuery, AnswerSource } from '../../../lib/contract/compose.ts'
import { parseAddressList } from '../../../lib/domain/address-list.ts'
import { answerRecipients, answerSubject, attribution } from '../../../lib/domain/answer.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { arrivalOf, headerValues, isMail, readParties } from '../../../lib/domain/messages.ts'
import { isZone } from '../../../lib/domain/schedule.ts'
import { GoogleError, type GoogleMessage } from '../../google/gateway.ts'
import { addressesOfUser } from '../../storage/mail/addresses.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { sendAsOf } from '../../storage/send-as.ts'
import type { Context } from '../context.ts'
import { type ReadText, textOf } from '../messages/body.ts'
import { cleanOutgoingApart } from '../messages/clean.ts'
import { readingClient } from '../sync/client.ts'
import { readRefusal } from '../sync/failures.ts'
import { subjectOf } from '../sync/store.ts'
import { requireReadable } from '../threads.ts'
import { htmlOfText } from './plain-text.ts'

const patienceMs = 25_000
/** Characters of a mail that are quoted as HTML; of a longer one the words, cut. */
const longestQuote = 250_000
const longestWords = 100_000

type Input = z.output<typeof AnswerQuery> & { threadId: string }

/**
 * What an answer starts from, read from the actor's own mailbox and stored nowhere: whom it goes to, its subject and the
 * quoted text. @throws Refusal message_missing, wrong_account, scope_read_missing
 */
export async function answerSource(ctx: Context, input: Input): Promise<AnswerSource> {
  const { account, threadId, messageId, lang, zone } = input
  if (zone !== undefined && !isZone(zone))
    throw new Refusal('invalid', 'zone_unknown', { zone }, [{ field: 'zone', reason: 'zone_unknown' }])
  const mailbox = await requireReadable(ctx, account)
  const { message, words } = await readAnswered(ctx, mailbox, { threadId, messageId })
  const { from, to, cc } = readParties(message.headers)
  const replyTo = parseAddressList(headerValues(message.headers, 'Reply-To').join(', ')).parties
  const at = arrivalOf(message.internalDate)
  const said = attribution({ from, at: at.getTime() }, { lang, zone })
  return {
    threadId: message.threadId,
    messageId: message.id,
    from: from ?? null,
    at: at.toISOString(),
    ...answerRecipients({ from, replyTo, to, cc }, await mineOf(ctx, mailbox)),
    subject: answerSubject(subjectOf(message)),
    quote: await quoteOf(said, words),
  }
}

async function readAnswered(
  ctx: Context,
  mailbox: MailboxRow,
  wanted: { threadId: string; messageId: string },
): Promise<{ message: GoogleMessage; words: ReadText }> {
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const client = await readingClient(ctx, mailbox, 'person')
    const message = await client.getMessage(wanted.messageId, 'full', signal)
    if (message.threadId !== wanted.threadId || !isMail(message.labelIds))
      throw new Refusal('not_found', 'message_missing')
    return { message, words: await textOf(client, message, signal) }
  } catch (error) {
    throw error instanceof GoogleError ? readRefusal(error) : error
  }
}

/** All addresses under which the actor writes. */
async function mineOf(ctx: Context, mailbox: MailboxRow): Promise<Set<string>> {
  const mine = await addressesOfUser(ctx.db, mailbox.org_id, mailbox.user_id)
  for (const row of await sendAsOf(ctx.db, mailbox.id)) if (row.verified) mine.add(row.email)
  return mine
}

/** Who wrote when, and below it their words; the plain ones, cut, where the others are too many or cannot be cleaned. */
async function quoteOf(said: string, { html, plain }: ReadText): Promise<string> {
  const head = htmlOfText(said)
  const words = htmlOfText(plain.slice(0, longestWords))
  const whole = html === undefined || (html.length > longestQuote && plain !== '') ? words : html
  for (const text of [whole.slice(0, longestQuote), words]) {
    const quote = `${head}<blockquote>${text}</blockquote>`
    const clean = await cleanOutgoingApart({ html: '', quote }, 2_500)
    if (clean !== undefined) return clean.quote
  }
  return head
}
