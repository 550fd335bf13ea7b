import type { ModuleKey } from './modules.ts'

interface NameParts {
  firstName: string
  lastName: string
  company: string
  dealName: string
}

/** What a record is called everywhere: a deal by its name, a person by theirs, else company, else address. */
export function recordName(module: ModuleKey, fields: NameParts, address: string | null): string {
  if (module === 'deals') return fields.dealName
  const parts = [fields.firstName, fields.lastName].filter((part) => part !== '')
  // Japanese names stand family name first.
  const name = /[\u3040-\u30ff\u3400-\u9fff]/.test(parts.join(''))
    ? parts.reverse().join(' ')
    : parts.join(' ')
  return name || fields.company || address || ''
}
