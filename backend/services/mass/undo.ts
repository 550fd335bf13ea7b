import type { Send } from '../../../lib/contract/sends.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { localAt } from '../../../lib/domain/schedule.ts'
import { lockMass, massMails, removeMass } from '../../storage/mass.ts'
import { changeSend, findSendById } from '../../storage/sends.ts'
import type { Context } from '../context.ts'
import { stale } from '../sends/draft.ts'
import { noteChange } from '../sends/notes.ts'
import { getSend, requireSend } from '../sends/read.ts'
import { requireMass } from './read.ts'
import { tellMass } from './tell.ts'

/**
 * Takes a whole mass send back while nothing of it has left: its model is the draft it was, with its files, and its mails
 * were never there. @throws Refusal conflict `undo_gone` with what is true once the first is on its way
 */
export async function undoMass(ctx: Context, id: string): Promise<Send> {
  const mass = await requireMass(ctx, id)
  const { orgId, userId } = ctx.actor
  const mails = await massMails(ctx.db, id)
  const addresses = mails.flatMap((mail) => mail.to_parties.map((one) => one.address))
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    // A second click waits here and finds that it is back, as one that comes later does.
    if (!(await lockMass(trx, id))) throw new Refusal('not_found', 'mass_state')
    const model = await findSendById(trx, mass.model_id)
    if (model === undefined || model.mass_id !== id) throw new Refusal('not_found', 'mass_state')
    if (!(await removeMass(trx, mass))) throw gone(now, model.zone)
    const draft = await changeSend(trx, {
      orgId,
      id: model.id,
      authorId: userId,
      version: model.version,
      from: ['draft'],
      set: { mass_id: null, undo_until: null, updated_at: now },
    })
    if (draft === undefined) throw stale((await requireSend(ctx, model.id)).row)
    await noteChange(trx, draft, [{ step: 'undone', detail: String(mass.total) }], now)
    await tellMass(trx, { ...mass, status: 'stopped', addresses }, now)
  })
  return getSend(ctx, mass.model_id)
}

function gone(now: Date, zone: string): Refusal {
  const local = localAt(now.getTime(), zone)
  return new Refusal('conflict', 'undo_gone', { status: 'sending', claimedAt: now.toISOString(), local })
}
