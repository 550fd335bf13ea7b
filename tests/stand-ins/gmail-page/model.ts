/** What the stand-in page's server tells its client script. Plain data; times are epoch ms of the stand-in's clock. */

export type Theme = 'light' | 'dark'
export type Language = 'en' | 'ja'
export type ViewName = 'inbox' | 'starred' | 'sent' | 'drafts' | 'scheduled' | 'all' | 'search'

/** `email` is empty where a header holds nothing like an address. */
export interface Party {
  name: string
  email: string
}

export interface Boot {
  account: Party
  index: number
  theme: Theme
  language: Language
  /** Attachment cards stay in Gmail's "not loaded yet" form while false. */
  cardsLoaded: boolean
  /** What a message just sent from this page carries instead of its legacy id. */
  justSent: 'missing' | 'stale-draft'
  undoMs: number
}

/** An element that may be shown: no scripts, no handlers, no addresses outside. */
export interface BodyElement {
  tag: string
  attrs: Record<string, string>
  children: BodyNode[]
}
export type BodyNode = string | BodyElement

export interface AttachmentModel {
  kind: 'file' | 'drive'
  name: string
  mimeType: string
  /** Decoded bytes. */
  size: number
  /** Empty for Drive chips: those have no bytes in the mail. */
  partId: string
  /** Where the browser gets the bytes (or opens the file in Drive). */
  url: string
  /** Gmail's `download_url` attribute; undefined for Drive chips. */
  downloadUrl?: string
}

export interface MessageModel {
  /** Gmail API message id. */
  id: string
  /** `msg-f:<decimal>`, or `msg-a:r…` for the account's own mail. */
  permId: string
  /** base64 of `["#thread-f:…"]` and `["#msg-f:…"]`, as the jslog attribute carries them. */
  jslog: string
  from: Party
  to: Party[]
  cc: Party[]
  bcc: Party[]
  date: number
  snippet: string
  unread: boolean
  starred: boolean
  own: boolean
  body: BodyNode[]
  attachments: AttachmentModel[]
}

/** A draft standing in a thread or in the list of drafts. */
export interface DraftModel {
  /** Gmail API draft id. */
  draftId: string
  messageId: string
  to: Party[]
  cc: Party[]
  bcc: Party[]
  subject: string
  snippet: string
  body: BodyNode[]
  date: number
}

export interface ThreadModel {
  id: string
  token: string
  /** `thread-f:<decimal>` or `thread-a:r…`. */
  permId: string
  subject: string
  labels: string[]
  messages: MessageModel[]
  drafts: DraftModel[]
  /** From 1, in the view the thread was opened from; 0 when it is not part of it. */
  position: number
  total: number
  newer?: string
  older?: string
  now: number
}

export interface RowModel {
  threadId: string
  token: string
  permId: string
  lastMessageId: string
  people: (Party & { me: boolean; unread: boolean })[]
  /** Messages in the thread. */
  count: number
  subject: string
  snippet: string
  /** Last message, or the due time in the scheduled view. */
  date: number
  unread: boolean
  starred: boolean
  hasDraft: boolean
  attachments: { name: string; mimeType: string }[]
  /** Set in the list of drafts and of scheduled mail: opens a compose window instead of a thread. */
  draft?: DraftModel
}

export interface ListModel {
  view: ViewName
  query: string
  rows: RowModel[]
  total: number
  unreadInbox: number
  draftCount: number
  scheduledCount: number
  now: number
}

/** A compose window as the client holds it. */
export interface ComposeState {
  composeId: string
  /** Gmail API thread id of a reply. */
  threadId?: string
  /** Gmail API id of the message answered. */
  replyTo?: string
  /** Gmail API draft id, once saved. */
  draftId?: string
  to: string[]
  cc: string[]
  bcc: string[]
  subject: string
  /** What was typed, as HTML. */
  html: string
  /** The quoted mail below it, as HTML; empty when none. */
  quoted: string
  attachments: { name: string; mimeType: string; base64: string }[]
}

/** How a reply starts. */
export interface ReplyModel {
  threadId: string
  threadPermId: string
  replyTo: string
  messagePermId: string
  to: Party[]
  cc: Party[]
  subject: string
  quoted: string
}

/** Pushed to every open page of an account. */
export type LiveEvent =
  | { type: 'changed' }
  | { type: 'theme'; theme: Theme }
  | { type: 'cards'; loaded: boolean }
  | { type: 'draft-saved'; composeId: string; draftId: string }
  | { type: 'sent'; composeId: string; messageId: string; threadId: string; staleMessageId: string }
  | { type: 'send-failed'; composeId: string; reason: string }
