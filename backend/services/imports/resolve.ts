import { normaliseAddress } from '../../../lib/domain/addresses.ts'
import { type NamedThing, readReference } from '../../../lib/domain/csv.ts'
import { domainKey } from '../../../lib/domain/duplicate-keys.ts'
import type { ErrorReason } from '../../../lib/domain/errors.ts'
import type { FieldDescription } from '../../../lib/domain/fields.ts'
import { type ModuleKey, nameKey } from '../../../lib/domain/modules.ts'
import { fold, phoneKey, sortName } from '../../../lib/domain/search-text.ts'
import type { Queryable } from '../../storage/database.ts'
import { type Candidate, findCandidates, findMatches, type MatchBy } from '../../storage/import-lookups.ts'
import { viewerOf } from '../access.ts'
import { joinIds } from '../records/values.ts'
import type { Job } from './job.ts'
import { type ReadRow, shown } from './rows.ts'

/** A row whose names have become ids. `newAccount`: the account it names is not there yet. */
export interface ResolvedRow extends ReadRow {
  newAccount?: string
}

export interface Resolved {
  rows: ResolvedRow[]
  /** Records that cells name, by id. */
  targets: Map<string, Candidate>
  /** Records that agree in the match key, by its comparable value. */
  matches: Map<string, { id: string; name: string }[]>
}

/** Finds what the cells of a batch name and which records its rows are about, in a few statements for all of them. */
export async function resolveRows(q: Queryable, job: Job, rows: readonly ReadRow[]): Promise<Resolved> {
  const candidates = await candidatesOf(q, job, rows)
  const targets = new Map([...candidates.values()].flat().map((one) => [one.id, one]))
  const resolved = rows.map((row) => resolveRow(job, row, candidates))
  return { rows: resolved, targets, matches: await matchesOf(q, job, resolved) }
}

function references(field: FieldDescription, text: string): NamedThing[] {
  const parts = field.key === 'contactIds' ? text.split(/[;；]/) : [text]
  return parts.filter((part) => part.trim() !== '').map(readReference)
}

async function candidatesOf(
  q: Queryable,
  job: Job,
  rows: readonly ReadRow[],
): Promise<Map<ModuleKey, Candidate[]>> {
  const wanted = new Map<ModuleKey, NamedThing[]>()
  for (const { field, text } of rows.flatMap((row) => row.named)) {
    if (field.type !== 'lookup' || field.lookup === undefined) continue
    const list = wanted.get(field.lookup) ?? []
    list.push(...references(field, text))
    wanted.set(field.lookup, list)
  }
  const found = new Map<ModuleKey, Candidate[]>()
  for (const [module, names] of wanted) {
    const distinct = (values: (string | undefined)[]) => [...new Set(values.filter((one) => one))] as string[]
    const by = {
      ids: distinct(names.map((one) => one.id)),
      sortNames: distinct(names.map((one) => sortName(one.name))),
      addresses: distinct(names.map((one) => one.address)),
    }
    found.set(module, await findCandidates(q, viewerOf(job.ctx), module, by))
  }
  return found
}

function resolveRow(
  job: Job,
  row: ReadRow,
  candidates: ReadonlyMap<ModuleKey, readonly Candidate[]>,
): ResolvedRow {
  const resolved: ResolvedRow = { ...row, values: { ...row.values }, problems: [...row.problems] }
  for (const { field, text } of row.named) {
    const refuse = (reason: ErrorReason) =>
      resolved.problems.push({ field: field.key, reason, value: shown(text) })
    if (field.type === 'owner') {
      const person = findOwner(job, text)
      if ('problem' in person) refuse(person.problem)
      else resolved.values[field.key] = person.id
      continue
    }
    const known = field.lookup === undefined ? [] : (candidates.get(field.lookup) ?? [])
    const ids: string[] = []
    for (const named of references(field, text)) {
      const found = pick(known, named)
      if (!('problem' in found)) ids.push(found.id)
      else if (makesAccount(job, field, named, found.problem)) resolved.newAccount = named.name
      else refuse(found.problem)
    }
    resolved.values[field.key] = field.key === 'contactIds' ? joinIds(ids) : (ids[0] ?? '')
  }
  return resolved
}

