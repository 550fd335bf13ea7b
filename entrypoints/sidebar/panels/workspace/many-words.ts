import { plainNumber } from '@/lib/domain/intl.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName, modulesName } from '@/lib/extension/record-words.ts'
import { modules, view } from '../../state.ts'

/** `3 Contacts`, `1 Contact`. */
export function manyWords(module: ModuleKey, n: number): string {
  const name = n === 1 ? moduleName(module, modules.value) : modulesName(module, modules.value)
  return t('bulk.many', { count: plainNumber(n, view.value.language), module: name })
}
