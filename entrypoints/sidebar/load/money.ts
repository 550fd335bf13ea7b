import { readValue } from '@/lib/domain/field-values.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { splitMoney } from '@/lib/domain/read-money.ts'
import { t } from '@/lib/extension/i18n.ts'
import { view } from '../state.ts'
import { reasonSentence } from './words.ts'

/** What was typed as a canonical value, of an amount with the code of its currency; or why it is none, in a sentence. */
type Typed = { value: string; currency: string } | { problem: string }

/**
 * What was typed into a field, where `currency` is the code chosen beside it ('' for none). An amount may name its currency
 * itself (`€200,000`, `200,000 EUR`): that is taken where it can only be one, and never against the one that was chosen.
 */
export function readTyped(field: FieldDescription, text: string, currency = ''): Typed {
  const money = field.type === 'money' && field.currencyKey !== undefined
  const { amount, currencies = [] } = money ? splitMoney(text) : { amount: text }
  const read = readValue(field, currencies.length === 0 ? text : amount, { zone: view.value.zone })
  if ('problem' in read) return { problem: reasonSentence(read.problem) }
  if (currencies.length === 0 || currencies.includes(currency)) return { value: read.value, currency }
  if (currency !== '') return { problem: t('money.other', { currency }) }
  const [only = ''] = currencies
  if (currencies.length > 1) return { problem: t('money.which') }
  if (!Intl.supportedValuesOf('currency').includes(only)) return { problem: reasonSentence('not_a_currency') }
  return { value: read.value, currency: only }
}
