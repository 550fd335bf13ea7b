import type { StandInMailbox, TestClock } from '../google/types.ts'
import { headerOf, partiesOf } from './addresses.ts'
import { plainText } from './body.ts'
import { htmlTree } from './html-tree.ts'
import { decimalOf, tokenOf } from './ids.ts'
import { buildMail, gmailMessageId } from './mime.ts'
import type { ComposeState, LiveEvent, RowModel } from './model.ts'
import type { Reader } from './read.ts'

export interface ComposeTimes {
  /** How long after the last change a draft is saved, ms of test time. */
  autosaveMs: number
  /** How long a sent mail can be taken back, ms of test time. */
  undoMs: number
}

interface Kept {
  state: ComposeState
  timer?: AbortController
  /** What the saved draft holds, to save only changes. */
  saved?: string
}

/** Gmail's side of one account's compose windows: drafts saved late, sends that can be undone, scheduled sends. */
export class Composes {
  readonly #mailbox: StandInMailbox
  readonly #reader: Reader
  readonly #clock: TestClock
  readonly #times: ComposeTimes
  readonly #tell: (event: LiveEvent) => void
  readonly #kept = new Map<string, Kept>()
  readonly #scheduled = new Map<string, { state: ComposeState; at: number; timer: AbortController }>()

  constructor(
    mailbox: StandInMailbox,
    reader: Reader,
    clock: TestClock,
    times: ComposeTimes,
    tell: (event: LiveEvent) => void,
  ) {
    this.#mailbox = mailbox
    this.#reader = reader
    this.#clock = clock
    this.#times = times
    this.#tell = tell
  }

  /** Something was typed: the draft is saved once it was quiet for `autosaveMs`. */
  change(state: ComposeState): void {
    const kept = this.#keep(state)
    this.#after(kept, this.#times.autosaveMs, () => this.#save(kept))
  }

  /** Saves every changed compose window now. */
  saveAll(): void {
    for (const kept of this.#kept.values()) {
      kept.timer?.abort()
      this.#save(kept)
    }
  }

  /** Holds the mail for `undoMs`, then sends it. */
  send(state: ComposeState): void {
    const kept = this.#keep(state)
    this.#after(kept, this.#times.undoMs, () => this.#send(kept))
  }

  /** Takes a send back; false when it has gone out. */
  undo(composeId: string): boolean {
    const kept = this.#kept.get(composeId)
    kept?.timer?.abort()
    if (kept) this.change(kept.state)
    return kept !== undefined
  }

