import { computed, signal } from '@preact/signals'
import type { Ledger, MySharing, RecordName, RuleSeen, WhoSees } from '@/lib/contract/sharing.ts'
import type { ShareLevel, SharingMode } from '@/lib/domain/sharing.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Data of the sheet, the page and the settings that tell who sees my mail. */

/**
 * A thread of my own mailbox, or one mail of it, of which "Who will see this" speaks. `record`: it would be put on it by
 * hand; `dealId`: the thread would be about that deal; `switched`: my mail on that record would be shown or not; none of
 * them: only the level is changed.
 */
export interface WhoSeesAbout {
  account: string
  threadId: string
  gmailId?: string | undefined
  /** For the head of the sheet, as Gmail or a list shows them. */
  subject: string
  at?: string | undefined
  record?: RecordName | undefined
  dealId?: string | undefined
  /** Chosen when the sheet opens; everything, unless said otherwise. */
  level?: ShareLevel | undefined
  /** That level is what my settings say, and they shall decide again. */
  asDefault?: boolean | undefined
  switched?: { record: RecordName; on: boolean } | undefined
}

/** The sheet while it stands. */
export interface WhoSeesView {
  about: WhoSeesAbout
  level: ShareLevel
  /** As it is now, before anything is changed. */
  before: WhoSees | undefined
  /** The last answer; it stays until the next one is there. */
  answer: WhoSees | undefined
  /** The level that answer was for. */
  answerTo: ShareLevel | undefined
  problem: ApiProblem | undefined
}

export const whoSees = signal<WhoSeesView | undefined>(undefined)

/** The ledger of the mail whose page is open. */
export const ledger = signal<
  { messageId: string; ledger: Ledger | undefined; problem: ApiProblem | undefined } | undefined
>(undefined)

export const mySharing = signal<{ sharing: MySharing | undefined; problem: ApiProblem | undefined }>({
  sharing: undefined,
  problem: undefined,
})

/** Mails of others I asked for. */
export const myRequests = signal<MySharing['requests']>([])

export type Asked = MySharing['requests'][number]
export type Older = MySharing['older'][number]

/** A wider rule of mine that is not so yet: a mode, the switch of a record, my yes to its older mail. */
export type Rule =
  | { kind: 'mode'; mode: SharingMode }
  | { kind: 'switch'; record: RecordName }
  | { kind: 'older'; one: Older }

/** The sheet that tells who would see how much by it, while it stands. */
export const ruleAsked = signal<
  { rule: Rule; answer: RuleSeen | undefined; problem: ApiProblem | undefined } | undefined
>(undefined)

/**
 * What waits for my answer: requests for my mail, and older mail nobody has answered for; while I keep all of it to myself
 * the answer would change nothing.
 */
export const waitingForMe = computed<{ requests: readonly Asked[]; older: readonly Older[] }>(() => {
  const { requests = [], older = [], mode = 'private' } = mySharing.value.sharing ?? {}
  return {
    requests: requests.filter((one) => one.status === 'open' && one.subject !== null),
    older: mode === 'private' ? [] : older.filter((one) => one.agreed === null && one.mails > 0),
  }
})

/** Older mail with the address a record is made from, and whether others shall see it; off until it is chosen. */
export const olderOfForm = signal<
  { key: string; address: string; mails: number; more: boolean; shows: boolean } | undefined
>(undefined)
