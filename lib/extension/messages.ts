import type { ServerInfo } from '../contract/identity.ts'

/**
 * Who says what to whom inside the extension, by direction. Payloads are plain data. Page = the content script in a Gmail
 * tab, panel = the sidebar's frame in that tab. Both ends check the sender's extension id, the panel and the page also the tab.
 */
export interface PagePerson {
  /** As Gmail shows it; may be malformed. */
  address: string
  name: string
}

export interface PageAttachment {
  /** Stable for the card while it stands: `<message id>/<realattid or name>/<n>`. */
  key: string
  messageId: string
  name: string
  realAttachmentId: string | undefined
  /** Rounded text as Gmail shows it, e.g. `412 KB`; only for display. */
  sizeText: string
  /** A Drive chip has no bytes. */
  isDriveLink: boolean
}

export interface PageThread {
  /** Gmail API thread id; undefined when the page gives none (then ask by message id). */
  threadId: string | undefined
  subject: string
  /** Gmail API ids of expanded messages, in order. */
  messageIds: string[]
  /** Expanded and collapsed messages; grows when somebody answers: the thread's version. */
  messageCount: number
  people: PagePerson[]
  attachments: PageAttachment[]
  /**
   * End of the newest expanded body without its quotes, at most 4,000 characters, lines kept, for the signature reader;
   * never leaves the browser.
   */
  signatureText: string
  /** Who wrote that body, as Gmail shows it; empty when unknown. */
  signatureFrom?: string
}

export interface PageState {
  /** The address signed in at this `/u/N`; undefined until it is sure. */
  account: string | undefined
  accountIndex: number
  thread: PageThread | undefined
  theme: 'light' | 'dark'
  density: 'comfortable' | 'compact'
  /** Must-have selectors without a hit: Gmail changed its page. */
  health: { ok: boolean; missing: string[] }
  /** performance.timeOrigin + now when the heading was seen, epoch ms; for the bench. */
  seenAt: number
}

/** Drawn by the page on a card or under the subject; computed by the panel. */
export interface CardState {
  key: string
  state: 'rest' | 'busy' | 'filed' | 'failed' | 'off'
  /** Already in the person's language, e.g. `On Line 4 retrofit`. */
  label: string
  tooltip: string
  percent: number | undefined
  /** Offer Undo. */
  undo: boolean
}

/** A run of words of the line; `press` makes it a button and is what the page says back. */
export interface LinePiece {
  text: string
  strong: boolean
  press?: string
  /**
   * Where there is little room: `wide` stands only where all of the line has room, `narrow` only where it has not, `spare`
   * is left out, and `short` comes in its place, before anything is cut; `first` is cut first, `short` and `last` after it,
   * and `lead` is left out then. Everything else is never cut.
   */
  fit?: 'lead' | 'wide' | 'narrow' | 'spare' | 'short' | 'first' | 'last'
  /** What readers say instead of the text. */
  label?: string
}

/** Icons the page can draw before a row of the menu. */
type LineIcon = 'record' | 'off' | 'put' | 'opened' | 'settings' | 'ask'

/** A row of the line's menu, in words of the panel; the page knows nothing of what it means. */
export interface LineMenuRow {
  /** What the page says back; '' for a heading or, without a text, a hairline. */
  id: string
  text: string
  /** Second line: what it means, or why it is off. */
  hint: string
  /** At the end, e.g. a number. */
  aside: string
  kind: 'plain' | 'radio' | 'switch'
  icon: LineIcon | undefined
  on: boolean
  off: boolean
}

export interface SubjectLine {
  text: LinePiece[]
  /** The thread it speaks of; the page drops a line that comes after the person has moved on. */
  threadId?: string | undefined
  /** The button at the line's end and the menu it opens. */
  change?: { label: string; rows: LineMenuRow[] }
}

/** What a row of Gmail's list says of its thread. Two words at most: everything else stays in the panel. */
export interface Chip {
  threadId: string
  name: string
  stage: string
}

/** What a window of Gmail's own composer shows. */
export interface ComposeMail {
  /** Names the window for as long as it stands. */
  window: string
  /** Gmail's id of its draft; '' until Gmail has saved it. */
  draftId: string
  /** Addresses as Gmail holds them, and what is typed but no recipient yet. */
  to: string[]
  cc: string[]
  bcc: string[]
  subject: string
  /** Without the quote; white space as it stands. */
  text: string
  files: string[]
}

/** A node that goes into a mail: a text, or tag, attributes and children. The page builds only what it knows to be harmless. */
export type PutNode = string | readonly [string, Readonly<Record<string, string>>, readonly PutNode[]]

/** What the panel has a window do; it says how that ended. */
export type ComposeAct = 'put' | 'file' | 'close'

