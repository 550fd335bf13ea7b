import { computed, signal } from '@preact/signals'
import type { Duplicates } from '@/lib/contract/duplicates.ts'
import type { EmailRow } from '@/lib/contract/emails.ts'
import type { Me } from '@/lib/contract/identity.ts'
import type { AttachmentRow, Found, LookedUpPerson, Note, RecordCard, Todo } from '@/lib/contract/records.ts'
import type { Send } from '@/lib/contract/sends.ts'
import type { Filing, FilingTargets, ThreadFacts } from '@/lib/contract/threads.ts'
import type { View } from '@/lib/domain/format.ts'
import { type ModuleKey, standardDescriptions, standardModules } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { now } from '@/lib/extension/clock.ts'
import { language } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import type { PageState } from '@/lib/extension/messages.ts'
import type { Modules } from '@/lib/extension/record-words.ts'
import type { Settings } from '@/lib/extension/settings.ts'
import type { Sending } from './state-compose.ts'
import type { GmailRow } from './state-gmail.ts'
import type { Rule, WhoSeesAbout } from './state-sharing.ts'
import type { StandingUndo } from './state-standing.ts'
import type { WorkspaceDialog } from './state-workspace.ts'

/** Data only: what is known and what is shown. `load/` writes it, `panels/` draw it. */

/** `starting`: Gmail has not said whose mailbox this is. */
export type Stage = 'starting' | 'no_server' | 'signed_out' | 'ready'

export const stage = signal<Stage>('starting')
export const settings = signal<Settings | undefined>(undefined)
export const page = signal<PageState | undefined>(undefined)
export const me = signal<Me | undefined>(undefined)
/** The organisation's modules; the standard ones until the server has said more. */
export const builtIn: Modules = new Map(standardModules.map((key) => [key, standardDescriptions[key]]))
export const modules = signal<Modules>(builtIn)
/** A tab of Google's is open; or how the last one ended. */
export const google = signal<{ waiting: 'sign-in' | 'consent' | undefined; problem: string | undefined }>({
  waiting: undefined,
  problem: undefined,
})

/** True until this account has answered the first question about permissions. */
export const firstStep = signal(false)

/** A person of the open thread. `pending`: never seen before, being asked. */
export interface Person {
  address: string
  name: string
  kind: LookedUpPerson['kind'] | 'pending'
  cardIds: string[]
  pickedId: string | null
  near: LookedUpPerson['near']
  hidden: number
}

export const people = signal<readonly Person[]>([])
/** Address of the person whose card is open. */
export const chosen = signal<string | undefined>(undefined)
/**
 * Where an address stands on several records: which one was chosen here, kept or only for now. `ask` puts the question again,
 * `later` puts it off.
 */
export const picked = signal<Readonly<Record<string, string | 'ask' | 'later'>>>({})
export const cards = signal<ReadonlyMap<string, RecordCard>>(new Map())
/** Age of what is shown (epoch ms) and whether the server is being asked. */
export const freshness = signal<{
  asOf: number | undefined
  checking: boolean
  /** Why the server did not answer the last look-up; a server that is away is `offline` instead. */
  problem: ApiProblem | undefined
}>({ asOf: undefined, checking: false, problem: undefined })
export const offline = signal(false)

export const facts = signal<ThreadFacts | undefined>(undefined)
export const targets = signal<FilingTargets | undefined>(undefined)

/** One attachment, as the page or Gmail's API name it. */
export interface PartRef {
  messageId: string
  name: string
  realAttachmentId?: string | undefined
  partId?: string | undefined
}

/** What the File button of one attachment answers; `filing` once the server knows of it. */
export interface FilingView {
  part: PartRef
  /** Idempotency-Key of this click. */
  key: string
  percent: number | undefined
  state: 'asking' | 'running' | 'done' | 'already' | 'failed'
  filing: Filing | undefined
  recordName: string
  problem: ApiProblem | undefined
}

export const filings = signal<readonly FilingView[]>([])

