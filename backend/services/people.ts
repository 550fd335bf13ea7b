import type { Role } from '../../lib/contract/identity.ts'
import { upsertInvitation } from '../storage/identity.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'

/** Lets somebody join with this role; a second invitation of the same address takes the place of the first. */
export async function invite(ctx: Context, input: { email: string; role: Role }): Promise<void> {
  requirePermission(ctx, 'admin')
  await upsertInvitation(ctx.db, {
    org_id: ctx.actor.orgId,
    email: input.email,
    role: input.role,
    invited_by: ctx.actor.userId,
    created_at: new Date(ctx.clock.now()),
  })
}