/** Page → panel (relayed). */
export interface PageToPanel {
  /** A compose window of Gmail's is there, and needs its words. */
  'page.compose-hello': Record<string, never>
  /** A row of the menu in a compose window was chosen. */
  'page.compose': { row: string; mail: ComposeMail }
  /** What the window shows now; undefined when it is gone. */
  'page.compose-mail': { window: string; mail: ComposeMail | undefined }
  'page.compose-done': { window: string; act: ComposeAct; ok: boolean }
  'page.changed': PageState
  /** One click on File; `choose` (Alt-click) asks for the record even when it is sure. */
  'page.file': { key: string; choose: boolean }
  /** The × of a busy card. */
  'page.cancel-file': { key: string }
  'page.undo-file': { key: string }
  'page.open-filed': { key: string }
  /** Alt+I and the rail button. */
  'page.focus-panel': Record<string, never>
  /** Which place of the workspace the tab's address names now; undefined: none, the panel is narrow. */
  'page.route': { route: string | undefined }
  /** `g w` in Gmail: to the workspace, wherever the person was in it last. */
  'page.widen': Record<string, never>
  /** A piece of the line under the subject was pressed, or a row of its menu chosen. */
  'page.line': { threadId: string | undefined; press: string }
  /** Gmail API ids of the threads in the rows of the list that is shown, top to bottom; sent when they change. */
  'page.rows': { threadIds: string[] }
  'page.chip': { threadId: string }
  /** Gmail shows mail that was not there before, so the server may look at once. */
  'page.news': Record<string, never>
}

/** Panel → page (relayed). */
export interface PanelToPage {
  'panel.ready': Record<string, never>
  'panel.cards': { cards: CardState[] }
  'panel.subject-line': SubjectLine
  /** Chips of rows of the list, all that are known; the page draws those whose rows stand. */
  'panel.chips': { chips: Chip[] }
  'panel.open': { open: boolean }
  'panel.focus-page': Record<string, never>
  /**
   * Puts a place of the workspace into the tab's address and widens the frame; undefined narrows it again. `stay`: the
   * panel stands open afterwards, else as it was before. Otherwise only the frame's width changes.
   */
  'panel.route': { route: string | undefined; replace: boolean; stay: boolean }
  /** Rail counter: held mails only. */
  'panel.badge': { held: number }
  /** `cancel` names the × of a busy card, `closePanel` the rail button while the panel is open. */
  /** Over Gmail's compose windows, while somebody chooses there what goes into one of them; else below. */
  'panel.front': { front: boolean }
  /** The button in Gmail's compose windows and its menu, in the language of the panel. */
  'panel.compose-words': { button: string; rows: LineMenuRow[] }
  'panel.compose-look': { window: string }
  /** Puts nodes where the caret was last, and the subject where there is none yet. */
  'panel.compose-put': { window: string; nodes: readonly PutNode[]; subject: string }
  /** A piece of a file for Gmail's own attachments, base64; the last one gives it to Gmail. */
  'panel.compose-file': {
    window: string
    id: string
    name: string
    type: string
    piece: string
    last: boolean
  }
  /** Throws the window away as a person does; where that fails, it keeps a line with these words. */
  'panel.compose-close': { window: string; held: string; hint: string; discard: string }
  'panel.labels': { file: string; undo: string; openPanel: string; cancel?: string; closePanel?: string }
}

/** Background → page, for what the browser's own buttons and keys do. */
export interface BackgroundToPage {
  /** Click on the toolbar button. */
  'command.toggle-panel': Record<string, never>
  /** Alt+I: to the panel and back. */
  'command.focus-panel': Record<string, never>
  /** Alt+Shift+F: file every attachment of the newest open mail that has some. */
  'command.file-attachments': Record<string, never>
}

/** Panel, options → background (answered). */
export interface ToBackground {
  /**
   * Opens Google's page. `ok` means the tab is open; the end is written into the settings (`outcome`, and the session),
   * because the person may take minutes and the background sleeps meanwhile.
   */
  'sign-in': {
    request: { account: string | undefined }
    answer: { ok: true } | { ok: false; reason: string }
  }
  /** The same for more rights at Google; finished at the backend with this account's session. The stream says `mailbox`. */
  consent: {
    request: { account: string; code: string; url: string }
    answer: { ok: true } | { ok: false; reason: string }
  }
  'check-server': {
    request: { origin: string }
    answer:
      | { ok: true; info: ServerInfo; ms: number }
      | { ok: false; reason: 'bad_address' | 'permission' | 'unreachable' | 'not_inlay' | 'insecure' }
  }
  /** To a tab with this account's Gmail: the one that is open, else a new one. */
  'open-gmail': { request: { account: string }; answer: { ok: true } }
  'open-options': { request: Record<string, never>; answer: { ok: true } }
  ping: { request: Record<string, never>; answer: { bootedAt: number } }
}

export type BackgroundToPageName = keyof BackgroundToPage
export type PageToPanelName = keyof PageToPanel
export type PanelToPageName = keyof PanelToPage
export type ToBackgroundName = keyof ToBackground
