import type { FieldDescription } from './fields.ts'
import type { ModuleKey } from './modules.ts'
import { enNames } from './words/en-names.ts'
import { jaNames } from './words/ja-names.ts'

export type Language = 'en' | 'ja'

const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en: enNames, ja: jaNames }

/** The words of a standard field in one language; an admin's own field carries its own. */
export function fieldWords(field: Pick<FieldDescription, 'key' | 'label'>, language: Language): string {
  return field.label ?? catalogues[language][`field.${field.key}`] ?? field.key
}

/** The words of a standard choice, those of `first` before the others; what imports and exports go by. */
export function choiceWords(
  module: ModuleKey,
  first: Language,
): (field: FieldDescription, choice: string) => string[] {
  const order: Language[] = first === 'en' ? ['en', 'ja'] : ['ja', 'en']
  return (_, choice) => {
    const name = module === 'deals' ? `stage.${choice}` : `choice.${module}.${choice}`
    return order.flatMap((language) => catalogues[language][name] ?? [])
  }
}
