import type { Party } from '../../lib/domain/addresses.ts'
import type { QuotaUse } from '../../lib/domain/sync.ts'

/**
 * Everything the product asks of Google, in our words. Services know this file and nothing else of Google.
 * Every call may throw {@link GoogleError}; nothing else is thrown for an answer or a failure of the network.
 */
export type GoogleErrorKind =
  /** The grant is dead (`invalid_grant`, or 401 after one refresh): ask the person to reconnect. */
  | 'reauth'
  /** The scope was not given or was withdrawn. */
  | 'scope_missing'
  /** Try again not before `retryAt`; the whole mailbox waits. */
  | 'rate'
  /** 429 "(Mail sending)": sends of this mailbox wait, reading goes on. */
  | 'send_limit'
  /** A definite no that will not change (400, 403 by policy). */
  | 'refused'
  | 'not_found'
  /** 404 on history: the cursor is older than Gmail keeps. */
  | 'history_expired'
  /** It certainly did not reach Google (ENOTFOUND, ECONNREFUSED). */
  | 'unreachable'
  /** Time-out, reset, 5xx, cut answer: it may or may not have happened. */
  | 'uncertain'

export class GoogleError extends Error {
  readonly kind: GoogleErrorKind
  /** Epoch ms; only for `rate` and `send_limit`. */
  readonly retryAt: number | undefined
  /** Google's short reason, e.g. `rateLimitExceeded`; never mail content. */
  readonly reason: string

  constructor(kind: GoogleErrorKind, reason: string, options: { retryAt?: number; cause?: unknown } = {}) {
    super(`Google: ${kind} (${reason})`, { cause: options.cause })
    this.name = 'GoogleError'
    this.kind = kind
    this.retryAt = options.retryAt
    this.reason = reason
  }
}

export interface MessagePart {
  partId: string
  mimeType: string
  filename: string
  /** Decoded bytes. */
  size: number
  /** Short-lived; read the message again right before use. Absent: the data came inline. */
  attachmentId: string | undefined
  /** Inline text as UTF-8 when Gmail sent it with the tree. */
  data: string | undefined
  headers: readonly { name: string; value: string }[]
  parts: readonly MessagePart[]
}

export interface GoogleMessage {
  id: string
  threadId: string
  labelIds: readonly string[]
  historyId: string
  /** Epoch ms. */
  internalDate: number
  snippet: string
  /** Top-level headers; names as Gmail spells them, compare without case. */
  headers: readonly { name: string; value: string }[]
  sizeEstimate: number
  /** Only with `format: 'full'`. */
  payload: MessagePart | undefined
}

export interface HistoryPage {
  /** Message ids added or whose labels changed, in order, without doubles; drafts included (their label says so). */
  changed: readonly {
    messageId: string
    threadId: string
    labelIds: readonly string[]
    kind: 'added' | 'labels'
  }[]
  deleted: readonly string[]
  nextPageToken: string | undefined
  /** The cursor after this page, when it is the last. */
  historyId: string
}

export interface SendAs {
  email: string
  name: string
  isPrimary: boolean
  /** Only `true` may be used as From. */
  verified: boolean
  signatureHtml: string
}

/** A raw mail whose bytes are read as they are needed; `open` starts at the first byte, as often as it is called. */
export interface RawMail {
  size: number
  open(): AsyncIterable<Uint8Array>
}

