import type * as z from 'zod'
import type { MassSend, StartMass } from '../../../lib/contract/mass.ts'
import { massPace } from '../../../lib/domain/allowance.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { localAt } from '../../../lib/domain/schedule.ts'
import { oneLine } from '../../../lib/domain/text.ts'
import { insertMass, insertMassMails } from '../../storage/mass.ts'
import { changeSend, hintSends, type ShownSend } from '../../storage/sends.ts'
import { requireSenderAddress } from '../compose/senders.ts'
import type { Context } from '../context.ts'
import { massTimes } from '../sends/allowance.ts'
import { requireSender, requireSendingMailbox } from '../sends/allowed.ts'
import { guardsOfSend } from '../sends/check.ts'
import { stale } from '../sends/draft.ts'
import { emptyRow } from '../sends/row.ts'
import { graceMs, requireFiles, requireOverruled } from '../sends/submit.ts'
import { resolveWhen } from '../sends/when.ts'
import { type Chosen, choose, groundOf } from './plan.ts'
import { getMass } from './read.ts'
import { tellMass } from './tell.ts'

type Input = z.output<typeof StartMass>

/** Rows written by one statement. */
const atOnce = 500

/**
 * Sends a draft to many records, each its own mail (decisions 13). All of them are in the queue when it answers, or none.
 * @throws Refusal conflict `mass_changed` when others would be mailed than the author confirmed
 */
export async function startMass(ctx: Context, input: Input): Promise<MassSend> {
  const massId = ctx.newId()
  requireSender(ctx, input.when.kind === 'at')
  const { draft, limits, unsubscribe, taken } = await groundOf(ctx, input.draftId)
  if (draft.version !== input.version) throw stale(draft)
  if (unsubscribe === null) throw new Refusal('conflict', 'no_unsubscribe')
  const mailbox = await requireSendingMailbox(ctx, draft.mailboxEmail)
  const sender = await requireSenderAddress(ctx, mailbox, draft.from_address)
  await requireFiles(ctx, draft)
  // Its fields are meant to stand open.
  requireOverruled(await guardsOfSend(ctx, { ...draft, mass_id: massId }), input.overrule)
  const evenEmpty = input.overrule.includes('unresolved_field')
  const chosen = await choose(ctx, draft, { ...input, evenEmpty })
  requireExpected(chosen, input.expected)
  const overruled = [...new Set([...draft.overruled, 'unresolved_field' as const])]
  const due = resolveWhen(input.when, ctx.clock.now(), draft.zone)
  const now = new Date(ctx.clock.now())
  const undoMs = input.when.kind === 'now' ? input.undoSeconds * 1000 : 0
  const first = due.due_at.getTime() + (undoMs === 0 ? 0 : undoMs + graceMs)
  const times = massTimes(taken, limits, { now: first, count: chosen.mailed.length })
  const mails = rowsOf(
    ctx,
    { ...draft, ...sender, ...(evenEmpty && { overruled }) },
    { massId, chosen, due, times },
  )
  await ctx.db.transaction().execute(async (trx) => {
    const model = await changeSend(trx, {
      orgId: ctx.actor.orgId,
      id: draft.id,
      authorId: ctx.actor.userId,
      version: input.version,
      from: ['draft'],
      set: {
        mass_id: massId,
        undo_until: undoMs === 0 ? null : new Date(now.getTime() + undoMs),
        updated_at: now,
      },
    })
    if (model === undefined) throw stale(draft)
    const row = {
      id: massId,
      org_id: ctx.actor.orgId,
      author_id: ctx.actor.userId,
      mailbox_id: draft.mailbox_id,
      model_id: draft.id,
      status: 'running' as const,
      topic: oneLine(input.topic).trim(),
      total: mails.length,
      per_minute: massPace(limits),
      created_at: now,
      updated_at: now,
    }
    await insertMass(trx, row, chosen.leftOut)
    for (let from = 0; from < mails.length; from += atOnce)
      await insertMassMails(trx, mails.slice(from, from + atOnce), now)
    await tellMass(trx, { ...row, addresses: chosen.mailed.map((one) => one.address) }, now)
    await hintSends(trx)
  })
  return getMass(ctx, massId)
}

/** What the confirm showed is what happens. */
function requireExpected({ mailed }: Chosen, expected: number): void {
  if (mailed.length === 0) throw new Refusal('conflict', 'mass_nobody')
  if (mailed.length !== expected)
    throw new Refusal('conflict', 'mass_changed', { n: mailed.length, expected })
}

/** One mail to each, with the text as it was written: it is merged when it goes. */
function rowsOf(
  ctx: Context,
  draft: ShownSend,
  about: {
    massId: string
    chosen: Chosen
    due: ReturnType<typeof resolveWhen>
    times: readonly number[]
  },
) {
  const { massId, chosen, due, times } = about
  const empty = emptyRow(ctx)
  return chosen.mailed.map(({ recordId, address, person }, place) => {
    const at = times[place] ?? due.due_at.getTime()
    return {
      ...empty,
      ...due,
      due_at: new Date(at),
      local_time: localAt(at, due.zone),
      id: ctx.newId(),
      mailbox_id: draft.mailbox_id,
      status: 'scheduled' as const,
      record_id: recordId,
      mass_id: massId,
      mass_place: place,
      from_address: draft.from_address,
      from_name: draft.from_name,
      to_parties: JSON.stringify([{ address, name: oneLine(person).trim() }]),
      subject: draft.subject,
      html: draft.html,
      body: draft.body,
      template_id: draft.template_id,
      overruled: draft.overruled,
      address,
    }
  })
}
