import { computed, signal } from '@preact/signals'
import type { EmailRow, EmailsPage } from '@/lib/contract/emails.ts'
import type { MessageBody, MessageDetail } from '@/lib/contract/messages.ts'
import type { RecordName } from '@/lib/contract/sharing.ts'
import type { EmailFilter } from '@/lib/extension/api.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import type { EmailStatus } from '@/lib/extension/ui/badge.tsx'
import { me } from './state.ts'

/** Data of lists of mail, a record's or all I may see, and of the mail that is open. `load/emails`, `load/messages` write it. */

/** What a list is asked for. */
export interface EmailsAsk {
  filter: EmailFilter
  statuses: readonly EmailStatus[]
  /** Ids of people whose mailboxes count; none means everybody's. */
  people: readonly string[]
  withFiles: boolean
  archived: boolean
  byHand: boolean
  q: string
}

export const everything: EmailsAsk = {
  filter: 'all',
  statuses: [],
  people: [],
  withFiles: false,
  archived: true,
  byHand: false,
  q: '',
}

/** How much of {@link everything} a list leaves out, without its kind (received, sent …) and what is searched for. */
export function isFiltered(ask: EmailsAsk): boolean {
  return ask.statuses.length > 0 || ask.people.length > 0 || ask.withFiles || !ask.archived || ask.byHand
}

/** A row; in the mail tab with the records it stands on. */
export type ListedEmail = EmailRow & { records?: readonly RecordName[] | undefined }

export interface EmailList {
  /** undefined: all mail I may see. */
  recordId: string | undefined
  ask: EmailsAsk
  rows: readonly ListedEmail[]
  /** Counted up to a thousand; `all` without any filter, as far as it was told. */
  total: number
  all: number | undefined
  people: EmailsPage['people']
  notSearched: EmailsPage['notSearched']
  emptyReason: EmailsPage['emptyReason']
  nextCursor: string | undefined
  /** False until the server has answered what is asked now. */
  answered: boolean
  loading: boolean
  problem: ApiProblem | undefined
  /** What was pressed to come here, to be shown open. */
  begin: 'filter' | 'search' | undefined
}

/** The list of a record that is open, and that of the mail tab; each stays while one of its mails is read. */
export const emails = signal<EmailList | undefined>(undefined)
export const mailTab = signal<EmailList | undefined>(undefined)

/** S-011: the mail tab is there only with a connected mailbox; one that waits for a new sign-in still is. */
export const hasMailbox = computed(
  () =>
    me.value?.mailboxes.some(({ status }) => status === 'connected' || status === 'reauth_required') === true,
)

/** The mail whose page is open. `text` is fetched when it is asked for, and nothing of it is kept. */
export interface OpenMessage {
  id: string
  detail: MessageDetail | undefined
  problem: ApiProblem | undefined
  /** Of a mail that is withdrawn or gone, whether it was shown as one of mine. */
  wasMine?: boolean | undefined
  text: 'not_asked' | 'asking' | { body: MessageBody } | { problem: ApiProblem }
}

/** Of the mail of ours whose page is open: its images by Content-ID, and its template's name. */
export const written = signal<
  { id: string; images: ReadonlyMap<string, string>; template: string | undefined } | undefined
>(undefined)

/** A send that is shown to me no more while its page stands. */
export const goneSend = signal<string | undefined>(undefined)

export const openMessage = signal<OpenMessage | undefined>(undefined)
