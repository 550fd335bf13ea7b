import { batch } from '@preact/signals'
import type { CreateRecord, RecordCard } from '@/lib/contract/records.ts'
import { domainOf } from '@/lib/domain/addresses.ts'
import { fieldPath, withDefaults } from '@/lib/domain/field-values.ts'
import { type FieldDescription, isColumnKey } from '@/lib/domain/fields.ts'
import { isDocumentModule, type ModuleKey, nameKey } from '@/lib/domain/modules.ts'
import { companyFromDomain, displayName, splitName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import {
  type CreateForm,
  cards,
  duplicates,
  form,
  me,
  modules,
  type Person,
  page,
  people,
  type Source,
  sheetProblem,
  sheets,
} from '../state.ts'
import { moduleOf, names } from '../state-cards.ts'
import { attempt, once, say } from './core.ts'
import { askForDuplicates, stopAsking } from './duplicates.ts'
import { readTyped } from './money.ts'
import { keepCard, refreshPeople, setPerson } from './people.ts'
import { openRecord, refreshCard, signatureOf } from './records.ts'
import { makeLookedUp, newPrefix } from './search.ts'
import { askAboutOlder, olderAnswer } from './sharing/create-older.ts'
import { reasonSentence } from './words.ts'

type Filled = Pick<CreateForm, 'values' | 'sources' | 'newAccount'>

/** The form for a new record of a person of the mail, filled with what the mail says (S-001). */
export function startCreate(module: ModuleKey, one: Pick<Person, 'address' | 'name'>): void {
  begin(module, { address: one.address, name: displayName(one.name, one.address) }, fromMail(one))
}

/** The form for something of a record that stands: a contact's deal, a deal's quote. */
export function startCreateFor(module: ModuleKey, card: RecordCard): void {
  const { record } = card
  const values: Record<string, string> = {}
  names.value = new Map([
    ...names.value,
    ...[...record.refs, record].map((one) => [one.id, one.name] as const),
  ])
  const own = record.module === 'accounts' ? record.id : record.accountId
  const contact = record.module === 'contacts' ? record.id : record.mainContactId
  if (own) values['accountId'] = own
  else if (card.company !== '') values['company'] = card.company
  if (contact) values['mainContactId'] = contact
  const deal = record.module === 'deals' ? record.id : record.dealId
  if (deal) values['dealId'] = deal
  const from = record.module === 'deals' ? 'amount' : 'total'
  const amount = record.fields[from] ?? ''
  const to = isDocumentModule(module) ? 'total' : 'amount'
  if (module !== 'deals' && amount !== '') values[to] = amount
  if (record.fields['currency']) values['currency'] = record.fields['currency']
  const subject = mailSubject()
  if (module === 'deals' && subject !== '') values['dealName'] = subject
  if (isDocumentModule(module) && record.module === 'deals') values['subject'] = record.name
  begin(
    module,
    { address: record.primaryAddress ?? '', name: record.name },
    {
      values,
      sources: subject === '' ? {} : { dealName: 'subject' },
      newAccount: undefined,
    },
  )
}

/** The form with nothing but a name in it, e.g. what was looked for in vain. */
export function startCreateNamed(module: ModuleKey, name: string): void {
  const field = module === 'leads' || module === 'contacts' ? undefined : nameKey(module)
  const values = field === undefined ? splitName(name, '') : { [field]: name }
  begin(module, undefined, { values, sources: {}, newAccount: undefined })
}

function begin(module: ModuleKey, about: CreateForm['about'], filled: Filled): void {
  const key = crypto.randomUUID()
  const own = { currency: lastCurrency(), ...filled.values, ownerId: me.value?.user.id ?? '' }
  const values = withDefaults(moduleOf(module), own)
  form.value = { module, about, ...filled, values, whole: false, problems: {}, key }
  duplicates.value = { key, matches: [] }
  sheetProblem.value = undefined
  sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'search'), { kind: 'create' }]
  askForDuplicates(0)
  void askAboutOlder()
}

function fromMail(one: Pick<Person, 'address' | 'name'>): Filled {
  const read = signatureOf(one)
  const guessed = companyFromDomain(one.address)
  const company = read.company ?? guessed ?? ''
  const near = people.value.find((other) => other.address === one.address)?.near ?? []
  const account = near.find(({ record, why }) => record.module === 'accounts' && why === 'same_domain')
  if (account) names.value = new Map(names.value).set(account.record.id, account.record.name)
  const named: Source = one.name === '' || one.name.includes('@') ? 'address' : 'sender'
  const domain = guessed === undefined ? '' : domainOf(one.address)
  return {
    values: {
      ...splitName(one.name, one.address),
      company: read.company ?? account?.record.name ?? company,
      accountName: company,
      name: displayName(one.name, one.address),
      accountId: account?.record.id ?? '',
      title: read.title ?? '',
      primaryAddress: one.address,
      phone: read.phone ?? '',
      source: t('source_value.email'),
      domain,
    },
    sources: {
      ...{ firstName: named, lastName: named, name: named, primaryAddress: 'sender' },
      ...{ title: 'signature', phone: 'signature', accountId: 'domain', domain: 'address' },
      company: read.company !== undefined ? 'signature' : account ? 'domain' : 'address',
      accountName: read.company === undefined ? 'address' : 'signature',
    },
    newAccount: account === undefined && company !== '' ? { name: company, domain } : undefined,
  }
}

function mailSubject(): string {
  return page.value?.thread?.subject.replace(/^(?:(?:re|fwd?|aw|wg)\s*[:：]\s*)+/i, '') ?? ''
}

/** The currency of the newest deal that is known here; most companies sell in one. */
function lastCurrency(): string {
  const records = [...cards.value.values()].flatMap((card) => [card.record, ...card.deals])
  return records.map((one) => one.fields['currency'] ?? '').find((code) => code !== '') ?? ''
}