/** One mailbox, with its own tokens and its own share of the quota. All methods take a signal that ends the call. */
export interface GmailMailbox {
  getProfile(signal: AbortSignal): Promise<{ email: string; historyId: string }>
  /** @throws history_expired */
  listHistory(
    startHistoryId: string,
    pageToken: string | undefined,
    signal: AbortSignal,
  ): Promise<HistoryPage>
  /** Newest first as far as Gmail keeps that; spam and trash left out. */
  listMessages(
    query: { q?: string; labelIds?: string[]; pageToken?: string; max?: number },
    signal: AbortSignal,
  ): Promise<{ ids: { id: string; threadId: string }[]; nextPageToken: string | undefined }>
  getMessage(id: string, format: 'full' | 'metadata', signal: AbortSignal): Promise<GoogleMessage>
  getThread(id: string, signal: AbortSignal): Promise<{ id: string; messages: GoogleMessage[] }>
  /** Decoded bytes as they come; base64 is undone on the way. `attachmentId` must be fresh. */
  openAttachment(
    messageId: string,
    attachmentId: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>
  listSendAs(signal: AbortSignal): Promise<SendAs[]>
  /** Sent as it is read; never retried by itself, an uncertain answer is thrown as `uncertain`. */
  createDraft(
    mail: RawMail,
    threadId: string | undefined,
    signal: AbortSignal,
  ): Promise<{ draftId: string; messageId: string }>
  sendDraft(draftId: string, signal: AbortSignal): Promise<{ messageId: string; threadId: string }>
  /** Works with sending permission alone: ids, labels and X-Inlay-Send-Id of the draft's message. */
  getDraft(
    draftId: string,
    signal: AbortSignal,
  ): Promise<{ messageId: string; labelIds: readonly string[]; headers: GoogleMessage['headers'] }>
  /** The draft as Gmail keeps it. @throws refused `too_large` beyond `maxBytes` */
  getDraftRaw(
    draftId: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<{ messageId: string; threadId: string; raw: Buffer }>
  listDrafts(max: number, signal: AbortSignal): Promise<{ draftId: string; messageId: string }[]>
  deleteDraft(draftId: string, signal: AbortSignal): Promise<void>
  /** Gmail tells `topic` of every change from now on, until `expiresAt` (epoch ms). @throws refused `watch_taken` */
  watch(topic: string, signal: AbortSignal): Promise<{ expiresAt: number }>
  stopWatch(signal: AbortSignal): Promise<void>
}

/** A file of somebody's Drive. */
export interface DriveEntry {
  id: string
  name: string
  mimeType: string
  /** Bytes; undefined for Google's own documents. */
  size: number | undefined
  /** Epoch ms. */
  modifiedAt: number | undefined
  /** Their name; '' in a shared drive. */
  owner: string
  canDownload: boolean
}

/** Google Drive as one person sees it, shared drives included. Its limits are its own, apart from Gmail's. */
export interface DriveClient {
  /** By name and text, best first; without words what changed last. Never folders or what lies in the bin. */
  search(
    query: { text: string; pageToken: string | undefined },
    signal: AbortSignal,
  ): Promise<{ files: DriveEntry[]; nextPageToken: string | undefined }>
  get(id: string, signal: AbortSignal): Promise<DriveEntry>
  /** The bytes as they come. */
  open(id: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** One of Google's own documents as `mimeType`. @throws refused `exportSizeLimitExceeded` beyond 10 MB */
  exportAs(id: string, mimeType: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

/** One of Gmail's notifications, as Pub/Sub hands it out. */
export interface Notice {
  ackId: string
  /** Base64 of what Gmail says. */
  data: string
}

/** A subscription whose notifications are fetched. Both may throw GoogleError. */
export interface NoticeQueue {
  /** Waits for some; empty after a while without any. */
  pull(signal: AbortSignal): Promise<Notice[]>
  /** Not acknowledged in time, they come again. */
  acknowledge(ackIds: readonly string[], signal: AbortSignal): Promise<void>
}

/** A good access token for a mailbox; never `refused`, which was answered 401. Throws GoogleError `reauth` when the grant is dead. */
export type AccessTokens = (refused: string | undefined) => Promise<string>

/** What a mailbox may still spend at Google, counted over all instances. */
export interface Budget {
  /**
   * Takes at least `need` and at most `want` units, or says when it is worth asking again (epoch ms). They must be spent
   * before `until`; what is left then is handed in as `rest` with the next question.
   */
  take(input: {
    use: QuotaUse
    need: number
    want: number
    rest?: { span: number; units: number }
  }): Promise<{ units: number; span: number; until: number } | { freeAt: number }>
}

export interface OAuthGrant {
  refreshToken: string | undefined
  accessToken: string
  /** Epoch ms. */
  expiresAt: number
  scopes: readonly string[]
  /** Verified by Google. */
  person: { sub: string; email: string; name: string; hostedDomain: string | undefined }
}

export interface GoogleGateway {
  /** The address of Google's consent page. `codeChallenge` is PKCE S256. */
  consentUrl(input: {
    state: string
    codeChallenge: string
    nonce: string
    scopes: string[]
    loginHint: string | undefined
    askOffline: boolean
  }): string
  exchangeCode(input: { code: string; codeVerifier: string; nonce: string }): Promise<OAuthGrant>
  /** @throws GoogleError reauth when the refresh token is dead */
  refresh(
    refreshToken: string,
  ): Promise<{ accessToken: string; expiresAt: number; scopes: readonly string[] }>
  revoke(token: string): Promise<void>
  /** Every call is counted as `use` and waits until `budget` has its units. What the budget throws is thrown on. */
  openMailbox(email: string, tokens: AccessTokens, share: { use: QuotaUse; budget: Budget }): GmailMailbox
  /** What `tokens` allows of this person's Drive. */
  openDrive(email: string, tokens: AccessTokens): DriveClient
  /**
   * Whether a pushed notification is Google's, sent as `account` to `audience`.
   * @throws GoogleError when Google's certificates cannot be had
   */
  provesPush(token: string, expected: { audience: string; account: string }): Promise<boolean>
  /**
   * The raw mail, Bcc included; 7-bit. The same mail gives the same bytes, so that it can be built again elsewhere.
   * @throws GoogleError refused `address_not_ascii` for what Gmail's API sends to nobody
   */
  buildMime(mail: OutgoingMail): AsyncIterable<Uint8Array>
  /** A raw mail taken apart, e.g. a draft; undefined when it cannot be read within limits. */
  readMail(raw: Uint8Array): Promise<ReadMail | undefined>
}

/** A mail as it was read from its bytes; decoded, and otherwise as hostile as it came. */
export interface ReadMail {
  to: Party[]
  cc: Party[]
  bcc: Party[]
  subject: string
  inReplyTo: string | undefined
  html: string | undefined
  text: string
  /** Built by Inlay. */
  isOurs: boolean
  /** `cid`: Content-ID without brackets. */
  files: { name: string; mimeType: string; cid: string | null; bytes: Uint8Array }[]
}

/** What a mail needs to become MIME. Every text of it may be hostile. */
export interface OutgoingMail {
  from: Party
  to: readonly Party[]
  cc: readonly Party[]
  bcc: readonly Party[]
  subject: string
  text: string
  /** A whole HTML document; '' for a mail in plain text. */
  html: string
  files: readonly OutgoingFile[]
  /** RFC 5322 Message-IDs with angle brackets, oldest first. */
  references: readonly string[]
  inReplyTo: string | undefined
  /** Values of List-Unsubscribe, `https:` or `mailto:`; `oneClick` as RFC 8058 says. */
  unsubscribe: { links: readonly string[]; oneClick: boolean } | undefined
  /** Our own id of the send, written as X-Inlay-Send-Id and, as a Message-ID, at the end of References. */
  sendId: string
  /** Names this content of the send, written as X-Inlay-Mark: a draft left over from before an edit has another. */
  mark: string
  /** Epoch ms for Date. */
  date: number
}

export interface OutgoingFile {
  name: string
  mimeType: string
  /** Content-ID without brackets, when the HTML shows it as `cid:…`; it then stands inside the text. */
  cid: string | null
  open(): Promise<AsyncIterable<Uint8Array>>
}
