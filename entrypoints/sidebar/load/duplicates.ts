import { batch } from '@preact/signals'
import type { DuplicatesQuery } from '@/lib/contract/duplicates.ts'
import type { RecordSummary } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { type CreateForm, duplicates, form, sheetProblem, sheets } from '../state.ts'
import { moduleOf } from '../state-cards.ts'
import { attempt, once, say } from './core.ts'
import { keepCard, refreshPeople, setPerson } from './people.ts'
import { problemSentence } from './words.ts'

let timer: ReturnType<typeof setTimeout> | undefined
let asked = ''

/** Asks who is like the record being written, `after` ms without another change; only when what counts has changed. */
export function askForDuplicates(after: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => void ask(), after)
}

export function stopAsking(): void {
  clearTimeout(timer)
  asked = ''
}

async function ask(): Promise<void> {
  const open = form.value
  if (open === undefined) return
  const query = queryOf(open)
  const about = JSON.stringify([open.key, query])
  if (about === asked) return
  asked = about
  const answer = await attempt(({ backend }) => backend.duplicates(query))
  // The form may have gone, or gone on.
  if (!answer.ok || asked !== about || form.value?.key !== open.key) return
  duplicates.value = { key: open.key, matches: answer.value.matches }
}

const telling = ['firstName', 'lastName', 'company', 'accountName', 'name', 'phone', 'mobile', 'domain']

function queryOf({ module, values, newAccount }: CreateForm): DuplicatesQuery {
  const keys = moduleOf(module).fields.map((field) => field.key)
  const fields = Object.fromEntries(
    telling.flatMap((key) => {
      const value = (values[key] ?? '').trim()
      return value === '' || !keys.includes(key) ? [] : [[key, value] as const]
    }),
  )
  if (newAccount !== undefined && keys.includes('accountId')) fields['company'] = newAccount.name
  const has = (key: string) => keys.includes(key) && (values[key] ?? '').trim() !== ''
  return {
    module,
    fields,
    ...(has('primaryAddress') && { primaryAddress: (values['primaryAddress'] ?? '').trim() }),
    ...(has('secondaryAddress') && { secondaryAddress: (values['secondaryAddress'] ?? '').trim() }),
    ...(has('accountId') && { accountId: values['accountId'] }),
  }
}

/** An address joins a record that stands, beside the one it has. */
export function addAddressTo(record: RecordSummary, address: string): Promise<void> {
  return once('create', async () => {
    const kind = record.primaryAddress === null ? 'primaryAddress' : 'secondaryAddress'
    if (record[kind] !== null) return say(t('duplicate.full'))
    const { version } = record
    const answer = await attempt(({ backend }) =>
      backend.updateRecord(record.id, { version, seen: { [kind]: '' }, [kind]: address }),
    )
    if (!answer.ok) {
      if (form.value === undefined) say(problemSentence(answer.problem))
      else sheetProblem.value = answer.problem
      return
    }
    stopAsking()
    batch(() => {
      keepCard(answer.value)
      setPerson(address, answer.value)
      form.value = undefined
      sheets.value = []
      say(t('duplicate.added', { name: record.name }), {
        kind: 'set-values',
        recordId: record.id,
        values: { [kind]: '' },
      })
    })
    void refreshPeople()
  })
}
