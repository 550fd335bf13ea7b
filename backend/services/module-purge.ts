import { setImmediate } from 'node:timers/promises'
import { isModuleKey, type ModuleKey } from '../../lib/domain/modules.ts'
import type { Trx } from '../storage/database.ts'
import { allFields, setHidden, updateFieldRow, updateModuleRow } from '../storage/module-admin.ts'
import {
  binForErasing,
  eraseField,
  eraseFieldHistory,
  eraseFieldValues,
  eraseModule,
  nextRecords,
} from '../storage/module-purge.ts'
import { enqueueTask } from '../storage/tasks.ts'
import type { Context, Deps } from './context.ts'
import { requireField } from './field-admin.ts'
import { ownModules, requireKept } from './module-admin.ts'
import { changeModules, requireModule, unknownModule } from './module-change.ts'
import { purgeRecords } from './records/purge.ts'
import { enqueueIndexing } from './search-index.ts'

/** Records of one transaction; erasing a whole record touches many rows of others. */
const batchSize = 500
const recordsAtOnce = 100

/** Erases a deleted module with all its records and what stands on them, in the background. There is no way back. */
export async function purgeModule(ctx: Context, key: string): Promise<void> {
  await changeModules(ctx, async (trx, now) => {
    const module = requireKept(await ownModules(trx, ctx.actor.orgId), key)
    await updateModuleRow(trx, ctx.actor.orgId, module.key, { purged_at: now })
    await ask(trx, ctx, { module: module.key, field: '' })
    return module.key
  })
}

/** Erases a deleted field with every value it ever had, history included, in the background. There is no way back. */
export async function purgeField(ctx: Context, moduleKey: string, key: string): Promise<void> {
  await changeModules(ctx, async (trx, now) => {
    const module = await requireModule(trx, ctx, moduleKey)
    requireField(await allFields(trx, ctx.actor.orgId, module), key, 'deleted')
    await updateFieldRow(trx, { orgId: ctx.actor.orgId, module, key }, { purged_at: now })
    await ask(trx, ctx, { module, field: key })
    return key
  })
}

async function ask(trx: Trx, ctx: Context, what: { module: ModuleKey; field: string }): Promise<void> {
  const now = new Date(ctx.clock.now())
  const { orgId } = ctx.actor
  await enqueueTask(trx, {
    id: ctx.newId(),
    orgId,
    kind: 'purge',
    key: `${orgId}/${what.module}/${what.field}`,
    payload: what,
    dueAt: now,
    now,
  })
}

/** Erases in batches, each a transaction of its own; a crash goes on where it stopped, for what is gone is gone. */
export async function runPurge(
  deps: Deps,
  task: { orgId: string; payload: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<undefined> {
  const { orgId } = task
  const { module = '', field = '' } = task.payload
  if (!isModuleKey(module)) throw unknownModule(module)
  if (field === '') await eraseWholeModule(deps, orgId, module, signal)
  else await eraseWholeField(deps, { orgId, module, key: field }, signal)
}

async function eraseWholeModule(
  deps: Deps,
  orgId: string,
  module: ModuleKey,
  signal: AbortSignal,
): Promise<void> {
  let after: string | undefined
  for (;;) {
    signal.throwIfAborted()
    const ids = await nextRecords(deps.db, { orgId, module, after, limit: recordsAtOnce })
    after = ids.at(-1)
    if (after === undefined) break
    await binForErasing(deps.db, ids, new Date(deps.clock.now()))
    await purgeRecords(deps, orgId, ids)
    await setImmediate()
  }
  await deps.db.transaction().execute(async (trx) => {
    await eraseModule(trx, orgId, module)
    await setHidden(trx, orgId)
  })
}

async function eraseWholeField(
  deps: Deps,
  at: { orgId: string; module: ModuleKey; key: string },
  signal: AbortSignal,
): Promise<void> {
  // Money brings the field of its currency.
  const keys = [at.key, `${at.key}_currency`]
  let after: string | undefined
  for (;;) {
    signal.throwIfAborted()
    const start = after
    after = await deps.db.transaction().execute(async (trx) => {
      const ids = await nextRecords(trx, { ...at, after: start, limit: batchSize })
      if (ids.length === 0) return undefined
      await eraseFieldValues(trx, ids, keys)
      await eraseFieldHistory(trx, ids, keys)
      return ids.at(-1)
    })
    if (after === undefined) break
    await setImmediate()
  }
  await deps.db.transaction().execute(async (trx) => {
    await eraseField(trx, at)
    await enqueueIndexing(trx, deps, at.orgId)
  })
}
