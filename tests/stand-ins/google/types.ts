import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import type { Clock } from '../../../lib/domain/clock.ts'
import type { ServiceAccountKey } from './oauth/service-accounts.ts'
import type { PushTarget } from './pubsub/broker.ts'

/** A clock that tests move. Running: it ticks with real time from where it was put. */
export interface TestClock extends Clock {
  readonly running: boolean
  /** Puts the clock at `at` (epoch ms); wakes everything due. */
  set(at: number): void
  /** Moves forward (or, negative, back) by `ms`. */
  advance(ms: number): void
  /** Stops or restarts the ticking. */
  setRunning(running: boolean): void
  /** Called on every change, not on every tick. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void
}

export interface AccountSeed {
  email: string
  name: string
  /** Further send-as addresses. */
  aliases?: { email: string; name?: string; verified?: boolean; signature?: string }[]
  /** Signature of the primary send-as, HTML. */
  signature?: string
}

/** One file of an account's Drive. Google's own documents (`application/vnd.google-apps.…`) have `exports`, not `bytes`. */
export interface DriveSeed {
  /** Default: one of Drive's length. */
  id?: string
  name: string
  mimeType: string
  bytes?: Buffer
  /** What an export gives, by MIME type. */
  exports?: Record<string, Buffer>
  /** Found by fullText, besides the name. */
  text?: string
  /** Epoch ms; default the clock's now. */
  modifiedAt?: number
  /** Default the account's name. */
  owner?: string
  trashed?: boolean
  /** Stands in a shared drive, which has no owners. */
  sharedDrive?: boolean
  canDownload?: boolean
}

/** Which requests go wrong, and how. Faults are used up in order of adding. */
export interface Fault {
  method?: string
  /** Matched against the path, e.g. `/drafts/send$`. Token endpoint: `/token$`. */
  path?: RegExp | string
  account?: string
  /** Which matching request, counted from 1; default the next. */
  nth?: number
  /** How often after that; default once. */
  times?: number
  kind:
    | { status: number; body?: unknown; headers?: Record<string, string> }
    | { latencyMs: number }
    | { drop: 'before-commit' | 'after-commit' }
    | { commitThenStatus: number }
    | { truncate: true }
    /** The network carries the request twice; the answer is the second one's. */
    | { twice: true }
    | { hang: true }
}

export interface BounceRule {
  /** Recipient pattern. */
  address: RegExp | string
  kind: 'hard' | 'delay-then-fail' | 'full' | 'policy' | 'nxdomain'
  /** Delay before the report arrives, ms on the test clock; default 5 s. */
  afterMs?: number
  /** Language of the human-readable part. */
  language?: 'en' | 'ja' | 'et'
  /** When `delay-then-fail` gives up, ms after sending; default 76 h. */
  failAfterMs?: number
  /** Shape of the report: as today (default), original as `message/global`, before 2016, without In-Reply-To. */
  shape?: 'modern' | 'global' | 'plain' | 'unthreaded'
}

export interface DeliverOptions {
  /** Epoch ms of arrival; default the clock's now. Also what `internalDate` becomes. */
  at?: number
  labelIds?: string[]
}

