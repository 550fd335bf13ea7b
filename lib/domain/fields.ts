import type { ModuleKey } from './modules.ts'

/**
 * The kinds of field a module can have. A value is always text in one canonical form, '' for none:
 * number and money a plain decimal (`184000.5`); date `2026-11-23`; datetime RFC 3339 in UTC; choice its key;
 * multi_choice its keys in the field's order, joined by `;`; boolean `true` or `false`; lookup and owner an id;
 * currency an ISO 4217 code; zone an IANA zone; email a normalised address.
 */
export const fieldTypes = [
  'text',
  'long_text',
  'number',
  'money',
  'currency',
  'date',
  'datetime',
  'choice',
  'multi_choice',
  'boolean',
  'email',
  'phone',
  'url',
  'zone',
  'lookup',
  'owner',
] as const
export type FieldType = (typeof fieldTypes)[number]

/** What an admin may choose for a field of their own; `currency` comes with money, `zone` is built in. */
export const customFieldTypes = fieldTypes.filter((type) => type !== 'currency' && type !== 'zone')

/** Standard choices are named by the catalogues (`choice.<module>.<field>.<key>`), an admin's own by `label`. */
export interface Choice {
  key: string
  label?: string
}

/**
 * One field of one module. Form, API, import, export, list and history all go by it. Fields that are columns of their own
 * rather than members of `fields` have the name they have in the API: `primaryAddress`, `secondaryAddress`, `accountId`,
 * `mainContactId`, `dealId`, `ownerId`.
 */
export interface FieldDescription {
  key: string
  type: FieldType
  /** An admin's own words; standard fields are named by the catalogues (`field.<key>`). */
  label?: string
  required?: boolean
  choices?: readonly Choice[]
  /** Switched off by an admin: shown where a record has them, and nobody can choose them. */
  oldChoices?: readonly Choice[]
  /** The module a lookup leads to. */
  lookup?: ModuleKey
  /** Of a money field: the key of the field with its currency. */
  currencyKey?: string
  /** Bounds of a number, both inclusive. */
  min?: number
  max?: number
  custom?: boolean
}

/** Names of fields that stand beside `fields` in the API and are columns in the store. */
export const columnKeys = [
  'primaryAddress',
  'secondaryAddress',
  'accountId',
  'mainContactId',
  'dealId',
  'ownerId',
] as const
export type ColumnKey = (typeof columnKeys)[number]

export function isColumnKey(key: string): key is ColumnKey {
  return columnKeys.some((known) => known === key)
}
