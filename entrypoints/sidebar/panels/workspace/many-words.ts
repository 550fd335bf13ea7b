import { plainNumber } from '@/lib/domain/intl.ts'
import { isStandardModule, type ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence, modulesName } from '@/lib/extension/record-words.ts'
import { modules, view } from '../../state.ts'

/** `3 contacts`, `1 contact`. */
export function manyWords(module: ModuleKey, n: number): string {
  const name = n === 1 ? moduleInSentence(module, modules.value) : modulesInSentence(module)
  return t('bulk.many', { count: plainNumber(n, view.value.language), module: name })
}

/** `contacts`, inside a sentence; an admin's own words stay as they were written. */
export function modulesInSentence(module: ModuleKey): string {
  const name = modulesName(module, modules.value)
  return isStandardModule(module) ? name.toLowerCase() : name
}
