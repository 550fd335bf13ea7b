import type { RecordCard } from '@/lib/contract/records.ts'
import { plainName } from '@/lib/domain/people.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, draftState, type Person, page } from '../../state.ts'
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
  id: string
  name: string
  at: number
  open: () => void
}

/** What waiting drafts are looked for by; of a thread its answers alone. */
interface Where {
  threadId?: string | undefined
  recordId?: string | undefined
  address?: string | undefined
  name?: string | undefined
}

/** What waits unsent while nothing is written into a new mail or an answer yet, newest first. */
export function waitingDrafts(open: Draft): WaitingDraft[] {
  const isBegun = draftState.value !== 'clean' || open.mass !== undefined || open.editing !== undefined
  if (isBegun || open.server !== undefined) return []
  const [first] = open.to
  return waitingAt(
    open.replyTo === undefined
      ? { recordId: open.recordId, address: first?.address, name: first?.name }
      : { threadId: open.replyTo.threadId },
    open.id,
  )
}

/** What waits unsent about the open thread, its person or a record, for the line on their card. */
export function waitingOn(card: RecordCard | undefined, one: Person | undefined): WaitingDraft[] {
  const threadId = one === undefined ? undefined : page.value?.thread?.threadId
  const theirs = waitingAt({ recordId: card?.record.id, address: one?.address, name: one?.name }, undefined)
  const answers = threadId === undefined ? [] : waitingAt({ threadId }, undefined)
  const all = new Map([...theirs, ...answers].map((draft) => [draft.id, draft]))
  return [...all.values()].sort((a, b) => b.at - a.at)
}

function waitingAt(at: Where, but: string | undefined): WaitingDraft[] {
  const isIts = (one: { recordId?: string | null | undefined; to: Draft['to'] }, threadId: unknown) =>
    at.threadId !== undefined
      ? threadId === at.threadId
      : at.recordId !== undefined
        ? one.recordId === at.recordId
        : one.to.some(({ address }) => address === at.address)
  const nameOf = (to: Draft['to'], otherwise: string) =>
    plainName(to[0]?.name ?? '') || plainName(at.name ?? '') || to[0]?.address || plainName(otherwise)
  const here = keptDrafts.value
    .filter((one) => one.id !== but && one.mass === undefined && isIts(one, one.replyTo?.threadId))
    .map((one) => ({
      ...{ id: one.id, name: nameOf(one.to, ''), at: one.at },
      open: () => openKept(one),
    }))
  const there = (draftList.value?.rows ?? [])
    .filter((row) => isIts(row, row.threadId))
    .map((row) => ({
      ...{ id: row.id, name: nameOf(row.to, row.recordName), at: Date.parse(row.updatedAt) },
      open: () => void openSent(row.id),
    }))
  return [...here, ...there].sort((a, b) => b.at - a.at)
}

/** All of them, in the place of the empty mail. */
export function chooseDraft(): void {
  leaveDraft()
  openDrafts()
}
