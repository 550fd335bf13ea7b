import type { RecordCard } from '@/lib/contract/records.ts'
import { plainName } from '@/lib/domain/people.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, draftState, type Person } from '../../state.ts'
import { draftList, keptDrafts } from '../../state-compose.ts'
import { openDrafts, openKept } from './list.ts'
import { newMail, openDraft, openSent } from './open.ts'
import { leaveDraft } from './save.ts'

/** A new mail to whom a card reaches, or to a person without one, also beside an open thread. */
export function composeTo(one: Person | undefined, card: RecordCard | undefined): void {
  const fresh = newMail(card)
  const isAlone = one !== undefined && card === undefined
  beginNew(isAlone ? { ...fresh, to: [{ address: one.address, name: one.name }] } : fresh)
}

/** Opens a mail of its own; one that is being written is saved and makes room. */
export function beginNew(fresh: Draft): void {
  if (draft.value !== undefined) leaveDraft()
  openDraft(fresh, 'clean')
}

/** An unsent mail about the same record, or to the same address without one. */
export interface WaitingDraft {
  name: string
  at: number
  open: () => void
}

/** What waits unsent while nothing is written into a new mail yet, newest first. */
export function waitingDrafts(open: Draft): WaitingDraft[] {
  if (!open.id.startsWith('new:') || draftState.value !== 'clean' || open.mass !== undefined) return []
  const [first] = open.to
  const isIts = (one: { recordId?: string | null | undefined; to: Draft['to'] }) =>
    open.recordId === undefined
      ? first !== undefined && one.to.some(({ address }) => address === first.address)
      : one.recordId === open.recordId
  const nameOf = (to: Draft['to'], otherwise: string) =>
    plainName(to[0]?.name ?? '') || plainName(first?.name ?? '') || to[0]?.address || plainName(otherwise)
  const here = keptDrafts.value
    .filter((one) => one.id !== open.id && one.mass === undefined && isIts(one))
    .map((one) => ({ name: nameOf(one.to, ''), at: one.at, open: () => openKept(one) }))
  const there = (draftList.value?.rows ?? []).filter(isIts).map((row) => ({
    name: nameOf(row.to, row.recordName),
    at: Date.parse(row.updatedAt),
    open: () => void openSent(row.id),
  }))
  return [...here, ...there].sort((a, b) => b.at - a.at)
}

/** All of them, in the place of the empty mail. */
export function chooseDraft(): void {
  leaveDraft()
  openDrafts()
}
