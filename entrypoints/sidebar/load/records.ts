import { batch } from '@preact/signals'
import type { CreateRecord, RecordCard } from '@/lib/contract/records.ts'
import { normaliseAddress } from '@/lib/domain/addresses.ts'
import {
  companyFromDomain,
  displayName,
  readSignature,
  type Signature,
  splitName,
} from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import {
  type CreateForm,
  cards,
  chosen,
  type FormField,
  type FormModule,
  form,
  type Person,
  page,
  people,
  picked,
  places,
  search,
  sheetProblem,
  sheets,
} from '../state.ts'
import { attempt, once, say } from './core.ts'
import { dropCard, keepCard, refreshPeople, setPerson } from './people.ts'

/** Opens one person of the thread; their card may have been left thin by the look-up. */
export function openPerson(address: string): void {
  batch(() => {
    chosen.value = address
    places.value = []
  })
  for (const id of people.value.find((one) => one.address === address)?.cardIds ?? []) void refreshCard(id)
}

/** One of the records an address stands on. */
export function pickRecord(address: string, recordId: string): void {
  picked.value = { ...picked.value, [address]: recordId }
}

/** A record as a place of its own, e.g. a deal. */
export function openRecord(recordId: string): void {
  batch(() => {
    sheets.value = []
    places.value = [...places.value, { kind: 'record', recordId }]
  })
  void refreshCard(recordId)
}

export async function refreshCard(recordId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.record(recordId))
  if (answer.ok) keepCard(answer.value)
  else if (answer.problem.kind === 'refused' && answer.problem.code === 'not_found') dropCard(recordId)
}

/** What the open mail itself says about a person; read in this browser, sent nowhere. */
export function signatureOf(one: Person): Signature {
  const thread = page.value?.thread
  const wrote = normaliseAddress(thread?.signatureFrom ?? '')
  if (thread === undefined || (wrote !== undefined && wrote !== one.address)) return {}
  return readSignature(thread.signatureText, { name: one.name, address: one.address })
}

/** The form for a new record, filled with what the mail says (S-001). */
export function startCreate(module: FormModule, one: Person, mainContactId?: string): void {
  const read = signatureOf(one)
  const contact = mainContactId === undefined ? undefined : cards.value.get(mainContactId)
  const values: CreateForm['values'] = {
    ...splitName(one.name, one.address),
    company: (contact && contactCompany(contact)) ?? read.company ?? companyFromDomain(one.address) ?? '',
    title: read.title ?? '',
    email: one.address,
    phone: read.phone ?? '',
    source: t('source_value.email'),
    dealName: page.value?.thread?.subject.replace(/^(?:(?:re|fwd?|aw|wg)\s*[:：]\s*)+/i, '') ?? '',
    amount: '',
    currency: '',
    closingOn: '',
  }
  const named = one.name === '' || one.name.includes('@') ? 'address' : 'sender'
  form.value = {
    module,
    about: { address: one.address, name: displayName(one.name, one.address) },
    mainContactId,
    values,
    sources: {
      firstName: named,
      lastName: named,
      email: 'sender',
      dealName: 'subject',
      ...(contact === undefined && {
        company: read.company === undefined ? ('address' as const) : ('signature' as const),
      }),
      title: 'signature',
      phone: 'signature',
    },
    key: crypto.randomUUID(),
  }
  sheetProblem.value = undefined
  sheets.value = [...sheets.value, { kind: 'create' }]
}

function contactCompany(card: RecordCard): string {
  return card.company || (card.record.fields['company'] ?? '')
}

/** A value typed by hand loses its source. */
export function typeInForm(field: FormField, value: string): void {
  const open = form.value
  if (open === undefined) return
  const { [field]: _, ...sources } = open.sources
  form.value = { ...open, values: { ...open.values, [field]: value }, sources }
}

export function setFormModule(module: FormModule): void {
  if (form.value !== undefined) form.value = { ...form.value, module }
}

/** Creates the record; on failure the form stays as it is, and the same key makes a second try safe. */
export function saveForm(): Promise<void> {
  return once('create', async () => {
    const open = form.value
    if (open === undefined) return
    const answer = await attempt(({ backend }) => backend.createRecord(requestOf(open), open.key))
    if (!answer.ok) {
      sheetProblem.value = answer.problem
      // A definite no made nothing; what is sent next is another request.
      if (answer.problem.kind === 'refused') form.value = { ...open, key: crypto.randomUUID() }
      return
    }
    const made = answer.value
    const isPerson = open.module !== 'deals'
    batch(() => {
      keepCard(made)
      if (isPerson) setPerson(open.about.address, made)
      form.value = undefined
      sheets.value = []
      say(t(`created.${open.module}`), {
        kind: 'delete-record',
        recordId: made.record.id,
        address: isPerson ? open.about.address : undefined,
      })
    })
    if (open.mainContactId !== undefined) void refreshCard(open.mainContactId)
    void refreshPeople()
  })
}

/** Takes a creation back. */
export async function deleteRecord(recordId: string, address: string | undefined): Promise<void> {
  const parent = cards.value.get(recordId)?.record.mainContactId
  const answer = await attempt(({ backend }) => backend.deleteRecord(recordId))
  if (!answer.ok) return say(t('send.not_changed'))
  batch(() => {
    dropCard(recordId)
    if (address !== undefined) setPerson(address, undefined)
    places.value = places.value.filter((place) => !('recordId' in place) || place.recordId !== recordId)
    say(t('created.undone'))
  })
  if (parent) void refreshCard(parent)
  void refreshPeople()
}

/** Finds records by name, company or address. */
export async function findRecords(q: string): Promise<void> {
  search.value = { ...search.value, q, done: false }
  if (q.trim() === '') {
    search.value = { q, records: [], done: false }
    return
  }
  const answer = await attempt(({ backend }) => backend.findRecords(q.trim()))
  if (search.value.q !== q) return
  search.value = { q, records: answer.ok ? answer.value.records : [], done: true }
}

function requestOf({ module, values, mainContactId }: CreateForm): CreateRecord {
  const { email, dealName, amount, currency, closingOn, ...person } = values
  if (module === 'deals') {
    const fields = { dealName, amount, currency: currency.toUpperCase(), closingOn, company: values.company }
    return { module, fields: filled(fields), ...(mainContactId === undefined ? {} : { mainContactId }) }
  }
  return { module, fields: filled(person), ...(email.trim() === '' ? {} : { primaryAddress: email.trim() }) }
}

function filled<Fields extends Record<string, string>>(fields: Fields): Partial<Fields> {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value.trim() === '' ? [] : [[name, value.trim()]],
  )
  // Only keys of `fields` are in there, each with a string.
  return Object.fromEntries(given) as Partial<Fields>
}
