import type { ErrorReason } from '../../../lib/domain/errors.ts'
import { withDefaults } from '../../../lib/domain/field-values.ts'
import { isDocumentModule, type ModuleDescription, nameKey } from '../../../lib/domain/modules.ts'
import { sortName } from '../../../lib/domain/search-text.ts'
import type { Queryable } from '../../storage/database.ts'
import { findAncestry } from '../../storage/import-lookups.ts'
import type { RecordRow } from '../../storage/records.ts'
import { accessTo } from '../access.ts'
import { settle } from '../records/create.ts'
import { changesBetween, nameOf, type Values, valuesOf } from '../records/values.ts'
import type { Job } from './job.ts'
import { matchValue, type Resolved, type ResolvedRow } from './resolve.ts'
import { type RowProblem, shown } from './rows.ts'

/** A record as a batch leaves it. */
export interface Draft {
  id: string
  module: ModuleDescription
  /** undefined for one that the batch makes. */
  row: RecordRow | undefined
  before: Values
  values: Values
  /** The row of the file that made or last changed it. */
  fileRow: number
}

export interface Decided {
  accounts: Draft[]
  drafts: Draft[]
  problems: { row: number; problems: RowProblem[] }[]
  counts: { created: number; updated: number; unchanged: number; failed: number; accounts: number }
}

/** Records that the batch is about, held for writing. */
export interface Held {
  rows: ReadonlyMap<string, RecordRow>
  contacts: ReadonlyMap<string, string[]>
}

/** What becomes of each row, one after the other: a later row of a file changes what an earlier one has made. */
export async function decide(q: Queryable, job: Job, resolved: Resolved, held: Held): Promise<Decided> {
  const decided: Decided = {
    accounts: [],
    drafts: [],
    problems: [],
    counts: { created: 0, updated: 0, unchanged: 0, failed: 0, accounts: 0 },
  }
  const batch: Batch = {
    job,
    resolved,
    held,
    drafts: new Map(),
    made: new Map(),
    accounts: new Map(),
    above: await ancestry(q, job, resolved),
  }
  for (const row of resolved.rows) {
    const problems = row.problems.length > 0 ? row.problems : decideRow(batch, row, decided)
    if (problems.length === 0) continue
    decided.counts.failed += 1
    decided.problems.push({ row: row.row, problems })
  }
  decided.drafts = [...batch.drafts.values()]
  decided.accounts = [...batch.accounts.values()].flatMap(({ draft, taken }) => (taken ? [draft] : []))
  return decided
}

interface Batch {
  job: Job
  resolved: Resolved
  held: Held
  drafts: Map<string, Draft>
  /** Records this batch makes, by match value. */
  made: Map<string, Draft>
  accounts: Map<string, { draft: Draft; taken: boolean }>
  /** By field that leads to its own module: from each record to the one above it. */
  above: Map<string, Map<string, string>>
}

async function ancestry(q: Queryable, job: Job, { targets }: Resolved): Promise<Batch['above']> {
  const above: Batch['above'] = new Map()
  for (const { field } of job.plan.columns)
    if (field.type === 'lookup' && field.lookup === job.module.key)
      above.set(field.key, await findAncestry(q, field.key, [...targets.keys()]))
  return above
}

function decideRow(batch: Batch, row: ResolvedRow, decided: Decided): RowProblem[] {
  const { job } = batch
  const value = matchValue(job, row)
  const found = recordFor(batch, row, value)
  if ('problems' in found) return found.problems
  const { draft } = found
  const isNew = draft.row === undefined && !batch.drafts.has(draft.id)
  const after = afterRow(batch, draft, row, isNew)
  const problems = problemsOf(batch, draft, after)
  if (problems.length > 0) return problems
  const known = !job.writes && value !== '' && job.wouldMake.matches.has(value)
  const changed = changesBetween(draft.values, after).length > 0
  if (isNew && !known) decided.counts.created += 1
  else if (changed) decided.counts.updated += 1
  else decided.counts.unchanged += 1
  if (row.newAccount !== undefined && takeAccount(batch, row.newAccount)) decided.counts.accounts += 1
  draft.values = after
  draft.fileRow = row.row
  batch.drafts.set(draft.id, draft)
  for (const [key, chain] of batch.above) if (after[key]) chain.set(draft.id, after[key])
  if (isNew && value !== '') {
    batch.made.set(value, draft)
    if (!job.writes) job.wouldMake.matches.add(value)
  }
  return []
}

