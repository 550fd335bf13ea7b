import type { Condition } from '@/lib/contract/lists.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { listOf } from '@/lib/domain/format.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { dateWords, valueWords } from '@/lib/extension/value-words.ts'
import { view } from '../../state.ts'
import { nameOf } from '../../state-cards.ts'
import { columnName, filterable } from './columns.ts'

export type Op = Condition['op']

/** What a field of a type can be asked; the first is offered first. */
export function opsOf(type: FieldDescription['type']): readonly Op[] {
  switch (type) {
    case 'text':
    case 'long_text':
    case 'email':
    case 'phone':
    case 'url':
      return ['contains', 'starts', 'is', 'is_not', 'empty', 'not_empty']
    case 'number':
    case 'money':
      return ['from', 'to', 'is', 'is_not', 'empty', 'not_empty']
    case 'date':
    case 'datetime':
      return ['from', 'to', 'is', 'before', 'after', 'empty', 'not_empty']
    case 'boolean':
      return ['is', 'empty', 'not_empty']
    default:
      return ['is', 'is_not', 'empty', 'not_empty']
  }
}

export function opWords(op: Op, type: FieldDescription['type']): string {
  const isDay = type === 'date' || type === 'datetime'
  if (isDay && (op === 'from' || op === 'to')) return t(`op.day_${op}`)
  return t(`op.${op}`)
}

/** Days that are counted from today, so that a saved view stays true tomorrow. */
export const relativeDays = ['today', '+7d', '+30d', '-7d', '-30d', '-90d'] as const

export function dayWords(value: string): string {
  const day = /^([+-])(\d+)d$/.exec(value)
  if (value === 'today') return t('table.today')
  if (day === null) return dateWords(value, view.value)
  const n = Number(day[2])
  return day[1] === '+' ? t('op.days_ahead', { n }) : t('op.days_ago', { n })
}

export function fieldOf(module: ModuleKey, key: string): FieldDescription {
  return filterable(module).find((field) => field.key === key) ?? { key, type: 'text' }
}

/** A condition as its chip says it: "Owner is me", "Last contact before 30 days ago". */
export function conditionWords(module: ModuleKey, { field: key, op, values }: Condition): string {
  const field = fieldOf(module, key)
  const subject = columnName(module, key)
  if (op === 'empty' || op === 'not_empty') return `${subject} ${opWords(op, field.type)}`
  const words = values.map((value) => wordsFor(module, field, value))
  const said = op === 'is' || op === 'is_not' ? orList(words) : (words[0] ?? '')
  return t('op.sentence', { field: subject, op: opWords(op, field.type), value: said })
}

function wordsFor(module: ModuleKey, field: FieldDescription, value: string): string {
  if (field.type === 'owner' && value === 'me') return t('op.me')
  if (field.type === 'date' || field.type === 'datetime') return dayWords(value)
  const telling = { module, view: view.value, nameOf: (id: string) => nameOf(undefined, id) }
  return valueWords(field, value, telling) || value
}

function orList(words: readonly string[]): string {
  return words.length > 3 ? t('op.any_of', { n: words.length }) : listOf(words, view.value.language)
}

/** True when nothing is missing from it. */
export function isComplete({ op, values }: Condition): boolean {
  return op === 'empty' || op === 'not_empty' || values.some((value) => value.trim() !== '')
}