/** One account as its own Gmail page (or phone) sees it: no OAuth, no quota, no faults. */
export interface StandInMailbox {
  readonly email: string
  readonly name: string
  readonly aliases: readonly { email: string; name: string; verified: boolean; signature: string }[]
  /** Newest first; `format=metadata` messages inside. */
  listThreads(options?: { labelId?: string; q?: string }): gmail_v1.Schema$Thread[]
  /** `format=full`. */
  getThread(threadId: string): gmail_v1.Schema$Thread | undefined
  getMessage(messageId: string): gmail_v1.Schema$Message | undefined
  rawMessage(messageId: string): Buffer | undefined
  /** Decoded bytes of a part, addressed by its stable `partId`. */
  partBytes(messageId: string, partId: string): Buffer | undefined
  /** Sends as Gmail's own page or a phone does: keeps a valid Message-ID, delivers to local accounts. */
  send(raw: Buffer | string, options?: { threadId?: string }): gmail_v1.Schema$Message
  createDraft(raw: Buffer | string, options?: { threadId?: string }): gmail_v1.Schema$Draft
  updateDraft(draftId: string, raw: Buffer | string): gmail_v1.Schema$Draft
  deleteDraft(draftId: string): void
  listDrafts(): gmail_v1.Schema$Draft[]
  modify(messageId: string, change: { add?: string[]; remove?: string[] }): void
  trash(messageId: string): void
  /** Gone for good, out of the trash too. */
  deleteForever(messageId: string): void
  /** Puts a raw mail into this mailbox as if it came from outside. */
  deliver(raw: Buffer | string, options?: DeliverOptions): gmail_v1.Schema$Message
  /** Called after any change to the mailbox. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void
}

export interface RequestLogEntry {
  at: number
  method: string
  path: string
  account: string | undefined
  status: number | 'dropped' | 'hung'
  units: number
}

/** What leaves for domains that are not ours. */
export interface OutboxEntry {
  at: number
  from: string
  to: string
  raw: Buffer
}

export interface GoogleOptions {
  port?: number
  /** Epoch ms to start at; default real now. */
  startAt?: number
  /** Default true. */
  running?: boolean
  clientId?: string
  clientSecret?: string
  /** Redirect URIs the OAuth client accepts; `*` accepts any loopback one. Default `*`. */
  redirectUris?: string[]
}

export interface GoogleSettings {
  /** Approves consent without a click; the account is `login_hint`, else the only or chosen account. */
  autoApprove: boolean
  /** Scopes the person unticks on the consent page. */
  untickedScopes: string[]
  /** Delay before a new message is found by search, ms. */
  searchLagMs: number
  /** Lifetime of an attachment id, ms. */
  attachmentIdLifetimeMs: number
  /** `message-deleted-and-added` (default) or `label-added`: what history shows when a draft is sent. */
  sentDraftHistory: 'deleted-and-added' | 'label-added'
  /** drafts.get of a sent draft still answers 200, with a message labelled SENT. */
  draftWrapperSurvives: boolean
  /** Units per minute and user. */
  unitsPerMinute: number
  maxConcurrent: number
  dailySendCap: number
  /** How a used-up minute is answered: 429 or 403, "Retry after" in both, or 403 naming the quota metric. */
  quotaAnswer: 429 | 403 | 'metric'
  /** Largest step between two history ids; 1 leaves no gaps. Default 12. */
  historyGapMax: number
  /**
   * What id tokens are dated by. Default `machine`: google-auth-library checks them against the machine's
   * clock, which nobody can move.
   */
  idTokenClock: 'machine' | 'test'
  /** What becomes of Gmail's notifications; `reorder` holds one back until the next was published. Default `deliver`. */
  notices: 'deliver' | 'drop' | 'duplicate' | 'reorder'
  /** How much later they are published, ms on the test clock. */
  noticeDelayMs: number
  /** How long a pull that finds nothing is held, real ms. */
  pullWaitMs: number
}

/** The part of Google Cloud that carries Gmail's notifications. */
interface StandInPubSub {
  addTopic(name: string, options?: { gmailMayPublish?: boolean }): void
  /** With `push` it posts to a loopback address, else it is there to be pulled. */
  addSubscription(
    name: string,
    options: { topic: string; push?: PushTarget | undefined; ackDeadlineMs?: number | undefined },
  ): void
  /** Messages waiting or handed out and not yet acknowledged. */
  backlog(subscription: string): number
  /** Publishes to a topic as Gmail would. */
  publish(topic: string, data: unknown): void
  /** What users.watch holds for a mailbox. */
  watchOf(email: string): { topicName: string; expiresAt: number } | undefined
  /** A service account's key file. */
  addServiceAccount(email: string): Promise<ServiceAccountKey>
  /** The OIDC token of a push; `claims` overrides, for tokens that must not be believed. */
  pushToken(target: { audience: string; account: string }, claims?: object): string
}

export interface GoogleStandIn {
  /** e.g. `http://127.0.0.1:49152`, no trailing slash. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: TestClock
  readonly settings: GoogleSettings
  addAccount(seed: AccountSeed): StandInMailbox
  mailbox(email: string): StandInMailbox
  /** Puts a file into an account's Drive; its id. */
  addDriveFile(email: string, seed: DriveSeed): string
  removeDriveFile(email: string, id: string): void
  addFault(fault: Fault): void
  clearFaults(): void
  addBounceRule(rule: BounceRule): void
  /** Moves the history floor of one mailbox to its newest entry: older cursors answer 404. */
  expireHistory(email: string): void
  /** Every refresh and access token of the account dies; the token endpoint answers invalid_grant. */
  revokeTokens(email: string): void
  /** Access tokens alone die before their time: 401 until a new one is fetched. */
  endAccess(email: string): void
  /** An access token as if consent had been given; for direct API tests. */
  issueToken(email: string, scopes: string[]): { accessToken: string; refreshToken: string }
  /** Cloud Pub/Sub. Topics are `projects/P/topics/T`, subscriptions `projects/P/subscriptions/S`. */
  readonly pubsub: StandInPubSub
  readonly outbox: readonly OutboxEntry[]
  readonly requests: readonly RequestLogEntry[]
  clearRequests(): void
  /** Back to an empty Google: no accounts, tokens, faults or rules, default settings; the clock stays. */
  reset(): void
  stop(): Promise<void>
}
