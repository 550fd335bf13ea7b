import type { RecordSummary } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { me } from '../state.ts'

/** Why this person makes and changes no record at all (decisions 15); undefined when they may. */
export function whyNoRecords(): string | undefined {
  const mine = me.value
  return mine === undefined || mine.permissions.includes('records.write') ? undefined : t('edit.viewer')
}

/** Why they may not change this one. */
export function whyReadOnly(record: RecordSummary): string | undefined {
  const never = whyNoRecords()
  if (never !== undefined || record.access === 'edit') return never
  return t('edit.read_only', { name: record.owner.name })
}
