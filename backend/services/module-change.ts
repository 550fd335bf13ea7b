import type { ModulesChanged } from '../../lib/contract/modules.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { isModuleKey, isStandardModule, type ModuleKey } from '../../lib/domain/modules.ts'
import type { Trx } from '../storage/database.ts'
import { appendEvent } from '../storage/events.ts'
import { allModules, beginModulesChange, modulesState } from '../storage/module-admin.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'
import { modulesOf } from './modules.ts'

/**
 * One change to modules or fields, an admin's: the organisation's version moves on in the same transaction, so that every
 * instance reads anew at its next request, and everybody is told. `change` answers the key it concerned.
 */
export async function changeModules(
  ctx: Context,
  change: (trx: Trx, now: Date) => Promise<string>,
): Promise<ModulesChanged> {
  requirePermission(ctx, 'admin')
  const { orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const key = await ctx.db.transaction().execute(async (trx) => {
    await beginModulesChange(trx, orgId)
    const changed = await change(trx, now)
    await appendEvent(trx, { orgId, payload: { type: 'modules' }, at: now })
    return changed
  })
  return afterChange(ctx, key)
}

/** Everything as it is now, not as it was when the request came in. */
export async function afterChange(ctx: Context, key: string): Promise<ModulesChanged> {
  const state = await modulesState(ctx.db, ctx.actor.orgId)
  const modules = await modulesOf({ ...ctx, actor: { ...ctx.actor, ...state } })
  return { key, version: state.modulesVersion, modules: [...modules.values()] }
}

/** A module that stands, standard or own. @throws Refusal not_found `module_unknown` */
export async function requireModule(trx: Trx, ctx: Context, key: string): Promise<ModuleKey> {
  if (isStandardModule(key)) return key
  const module = (await allModules(trx, ctx.actor.orgId)).find((one) => one.key === key)
  if (!isModuleKey(key) || module === undefined || module.deleted_at !== null) throw unknownModule(key)
  return key
}

export function unknownModule(key: string): Refusal {
  return new Refusal('not_found', 'module_unknown', { module: key.slice(0, 60) })
}
