import { signal } from '@preact/signals'
import type { Ledger, MySharing, RecordName, WhoSees } from '@/lib/contract/sharing.ts'
import type { ShareLevel } from '@/lib/domain/sharing.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Data of the sheet, the page and the settings that tell who sees my mail. */

/**
 * A thread of my own mailbox, or one mail of it, of which "Who will see this" speaks. `record`: it would be put on it by
 * hand; `switched`: my mail on that record would be shown or not; neither: only the level is changed.
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
  /** Chosen when the sheet opens; without it what holds now. */
  level?: ShareLevel | undefined
  switched?: { record: RecordName; on: boolean } | undefined
}

/** The sheet while it stands; `answer` is the last one, `answerTo` the level it was for. */
export const whoSees = signal<
  | {
      about: WhoSeesAbout
      level: ShareLevel
      answer: WhoSees | undefined
      answerTo: ShareLevel | undefined
      problem: ApiProblem | undefined
    }
  | undefined
>(undefined)

/** The ledger of the mail whose page is open. */
export const ledger = signal<
  { messageId: string; ledger: Ledger | undefined; problem: ApiProblem | undefined } | undefined
>(undefined)

export const mySharing = signal<{ sharing: MySharing | undefined; problem: ApiProblem | undefined }>({
  sharing: undefined,
  problem: undefined,
})
