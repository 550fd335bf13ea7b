import { type CreateView, type SavedView, type UpdateView, ViewDefinition } from '../../lib/contract/lists.ts'
import { type FieldProblem, Refusal } from '../../lib/domain/errors.ts'
import type { ModuleDescription, ModuleKey } from '../../lib/domain/modules.ts'
import { changeView, findView, findViews, insertView, removeView, type ViewRow } from '../storage/views.ts'
import { requirePermission } from './access.ts'
import type { Context } from './context.ts'
import { isListField, viewProblems } from './lists.ts'
import { modulesOf } from './modules.ts'
import { requireModule } from './records/create.ts'

/** Mine and what others share, of one module or all. */
export async function listViews(
  ctx: Context,
  query: { module?: ModuleKey | undefined },
): Promise<SavedView[]> {
  const modules = await modulesOf(ctx)
  const rows = await findViews(ctx.db, ctx.actor, query.module)
  return rows.flatMap((row) => {
    const module = modules.get(row.module)
    return module === undefined ? [] : [toView(module, row)]
  })
}

/** @throws Refusal not_found `view_missing`, also for what somebody else keeps to themselves */
export async function getView(ctx: Context, id: string): Promise<SavedView> {
  const row = await findView(ctx.db, ctx.actor, id)
  const module = row && (await modulesOf(ctx)).get(row.module)
  if (row === undefined || module === undefined) throw new Refusal('not_found', 'view_missing')
  return toView(module, row)
}

/** Everybody keeps views for themselves; who may write may share them. */
export async function createView(ctx: Context, input: CreateView): Promise<SavedView> {
  if (input.shared) requirePermission(ctx, 'records.write')
  const id = ctx.newId()
  const { orgId, userId } = ctx.actor
  checkDefinition(ctx, await requireModule(ctx, input.module), input.definition)
  const now = new Date(ctx.clock.now())
  if (await insertView(ctx.db, { ...input, id, orgId, userId, now })) return getView(ctx, id)
  // Either the name stands already, or the same request came twice at once.
  if (await findView(ctx.db, ctx.actor, id)) return getView(ctx, id)
  throw nameTaken()
}

/**
 * Changes what is given, by its owner or, when it is shared, an admin; what others see only by who may write. @throws Refusal conflict
 * `version_stale`
 */
export async function updateView(ctx: Context, id: string, input: UpdateView): Promise<SavedView> {
  const view = await requireMine(ctx, id)
  if (view.shared || input.shared) requirePermission(ctx, 'records.write')
  if (input.definition !== undefined)
    checkDefinition(ctx, await requireModule(ctx, view.module), input.definition)
  const { version, name, shared, definition } = input
  const at = { orgId: ctx.actor.orgId, id, version, now: new Date(ctx.clock.now()) }
  const outcome = await changeView(ctx.db, at, {
    ...(name !== undefined && { name }),
    ...(shared !== undefined && { shared }),
    ...(definition !== undefined && { definition }),
  })
  if (outcome === 'taken') throw nameTaken()
  if (outcome === 'stale')
    throw new Refusal('conflict', 'version_stale', { version: (await getView(ctx, id)).version })
  const row = await findView(ctx.db, ctx.actor, id)
  // An admin who takes another's view out of the shared ones no longer sees it.
  return row === undefined ? { ...view, version: version + 1, shared: false } : getView(ctx, id)
}

export async function deleteView(ctx: Context, id: string): Promise<void> {
  const view = await requireMine(ctx, id)
  if (view.shared) requirePermission(ctx, 'records.write')
  await removeView(ctx.db, { orgId: ctx.actor.orgId, id })
}

async function requireMine(ctx: Context, id: string): Promise<SavedView> {
  const view = await getView(ctx, id)
  if (view.owner.id !== ctx.actor.userId && ctx.actor.role !== 'admin')
    throw new Refusal('forbidden', 'view_of_other', { owner: view.owner.name })
  return view
}

function nameTaken(): Refusal {
  return new Refusal('conflict', 'name_taken', {}, [{ field: 'name', reason: 'name_taken' }])
}

function checkDefinition(ctx: Context, module: ModuleDescription, definition: ViewDefinition): void {
  const problems: FieldProblem[] = viewProblems(ctx, module, definition).map(({ field, reason }) => ({
    field: `definition.${field}`,
    reason,
  }))
  if (problems.length > 0) throw new Refusal('invalid', 'field_invalid', {}, problems)
}

/** What names a field that is gone is left out, so that the view opens; the stored one stays, and so it may come back. */
function toView(module: ModuleDescription, row: ViewRow): SavedView {
  const read = ViewDefinition.safeParse(row.definition)
  const { columns, filter, sort } = read.success ? read.data : ViewDefinition.parse({})
  const stands = (key: string) => isListField(module, key)
  const named = [...(columns ?? []), ...filter.map((one) => one.field), ...(sort ? [sort.field] : [])]
  return {
    id: row.id,
    version: row.version,
    module: row.module,
    name: row.name,
    shared: row.shared,
    owner: { id: row.ownerId, name: row.ownerName },
    definition: {
      filter: filter.filter((one) => stands(one.field)),
      ...(columns && { columns: columns.filter(stands) }),
      ...(sort && stands(sort.field) && { sort }),
    },
    ignored: [...new Set(named.filter((key) => !stands(key)))],
  }
}
