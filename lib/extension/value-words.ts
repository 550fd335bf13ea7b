import type { FieldDescription } from '../domain/fields.ts'
import { dateOf, dateTimeOf, joined, money, placeOf, type View } from '../domain/format.ts'
import { numberFormat } from '../domain/intl.ts'
import { plainName } from '../domain/people.ts'
import { t } from './i18n.ts'
import { choiceName } from './record-words.ts'

/** What turns a canonical value into words, beside its field. */
export interface Telling {
  module: string
  view: View
  /** Code of the currency a money value is in. */
  currency?: string
  /** What a record or a person is called; undefined when nobody has said, '' when the viewer may not know. */
  nameOf: (id: string) => string | undefined
}

/** A canonical value (`lib/domain/fields.ts`) in the person's words; '' stays ''. */
export function valueWords(field: FieldDescription, value: string, telling: Telling): string {
  if (value === '') return ''
  const { view, module } = telling
  switch (field.type) {
    case 'long_text':
      return value
    case 'number':
      return number(value, view) + (field.key === 'probability' ? '%' : '')
    case 'money':
      return money(value, telling.currency ?? '', view.language)
    case 'date':
      return dateWords(value, view)
    case 'datetime':
      return Number.isNaN(Date.parse(value)) ? value : dateTimeOf(Date.parse(value), view)
    case 'choice':
      return choiceName(module, field, value)
    case 'multi_choice':
      return joined(
        value.split(';').map((one) => choiceName(module, field, one)),
        view.language,
      )
    case 'boolean':
      return value === 'true' ? t('value.yes') : t('value.no')
    case 'zone':
      return placeOf(value, view.language)
    case 'lookup':
    case 'owner':
      return plainName(telling.nameOf(value) ?? '') || t('value.closed')
    default:
      return plainName(value)
  }
}

/** `30 Sep`, of an ISO date; a date belongs to no zone. */
export function dateWords(date: string, view: View): string {
  const at = Date.parse(`${date}T12:00:00Z`)
  return Number.isNaN(at) ? date : dateOf(at, { ...view, zone: 'UTC' })
}

function number(value: string, { language }: View): string {
  // Text keeps every digit; a number of JavaScript would not.
  const digits = value as Intl.StringNumericLiteral
  const text = numberFormat(language, { maximumFractionDigits: 20 }).format(digits)
  return text === 'NaN' ? value : text
}

/** Where a value leads, only over roads that are safe to take; undefined for plain text. */
export function hrefOf(field: FieldDescription, value: string): string | undefined {
  if (field.type === 'email') return `mailto:${encodeURIComponent(value).replace('%40', '@')}`
  if (field.type === 'phone') {
    const digits = value.normalize('NFKC').replace(/[^\d+]/g, '')
    return digits.length < 3 ? undefined : `tel:${digits}`
  }
  if (field.type !== 'url') return undefined
  const url = URL.parse(value)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined
}
