import type { FieldDescription } from './fields.ts'
import type { ModuleKey } from './modules.ts'
import type { FieldValues } from './records.ts'
import { fold, isJapanese, wordsOf } from './search-text.ts'

/** Why two records may be one, strongest first. */
export const duplicateReasons = ['address', 'phone', 'name_company', 'domain', 'name'] as const
export type DuplicateReason = (typeof duplicateReasons)[number]

/** Among records of which modules a new one may have a double: a person is sought as lead and as contact. */
export function comparedModules(module: ModuleKey): readonly ModuleKey[] {
  return module === 'leads' || module === 'contacts' ? ['leads', 'contacts'] : [module]
}

/**
 * The ways a name may have been written: Japanese has no spaces to tell the family name by, so the words are put in every
 * order (`山田 太郎`, `太郎 山田`); of Latin names the key itself takes the order away.
 */
export function nameOrders(name: string): string[] {
  const words = name.split(/\s+/).filter((word) => word !== '')
  if (words.length < 2 || words.length > 3 || !words.every((word) => isJapanese(fold(word)))) return [name]
  return ordersOf(words).map((order) => order.join(' '))
}

function ordersOf(words: readonly string[]): string[][] {
  if (words.length < 2) return [[...words]]
  return words.flatMap((word, nth) => ordersOf(words.toSpliced(nth, 1)).map((rest) => [word, ...rest]))
}

/** True for one number of a document, however it is spaced: `INV-2026/007` and `inv 2026 007`. */
export function sameNumber(a: string, b: string): boolean {
  return wordsOf(a).join('') === wordsOf(b).join('')
}

/** Records with all their reasons, strongest first; those with equal reasons keep their order. */
export function rankDuplicates(
  found: readonly { id: string; reason: DuplicateReason }[],
): { id: string; reasons: DuplicateReason[] }[] {
  const byId = Map.groupBy(found, (one) => one.id)
  const ranked = [...byId].map(([id, all]) => {
    const reasons = duplicateReasons.filter((reason) => all.some((one) => one.reason === reason))
    return { id, reasons, weight: reasons.reduce((sum, reason) => sum + weightOf(reason), 0) }
  })
  return ranked.toSorted((a, b) => b.weight - a.weight).map(({ id, reasons }) => ({ id, reasons }))
}

/** A stronger reason outweighs all weaker ones together. */
function weightOf(reason: DuplicateReason): number {
  return 2 ** (duplicateReasons.length - duplicateReasons.indexOf(reason))
}

type MergeSide = 'winner' | 'loser'
export type Take = Readonly<Record<string, MergeSide>>

/** One record of a merge: its values by the names of the API, columns included, and when (epoch ms) each was last changed. */
export interface MergePart {
  id: string
  values: FieldValues
  changedAt: ReadonlyMap<string, number>
}

export interface MergeRow {
  field: string
  winner: string
  loser: string
  take: MergeSide
}

/**
 * Every field in which the two differ, with a proposal: what is not empty, else what was changed last; the owner stays. A
 * currency goes with its amount, so it stands by itself only where the amounts are equal.
 */
export function compareForMerge(
  fields: readonly FieldDescription[],
  winner: MergePart,
  loser: MergePart,
): MergeRow[] {
  const rows = fields.map((field) => ({
    field: field.key,
    winner: sideValue(field, winner, loser),
    loser: sideValue(field, loser, winner),
  }))
  const differing = rows.filter((row) => row.winner !== row.loser)
  const differs = new Set(differing.map((row) => row.field))
  return differing
    .filter((row) => amountOf(fields, differs, row.field) === undefined)
    .map((row) => ({ ...row, take: propose(row, winner, loser) }))
}

/**
 * The values the winner has afterwards, addresses left out ({@link mergeAddresses}). Where `take` says nothing: its own, or
 * the loser's where it has none. What no field describes any more (a deleted field's data) is kept the same way.
 */
export function mergeValues(
  fields: readonly FieldDescription[],
  winner: MergePart,
  loser: MergePart,
  take: Take,
): Record<string, string> {
  const described = new Map(fields.map((field) => [field.key, field]))
  const keys = new Set([...Object.keys(winner.values), ...Object.keys(loser.values), ...described.keys()])
  const differs = new Set([...keys].filter((key) => winner.values[key] !== loser.values[key]))
  const merged: Record<string, string> = {}
  for (const key of keys) {
    if (key === 'primaryAddress' || key === 'secondaryAddress') continue
    const field = described.get(key)
    const own = field ? sideValue(field, winner, loser) : (winner.values[key] ?? '')
    const other = field ? sideValue(field, loser, winner) : (loser.values[key] ?? '')
    const decider = amountOf(fields, differs, key) ?? key
    const side = take[decider] ?? ((winner.values[decider] ?? '') === '' ? 'loser' : 'winner')
    merged[key] = side === 'winner' ? own : other
  }
  return merged
}

/** A record never names itself: a parent that is the other one of the merge is no value. */
function sideValue(field: FieldDescription, part: MergePart, other: MergePart): string {
  const value = part.values[field.key] ?? ''
  return field.type === 'lookup' && (value === other.id || value === part.id) ? '' : value
}

/** The differing amount a currency belongs to. */
function amountOf(
  fields: readonly FieldDescription[],
  differs: ReadonlySet<string>,
  key: string,
): string | undefined {
  return fields.find((field) => field.currencyKey === key && differs.has(field.key))?.key
}

function propose(row: Omit<MergeRow, 'take'>, winner: MergePart, loser: MergePart): MergeSide {
  if (row.field === 'ownerId' || row.loser === '') return 'winner'
  if (row.winner === '') return 'loser'
  const at = (part: MergePart) => part.changedAt.get(row.field) ?? 0
  return at(loser) > at(winner) ? 'loser' : 'winner'
}

/** The addresses a record holds. */
export interface AddressPair {
  primary: string | undefined
  secondary: string | undefined
}

/**
 * The two addresses a record keeps of four: those `take` chooses, else the winner's; then, while there is room, the others,
 * a primary one before a secondary one. `lost` finds no room: its mail is no longer shown (S-065).
 */
export function mergeAddresses(
  winner: AddressPair,
  loser: AddressPair,
  take: Take,
): AddressPair & { lost: string[] } {
  const choose = (kind: 'primary' | 'secondary') =>
    (take[`${kind}Address`] === 'loser' ? loser : winner)[kind]
  const rest = new Set([winner.primary, winner.secondary, loser.primary, loser.secondary])
  rest.delete(undefined)
  const first = choose('primary')
  const second = choose('secondary')
  rest.delete(first)
  const chosen = second !== undefined && rest.delete(second) ? second : undefined
  const waiting = [...rest].filter((address) => address !== undefined)
  return { primary: first ?? waiting.shift(), secondary: chosen ?? waiting.shift(), lost: waiting }
}

/** Which of the winner's values go back: those the merge changed and nobody changed since; the rest of them are `kept`. */
export function valuesToRestore(
  before: FieldValues,
  after: FieldValues,
  now: FieldValues,
): { restore: Record<string, string>; kept: string[] } {
  const restore: Record<string, string> = {}
  const kept: string[] = []
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, made, is] = [before[key] ?? '', after[key] ?? '', now[key] ?? '']
    if (was === made) continue
    if (is === made) restore[key] = was
    else if (is !== was) kept.push(key)
  }
  return { restore, kept: kept.sort() }
}
