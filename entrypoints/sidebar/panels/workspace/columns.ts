import type { FieldDescription } from '@/lib/domain/fields.ts'
import type { ModuleDescription, ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import type { TableColumn } from '@/lib/extension/ui/table-parts.tsx'
import { moduleOf } from '../../state-cards.ts'
import type { Sort } from '../../state-workspace.ts'

/** Columns that are no fields; what is computed cannot be sorted or filtered by. */
const beside = ['createdAt', 'updatedAt'] as const
const computed = ['lastContact', 'nextStep', 'openDeals'] as const

/** Every column a module's list can have, the name first. */
export function columnsOf(module: ModuleKey): string[] {
  const { fields, reach } = moduleOf(module)
  const currencies = currenciesOf(fields)
  const own = fields.filter(({ key }) => !currencies.has(key) && key !== 'firstName' && key !== 'lastName')
  const asked = computed.filter((key) => key !== 'openDeals' || reach === 'address')
  return ['name', ...own.map((field) => field.key), ...asked, ...beside]
}

/** The ones by which a list can be filtered. */
export function filterable(module: ModuleKey): FieldDescription[] {
  const { fields } = moduleOf(module)
  const days = beside.map((key): FieldDescription => ({ key, type: 'datetime' }))
  return [{ key: 'name', type: 'text' }, ...fields, ...days]
}

export function columnName(module: ModuleKey, key: string): string {
  return fieldName(moduleOf(module).fields.find((field) => field.key === key) ?? { key })
}

const widths: Partial<Record<FieldDescription['type'] | string, readonly [min: number, share: number]>> = {
  name: [140, 1.5],
  lastContact: [100, 0.7],
  nextStep: [136, 1.4],
  openDeals: [92, 0.8],
  ownerId: [44, 0.2],
  long_text: [160, 1.4],
  email: [128, 1.5],
  lookup: [96, 1.1],
  text: [110, 1],
  number: [80, 0.5],
  money: [96, 0.8],
  date: [84, 0.5],
  datetime: [104, 0.6],
  boolean: [72, 0.4],
}

/** The columns as the table draws them, and below how many CSS px it is scrolled sideways. */
export function tableColumns(
  module: ModuleDescription,
  keys: readonly string[],
  sort: Sort | undefined,
): { columns: TableColumn[]; minWidth: number } {
  const known = new Set(columnsOf(module.key))
  const shown = ['name', ...keys.filter((key) => key !== 'name' && known.has(key))]
  let minWidth = 26 + 36
  const columns = shown.map((key): TableColumn => {
    const field = module.fields.find((one) => one.key === key)
    const [min, share] = widths[key] ?? widths[typeOf(key, field)] ?? [110, 1]
    minWidth += min + 12
    return {
      key,
      label: key === 'ownerId' ? t('table.owner') : columnName(module.key, key),
      width: `minmax(${min}px, ${share}fr)`,
      ...(isNumber(key, field) && { end: true }),
      ...(isSortable(key, field) && { sort: sort?.field === key ? `${sort.direction}ending` : 'none' }),
    }
  })
  return { columns, minWidth }
}

/** First up, then down, then as it comes. */
export function nextSort(sort: Sort | undefined, field: string): Sort | undefined {
  if (sort?.field !== field) return { field, direction: 'asc' }
  return sort.direction === 'asc' ? { field, direction: 'desc' } : undefined
}

function typeOf(key: string, field: FieldDescription | undefined): string {
  return beside.some((one) => one === key) ? 'datetime' : (field?.type ?? key)
}

function isNumber(key: string, field: FieldDescription | undefined): boolean {
  return key === 'openDeals' || field?.type === 'number' || field?.type === 'money'
}

function isSortable(key: string, field: FieldDescription | undefined): boolean {
  if (computed.some((one) => one === key)) return false
  return field?.type !== 'long_text' && field?.type !== 'multi_choice'
}

function currenciesOf(fields: readonly FieldDescription[]): Set<string> {
  return new Set(fields.flatMap((field) => field.currencyKey ?? []))
}