/** A place one goes into; the last one is shown. */
export type Place =
  | { kind: 'record'; recordId: string }
  | { kind: 'emails'; recordId: string }
  /** `recordId`: in whose list it was opened. */
  | { kind: 'mail'; row: EmailRow; recordId: string | undefined }
  /** A mail of which only the id is known, e.g. from a request. */
  | { kind: 'message'; messageId: string }
  | { kind: 'attachments'; recordId: string }
  | { kind: 'history'; recordId: string }
  /** Who could and did see a mail of mine. */
  | { kind: 'ledger'; messageId: string; subject: string; of?: WhoSeesAbout }
  /** Why the open mail stands where it stands. */
  | { kind: 'standing' }
  /** What I let others see of my mail. */
  | { kind: 'sharing' }
  /** `need`: what the person was about to do asks for this stage. */
  | { kind: 'permissions'; need?: 'send' | 'read' }

export const places = signal<readonly Place[]>([])

/** A list that is read page by page. */
export interface Paged<Row> {
  recordId: string
  rows: readonly Row[]
  total: number
  nextCursor: string | undefined
  loading: boolean
  problem: ApiProblem | undefined
}

export const attachments = signal<Paged<AttachmentRow> | undefined>(undefined)
/** The send whose page is open, with its steps. */
export const openSend = signal<Send | undefined>(undefined)

/** What a schedule sheet is for; `draft`: the open composer, `mass`: the confirm below it. */
export type Purpose =
  | { kind: 'draft' }
  | { kind: 'mass'; count: number; draftId: string; version: number; recordIds: readonly string[] }
  | { kind: 'move'; sendId: string; version: number; names: string; recordId: string | undefined }
  | { kind: 'release'; sendId: string; version: number; names: string; recordId: string | undefined }

/** One task over the panel; the last one is shown. */
export type SheetView =
  | { kind: 'create' }
  | { kind: 'convert'; recordId: string }
  | { kind: 'merge'; recordId: string }
  | { kind: 'compose' }
  | { kind: 'schedule'; purpose: Purpose; any: boolean }
  | { kind: 'file'; part: PartRef }
  /** With an address: to find the record it joins; `put`: the one a mail is put on. */
  | { kind: 'search'; address?: string; put?: WhoSeesAbout }
  /** Which deal the open thread is about. */
  | { kind: 'deal' }
  | { kind: 'keys' }
  /** Who will see a mail, before it is put on a record or shown (design 05 A). */
  | { kind: 'who-sees'; about: WhoSeesAbout }
  /** Who would see how much of my mail by a wider rule of mine, before it holds. */
  | { kind: 'rule'; rule: Rule }
  | { kind: 'workspace'; dialog: WorkspaceDialog }
  /** My unsent mails. */
  | { kind: 'drafts' }
  /** For a window of Gmail's own composer. */
  | { kind: 'gmail'; row: GmailRow }
  /** Files from somewhere else for the open mail; it stays until it is closed. */
  | { kind: 'pick-files'; from: 'library' | 'record' | 'drive' }
  /** One mail each to a selection, from the open draft: confirm before anything goes. */
  | { kind: 'mass'; draftId: string; version: number; recordIds: readonly string[] }
  /** How far a mass send is. */
  | { kind: 'mass-progress'; massId: string }
  /** Templates for the open mail; a template being written; fields for either. */
  | { kind: 'templates' }
  | { kind: 'template' }
  | { kind: 'merge-fields' }

export const sheets = signal<readonly SheetView[]>([])

/** A record being written. */
export interface CreateForm {
  module: ModuleKey
  /** Whose mail it was begun from. */
  about: { address: string; name: string } | undefined
  /** By field key, as typed. */
  values: Readonly<Record<string, string>>
  /** Where a value came from, until it is typed over. */
  sources: Readonly<Record<string, Source>>
  /** An account made in the same step, in the place of `accountId`. */
  newAccount: { name: string; domain: string } | undefined
  /** All fields, not only the usual ones. */
  whole: boolean
  /** What is wrong, by field key; kept until the field is changed. */
  problems: Readonly<Record<string, string>>
  key: string
}

