import { computed, signal } from '@preact/signals'
import type { ThreadStanding } from '@/lib/contract/messages.ts'
import type { RecordName } from '@/lib/contract/sharing.ts'
import type { SharingMode } from '@/lib/domain/sharing.ts'
import { card, mailbox, page } from './state.ts'
import { edits, jotting } from './state-cards.ts'

/** Where the open mail stands and why. `load/standing.ts` writes it, the line in Gmail's page and panels draw it. */

/** What the server said of a thread of my mailbox; `undefined` while it has said nothing of this one. */
export const standing = signal<ThreadStanding | undefined>(undefined)

/** Threads whose question "Which deal?" was put off here; a quiet word in the line stays. */
export const putOff = signal<ReadonlySet<string>>(new Set())

/** A thread, or with `gmailId` one mail of it, and a record; `account` where it need not be the open one. */
interface OnRecord {
  threadId: string
  record: RecordName
  account?: string
  gmailId?: string
}

/** How something done to the open mail is taken back. */
export type StandingUndo =
  | {
      act: 'share'
      threadId: string
      level: ThreadStanding['share']
      account?: string
      gmailId?: string
    }
  | { act: 'switch'; record: RecordName; on: boolean }
  | { act: 'mode'; mode: SharingMode }
  | { act: 'older'; recordId: string; address: string; agreed: boolean | null }
  | ({ act: 'link' } & OnRecord)
  /** `share`: what was said of who sees it before that too was changed. */
  | ({ act: 'unlink'; share: 'default' | 'none' | 'metadata' | 'full' } & OnRecord)
  | { act: 'deal'; threadId: string; dealId: string | null; ask: boolean }

/** Only of the thread that is open, and of a mailbox that is not disconnected: its mail stands nowhere (S-066). */
export const openStanding = computed(() =>
  standing.value !== undefined &&
  standing.value.threadId === page.value?.thread?.threadId &&
  mailbox.value?.status !== 'disconnected'
    ? standing.value
    : undefined,
)

/**
 * The question stands open, and the card that is shown is of one whom it concerns. What is being written there is not
 * covered; the line under the subject asks quietly meanwhile.
 */
export const asksForDeal = computed<ThreadStanding | undefined>(() => {
  const found = openStanding.value
  if (found?.question !== 'open' || found.deals.length < 2 || putOff.value.has(found.threadId))
    return undefined
  if (edits.value.size > 0 || jotting.value !== undefined) return undefined
  const theirs = card.value?.deals.some((deal) => found.deals.some((one) => one.record.id === deal.id))
  return theirs ? found : undefined
})
