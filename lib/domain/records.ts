import { isStandardModule, type ModuleKey, nameKey } from './modules.ts'

/** Values of a record by field key, each in the canonical form of its type; a missing key is an empty value. */
export type FieldValues = Readonly<Record<string, string>>

/** What a record is called everywhere: a person by their name, else company, else address; all others by one field. */
export function recordName(module: ModuleKey, fields: FieldValues, address: string | null): string {
  if (!isStandardModule(module) || (module !== 'leads' && module !== 'contacts'))
    return fields[nameKey(module)] ?? ''
  const parts = [fields['firstName'] ?? '', fields['lastName'] ?? ''].filter((part) => part !== '')
  // Japanese names stand family name first.
  const name = /[\u3040-\u30ff\u3400-\u9fff]/.test(parts.join(''))
    ? parts.reverse().join(' ')
    : parts.join(' ')
  return name || fields['company'] || address || ''
}