export type Source = 'sender' | 'signature' | 'address' | 'subject' | 'domain' | 'mail'

/** The create form while its sheet stands; it survives a change of thread. */
export const form = signal<CreateForm | undefined>(undefined)
export const draft = signal<Draft | undefined>(undefined)
/** `kept` once the draft stands in this browser, `saved` once it stands at the server. */
export const draftState = signal<'clean' | 'dirty' | 'kept' | 'saved'>('clean')
/** Why the last save, create or send of the open sheet did not happen. */
export const sheetProblem = signal<ApiProblem | undefined>(undefined)
/** What is being done and must not be done twice, e.g. `send`. */
export const busy = signal<ReadonlySet<string>>(new Set())

/** Records that look like the one being written; `key` is that of its form. */
export const duplicates = signal<{ key: string; matches: Duplicates['matches'] }>({ key: '', matches: [] })

/** `q` as typed; the records are those of the last answer, which may be of fewer letters. */
export const search = signal<{ q: string; records: Found['records']; done: boolean }>({
  q: '',
  records: [],
  done: false,
})

/** How something just done is taken back. */
export type Undo =
  | { kind: 'delete-record'; recordId: string; address: string | undefined }
  | { kind: 'restore-record'; recordId: string }
  /** Field values as they stood before, in canonical form. */
  | { kind: 'set-values'; recordId: string; values: Readonly<Record<string, string>> }
  | { kind: 'tick'; recordId: string; todo: Todo }
  | { kind: 'restore-note'; recordId: string; noteId: string }
  | { kind: 'delete-note'; recordId: string; note: Note }
  | { kind: 'delete-todo'; recordId: string; todo: Todo }
  | { kind: 'restore-many'; module: ModuleKey; ids: readonly string[] }
  /** Records by the owner they had. */
  | { kind: 'give-back'; module: ModuleKey; former: ReadonlyMap<string, readonly string[]> }
  | { kind: 'check-task'; todo: Todo; done: boolean }
  | { kind: 'undo-merge'; mergeId: string; recordId: string }
  | { kind: 'cancel-filing'; part: PartRef }
  | { kind: 'restore-send'; sendId: string; version: number }
  | {
      kind: 'move-back'
      sendId: string
      version: number
      local: string
      zone: string
      offset: string | undefined
    }
  | { kind: 'reopen-draft'; draft: Draft }
  | { kind: 'undo-send'; sending: Sending }
  | { kind: 'standing'; back: StandingUndo }
  | { kind: 'restore-template'; templateId: string }
  | { kind: 'restore-library-file'; fileId: string }
  | { kind: 'remake-folder'; name: string; parentId: string | null }

export const toast = signal<{ id: number; text: string; undo: Undo | undefined } | undefined>(undefined)
/** What can still be taken back after its toast has gone (WCAG 2.2.1); `until` is epoch ms. */
export const undoable = signal<{ text: string; undo: Undo; until: number } | undefined>(undefined)

/** Moves on every few seconds and whenever the server's clock is heard, so that "10 min ago" stays true. */
export const tick = signal(0)
const myZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** From where the person looks. */
export const view = computed<View>(() => {
  void tick.value
  return { now: now(), zone: myZone, language: language.value }
})

/** The open person. */
export const person = computed(() => people.value.find((one) => one.address === chosen.value))

/** The card of the open person: their only record, or the one chosen of several. */
export const card = computed<RecordCard | undefined>(() => {
  const one = person.value
  if (one === undefined) return undefined
  const id = one.cardIds.length === 1 ? one.cardIds[0] : (picked.value[one.address] ?? one.pickedId)
  return id === undefined || id === null ? undefined : cards.value.get(id)
})

/** This Gmail account's mailbox at the server. */
export const mailbox = computed(() => {
  const account = page.value?.account?.toLowerCase()
  return me.value?.mailboxes.find((one) => one.email.toLowerCase() === account)
})

/** What Inlay may do for this account at Google; as long as nobody has said, it is taken to be allowed. */
export const maySend = computed(() => me.value === undefined || mailbox.value?.canSend === true)
