import type { ModulesAnswer } from '@/lib/contract/modules.ts'
import { builtIn, modules } from '../state.ts'
import { unfolded } from '../state-cards.ts'
import { link } from './core.ts'
import { newest } from './newest.ts'

/** The modules as this browser knew them, until {@link loadModules} has been answered. */
export async function recallModules(): Promise<void> {
  const cache = link()?.cache
  const known = await cache?.readMeta('modules').catch(() => undefined)
  const folds = await cache?.readMeta('unfolded').catch(() => undefined)
  if (cache !== link()?.cache) return
  take(known)
  unfolded.value = new Set(folds)
}

/** Every module with its fields: once per session, and again when an admin has changed one. */
export async function loadModules(): Promise<void> {
  const answer = await newest('modules', ({ backend }) => backend.modules())
  if (!answer?.ok) return
  take(answer.value)
  void link()
    ?.cache?.writeMeta('modules', answer.value)
    .catch(() => undefined)
}

/** Remembers which lists of a module's cards stand open. */
export function fold(name: string, open: boolean): void {
  const rest = [...unfolded.value].filter((one) => one !== name)
  unfolded.value = new Set(open ? [...rest, name] : rest)
  void link()
    ?.cache?.writeMeta('unfolded', [...unfolded.value])
    .catch(() => undefined)
}

function take(answer: ModulesAnswer | undefined): void {
  modules.value =
    answer === undefined ? builtIn : new Map(answer.modules.map((module) => [module.key, module]))
}
