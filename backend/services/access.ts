import { Refusal } from '../../lib/domain/errors.ts'
import { type ModuleKey, standardModules } from '../../lib/domain/modules.ts'
import type { Permission } from '../../lib/domain/permissions.ts'
import { othersAccess, roleMay } from '../../lib/domain/policy.ts'
import { successorOf } from '../storage/merges.ts'
import { findRecord, type RecordRow, type Viewer } from '../storage/records.ts'
import type { Actor, Context } from './context.ts'

/** Through whose eyes the store is read: an admin sees every record, others what is theirs or open by policy. */
export function viewerOf({ actor }: { actor: Actor }): Viewer {
  const { orgId, userId, role, policy, hiddenModules: hidden } = actor
  if (role === 'admin') return { orgId, userId, closed: [], customClosed: false, hidden }
  const isClosed = (module: ModuleKey) => othersAccess(policy, module) === 'private'
  return { orgId, userId, closed: standardModules.filter(isClosed), customClosed: isClosed('x_any'), hidden }
}

/** @throws Refusal forbidden `permission_missing` with the permission's name */
export function requirePermission({ actor }: Context, permission: Permission): void {
  if (roleMay(actor.policy, actor.role, permission)) return
  if (permission === 'admin') throw new Refusal('forbidden', 'not_admin')
  const writes = permission === 'records.write' || permission === 'mail.send'
  if (writes && actor.role === 'viewer') throw new Refusal('forbidden', 'role_cannot_write')
  throw new Refusal('forbidden', 'permission_missing', { permission })
}

/** What this person may do with a record they can see. */
export function accessTo(
  { actor }: Context,
  record: { module: ModuleKey; owner_id: string },
): 'read' | 'edit' {
  const { role, policy, userId } = actor
  if (!roleMay(policy, role, 'records.write')) return 'read'
  if (role === 'admin' || record.owner_id === userId) return 'edit'
  return othersAccess(policy, record.module) === 'edit' ? 'edit' : 'read'
}

/**
 * The record, if this person may see it. What they may not see does not exist for them; of what went into another record
 * `facts.mergedInto` says which.
 */
export async function requireRecord(ctx: Context, id: string): Promise<RecordRow> {
  const row = await findRecord(ctx.db, viewerOf(ctx), id)
  if (row) return row
  const successor = await findSuccessor(ctx, id)
  throw new Refusal('not_found', 'record_missing', successor ? { mergedInto: successor.id } : {})
}

/** The record, or the one it went into by merging or converting: old links and cached cards still lead somewhere. */
export async function requireStanding(ctx: Context, id: string): Promise<RecordRow> {
  const row = (await findRecord(ctx.db, viewerOf(ctx), id)) ?? (await findSuccessor(ctx, id))
  if (row) return row
  throw new Refusal('not_found', 'record_missing')
}

async function findSuccessor(ctx: Context, id: string): Promise<RecordRow | undefined> {
  const standing = await successorOf(ctx.db, ctx.actor.orgId, id)
  return standing === undefined ? undefined : findRecord(ctx.db, viewerOf(ctx), standing)
}

/** @throws Refusal forbidden `record_read_only` where others own it and the policy lets them only read */
export async function requireEditable(ctx: Context, id: string): Promise<RecordRow> {
  requirePermission(ctx, 'records.write')
  const row = await requireRecord(ctx, id)
  if (accessTo(ctx, row) === 'edit') return row
  throw new Refusal('forbidden', 'record_read_only', { owner: row.ownerName })
}
