import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { newestPerThread } from '../http/threads.ts'
import { editHead } from '../mime/edit.ts'
import { MailFacts } from '../mime/facts.ts'
import { bytesOfPart } from '../mime/payload.ts'
import { findMessages } from '../search/match.ts'
import { checkLabelChange } from '../store/labels.ts'
import type { StoredDraft, StoredMessage } from '../store/mail-store.ts'
import { viewDraft, viewMessage, viewThread } from '../store/view.ts'
import type { DeliverOptions, StandInMailbox } from '../types.ts'
import type { World } from '../world.ts'
import type { Account } from './account.ts'
import { receiveFromOutside } from './post.ts'
import { createDraft, deleteDraft, editDraft, sendMail } from './sending.ts'

/** An account's mail as its own Gmail page or phone handles it. */
export class OwnMailbox implements StandInMailbox {
  readonly #world: World
  readonly #account: Account

  constructor(world: World, account: Account) {
    this.#world = world
    this.#account = account
  }

  get email(): string {
    return this.#account.email
  }

  get name(): string {
    return this.#account.name
  }

  get aliases(): StandInMailbox['aliases'] {
    return this.#account.aliases
  }

  listThreads(options: { labelId?: string; q?: string } = {}): gmail_v1.Schema$Thread[] {
    const found = findMessages(this.#world, this.#account, {
      ...(options.q !== undefined && { q: options.q }),
      ...(options.labelId !== undefined && { labelIds: [options.labelId] }),
    })
    return newestPerThread(found)
      .map(({ threadId }) => viewThread(this.#world, this.#account, threadId, 'metadata'))
      .filter((thread) => thread !== undefined)
  }

  getThread(threadId: string): gmail_v1.Schema$Thread | undefined {
    return viewThread(this.#world, this.#account, threadId, 'full')
  }

  getMessage(messageId: string): gmail_v1.Schema$Message | undefined {
    const message = this.#account.store.get(messageId)
    return message && viewMessage(this.#world, this.#account, message, 'full')
  }

  rawMessage(messageId: string): Buffer | undefined {
    return this.#account.store.get(messageId)?.raw
  }

  partBytes(messageId: string, partId: string): Buffer | undefined {
    const message = this.#account.store.get(messageId)
    return message && bytesOfPart(message.facts.root, partId)
  }

  send(raw: Buffer | string, options: { threadId?: string } = {}): gmail_v1.Schema$Message {
    const mail = this.#asReply(toBytes(raw), options.threadId)
    return this.#shown(sendMail(this.#world, this.#account, mail, 'native', options.threadId))
  }

  createDraft(raw: Buffer | string, options: { threadId?: string } = {}): gmail_v1.Schema$Draft {
    const mail = this.#asReply(toBytes(raw), options.threadId)
    return this.#draftShown(createDraft(this.#world, this.#account, mail, options.threadId))
  }

  updateDraft(draftId: string, raw: Buffer | string): gmail_v1.Schema$Draft {
    const draft = this.#draft(draftId)
    editDraft(this.#world, this.#account, draft, toBytes(raw))
    return this.#draftShown(draft)
  }

  deleteDraft(draftId: string): void {
    deleteDraft(this.#account, this.#draft(draftId))
  }

  listDrafts(): gmail_v1.Schema$Draft[] {
    const drafts = [...this.#account.store.drafts.values()].filter((draft) => !draft.sent)
    return drafts.map((draft) => this.#draftShown(draft)).reverse()
  }

  modify(messageId: string, change: { add?: string[]; remove?: string[] }): void {
    const { add = [], remove = [] } = change
    checkLabelChange(this.#account.store, [...add, ...remove])
    this.#account.store.change(() => this.#account.store.relabel(this.#message(messageId), add, remove))
  }

  trash(messageId: string): void {
    this.#account.store.change(() =>
      this.#account.store.relabel(this.#message(messageId), ['TRASH'], ['INBOX']),
    )
  }

  deleteForever(messageId: string): void {
    this.#account.store.change(() => this.#account.store.remove(this.#message(messageId)))
  }

  deliver(raw: Buffer | string, options: DeliverOptions = {}): gmail_v1.Schema$Message {
    return this.#shown(receiveFromOutside(this.#world, this.#account, toBytes(raw), options))
  }

  subscribe(listener: () => void): () => void {
    return this.#account.store.subscribe(listener)
  }

  /** Gmail's page puts In-Reply-To and References on every reply by itself. */
  #asReply(raw: Buffer, threadId: string | undefined): Buffer {
    const last = this.#account.store
      .thread(threadId ?? '')
      .findLast((message) => !message.labels.has('DRAFT'))
    if (last === undefined || new MailFacts(raw).references.length > 0) return raw
    const ids = [...new Set([...last.facts.references, last.facts.messageId])].map((id) => `<${id}>`)
    return editHead(raw, {
      append: [`In-Reply-To: <${last.facts.messageId}>`, `References: ${ids.join(' ')}`],
    })
  }

  #shown(message: StoredMessage): gmail_v1.Schema$Message {
    return viewMessage(this.#world, this.#account, message, 'full')
  }

  #draftShown(draft: StoredDraft): gmail_v1.Schema$Draft {
    return viewDraft(this.#world, this.#account, draft, 'full') ?? { id: draft.id }
  }

  #message(id: string): StoredMessage {
    const message = this.#account.store.get(id)
    if (message === undefined) throw new Error(`No message ${id} in ${this.email}`)
    return message
  }

  #draft(id: string): StoredDraft {
    const draft = this.#account.store.drafts.get(id)
    if (draft === undefined) throw new Error(`No draft ${id} in ${this.email}`)
    return draft
  }
}

function toBytes(raw: Buffer | string): Buffer {
  return typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw
}