  discard(state: ComposeState): void {
    const kept = this.#kept.get(state.composeId)
    kept?.timer?.abort()
    this.#kept.delete(state.composeId)
    const draftId = kept?.state.draftId ?? state.draftId
    if (draftId && this.#draftStands(draftId)) this.#mailbox.deleteDraft(draftId)
  }

  /** Gmail's own "Schedule send": at `at`, epoch ms. */
  schedule(state: ComposeState, at: number): void {
    this.discard(state)
    const timer = new AbortController()
    const { draftId: _gone, ...rest } = state
    this.#scheduled.set(state.composeId, { state: rest, at, timer })
    void this.#clock.sleepUntil(at, timer.signal).then(() => {
      if (timer.signal.aborted) return
      this.#scheduled.delete(state.composeId)
      this.#send({ state: rest })
    })
    this.#tell({ type: 'changed' })
  }

  /** Rows of the Scheduled view. */
  scheduledRows(): RowModel[] {
    return [...this.#scheduled.values()].map(({ state, at }, i) => {
      const id = state.threadId ?? (i + 1).toString(16).padStart(16, '0')
      const to = state.to.flatMap((address) => partiesOf(address))
      return {
        threadId: id,
        token: tokenOf(this.#mailbox.email, id),
        permId: `thread-f:${decimalOf(id)}`,
        lastMessageId: id,
        people: to.map((party) => ({ ...party, me: false, unread: false })),
        count: 1,
        subject: state.subject,
        snippet: textOf(state.html).slice(0, 120),
        date: at,
        unread: false,
        starred: false,
        hasDraft: false,
        attachments: state.attachments,
      }
    })
  }

  stop(): void {
    for (const { timer } of [...this.#kept.values(), ...this.#scheduled.values()]) timer?.abort()
  }

  #keep(state: ComposeState): Kept {
    const kept = this.#kept.get(state.composeId) ?? { state }
    kept.timer?.abort()
    const draftId = state.draftId ?? kept.state.draftId
    kept.state = { ...state, ...(draftId && { draftId }) }
    this.#kept.set(state.composeId, kept)
    return kept
  }

  #after(kept: Kept, ms: number, act: () => void): void {
    const timer = new AbortController()
    kept.timer = timer
    void this.#clock.sleepUntil(this.#clock.now() + ms, timer.signal).then(() => {
      if (!timer.signal.aborted) act()
    })
  }

  /** A draft somebody deleted meanwhile is written again, under a new id: Gmail's page does so too. */
  #save(kept: Kept): void {
    const { draftId, threadId, composeId } = kept.state
    const content = JSON.stringify({ ...kept.state, draftId: undefined })
    const stands = draftId !== undefined && this.#draftStands(draftId)
    if (kept.saved === content && stands) return
    const raw = this.#raw(kept.state)
    const draft = stands
      ? this.#mailbox.updateDraft(draftId, raw)
      : this.#mailbox.createDraft(raw, threadId ? { threadId } : {})
    kept.saved = content
    if (!draft.id) return
    kept.state = { ...kept.state, draftId: draft.id }
    this.#tell({ type: 'draft-saved', composeId, draftId: draft.id })
  }

  #send(kept: Kept): void {
    const { draftId, threadId, composeId } = kept.state
    try {
      const draft = this.#mailbox.listDrafts().find((candidate) => candidate.id === draftId)
      const staleMessageId = draft?.message?.id ?? ''
      if (draftId && draft) this.#mailbox.deleteDraft(draftId)
      const sent = this.#mailbox.send(this.#raw(kept.state), threadId ? { threadId } : {})
      this.#kept.delete(composeId)
      this.#tell({
        type: 'sent',
        composeId,
        messageId: sent.id ?? '',
        threadId: sent.threadId ?? '',
        staleMessageId,
      })
    } catch (error) {
      this.#tell({
        type: 'send-failed',
        composeId,
        reason: error instanceof Error ? error.message : String(error),
      })
    }
  }

  #draftStands(draftId: string): boolean {
    return this.#mailbox.listDrafts().some((draft) => draft.id === draftId)
  }

  #raw(state: ComposeState): Buffer {
    const answer = state.replyTo ? this.#reader.answerHeaders(state.replyTo) : undefined
    const list = (addresses: string[]) => addresses.join(', ')
    const headers: [string, string][] = [
      ['Date', new Date(this.#clock.now()).toUTCString().replace('GMT', '+0000')],
      ['Message-ID', gmailMessageId()],
      ...(answer
        ? ([
            ['References', answer.references],
            ['In-Reply-To', answer.inReplyTo],
          ] as [string, string][])
        : []),
      ['Subject', state.subject],
      ['From', headerOf(this.#mailbox)],
    ]
    for (const [name, addresses] of [
      ['To', state.to],
      ['Cc', state.cc],
      ['Bcc', state.bcc],
    ] as const) {
      if (addresses.length > 0) headers.push([name, list(addresses)])
    }
    const html = `<div dir="ltr">${state.html}</div>${state.quoted ? `<br>${state.quoted}` : ''}`
    const files = state.attachments.map((file, i) => ({
      name: file.name,
      mimeType: file.mimeType,
      bytes: Buffer.from(file.base64, 'base64'),
      attachmentId: `f_${state.composeId.slice(0, 6)}${i}`,
    }))
    return buildMail({ headers, text: textOf(html), html, files })
  }
}

function textOf(html: string): string {
  return plainText(htmlTree(html.replace(/<\/(div|p|blockquote)>/gi, '<br>$&'), () => undefined))
}