/** The record a row is about: one that stands, one an earlier row has made, or a new one. */
function recordFor(
  { job, resolved, held, drafts, made }: Batch,
  row: ResolvedRow,
  value: string,
): { draft: Draft } | { problems: RowProblem[] } {
  const { matchKey } = job.plan
  const fresh = (): Draft => ({
    id: job.ctx.newId(),
    module: job.module,
    row: undefined,
    before: {},
    values: {},
    fileRow: row.row,
  })
  if (value === '' || matchKey === null) return { draft: fresh() }
  const earlier = made.get(value)
  if (earlier !== undefined) return { draft: earlier }
  const all = resolved.matches.get(value) ?? []
  const same = all.filter((one) => one.name === row.values[matchKey])
  const [match, another] = all.length > 1 && same.length === 1 ? same : all
  if (match === undefined) return { draft: fresh() }
  const refuse = (reason: ErrorReason) => ({
    problems: [{ field: matchKey, reason, value: shown(row.values[matchKey] ?? '') }],
  })
  if (another !== undefined) return refuse('several_match')
  const open = drafts.get(match.id)
  if (open !== undefined) return { draft: open }
  const current = held.rows.get(match.id)
  // Gone between the two statements.
  if (current === undefined) return { draft: fresh() }
  if (accessTo(job.ctx, current) !== 'edit') return refuse('record_read_only')
  const values = valuesOf(current, held.contacts.get(match.id) ?? [])
  return {
    draft: { id: match.id, module: job.module, row: current, before: values, values, fileRow: row.row },
  }
}

function afterRow(batch: Batch, draft: Draft, row: ResolvedRow, isNew: boolean): Values {
  const { job } = batch
  const { id: _, ...given } = row.values
  const account =
    row.newAccount === undefined ? {} : { accountId: accountFor(batch, row.newAccount, row.row) }
  if (!isNew) return settle(job.module, { ...draft.values, ...given, ...account })
  const values = inherit(batch, { ...withDefaults(job.module, given), ...account })
  return settle(job.module, { contactIds: '', ...values, ownerId: values['ownerId'] || job.ctx.actor.userId })
}

/** As in a form: a document takes contact and account of its deal, a deal or document the account of its contact. */
function inherit({ job, resolved }: Batch, values: Values): Values {
  const { key } = job.module
  if (!isDocumentModule(key) && key !== 'deals') return values
  const taken: Record<string, string> = { ...values }
  const deal = isDocumentModule(key) ? resolved.targets.get(taken['dealId'] ?? '') : undefined
  if (deal !== undefined) {
    taken['mainContactId'] ||= deal.mainContactId ?? ''
    taken['accountId'] ||= deal.accountId ?? ''
  }
  const contact = resolved.targets.get(taken['mainContactId'] ?? '')
  if (contact !== undefined) taken['accountId'] ||= contact.accountId ?? ''
  return taken
}

/** One account for all rows of the batch that name it; it is only made when one of them is taken. */
function accountFor({ job, accounts }: Batch, name: string, fileRow: number): string {
  const folded = sortName(name)
  const known = accounts.get(folded)
  if (known !== undefined) return known.draft.id
  const id = job.ctx.newId()
  const values = { accountName: name, ownerId: job.ctx.actor.userId }
  const draft = { id, module: job.accounts, row: undefined, before: {}, values, fileRow }
  accounts.set(folded, { draft, taken: false })
  return id
}

/** True for the first row that brings this account; while trying, the first of the whole file. */
function takeAccount({ job, accounts }: Batch, name: string): boolean {
  const folded = sortName(name)
  const account = accounts.get(folded)
  if (account === undefined || account.taken) return false
  account.taken = true
  if (job.writes) return true
  const isNew = !job.wouldMake.accounts.has(folded)
  job.wouldMake.accounts.add(folded)
  return isNew
}

/** What is wrong with the record as it would stand; only what differs from before is asked for. */
function problemsOf({ job, above }: Batch, draft: Draft, after: Values): RowProblem[] {
  const { module } = job
  const problems: RowProblem[] = []
  const add = (field: string, reason: ErrorReason) =>
    problems.push({ field, reason, value: shown(after[field] ?? '') })
  for (const { key, required, type } of module.fields) {
    if (required && !after[key]) add(key, 'field_required')
    const isOther = after[key] !== draft.before[key]
    if (
      type === 'owner' &&
      after[key] &&
      isOther &&
      !job.people.some((one) => one.active && one.id === after[key])
    )
      add(key, 'person_missing')
  }
  for (const [key, chain] of above)
    if (after[key] && leadsTo(chain, after[key], draft.id)) add(key, 'lookup_circle')
  if (after['secondaryAddress'] && after['secondaryAddress'] === after['primaryAddress'])
    add('secondaryAddress', 'address_twice')
  if (problems.length === 0 && nameOf(module, after) === '') add(nameKey(module.key), 'field_required')
  return problems
}

function leadsTo(chain: ReadonlyMap<string, string>, start: string, id: string): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = start; at !== undefined && !seen.has(at); at = chain.get(at)) {
    if (at === id) return true
    seen.add(at)
  }
  return false
}
