import { domainOf } from './addresses.ts'
import type { FieldDescription } from './fields.ts'
import type { ModuleDescription } from './modules.ts'
import { companyFromDomain } from './people.ts'
import type { FieldValues } from './records.ts'

/** How a person is reached is no matter of their company, and what was noted of them neither. */
const personal = new Set(['phone', 'mobile', 'description'])
/** What a record made of a lead gets from elsewhere: stage and status are its own, relations are made. */
const own = new Set(['status', 'stage', 'ownerId', 'primaryAddress', 'secondaryAddress', 'accountId'])

/**
 * The lead's values that the other module has a field of the same key and type for, an admin's own fields too. A choice is
 * taken only where the other module has it.
 */
export function carriedValues(
  lead: ModuleDescription,
  values: FieldValues,
  into: ModuleDescription,
): Record<string, string> {
  const taken = lead.fields.flatMap((field) => {
    const value = values[field.key] ?? ''
    const other = into.fields.find((one) => one.key === field.key)
    if (value === '' || other === undefined || own.has(field.key)) return []
    if (into.key === 'accounts' && personal.has(field.key)) return []
    return fits(field, other, value) ? [[field.key, value] as const] : []
  })
  return Object.fromEntries(taken)
}

function fits(field: FieldDescription, other: FieldDescription, value: string): boolean {
  if (field.type !== other.type || field.lookup !== other.lookup) return false
  if (other.choices === undefined) return true
  return value.split(';').every((key) => other.choices?.some((choice) => choice.key === key))
}

/** What the lead's company is called: as typed, else by the domain it writes from; '' when neither says. */
export function companyOfLead(values: FieldValues): string {
  return values['company'] || companyFromDomain(values['primaryAddress'] ?? '') || ''
}

/** The domain of the lead's company; undefined when they write from a free mail service. */
export function domainOfLead(values: FieldValues): string | undefined {
  const address = values['primaryAddress'] || values['secondaryAddress'] || ''
  return companyFromDomain(address) === undefined ? undefined : domainOf(address)
}
