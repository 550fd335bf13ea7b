import type { SenderList } from '../../../lib/contract/compose.ts'
import { normaliseAddress } from '../../../lib/domain/addresses.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { isShared, mayUseSender, senderStands } from '../../../lib/domain/senders.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import { GoogleError } from '../../google/gateway.ts'
import type { MailboxRow } from '../../storage/mail/mailboxes.ts'
import { putSendAs, type SendAsRow, sendAsOf } from '../../storage/send-as.ts'
import type { SendSurroundings } from '../../storage/send-queue.ts'
import { findOwnMailbox } from '../../storage/sends.ts'
import type { Context, Deps } from '../context.ts'
import { cleanOutgoingApart } from '../messages/clean.ts'
import { allows } from '../scopes.ts'
import { readingClient } from '../sync/client.ts'

/** Aliases hardly ever change; Gmail is asked again after an hour. */
const freshMs = 60 * 60_000
const patienceMs = 15_000
const longestSignature = 50_000

/** From whom this account may send: itself and its verified aliases, as the policy allows (S-071). */
export async function listSenders(ctx: Context, input: { account: string }): Promise<SenderList> {
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const rows = await verifiedSenders(ctx, mailbox, 'person')
  const primary = rows?.find((row) => row.email === mailbox.email)
  const own = {
    address: mailbox.email,
    name: primary?.name || ctx.actor.name,
    signature: primary?.signature ?? '',
    isDefault: true,
    isShared: isShared(ctx.actor.policy, mailbox.email),
  }
  const { policy, role } = ctx.actor
  const aliases = (rows ?? [])
    .filter((row) => row.email !== mailbox.email && mayUseSender(policy, role, row.email))
    .map((row) => ({
      address: row.email,
      name: row.name || ctx.actor.name,
      signature: row.signature,
      isDefault: false,
      isShared: isShared(policy, row.email),
    }))
  return { senders: [own, ...aliases], known: rows !== undefined }
}

/**
 * The name under which an address of the account sends. @throws Refusal invalid `not_a_sender` for what is no verified
 * alias, or the organisation's address for who may not use it
 */
export async function requireSenderAddress(
  ctx: Context,
  mailbox: MailboxRow,
  from: string | null,
): Promise<{ from_address: string | null; from_name: string }> {
  if (from === null || from === mailbox.email) return { from_address: null, from_name: '' }
  const { senders } = await listSenders(ctx, { account: mailbox.email })
  const sender = senders.find((one) => one.address === from)
  if (sender !== undefined) return { from_address: from, from_name: sender.name }
  throw new Refusal('invalid', 'not_a_sender', { address: from }, [{ field: 'from', reason: 'not_a_sender' }])
}

/** At send time: whether the address a mail is from may still be written as. Otherwise it is held `alias_gone`. */
export async function mayStillSendAs(
  deps: Deps,
  send: { from_address: string | null },
  { author, mailbox, policy }: SendSurroundings,
): Promise<boolean> {
  const { from_address: from } = send
  if (from === null || from === mailbox.email) return true
  const rows = (await verifiedSenders(deps, mailbox, 'send')) ?? []
  const aliases = rows.map((row) => row.email)
  return senderStands({ from, account: mailbox.email, aliases, policy, role: author.role })
}

/**
 * Verified send-as addresses of the account with their signatures, read from Gmail when older than an hour; what was last
 * read when Gmail does not answer. Undefined when they were never read, for want of permission or of an answer.
 */
async function verifiedSenders(
  deps: Deps,
  mailbox: MailboxRow,
  use: 'person' | 'send',
): Promise<SendAsRow[] | undefined> {
  if (!allows(mailbox.scopes, 'read')) return undefined
  const known = await sendAsOf(deps.db, mailbox.id)
  const oldest = Math.min(...known.map((row) => row.read_at.getTime()))
  const isFresh = known.length > 0 && deps.clock.now() - oldest < freshMs
  const rows = isFresh ? known : ((await readSendAs(deps, mailbox, use)) ?? known)
  return rows.length === 0 ? undefined : rows.filter((row) => row.verified)
}

async function readSendAs(
  deps: Deps,
  mailbox: MailboxRow,
  use: 'person' | 'send',
): Promise<SendAsRow[] | undefined> {
  try {
    const client = await readingClient(deps, mailbox, use)
    const found = await client.listSendAs(AbortSignal.timeout(patienceMs))
    const read_at = new Date(deps.clock.now())
    const rows: SendAsRow[] = []
    for (const one of found) {
      const email = normaliseAddress(one.email)
      if (email === undefined || rows.some((row) => row.email === email)) continue
      const signature = await cleanSignature(one.signatureHtml)
      const name = cleanText(one.name).replace(/\s+/g, ' ').trim().slice(0, 200)
      const { isPrimary: is_primary, verified } = one
      const row = { mailbox_id: mailbox.id, org_id: mailbox.org_id, email, name, signature, read_at }
      rows.push({ ...row, is_primary, verified: verified || is_primary })
    }
    await deps.db.transaction().execute((trx) => putSendAs(trx, mailbox.id, rows))
    return rows
  } catch (error) {
    if (error instanceof GoogleError) return undefined
    throw error
  }
}

/** A signature that cannot be made harmless is none. */
async function cleanSignature(html: string): Promise<string> {
  if (html.trim() === '' || html.length > longestSignature) return ''
  return (await cleanOutgoingApart({ html, quote: '' }, 2_000))?.html ?? ''
}

/** The actor's own mailbox, connected or to be connected again. @throws Refusal forbidden mailbox_none, wrong_account */
export async function requireOwnMailbox(ctx: Context, account: string): Promise<MailboxRow> {
  const { orgId, userId } = ctx.actor
  const mailbox = await findOwnMailbox(ctx.db, { orgId, email: account })
  if (mailbox === undefined || mailbox.status === 'disconnected')
    throw new Refusal(
      'forbidden',
      mailbox?.user_id === userId || !mailbox ? 'mailbox_none' : 'wrong_account',
      {
        account,
      },
    )
  if (mailbox.user_id !== userId) throw new Refusal('forbidden', 'wrong_account', { account })
  return mailbox
}
