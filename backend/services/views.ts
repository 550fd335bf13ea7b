import type { CreateView, SavedView, UpdateView } from '../../lib/contract/lists.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import type { Context } from './context.ts'

export async function listViews(
  _ctx: Context,
  _query: { module?: ModuleKey | undefined },
): Promise<SavedView[]> {
  return []
}

export async function getView(_ctx: Context, _id: string): Promise<SavedView> {
  throw new Refusal('not_found', 'record_missing')
}

export async function createView(_ctx: Context, _input: CreateView): Promise<SavedView> {
  throw new Refusal('not_found', 'record_missing')
}

export async function updateView(_ctx: Context, _id: string, _input: UpdateView): Promise<SavedView> {
  throw new Refusal('not_found', 'record_missing')
}

export async function deleteView(_ctx: Context, _id: string): Promise<void> {
  throw new Refusal('not_found', 'record_missing')
}
