import type { Merge } from '../../../lib/contract/duplicates.ts'
import type { AddressPair } from '../../../lib/domain/duplicates.ts'
import type { Moved } from '../../storage/belongings.ts'
import type { MergeRow, StoredAddress } from '../../storage/merges.ts'
import type { Values } from '../records/values.ts'

/** A merge can be taken back for so long. */
export const undoDays = 30
const dayMs = 24 * 60 * 60 * 1000
/** Open cards of so many records are told that they name another one now. */
export const maxTold = 100

export function undoUntil(at: Date): Date {
  return new Date(at.getTime() + undoDays * dayMs)
}

export function toMerge(row: MergeRow): Merge {
  return {
    id: row.id,
    winnerId: row.winner_id,
    loserId: row.loser_id,
    loserName: row.loserName,
    at: row.at.toISOString(),
    undoUntil: undoUntil(row.at).toISOString(),
    undoneAt: row.undone_at?.toISOString() ?? null,
  }
}

/** What is kept of a merge to take it back: `merges.moved`. */
export interface MergeMemory {
  /** The winner's values right before and right after. */
  before: Values
  after: Values
  winnerAddresses: KeptAddress[]
  /** What the winner had held before and remembered. */
  winnerFormer: KeptAddress[]
  loserAddresses: KeptAddress[]
  rows: Moved
}

/** `since` RFC 3339. */
type KeptAddress = Omit<StoredAddress, 'since'> & { since: string }

export function keepAddresses(addresses: readonly StoredAddress[]): KeptAddress[] {
  return addresses.map((one) => ({ ...one, since: one.since.toISOString() }))
}

export function addressesKept(addresses: readonly KeptAddress[]): StoredAddress[] {
  return addresses.map((one) => ({ ...one, since: new Date(one.since) }))
}

/** What {@link MergeMemory} was written as is what comes back: nobody else writes `merges.moved`. */
export function memoryOf(merge: MergeRow): MergeMemory {
  return merge.moved as MergeMemory
}

export function toPair(addresses: readonly StoredAddress[]): AddressPair {
  const at = (kind: StoredAddress['kind']) => addresses.find((one) => one.kind === kind)?.address
  return { primary: at('primary'), secondary: at('secondary') }
}

export function addressValues(addresses: readonly StoredAddress[]): Record<string, string> {
  const { primary = '', secondary = '' } = toPair(addresses)
  return { primaryAddress: primary, secondaryAddress: secondary }
}
