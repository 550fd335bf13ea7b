import { signal } from '@preact/signals'
import type {
  Allowance,
  CheckedRecipients,
  DraftList,
  Guard,
  RecipientRows,
  SenderList,
} from '@/lib/contract/compose.ts'
import type { SendFile } from '@/lib/contract/sends.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import type { MailEditor } from './panels/compose/editor.ts'

/** Data of the composer beside the draft itself (`state.ts`). `load/compose` writes it. */

/** The editor while it stands; what inserts text (templates, images) goes through it. */
export const mailEditor = signal<MailEditor | undefined>(undefined)

/** Moves on when the caret does, so that the toolbar is drawn anew. */
export const editorState = signal(0)

/** Where the form for a link stands, while it does. */
export const linkAt = signal<HTMLElement | undefined>(undefined)

/** Moves on when another text is opened, also one of the same draft. */
export const textTurn = signal(0)

/** Files of the open draft, inline images included. */
export const draftFiles = signal<readonly SendFile[]>([])

/** Takes files that are dropped on or pasted into the text and are no images; set by whoever attaches files. */
export const fileTaker = signal<((files: readonly File[]) => void) | undefined>(undefined)

/** Another tab or computer went on with this draft or mail of the queue, or it was sent or discarded there. */
export const draftClash = signal<'changed' | 'edited' | 'gone' | undefined>(undefined)

/** The last save did not reach the server, or was refused there. */
export const saveFailed = signal(false)

/** What stands against sending; kept until the mail is changed. `when` is what was wanted. */
export const guards = signal<readonly Guard[] | undefined>(undefined)

/** From whom this account may send, and what is left of the day. */
export const senders = signal<SenderList | undefined>(undefined)
export const allowance = signal<Allowance | undefined>(undefined)

export type RecipientRow = RecipientRows['rows'][number]
export type CheckedRecipient = CheckedRecipients['rows'][number]
/** What is known of the addresses of the open draft. */
export const checked = signal<ReadonlyMap<string, CheckedRecipient>>(new Map())

/** My unsent mails at the server, newest first. */
export type DraftRow = DraftList['drafts'][number]
export const draftList = signal<{ rows: readonly DraftRow[]; problem: ApiProblem | undefined } | undefined>(
  undefined,
)
/** Drafts that only this browser has yet. */
export const keptDrafts = signal<readonly Draft[]>([])

/** A mail the server still holds for its undo time; `until` is epoch ms of the server's clock. */
export interface Sending {
  sendId: string
  version: number
  from: number
  until: number
  /** Of a mass send: `sendId` is its model's then, and all of it is taken back. */
  massId?: string
  /** As it was written, to be opened again. */
  draft: Draft | undefined
}
