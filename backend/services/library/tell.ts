import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import type { Context } from '../context.ts'

/** Lets everybody who looks at the library ask again. */
export async function tellLibrary(trx: Trx, ctx: Context): Promise<void> {
  const at = new Date(ctx.clock.now())
  await appendEvent(trx, { orgId: ctx.actor.orgId, payload: { type: 'library' }, at })
}
