import type { ModuleDescription } from '../../../lib/domain/modules.ts'
import { recordName } from '../../../lib/domain/records.ts'
import type { StoredChange } from '../../storage/record-tables.ts'
import type { WrittenColumns } from '../../storage/record-writes.ts'
import type { RecordRow } from '../../storage/records.ts'

/**
 * Everything a person writes on a record, by key: its fields, its columns under their API names, and a deal's further
 * contacts as `contactIds`, sorted and joined by `;`. Canonical values; a missing key is ''.
 */
export type Values = Readonly<Record<string, string>>

export function valuesOf(row: RecordRow, contactIds: readonly string[]): Values {
  return {
    ...row.fields,
    primaryAddress: row.primaryAddress ?? '',
    secondaryAddress: row.secondaryAddress ?? '',
    accountId: row.account_id ?? '',
    mainContactId: row.main_contact_id ?? '',
    dealId: row.deal_id ?? '',
    ownerId: row.owner_id,
    contactIds: joinIds(contactIds),
  }
}

export function joinIds(ids: readonly string[]): string {
  return [...new Set(ids)].sort().join(';')
}

export function splitIds(joined: string | undefined): string[] {
  return joined ? joined.split(';') : []
}

/** Each key whose value differs, in the order of `after`. */
export function changesBetween(before: Values, after: Values): StoredChange[] {
  const keys = new Set([...Object.keys(after), ...Object.keys(before)])
  return [...keys].flatMap((field) => {
    const change = { field, old: before[field] ?? '', new: after[field] ?? '' }
    return change.old === change.new ? [] : [change]
  })
}

const notFields = new Set([
  'primaryAddress',
  'secondaryAddress',
  'accountId',
  'mainContactId',
  'dealId',
  'ownerId',
  'contactIds',
])

/** The row as it is stored; empty values are left out. */
export function columnsOf(module: ModuleDescription, values: Values): WrittenColumns {
  const fields = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== '' && !notFields.has(key)),
  )
  return {
    name: nameOf(module, values),
    fields,
    owner_id: values['ownerId'] ?? '',
    account_id: values['accountId'] || null,
    main_contact_id: values['mainContactId'] || null,
    deal_id: values['dealId'] || null,
  }
}

export function nameOf(module: ModuleDescription, values: Values): string {
  return recordName(module.key, values, values['primaryAddress'] || null)
}

/** The keys of lookups that stand in `fields` and are mirrored as links. */
export function lookupKeys(module: ModuleDescription): string[] {
  return module.fields.flatMap(({ key, type }) => (type === 'lookup' && !notFields.has(key) ? [key] : []))
}
