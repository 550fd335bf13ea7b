import { MailFacts, snippetOf } from '../mime/facts.ts'
import { History } from './history.ts'

/** A message as it is kept: the raw bytes and what Gmail adds to them. */
export interface StoredMessage {
  readonly id: string
  threadId: string
  labels: Set<string>
  historyId: number
  /** Epoch ms. */
  internalDate: number
  raw: Buffer
  /** When it came in, for the search lag. */
  readonly storedAt: number
  facts: MailFacts
  snippet: string | undefined
}

/** A draft: a stable id around a message that changes with every update. */
export interface StoredDraft {
  readonly id: string
  messageId: string
  /** Set once sent, when the wrapper is told to survive. */
  sent: boolean
}

/** What `MailStore.insert` needs to know. */
export interface NewMessage {
  id: string
  threadId: string
  raw: Buffer
  labels: readonly string[]
  internalDate: number
  storedAt: number
}

/** One mailbox's messages, drafts, user labels and history; every change goes through it and is recorded. */
export class MailStore {
  readonly history: History
  readonly drafts = new Map<string, StoredDraft>()
  /** User labels, id to name. */
  readonly userLabels = new Map<string, string>()
  readonly #messages = new Map<string, StoredMessage>()
  readonly #threads = new Map<string, Set<StoredMessage>>()
  readonly #byMessageId = new Map<string, Set<StoredMessage>>()
  readonly #listeners = new Set<() => void>()
  #newestFirst: StoredMessage[] | undefined
  #depth = 0
  #dirty = false

  constructor(historyGap: () => number) {
    this.history = new History(historyGap)
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs several changes as one: listeners are called once, after the last. */
  change<T>(run: () => T): T {
    this.#depth += 1
    try {
      return run()
    } finally {
      this.#depth -= 1
      this.#tell()
    }
  }

  get(id: string): StoredMessage | undefined {
    return this.#messages.get(id)
  }

  /** Oldest first; empty for an unknown thread. */
  thread(threadId: string): StoredMessage[] {
    return [...(this.#threads.get(threadId) ?? [])].sort(byAge)
  }

  threadIds(): string[] {
    return [...this.#threads.keys()]
  }

  /** Messages whose Message-ID header is this one (no brackets). */
  withMessageId(messageId: string): StoredMessage[] {
    return [...(this.#byMessageId.get(messageId) ?? [])]
  }

  newestFirst(): readonly StoredMessage[] {
    this.#newestFirst ??= [...this.#messages.values()].sort((a, b) => byAge(b, a))
    return this.#newestFirst
  }

  get size(): number {
    return this.#messages.size
  }

  get threadCount(): number {
    return this.#threads.size
  }

  insert(from: NewMessage): StoredMessage {
    const message: StoredMessage = {
      id: from.id,
      threadId: from.threadId,
      labels: new Set(from.labels),
      historyId: 0,
      internalDate: from.internalDate,
      raw: from.raw,
      storedAt: from.storedAt,
      facts: new MailFacts(from.raw),
      snippet: undefined,
    }
    this.#messages.set(message.id, message)
    addTo(this.#threads, message.threadId, message)
    addTo(this.#byMessageId, message.facts.messageId, message)
    message.historyId = this.history.record('messageAdded', snapshot(message))
    this.#touch()
    return message
  }

  remove(message: StoredMessage): void {
    this.#messages.delete(message.id)
    removeFrom(this.#threads, message.threadId, message)
    removeFrom(this.#byMessageId, message.facts.messageId, message)
    this.history.record('messageDeleted', snapshot(message))
    this.#touch()
  }

  /** Replaces the bytes of a message that keeps its id; only a sent draft does. */
  rewrite(message: StoredMessage, raw: Buffer): void {
    removeFrom(this.#byMessageId, message.facts.messageId, message)
    message.raw = raw
    message.facts = new MailFacts(raw)
    message.snippet = undefined
    addTo(this.#byMessageId, message.facts.messageId, message)
    this.#touch()
  }

  relabel(message: StoredMessage, add: readonly string[], remove: readonly string[]): void {
    const added = add.filter((label) => !message.labels.has(label))
    const removed = remove.filter((label) => message.labels.has(label) && !add.includes(label))
    for (const label of added) message.labels.add(label)
    for (const label of removed) message.labels.delete(label)
    if (added.length > 0) message.historyId = this.history.record('labelAdded', snapshot(message), added)
    if (removed.length > 0)
      message.historyId = this.history.record('labelRemoved', snapshot(message), removed)
    if (added.length + removed.length > 0) this.#touch()
  }

  snippet(message: StoredMessage): string {
    message.snippet ??= snippetOf(message.facts)
    return message.snippet
  }

  #touch(): void {
    this.#newestFirst = undefined
    this.#dirty = true
    this.#tell()
  }

  #tell(): void {
    if (this.#depth > 0 || !this.#dirty) return
    this.#dirty = false
    for (const listener of [...this.#listeners]) listener()
  }
}

function snapshot(message: StoredMessage): { id: string; threadId: string; labelIds: string[] } {
  return { id: message.id, threadId: message.threadId, labelIds: [...message.labels] }
}

function byAge(a: StoredMessage, b: StoredMessage): number {
  return a.internalDate - b.internalDate || (a.id < b.id ? -1 : 1)
}

function addTo(index: Map<string, Set<StoredMessage>>, key: string, message: StoredMessage): void {
  if (key === '') return
  const set = index.get(key) ?? new Set()
  set.add(message)
  index.set(key, set)
}

function removeFrom(index: Map<string, Set<StoredMessage>>, key: string, message: StoredMessage): void {
  const set = index.get(key)
  set?.delete(message)
  if (set?.size === 0) index.delete(key)
}
