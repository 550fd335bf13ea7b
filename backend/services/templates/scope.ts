import { fieldWords, type Language } from '../../../lib/domain/choice-words.ts'
import type { FieldDescription } from '../../../lib/domain/fields.ts'
import { money } from '../../../lib/domain/format.ts'
import type { ModuleDescription, ModuleKey } from '../../../lib/domain/modules.ts'
import { splitName } from '../../../lib/domain/people.ts'
import type { Queryable } from '../../storage/database.ts'
import { findRecord, findRecordsByAddress, type RecordRow, type Viewer } from '../../storage/records.ts'
import { dealOfThread, openDealsWith } from '../../storage/templates.ts'
import { dateText, fieldText } from './field-text.ts'
import type { Scope } from './render.ts'

/** The records behind one recipient, each as far as the writer may open it. */
interface Around {
  record: RecordRow | undefined
  person: RecordRow | undefined
  account: RecordRow | undefined
  deal: RecordRow | undefined
  /** Between which its writer has to choose, where the text names the deal. */
  deals: { id: string; name: string }[]
}

/** Groups of merge fields, in the menu's order. `record` is whichever record the mail is written from. */
export const groups = ['recipient', 'record', 'contact', 'account', 'deal', 'me', 'organisation'] as const

interface ScopeInput {
  viewer: Viewer
  modules: ReadonlyMap<ModuleKey, ModuleDescription>
  recordId: string | null
  address: string
  language: Language
  me: { name: string; email: string }
  organisation: string
  /** ISO date. */
  today: string
  /** The text names the deal: this one if chosen, else the one its thread is about, else the only one that is open. */
  deal?: { chosen: string | null; threadId: string | null; userId: string } | undefined
}

/** Everything a text may name for this recipient. Empty values are left out, so that `if` and `default` see them as missing. */
export async function scopeFor(
  q: Queryable,
  input: ScopeInput,
): Promise<{ scope: Scope; deals: Around['deals'] }> {
  const around = await aroundOf(q, input)
  const tell = (row: RecordRow | undefined) => (row === undefined ? undefined : valuesOf(row, input))
  const { person, account } = around
  const name = person?.name ?? ''
  const parts = splitName(name, '')
  const company = account?.name ?? person?.fields['company'] ?? ''
  const scope = {
    // Whoever it is, contact or lead, with all that is known of them.
    recipient: present({
      ...tell(person),
      name,
      firstName: person?.fields['firstName'] || parts.firstName,
      lastName: person?.fields['lastName'] || parts.lastName,
      address: input.address || person?.primaryAddress || '',
      company,
    }),
    record: tell(around.record),
    contact: tell(around.person),
    lead: around.person?.module === 'leads' ? tell(around.person) : undefined,
    account: tell(account),
    deal: tell(around.deal),
    me: present({ ...input.me, firstName: splitName(input.me.name, input.me.email).firstName }),
    organisation: present({ name: input.organisation }),
    today: dateText(input.today, input.language),
  }
  return { scope, deals: around.deals }
}

async function aroundOf(
  q: Queryable,
  { viewer, recordId, address, deal: asked }: ScopeInput,
): Promise<Around> {
  const find = async (id: string | null | undefined) => (id ? findRecord(q, viewer, id) : undefined)
  const record = await find(recordId)
  const byAddress = async () =>
    address === '' ? undefined : (await findRecordsByAddress(q, viewer, [address]))[0]
  const isPerson = record?.module === 'contacts' || record?.module === 'leads'
  const person = isPerson ? record : ((await find(record?.main_contact_id)) ?? (await byAddress()))
  const account =
    record?.module === 'accounts' ? record : await find(record?.account_id ?? person?.account_id)
  const own = record?.module === 'deals' ? record : await find(record?.deal_id)
  const around = { record: record ?? person, person, account }
  if (own !== undefined || asked === undefined) return { ...around, deal: own, deals: [] }
  const thread = asked.threadId === null ? undefined : { ...asked, threadId: asked.threadId }
  const named = asked.chosen ?? (thread && (await dealOfThread(q, thread)))
  const found = await find(named)
  if (found?.module === 'deals') return { ...around, deal: found, deals: [] }
  const deals = person === undefined ? [] : await openDealsWith(q, viewer, person.id)
  const [only, second] = deals
  return second === undefined
    ? { ...around, deal: await find(only?.id), deals: [] }
    : { ...around, deal: undefined, deals }
}

function valuesOf(row: RecordRow, { modules, language }: ScopeInput): Record<string, string> {
  const described = modules.get(row.module)
  const own = Object.fromEntries(
    (described?.fields ?? []).map((field) => [field.key, textOf(row, field, language)]),
  )
  return present({ ...own, name: row.name, owner: row.ownerName })
}

function textOf(row: RecordRow, field: FieldDescription, language: Language): string {
  if (field.key === 'primaryAddress') return row.primaryAddress ?? ''
  if (field.key === 'secondaryAddress') return row.secondaryAddress ?? ''
  const value = row.fields[field.key] ?? ''
  if (field.type === 'money') return money(value, row.fields[field.currencyKey ?? ''] ?? '', language)
  return fieldText(row.module, field, value, language)
}

function present(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''))
}

/** Kana or kanji anywhere: then numbers and dates are told the Japanese way. */
export function languageOf(text: string): Language {
  return /[\u3041-\u30ff\u4e00-\u9fff]/.test(text) ? 'ja' : 'en'
}

/** Every path a text may name, by its first word; what is none of these no record can ever fill. */
export function knownPaths(
  modules: ReadonlyMap<ModuleKey, ModuleDescription>,
): ReadonlyMap<string, ReadonlySet<string> | 'any'> {
  const keys = (...some: readonly (ModuleDescription | undefined)[]) => [
    ...some.flatMap((module) => (module?.fields ?? []).map(({ key }) => key)),
    ...['name', 'owner'],
  ]
  const person = keys(modules.get('contacts'), modules.get('leads'))
  return new Map<string, ReadonlySet<string> | 'any'>([
    ['recipient', new Set([...person, 'firstName', 'lastName', 'company', 'address'])],
    ['record', new Set(keys(...modules.values()))],
    ['contact', new Set(person)],
    ['lead', new Set(person)],
    ['account', new Set(keys(modules.get('accounts')))],
    ['deal', new Set(keys(modules.get('deals')))],
    ['me', new Set(['name', 'firstName', 'email'])],
    ['organisation', new Set(['name'])],
    ['today', 'any'],
  ])
}

/** What the menu offers: the paths of one group, with words and an example. */
export function fieldsOf(
  description: ModuleDescription | undefined,
  group: string,
  language: Language,
): { path: string; label: string; example: string }[] {
  const mergeable = (description?.fields ?? []).filter(
    ({ type }) => type !== 'lookup' && type !== 'owner' && type !== 'currency' && type !== 'zone',
  )
  const name = { path: `${group}.name`, label: fieldWords({ key: 'name' }, language), example: '' }
  const own = mergeable
    .filter(({ key }) => key !== 'name')
    .map((field) => ({
      path: `${group}.${field.key}`,
      label: fieldWords(field, language),
      example: exampleOf(field, language),
    }))
  return [name, ...own]
}

function exampleOf(field: FieldDescription, language: Language): string {
  if (field.type === 'date') return dateText('2026-11-23', language)
  if (field.type === 'money') return money('184000', 'EUR', language)
  return ''
}
