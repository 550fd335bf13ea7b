import type { RecordSummary } from '@/lib/contract/records.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { joined, money } from '@/lib/domain/format.ts'
import { isDocumentModule } from '@/lib/domain/modules.ts'
import { displayName, splitName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { choiceName, moduleInSentence } from '@/lib/extension/record-words.ts'
import type { Option } from '@/lib/extension/ui/combobox.tsx'
import type { Choosing } from '@/lib/extension/ui/field-editor.tsx'
import { modules, search, view } from '../state.ts'
import { moduleOf, nameOf, names, people } from '../state-cards.ts'
import { attempt, say } from './core.ts'
import { problemSentence } from './words.ts'

/** Ms without a key before the server is asked. */
const rest = 80
let run = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** Finds records of any module as one types; what was found stays until there is a newer answer. */
export function findRecords(q: string): void {
  run += 1
  const mine = run
  clearTimeout(timer)
  search.value = { ...search.value, q, done: false }
  timer = setTimeout(() => void ask(q, mine), q.trim() === '' ? 0 : rest)
}

/** Forgets what was found; for a list that closes. */
export function leaveSearch(): void {
  run += 1
  clearTimeout(timer)
  search.value = { q: '', records: [], done: false }
}

async function ask(q: string, mine: number): Promise<void> {
  const answer = await attempt(({ backend }) => backend.findRecords(q.trim()))
  // A later letter has its own answer; an earlier one may come after it.
  if (mine === run) search.value = { q, records: answer.ok ? answer.value.records : [], done: true }
}

/** What lies beside a name in a list of records: its company, else its address; of a document also its total and status. */
export function detailOf(record: RecordSummary): string {
  if (isDocumentModule(record.module)) return documentDetail(record)
  const account = record.refs.find((one) => one.id === record.accountId)?.name
  return joined([account || record.fields['company'] || record.primaryAddress || ''], view.value.language)
}

/** Its name is a number, which says nothing to whoever looks for a company's invoice. */
function documentDetail({ module, fields, refs, accountId, mainContactId }: RecordSummary): string {
  const called = (id: string | null) => refs.find((one) => one.id === id)?.name
  const { total = '', currency = '', status = '' } = fields
  const field = moduleOf(module).fields.find((one) => one.key === 'status')
  const { language } = view.value
  return joined(
    [
      called(accountId) || called(mainContactId),
      total === '' ? '' : money(total, currency, language),
      field && status !== '' ? choiceName(module, field, status) : status,
    ],
    language,
  )
}

/** For the editors of a record's fields: records of the module a lookup leads to, or one to be made. */
export function choosing(record?: RecordSummary): Choosing {
  return {
    async findRecords(field, q) {
      const answer = await attempt(({ backend }) => backend.findRecords(q, field.lookup))
      const found = answer.ok ? answer.value.records : []
      names.value = new Map([...names.value, ...found.map((one) => [one.id, one.name] as const)])
      const options = found.map((one): Option => {
        const hint = detailOf(one)
        return { id: one.id, label: one.name, ...(hint !== '' && hint !== one.name && { hint }) }
      })
      return [...options.slice(0, 8), ...offerNew(field, q)]
    },
    nameOf: (id) => nameOf(record, id),
    people: people(),
  }
}

/** Marks an option that is no record yet. */
export const newPrefix = 'new:'

/** An account or a contact can be made from its name alone. */
function offerNew(field: FieldDescription, q: string): Option[] {
  const module = field.lookup
  if (q === '' || (module !== 'accounts' && module !== 'contacts')) return []
  const label = t('value.new', { module: moduleInSentence(module, modules.value), name: q })
  return [{ id: `${newPrefix}${q}`, label, icon: 'plus', isNew: true }]
}

/** Makes the record a lookup was given a new name for; gives its id, undefined when the server said no. */
export async function makeLookedUp(field: FieldDescription, name: string): Promise<string | undefined> {
  const module = field.lookup
  if (module === undefined) return undefined
  const fields = module === 'accounts' ? { accountName: name } : splitName(displayName(name, ''), '')
  const answer = await attempt(({ backend }) => backend.createRecord({ module, fields }, crypto.randomUUID()))
  if (!answer.ok) {
    say(problemSentence(answer.problem))
    return undefined
  }
  const { id } = answer.value.record
  names.value = new Map(names.value).set(id, answer.value.record.name)
  return id
}
