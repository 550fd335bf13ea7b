import type { StreamEvent } from '../../lib/contract/stream.ts'
import { eventRange, eventsAfter } from '../storage/events.ts'
import type { Context } from './context.ts'

/** Where the actor's stream stands: the newest event of the organisation, and the oldest that is still kept. */
export async function latestEvent(ctx: Context): Promise<{ seq: number; oldest: number | undefined }> {
  return eventRange(ctx.db, ctx.actor.orgId)
}

/** What the actor may hear after `seq`, oldest first. */
export async function eventsSince(ctx: Context, seq: number): Promise<StreamEvent[]> {
  return eventsAfter(ctx.db, ctx.actor.orgId, ctx.actor.userId, seq)
}
