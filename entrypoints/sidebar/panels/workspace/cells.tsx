import type { ComponentChild } from 'preact'
import type { ListRow } from '@/lib/contract/lists.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { ago, joined, money } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { MiddleCut } from '@/lib/extension/ui/middle-cut.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { valueWords } from '@/lib/extension/value-words.ts'
import { modules, view } from '../../state.ts'
import { moduleOf, nameOf, storedValue } from '../../state-cards.ts'
import { moduleIcon } from '../record-icons.ts'
import { Due } from './due.tsx'

/** What stands in one cell of a list. */
export function cellOf(row: ListRow, column: string): ComponentChild {
  switch (column) {
    case 'name':
      return <Name row={row} />
    case 'lastContact':
      return <LastContact row={row} />
    case 'nextStep':
      return <NextStep row={row} />
    case 'openDeals':
      return row.openDeals?.length ? <strong class="number">{dealSums(row)}</strong> : <None />
    case 'ownerId':
      return <Owner row={row} />
    case 'createdAt':
    case 'updatedAt':
      return <span class="number">{ago(Date.parse(row[column]), view.value)}</span>
    default:
      return <Value row={row} column={column} />
  }
}

/** Names of people stand beside their letters, all else beside the sign of its module. */
function Name({ row }: { row: ListRow }) {
  return (
    <>
      <Face row={row} />
      <span class="cut" dir="auto">
        {rowName(row)}
      </span>
    </>
  )
}

function Face({ row }: { row: ListRow }) {
  const isPerson = row.module === 'contacts' || row.module === 'leads'
  if (isPerson) return <Avatar name={row.name} address={row.primaryAddress ?? row.id} />
  return (
    <span class="cell-sign" aria-hidden="true">
      <Icon name={moduleIcon(row.module)} />
    </span>
  )
}

/** A record without a name is still one. */
export function rowName(row: ListRow): string {
  return plainName(row.name) || t('table.no_name', { module: moduleName(row.module, modules.value) })
}

function LastContact({ row }: { row: ListRow }) {
  const last = row.lastContact
  if (last === undefined || last === null) return <span class="quiet">{t('table.never')}</span>
  const received = last.direction === 'received'
  return (
    <>
      <Icon name={received ? 'in' : 'out'} size={14} />
      <span class="hidden">{received ? t('card.they_wrote') : t('card.you_wrote')}</span>
      <span class="number">{ago(Date.parse(last.at), view.value)}</span>
    </>
  )
}

function NextStep({ row }: { row: ListRow }) {
  const step = row.nextStep
  if (step === undefined || step === null) return <None />
  return (
    <>
      <span class="cut cell-strong" dir="auto">
        {plainName(step.title)}
      </span>
      <Due date={step.dueOn} />
    </>
  )
}

function Owner({ row }: { row: ListRow }) {
  const { owner } = row
  return (
    <Tooltip text={plainName(owner.name)}>
      <span class="cell-owner">
        <Avatar name={owner.name} address={owner.id} />
        <span class="hidden">{plainName(owner.name)}</span>
      </span>
    </Tooltip>
  )
}

function Value({ row, column }: { row: ListRow; column: string }) {
  const field = moduleOf(row.module).fields.find((one) => one.key === column)
  const value = storedValue(row, column)
  if (field === undefined || value === '') return emptyOf(field)
  const currency = field.currencyKey === undefined ? '' : (row.fields[field.currencyKey] ?? '')
  const telling = {
    module: row.module,
    view: view.value,
    currency,
    nameOf: (id: string) => nameOf(row, id),
  }
  const words = valueWords(field, value, telling)
  if (field.type === 'email') return <MiddleCut text={words} />
  const isNumber = field.type === 'money' || field.type === 'number' || field.type === 'date'
  return (
    <span class={isNumber ? 'number cell-strong' : 'cut'} dir="auto">
      {words}
    </span>
  )
}

function emptyOf(field: FieldDescription | undefined) {
  return field?.key === 'primaryAddress' ? <span class="quiet">{t('table.no_address')}</span> : <None />
}

function None() {
  return (
    <span class="quiet" aria-hidden="true">
      –
    </span>
  )
}

function dealSums(row: ListRow): string {
  const { language } = view.value
  const sums = (row.openDeals ?? []).map(({ amount, currency }) => money(amount, currency, language))
  return joined(sums, language)
}

/** The row in narrow windows: name and next step, below them what it belongs to. */
export function twoLinesOf(row: ListRow): ComponentChild {
  const { language } = view.value
  const account = row.refs.find((one) => one.id === row.accountId)?.name ?? row.fields['company'] ?? ''
  const { stage = '', status = '' } = row.fields
  const field = moduleOf(row.module).fields.find((one) => one.key === (stage ? 'stage' : 'status'))
  const state =
    field === undefined
      ? ''
      : valueWords(field, stage || status, { module: row.module, view: view.value, nameOf: () => undefined })
  const amount = money(
    row.fields['amount'] ?? row.fields['total'] ?? '',
    row.fields['currency'] ?? '',
    language,
  )
  return (
    <>
      <Face row={row} />
      <span class="table-two">
        <span class="cut" dir="auto">
          {rowName(row)}
        </span>
        <span class="number">{amount || (row.openDeals?.length ? dealSums(row) : '')}</span>
        <small class="cut" dir="auto">
          {joined([plainName(account), state, row.primaryAddress ?? ''], language)}
        </small>
        <small>{row.nextStep ? <Due date={row.nextStep.dueOn} /> : ''}</small>
      </span>
    </>
  )
}
