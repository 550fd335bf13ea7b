import type { ConvertLead } from '@/lib/contract/duplicates.ts'
import { readValue } from '@/lib/domain/field-values.ts'
import { t } from '@/lib/extension/i18n.ts'
import { cards, sheetProblem, sheets } from '../state.ts'
import { type Conversion, conversion, moduleOf } from '../state-cards.ts'
import { attempt, once, say } from './core.ts'
import { refreshPeople } from './people.ts'
import { openRecord } from './records.ts'
import { reasonSentence } from './words.ts'

/** Opens the sheet and asks what stands already. */
export async function startConversion(recordId: string): Promise<void> {
  conversion.value = {
    recordId,
    key: crypto.randomUUID(),
    preview: undefined,
    account: 'new',
    accountName: '',
    contact: 'new',
    withDeal: false,
    dealName: '',
    amount: '',
    currency: '',
    closingOn: '',
    problems: {},
  }
  sheetProblem.value = undefined
  sheets.value = [...sheets.value, { kind: 'convert', recordId }]
  const answer = await attempt(({ backend }) => backend.previewConversion(recordId))
  const open = conversion.value
  if (open?.recordId !== recordId) return
  if (!answer.ok) {
    sheetProblem.value = answer.problem
    return
  }
  const { account, accountName, contact, dealName } = answer.value
  conversion.value = {
    ...open,
    preview: answer.value,
    account: account === null ? (accountName === '' ? 'none' : 'new') : 'found',
    accountName,
    contact: contact === null ? 'new' : 'found',
    dealName,
  }
}

export function changeConversion(part: Partial<Conversion>): void {
  if (conversion.value !== undefined) conversion.value = { ...conversion.value, ...part, problems: {} }
}

/** Makes contact, account and deal; mail and files go along. Then the contact opens. */
export function convert(): Promise<void> {
  return once('convert', async () => {
    const open = conversion.value
    const record = open && cards.value.get(open.recordId)?.record
    if (open === undefined || record === undefined) return
    const read = requestOf(open, record.version)
    if ('problems' in read) {
      conversion.value = { ...open, problems: read.problems }
      return
    }
    const answer = await attempt(({ backend }) => backend.convertLead(record.id, read.body, open.key))
    if (!answer.ok) {
      sheetProblem.value = answer.problem
      if (answer.problem.kind === 'refused') conversion.value = { ...open, key: crypto.randomUUID() }
      return
    }
    conversion.value = undefined
    await refreshPeople()
    openRecord(answer.value.contactId)
    say(t('convert.done', { name: record.name }))
  })
}

function requestOf(
  open: Conversion,
  version: number,
): { body: ConvertLead } | { problems: Record<string, string> } {
  const { preview } = open
  const problems: Record<string, string> = {}
  const name = open.accountName.trim()
  if (open.account === 'new' && name === '') problems['accountName'] = t('error.field_required')
  const deal: Record<string, string> = {}
  for (const field of moduleOf('deals').fields) {
    if (!['dealName', 'amount', 'currency', 'closingOn'].includes(field.key)) continue
    const typed = open[field.key as 'dealName' | 'amount' | 'currency' | 'closingOn']
    const value = readValue(field, typed)
    if ('problem' in value) problems[field.key] = reasonSentence(value.problem)
    else if (field.required && value.value === '') problems[field.key] = t('error.field_required')
    else deal[field.key] = value.value
  }
  const { accountName, ...dealProblems } = problems
  const all = open.withDeal ? problems : accountName === undefined ? {} : { accountName }
  if (Object.keys(all).length > 0 || (open.withDeal && Object.keys(dealProblems).length > 0))
    return { problems: all }
  const found = preview?.account?.id
  const account =
    open.account === 'none'
      ? null
      : open.account === 'found' && found !== undefined
        ? { id: found }
        : { name: name || (preview?.accountName ?? '') }
  const contactId = open.contact === 'found' ? (preview?.contact?.id ?? null) : null
  const { dealName = '', amount = '', currency = '', closingOn = '' } = deal
  const made = open.withDeal ? { dealName, amount, currency, closingOn } : null
  return { body: { version, account, contactId, deal: made } }
}
