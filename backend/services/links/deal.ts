import type { ChooseDeal, ThreadStanding } from '../../../lib/contract/messages.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { isOpenStage } from '../../../lib/domain/modules.ts'
import type { Trx } from '../../storage/database.ts'
import {
  dropHandLinks,
  dropThreadDeal,
  dropThreadLink,
  findThreadDeal,
  findThreadLink,
  putHandLinks,
  putThreadDeal,
  putThreadLink,
} from '../../storage/mail/links.ts'
import { sightingsOfThread } from '../../storage/mail/shares.ts'
import { lockMailboxMail } from '../../storage/mail/thread-marks.ts'
import { requirePermission, requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { requireOwnMailbox } from '../sharing/who-sees.ts'
import { storeMessages } from '../sync/store.ts'
import { asChange } from './change.ts'
import { threadStanding } from './standing.ts'
import { holdTarget, type OwnThread, readWhole } from './take.ts'

/**
 * Remembers which deal a thread is about: it stands there by hand from now on, with its later mails; another answer moves
 * it. null: about none of them; `ask`: as if never answered (decisions 5).
 */
export async function chooseDeal(ctx: Context, threadId: string, input: ChooseDeal): Promise<ThreadStanding> {
  requirePermission(ctx, 'records.write')
  const mailbox = await requireOwnMailbox(ctx, input.account)
  const thread: OwnThread = { mailbox, threadId, gmailId: undefined }
  const dealId = input.ask === true ? null : input.dealId
  if (dealId !== null) await requireOpenDeal(ctx, dealId)
  const messages = dealId === null ? [] : await readWhole(ctx, thread)
  await ctx.db.transaction().execute(async (trx) => {
    await lockMailboxMail(trx, mailbox.id)
    if (dealId !== null) await holdTarget(ctx, trx, dealId)
    const before = (await findThreadDeal(trx, mailbox.id, threadId))?.dealId ?? undefined
    const mails = () => sightingsOfThread(trx, mailbox.id, threadId, undefined)
    const change = { kind: 'deal_chosen', recordId: dealId ?? before, mails } as const
    await asChange(ctx, trx, change, async () => {
      if (before !== undefined && before !== dealId)
        await dropChoice(trx, mailbox.id, threadId, before, await mails())
      if (input.ask === true) await dropThreadDeal(trx, mailbox.id, threadId)
      else await answer(ctx, trx, thread, dealId)
      await storeMessages(trx, ctx, mailbox, messages)
      if (dealId !== null) await putHandLinksOf(ctx, trx, dealId, await mails())
    })
  })
  return threadStanding(ctx, threadId, input.account)
}

async function requireOpenDeal(ctx: Context, dealId: string): Promise<void> {
  const { module, fields } = await requireRecord(ctx, dealId)
  if (module !== 'deals' || !isOpenStage(fields['stage'])) throw new Refusal('conflict', 'deal_not_open')
}

/** The answer, and a link by hand with it unless there is one. */
async function answer(ctx: Context, trx: Trx, thread: OwnThread, dealId: string | null): Promise<void> {
  const { userId, orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const on = { mailboxId: thread.mailbox.id, threadId: thread.threadId, orgId, userId, now }
  await putThreadDeal(trx, { ...on, dealId })
  if (dealId === null) return
  const line = await findThreadLink(trx, { ...on, recordId: dealId })
  if (line?.kind !== 'link')
    await putThreadLink(trx, { ...on, recordId: dealId, kind: 'link', byChoice: true })
}

async function putHandLinksOf(
  ctx: Context,
  trx: Trx,
  recordId: string,
  sightingIds: readonly string[],
): Promise<void> {
  const { userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  await putHandLinks(trx, { sightingIds, recordId, kind: 'link', wholeThread: true, userId, now })
}

/** The link that came with an answer goes with it; one made by hand for itself stays. */
async function dropChoice(
  trx: Trx,
  mailboxId: string,
  threadId: string,
  recordId: string,
  sightingIds: readonly string[],
): Promise<void> {
  const line = { mailboxId, threadId, recordId }
  if ((await findThreadLink(trx, line))?.byChoice !== true) return
  await dropThreadLink(trx, line)
  await dropHandLinks(trx, sightingIds, recordId, 'link', true)
}
