import type { ModuleKey } from '@/lib/domain/modules.ts'
import { link } from '../core.ts'

/** The columns this person chose for a module in this browser; undefined before they did. */
export async function keptColumns(module: ModuleKey): Promise<readonly string[] | undefined> {
  const kept = await link()
    ?.cache?.readMeta('columns')
    .catch(() => undefined)
  return kept?.[module]
}

export async function keepColumns(module: ModuleKey, columns: readonly string[]): Promise<void> {
  const cache = link()?.cache
  const kept = await cache?.readMeta('columns').catch(() => undefined)
  await cache?.writeMeta('columns', { ...kept, [module]: [...columns] }).catch(() => undefined)
}
