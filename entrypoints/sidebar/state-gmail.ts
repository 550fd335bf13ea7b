import { signal } from '@preact/signals'
import type { LibraryFile } from '@/lib/contract/files.ts'
import type { AttachmentRow } from '@/lib/contract/records.ts'
import type { Template } from '@/lib/contract/templates.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import type { ComposeMail } from '@/lib/extension/messages.ts'
import type { CheckedRecipient } from './state-compose.ts'

/** Data of what the panel does for a window of Gmail's own composer. `load/gmail` writes it. */

/** What the button in such a window offers. */
export const gmailRows = ['template', 'link', 'files', 'check', 'take'] as const
export type GmailRow = (typeof gmailRows)[number]

/** The window the open sheet is about, as it was last seen. */
export const gmailMail = signal<ComposeMail | undefined>(undefined)

/** What the open sheet shows; undefined while it is asked for. */
export const gmailTemplates = signal<readonly Template[] | undefined>(undefined)
export const gmailChecked = signal<readonly CheckedRecipient[] | undefined>(undefined)
export const gmailFiles = signal<
  | {
      records: readonly { id: string; name: string; rows: readonly AttachmentRow[] }[]
      library: readonly LibraryFile[]
    }
  | undefined
>(undefined)

/** Why it did not come. */
export const gmailProblem = signal<ApiProblem | undefined>(undefined)

/** A hand-over: under way, or how it ended without being taken. */
export const taking = signal<
  { state: 'waiting' } | { state: 'late' | 'gone' } | { state: 'refused'; problem: ApiProblem } | undefined
>(undefined)
