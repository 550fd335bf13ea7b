import { computed, signal } from '@preact/signals'
import type { ThreadStanding } from '@/lib/contract/messages.ts'
import type { RecordName } from '@/lib/contract/sharing.ts'
import { page, person } from './state.ts'

/** Where the open mail stands and why. `load/standing.ts` writes it, the line in Gmail's page and panels draw it. */

/** What the server said of a thread of my mailbox; `undefined` while it has said nothing of this one. */
export const standing = signal<ThreadStanding | undefined>(undefined)

/** Threads whose question "Which deal?" was put off here; a quiet word in the line stays. */
export const putOff = signal<ReadonlySet<string>>(new Set())

/** How something done to the open mail is taken back. */
export type StandingUndo =
  | { act: 'share'; threadId: string; level: ThreadStanding['share'] }
  | { act: 'switch'; record: RecordName; on: boolean }
  | { act: 'link'; threadId: string; record: RecordName }
  | { act: 'deal'; threadId: string; dealId: string | null; ask: boolean }

/** Only of the thread that is open. */
export const openStanding = computed(() =>
  standing.value !== undefined && standing.value.threadId === page.value?.thread?.threadId
    ? standing.value
    : undefined,
)

/** The question stands open, and the person whose card is shown is one whom it concerns. */
export const asksForDeal = computed<ThreadStanding | undefined>(() => {
  const found = openStanding.value
  const one = person.value
  if (found?.question !== 'open' || found.deals.length < 2 || putOff.value.has(found.threadId))
    return undefined
  return one?.kind === 'known' ? found : undefined
})
