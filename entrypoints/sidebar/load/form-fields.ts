import type { FieldDescription } from '@/lib/domain/fields.ts'
import { isDocumentModule, isStandardModule, type ModuleDescription } from '@/lib/domain/modules.ts'

/** The fields a form of a standard module begins with; two in one array stand side by side. */
const usual: Readonly<Record<string, readonly (readonly string[])[]>> = {
  leads: [['firstName', 'lastName'], ['company'], ['title'], ['primaryAddress'], ['phone', 'source']],
  contacts: [['firstName', 'lastName'], ['accountId'], ['title'], ['primaryAddress'], ['phone', 'source']],
  accounts: [['accountName'], ['domain', 'phone'], ['primaryAddress'], ['website'], ['industry']],
  deals: [['dealName'], ['accountId'], ['mainContactId'], ['amount'], ['stage', 'closingOn']],
}
const documents = (until: string) => [
  ['number', 'status'],
  ['subject'],
  ['mainContactId'],
  ['dealId'],
  ['total'],
  ['issuedOn', until],
]

/** The lines a form begins with, and behind them every other field. A currency stands with its amount. */
export function linesOf(module: ModuleDescription): {
  first: FieldDescription[][]
  more: FieldDescription[]
} {
  const currencies = new Set(module.fields.flatMap((field) => field.currencyKey ?? []))
  const all = module.fields.filter((field) => !currencies.has(field.key))
  const until = all.some((field) => field.key === 'validUntil') ? 'validUntil' : 'dueOn'
  const wanted = isStandardModule(module.key)
    ? isDocumentModule(module.key)
      ? documents(until)
      : (usual[module.key] ?? [])
    : ownLines(module)
  const first = wanted
    .map((line) => line.flatMap((key) => all.find((field) => field.key === key) ?? []))
    .filter((line) => line.length > 0)
  const shown = new Set(first.flat())
  const required = all.filter((field) => field.required && !shown.has(field))
  for (const field of required) shown.add(field)
  return {
    first: [...first, ...required.map((field) => [field])],
    more: all.filter((field) => !shown.has(field)),
  }
}

/** An admin's own module: its name, how to reach it, and what its card shows. */
function ownLines(module: ModuleDescription): string[][] {
  const keys = ['name', 'primaryAddress', 'mainContactId', ...module.cardFields]
  return [...new Set(keys)].slice(0, 8).map((key) => [key])
}
