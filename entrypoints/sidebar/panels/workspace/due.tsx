import { t } from '@/lib/extension/i18n.ts'
import { Alarm } from '@/lib/extension/ui/badge.tsx'
import { dateWords } from '@/lib/extension/value-words.ts'
import { view } from '../../state.ts'
import { daysUntil } from '../todo-row.tsx'

/** When something is due: the date as meta text, today in warning, what is late as a badge. */
export function Due({ date }: { date: string | null }) {
  if (date === null) return null
  const days = daysUntil(date)
  if (days < 0) return <Alarm tone="danger">{t('card.late', { n: -days })}</Alarm>
  if (days === 0) return <span class="due due-today">{t('table.today')}</span>
  return <span class="due number">{days === 1 ? t('table.tomorrow') : dateWords(date, view.value)}</span>
}
