import type { FieldDescription } from '../domain/fields.ts'
import { isStandardModule, type ModuleDescription, type ModuleKey } from '../domain/modules.ts'
import { hasMessage, t } from './i18n.ts'

/** Enough of the organisation's modules to name things: by key. */
export type Modules = ReadonlyMap<ModuleKey, ModuleDescription>

/** What one record of a module is called; an admin's own module has its own words. */
export function moduleName(key: string, modules?: Modules): string {
  const name = `module.${key}`
  return hasMessage(name) ? say(name) : (labelsOf(key, modules)?.one ?? key)
}

/** The same inside a sentence or a button: "Create lead". An admin's own words stay as they were written. */
export function moduleInSentence(key: string, modules?: Modules): string {
  const name = moduleName(key, modules)
  return isStandardModule(key) ? name.toLowerCase() : name
}

/** What many records of a module are called. */
export function modulesName(key: string, modules?: Modules): string {
  const name = `modules.${key}`
  return hasMessage(name) ? say(name) : (labelsOf(key, modules)?.many ?? key)
}

export function fieldName(field: Pick<FieldDescription, 'key' | 'label'>): string {
  const name = `field.${field.key}`
  return field.label ?? (hasMessage(name) ? say(name) : field.key)
}

/** The words of one choice of a field. */
export function choiceName(module: string, field: FieldDescription, choice: string): string {
  const known = [...(field.choices ?? []), ...(field.oldChoices ?? [])]
  const own = known.find((one) => one.key === choice)?.label
  const name = module === 'deals' ? `stage.${choice}` : `choice.${module}.${choice}`
  return own ?? (hasMessage(name) ? say(name) : choice)
}

function labelsOf(key: string, modules: Modules | undefined) {
  return modules ? [...modules.values()].find((one) => one.key === key)?.labels : undefined
}

/** Names of modules, fields and choices take no facts. */
function say(name: string): string {
  return t(name as 'field.name')
}
