import type { MassSend } from '../../../lib/contract/mass.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { localAt } from '../../../lib/domain/schedule.ts'
import type { Trx } from '../../storage/database.ts'
import { findMailbox } from '../../storage/mail/mailboxes.ts'
import { addStepToMany, dueAt, type MassRow, massMails, moveMass, moveMassMails } from '../../storage/mass.ts'
import { hintSends } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { limitsOf, massTimes, usedTimes } from '../sends/allowance.ts'
import { requireSender, requireSendingMailbox } from '../sends/allowed.ts'
import { getMass, requireMass, statusOf } from './read.ts'
import { tellMass } from './tell.ts'

type Version = { version: number }

/** What waits is held until it is resumed; what a worker has in hand ends as it ends. */
export function pauseMass(ctx: Context, id: string, input: Version): Promise<MassSend> {
  return change(ctx, id, { ...input, from: ['running'], to: 'paused' }, async (trx, mass, now) => {
    const ids = await moveMassMails(trx, mass.id, { from: 'waiting', to: 'held', now })
    await addStepToMany(trx, ids, { step: 'held', detail: 'paused', at: now })
  })
}

/** Goes on from now, at the pace of the limits. */
export async function resumeMass(ctx: Context, id: string, input: Version): Promise<MassSend> {
  requireSender(ctx)
  const mass = await requireMass(ctx, id)
  await requireSendingMailbox(ctx, (await findMailbox(ctx.db, mass.mailbox_id))?.email ?? '')
  return change(ctx, id, { ...input, from: ['paused'], to: 'running' }, async (trx, row, now) => {
    const ids = await moveMassMails(trx, row.id, { from: 'paused', to: 'scheduled', now })
    await spread(trx, ctx, row, ids)
    await addStepToMany(trx, ids, { step: 'resumed', at: now })
    await hintSends(trx)
  })
}

/** What waits is cancelled and never goes; what is being sent ends. */
export function stopMass(ctx: Context, id: string, input: Version): Promise<MassSend> {
  return change(ctx, id, { ...input, from: ['running', 'paused'], to: 'stopped' }, async (trx, mass, now) => {
    const ids = await moveMassMails(trx, mass.id, { from: 'open', to: 'cancelled', now })
    await addStepToMany(trx, ids, { step: 'cancelled', at: now })
  })
}

/** Over the version its author saw, and only from these states. @throws Refusal conflict `mass_state`, `version_stale` */
async function change(
  ctx: Context,
  id: string,
  asked: { version: number; from: readonly MassRow['status'][]; to: MassRow['status'] },
  also: (trx: Trx, mass: MassRow, now: Date) => Promise<void>,
): Promise<MassSend> {
  const before = await requireMass(ctx, id)
  if (!asked.from.some((status) => status === statusOf(before)))
    throw new Refusal('conflict', 'mass_state', { status: statusOf(before), version: before.version })
  const now = new Date(ctx.clock.now())
  const done = await ctx.db.transaction().execute(async (trx) => {
    const { orgId, userId: authorId } = ctx.actor
    const row = await moveMass(trx, { orgId, id, authorId, ...asked, now })
    if (row === undefined) return false
    await also(trx, row, now)
    const addresses = (await massMails(trx, id)).flatMap((mail) => mail.to_parties.map((one) => one.address))
    await tellMass(trx, { ...row, addresses }, now)
    return true
  })
  if (done) return getMass(ctx, id)
  const standing = await requireMass(ctx, id)
  throw new Refusal('conflict', 'mass_state', { status: statusOf(standing), version: standing.version })
}

/** From now on, or from when it was to begin. */
async function spread(trx: Trx, ctx: Context, mass: MassRow, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const mails = new Map((await massMails(trx, mass.id)).map((mail) => [mail.id, mail]))
  const first = Math.min(...ids.map((id) => mails.get(id)?.due_at.getTime() ?? 0))
  const now = Math.max(ctx.clock.now(), first)
  const taken = await usedTimes(trx, mass.mailbox_id, ctx.clock.now(), { mass: true })
  const times = massTimes(taken, limitsOf(ctx.actor.policy), { now, count: ids.length })
  await dueAt(
    trx,
    ids.map((id, nth) => {
      const at = times[nth] ?? now
      return { id, at: new Date(at), local: localAt(at, mails.get(id)?.zone ?? 'UTC') }
    }),
  )
}
