import { enNames } from '../../domain/words/en-names.ts'

/** Names of modules, fields and choices. */
export const enRecords = { ...enNames } as const
