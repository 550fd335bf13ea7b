import { jaNames } from '../../domain/words/ja-names.ts'
import type { enRecords } from './en-records.ts'

/** モジュール、項目、選択肢の名前。 */
export const jaRecords = { ...jaNames } as const satisfies Record<keyof typeof enRecords, string>