/** A value typed by hand loses its source and its problem. */
export function typeInForm(key: string, value: string): void {
  const open = form.value
  if (open === undefined) return
  const { [key]: _, ...sources } = open.sources
  const { [key]: __, ...problems } = open.problems
  const field = moduleOf(open.module).fields.find((one) => one.key === key)
  if (value.startsWith(newPrefix) && field !== undefined) return void chooseNew(field, value)
  const newAccount = key === 'accountId' ? undefined : open.newAccount
  form.value = { ...open, values: { ...open.values, [key]: value }, sources, problems, newAccount }
  askForDuplicates(300)
}

/** A lookup was answered with a name: an account is made with the record, anything else at once. */
async function chooseNew(field: FieldDescription, value: string): Promise<void> {
  const name = value.slice(newPrefix.length)
  const open = form.value
  if (open === undefined) return
  if (field.key === 'accountId') {
    const domain = open.values['domain'] ?? ''
    form.value = { ...open, values: { ...open.values, accountId: '' }, newAccount: { name, domain } }
    return
  }
  const id = await makeLookedUp(field, name)
  if (id !== undefined) typeInForm(field.key, id)
}

export function setFormModule(module: ModuleKey): void {
  const open = form.value
  if (open === undefined) return
  // Each module has stages or statuses of its own.
  const { stage: _, status: __, ...values } = open.values
  form.value = { ...open, module, values: withDefaults(moduleOf(module), values), problems: {} }
  sheetProblem.value = undefined
  askForDuplicates(0)
}

export function showWholeForm(): void {
  if (form.value !== undefined) form.value = { ...form.value, whole: true }
}

/** Every value in its canonical form, and the sentence of each that has none. */
export function readForm({ module, values, newAccount }: CreateForm): {
  canonical: Record<string, string>
  problems: Record<string, string>
} {
  const canonical: Record<string, string> = {}
  const problems: Record<string, string> = {}
  const { fields } = moduleOf(module)
  const hasMoney = fields.some((field) => field.type === 'money' && (values[field.key] ?? '').trim() !== '')
  for (const field of fields) {
    const { currencyKey = '' } = field
    const currency = values[currencyKey] || canonical[currencyKey]
    const read = readTyped(field, values[field.key] ?? '', currency)
    if ('value' in read && read.value !== '' && read.currency !== '') canonical[currencyKey] ??= read.currency
    if ('problem' in read) problems[field.key] = read.problem
    else if (read.value === '' && field.required) problems[field.key] = t('error.field_required')
    else if (read.value !== '' && (field.type !== 'currency' || hasMoney)) canonical[field.key] = read.value
  }
  const isPerson = module === 'leads' || module === 'contacts'
  const named = ['firstName', 'lastName', 'company', 'primaryAddress'].some((key) => canonical[key])
  if (isPerson && !named) problems['lastName'] ??= t('field.required')
  // The account says it, and says it once.
  if (newAccount !== undefined && fields.some((field) => field.key === 'accountId'))
    delete canonical['company']
  return { canonical, problems }
}

/** Creates the record; on failure the form stays as it is, and the same key makes a second try safe. */
export function saveForm(): Promise<void> {
  return once('create', async () => {
    const open = form.value
    if (open === undefined) return
    const { canonical, problems } = readForm(open)
    if (Object.keys(problems).length > 0) {
      const hidden = Object.keys(problems).length > 0
      form.value = { ...open, problems, whole: open.whole || hidden }
      return
    }
    const answer = await attempt(({ backend }) => backend.createRecord(requestOf(open, canonical), open.key))
    if (!answer.ok) {
      sheetProblem.value = answer.problem
      const { problem } = answer
      if (problem.kind !== 'refused') return
      // A definite no made nothing; what is sent next is another request.
      form.value = { ...open, key: crypto.randomUUID(), problems: namedProblems(open, problem.fields) }
      return
    }
    show(open, answer.value)
  })
}

function namedProblems(open: CreateForm, found: readonly { field: string; reason: string }[]) {
  const keys = moduleOf(open.module).fields.map((field) => field.key)
  return Object.fromEntries(
    found.flatMap(({ field, reason }) => {
      const key = keys.find((one) => fieldPath(one) === field || one === field)
      return key === undefined ? [] : [[key, reasonSentence(reason)] as const]
    }),
  )
}

function show(open: CreateForm, made: RecordCard): void {
  const address = open.about?.address ?? ''
  const isTheirs = address !== '' && made.record.primaryAddress === address
  stopAsking()
  batch(() => {
    keepCard(made)
    if (isTheirs) setPerson(address, made)
    form.value = undefined
    sheets.value = []
    say(t('created.record', { module: moduleName(open.module, modules.value) }), {
      kind: 'delete-record',
      recordId: made.record.id,
      address: isTheirs ? address : undefined,
    })
    if (!isTheirs && open.about === undefined) openRecord(made.record.id)
  })
  for (const id of [made.record.mainContactId, made.record.accountId, made.record.dealId])
    if (id && cards.value.has(id)) void refreshCard(id)
  void refreshPeople()
}

function requestOf({ module, newAccount }: CreateForm, canonical: Record<string, string>): CreateRecord {
  const entries = Object.entries(canonical)
  const has = (key: string) => moduleOf(module).fields.some((field) => field.key === key)
  return {
    module,
    fields: Object.fromEntries(entries.filter(([key]) => !isColumnKey(key))),
    ...Object.fromEntries(entries.filter(([key]) => isColumnKey(key))),
    ...(newAccount !== undefined &&
      has('accountId') &&
      canonical['accountId'] === undefined && { newAccount }),
    ...olderAnswer(canonical['primaryAddress']),
  }
}