/** Only a contact brings its account along; whatever else is unknown is an error of the row. */
function makesAccount(job: Job, field: FieldDescription, named: NamedThing, problem: ErrorReason): boolean {
  const byName = named.id === undefined && named.address === undefined
  return (
    problem === 'lookup_missing' &&
    job.module.key === 'contacts' &&
    field.key === 'accountId' &&
    byName &&
    sortName(named.name) !== '' &&
    named.name.length <= 200
  )
}

type Picked = { id: string } | { problem: ErrorReason }

function pick(known: readonly Candidate[], named: NamedThing): Picked {
  if (named.id !== undefined) return only(known.filter((one) => one.id === named.id))
  const { address } = named
  if (address !== undefined) {
    const byAddress = known.filter((one) => one.addresses.includes(address))
    if (byAddress.length > 0 || named.name === '') return only(byAddress)
  }
  return byName(known, named.name)
}

/** By folded name; among several the one that is written just so. */
function byName<T extends { id: string; name: string }>(known: readonly T[], name: string): Picked {
  const folded = sortName(name)
  const alike = folded === '' ? [] : known.filter((one) => sortName(one.name) === folded)
  const same = alike.filter((one) => one.name === name)
  return only(alike.length > 1 && same.length > 0 ? same : alike)
}

function only(found: readonly { id: string }[]): Picked {
  const [first, second] = found
  if (first === undefined) return { problem: 'lookup_missing' }
  return second === undefined ? { id: first.id } : { problem: 'several_match' }
}

/** Who has left may stay an owner, not become one; the caller sees to that. */
function findOwner(job: Job, text: string): Picked {
  const { id, address, name } = readReference(text)
  const byId = job.people.find(
    (one) => one.id === id || (address !== undefined && one.email === normaliseAddress(address)),
  )
  if (byId !== undefined) return { id: byId.id }
  const alike = job.people.filter((one) => one.active && fold(one.name) === fold(name))
  const found = name === '' ? only([]) : only(alike)
  return 'problem' in found && found.problem === 'lookup_missing' ? { problem: 'person_missing' } : found
}

/** In which form values of the match key are compared, and where they stand. */
function matchOf(job: Job): { match: MatchBy; comparable: (value: string) => string } | undefined {
  const { matchKey: key } = job.plan
  const asIs = (value: string) => value
  if (key === null) return undefined
  if (key === 'id') return { match: { by: 'id' }, comparable: (value) => readReference(value).id ?? '' }
  if (key === 'primaryAddress' || key === 'secondaryAddress')
    return { match: { by: 'address' }, comparable: asIs }
  if (key === nameKey(job.module.key) && !isPerson(job))
    return { match: { by: 'name' }, comparable: sortName }
  if (key === 'domain' && job.module.key === 'accounts')
    return { match: { by: 'key', kind: 'domain' }, comparable: (value) => domainKey(value) ?? '' }
  if (key === 'phone' || key === 'mobile')
    return { match: { by: 'key', kind: 'phone' }, comparable: (value) => phoneKey(value) ?? '' }
  return { match: { by: 'field', key }, comparable: asIs }
}

function isPerson(job: Job): boolean {
  return job.module.key === 'leads' || job.module.key === 'contacts'
}

/** The row's value of the match key in comparable form; '' when it has none and so makes a new record. */
export function matchValue(job: Job, row: ReadRow): string {
  const { matchKey } = job.plan
  return matchKey === null ? '' : (matchOf(job)?.comparable(row.values[matchKey] ?? '') ?? '')
}

async function matchesOf(q: Queryable, job: Job, rows: readonly ReadRow[]): Promise<Resolved['matches']> {
  const how = matchOf(job)
  if (how === undefined) return new Map()
  const values = [...new Set(rows.map((row) => matchValue(job, row)).filter((value) => value !== ''))]
  const found = await findMatches(q, viewerOf(job.ctx), job.module.key, how.match, values)
  return Map.groupBy(found, (one) => one.value)
}
