import { choiceWords, type Language } from '../../../lib/domain/choice-words.ts'
import type { FieldDescription } from '../../../lib/domain/fields.ts'
import { dateFormat, plainNumber } from '../../../lib/domain/intl.ts'
import type { ModuleKey } from '../../../lib/domain/modules.ts'

/** A canonical value as a customer reads it. References stay out: a mail names no ids. */
export function fieldText(
  module: ModuleKey,
  field: FieldDescription,
  value: string,
  language: Language,
): string {
  if (value === '') return ''
  switch (field.type) {
    case 'lookup':
    case 'owner':
      return ''
    case 'date':
      return dateText(value, language)
    case 'number':
      return Number.isSafeInteger(Number(value)) ? plainNumber(Number(value), language) : value
    case 'choice':
      return choiceText(module, field, value, language)
    case 'multi_choice':
      return value
        .split(';')
        .map((one) => choiceText(module, field, one, language))
        .join(language === 'ja' ? '、' : ', ')
    default:
      return value
  }
}

function choiceText(module: ModuleKey, field: FieldDescription, choice: string, language: Language): string {
  const own = [...(field.choices ?? []), ...(field.oldChoices ?? [])].find((one) => one.key === choice)
  return own?.label ?? choiceWords(module, language)(field, choice)[0] ?? choice
}

/** `23 November 2026`, 2026年11月23日; a date belongs to no zone. */
export function dateText(date: string, language: Language): string {
  const at = Date.parse(`${date}T12:00:00Z`)
  if (Number.isNaN(at)) return date
  const locale = language === 'ja' ? 'ja-JP' : 'en-GB'
  return dateFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at)
}
