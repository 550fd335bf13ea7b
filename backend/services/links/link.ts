import type { LinkThread, ThreadStanding } from '../../../lib/contract/messages.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import type { Trx } from '../../storage/database.ts'
import {
  dropHandLinks,
  dropThreadDeal,
  dropThreadLink,
  findThreadDeal,
  findThreadLink,
  putHandLinks,
  putThreadLink,
} from '../../storage/mail/links.ts'
import { handLinks } from '../../storage/mail/paths.ts'
import { sightingsOfThread } from '../../storage/mail/shares.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import { requirePermission, requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { loadFacts } from '../sharing/facts.ts'
import { requireOwnMailbox } from '../sharing/who-sees.ts'
import { giveWord } from '../sharing/word.ts'
import { storeMessages } from '../sync/store.ts'
import { asChange } from './change.ts'
import { threadStanding } from './standing.ts'
import { holdTarget, type OwnThread, readWhole } from './take.ts'

/** The thread on the record, or one mail of it. */
interface Placing extends OwnThread {
  recordId: string
}

/**
 * Puts a thread of the actor's mailbox on a record by hand, later mails and those of unknown people included, or one mail
 * of it. Where it was taken off though an address stands there, it is only let back (decisions 5).
 */
export async function linkThread(ctx: Context, threadId: string, input: LinkThread): Promise<ThreadStanding> {
  requirePermission(ctx, 'records.write')
  const { id: recordId } = await requireRecord(ctx, input.recordId)
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const at: Placing = { mailbox, threadId, gmailId: input.gmailId, recordId }
  const messages = await readWhole(ctx, at)
  await ctx.db.transaction().execute(async (trx) => {
    await lockMailboxMail(trx, mailbox.id)
    await holdTarget(ctx, trx, recordId)
    const mails = () => sightingsOfThread(trx, mailbox.id, threadId, input.gmailId)
    await asChange(ctx, trx, { kind: 'linked', recordId, mails }, async () => {
      if (await letBack(ctx, trx, at)) return
      const take = new Set(messages.map((one) => one.id))
      await storeMessages(trx, ctx, mailbox, messages, take)
      await putOn(ctx, trx, at, await mails())
    })
    if (input.share !== undefined) await giveWord(ctx, trx, input.share, at, await mails())
  })
  return threadStanding(ctx, threadId, input.account)
}

/**
 * Takes it off: a link by hand goes; where it stands by address, that is switched off for the thread and its later mails.
 * Putting it back is the opposite of either.
 */
export async function unlinkThread(
  ctx: Context,
  threadId: string,
  input: LinkThread,
): Promise<ThreadStanding> {
  const { recordId, gmailId } = input
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const at: Placing = { mailbox, threadId, gmailId, recordId }
  await ctx.db.transaction().execute(async (trx) => {
    await lockMailboxMail(trx, mailbox.id)
    const mails = () => sightingsOfThread(trx, mailbox.id, threadId, gmailId)
    const ids = await mails()
    const byHand = await isByHand(ctx, trx, at, ids)
    // Whoever may not open the record any more may still take their own mail off it.
    if (!byHand) await requireRecord({ ...ctx, db: trx }, recordId)
    await asChange(ctx, trx, { kind: 'unlinked', recordId, mails }, () =>
      byHand ? takeBack(ctx, trx, at, ids) : switchOff(ctx, trx, at, ids),
    )
    if (input.share !== undefined) await giveWord(ctx, trx, input.share, at, await mails())
  })
  return threadStanding(ctx, threadId, input.account)
}

async function isByHand(ctx: Context, trx: Trx, at: Placing, ids: readonly string[]): Promise<boolean> {
  const { mailbox, threadId, gmailId, recordId } = at
  const line = await findThreadLink(trx, { mailboxId: mailbox.id, threadId, recordId })
  if (gmailId === undefined && line?.kind === 'link') return true
  const hands = await handLinks(trx, ctx.actor.orgId, ids)
  return hands.some((one) => one.recordId === recordId && one.kind === 'link')
}

async function takeBack(ctx: Context, trx: Trx, at: Placing, ids: readonly string[]): Promise<void> {
  const { mailbox, threadId, recordId } = at
  const line = { mailboxId: mailbox.id, threadId, recordId }
  if (at.gmailId !== undefined && (await findThreadLink(trx, line))?.kind === 'link') {
    // The thread stays, so the mail needs a word of its own, or it would follow the thread again.
    const { userId } = ctx.actor
    const now = new Date(ctx.clock.now())
    const off = { kind: 'unlink', wholeThread: false, userId, now } as const
    return putHandLinks(trx, { sightingIds: ids, recordId, ...off })
  }
  await dropHandLinks(trx, ids, recordId, 'link')
  if (at.gmailId !== undefined) return
  await dropThreadLink(trx, line)
  const answer = await findThreadDeal(trx, mailbox.id, threadId)
  if (answer?.dealId === recordId) await dropThreadDeal(trx, mailbox.id, threadId)
}

async function switchOff(ctx: Context, trx: Trx, at: Placing, ids: readonly string[]): Promise<void> {
  if ((await byAddress(ctx, trx, at, ids)).length === 0) return
  const { mailbox, threadId, gmailId, recordId } = at
  const { userId, orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const wholeThread = gmailId === undefined
  if (wholeThread)
    await putThreadLink(trx, {
      ...{ mailboxId: mailbox.id, threadId, recordId, orgId, kind: 'unlink', byChoice: false, userId, now },
    })
  await putHandLinks(trx, { sightingIds: ids, recordId, kind: 'unlink', wholeThread, userId, now })
}

/** Undoes having been taken off; true when that alone brings it back. */
async function letBack(ctx: Context, trx: Trx, at: Placing): Promise<boolean> {
  const { mailbox, threadId, gmailId, recordId } = at
  const ids = await sightingsOfThread(trx, mailbox.id, threadId, gmailId)
  const off = (await handLinks(trx, ctx.actor.orgId, ids)).some(
    (one) => one.recordId === recordId && one.kind === 'unlink',
  )
  if (!off) return false
  await dropHandLinks(trx, ids, recordId, 'unlink')
  const line = { mailboxId: mailbox.id, threadId, recordId }
  const thread = await findThreadLink(trx, line)
  // What is said of the thread would hold for the mail again: it gets a word of its own.
  if (gmailId !== undefined && thread !== undefined) return false
  if (thread?.kind === 'unlink') await dropThreadLink(trx, line)
  return (await byAddress(ctx, trx, at, ids)).length > 0
}

/** Those of the mails that an address brings to the record, taken off or not. */
async function byAddress(
  ctx: Context,
  trx: Trx,
  at: Placing,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { mails } = await loadFacts(ctx, trx, ids)
  const stands = mails.filter((mail) =>
    mail.paths.some((path) => path.recordId === at.recordId && path.by === 'address'),
  )
  return stands.map((mail) => mail.id)
}

async function putOn(ctx: Context, trx: Trx, at: Placing, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) throw new Refusal('not_found', 'message_missing')
  const { mailbox, threadId, gmailId, recordId } = at
  const { userId, orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const line = { mailboxId: mailbox.id, threadId, recordId }
  const whole = gmailId === undefined
  const before = await findThreadLink(trx, line)
  // What only came with an answer does not speak for a mail that is put there by itself.
  const stands = before?.kind === 'link' && !before.byChoice
  if (whole) await putThreadLink(trx, { ...line, orgId, kind: 'link', byChoice: false, userId, now })
  const wholeThread = whole || stands
  await putHandLinks(trx, { sightingIds: ids, recordId, kind: 'link', wholeThread, userId, now })
}
