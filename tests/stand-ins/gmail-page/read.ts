import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import type { StandInMailbox } from '../google/types.ts'
import { headerOf, partiesOf } from './addresses.ts'
import { contentOf, headerOfPart, jslogFor, type Place } from './body.ts'
import { escapeHtml, treeHtml } from './html-tree.ts'
import { decimalOf, ownId, tokenOf } from './ids.ts'
import type {
  DraftModel,
  ListModel,
  MessageModel,
  Party,
  ReplyModel,
  RowModel,
  ThreadModel,
  ViewName,
} from './model.ts'

type Thread = gmail_v1.Schema$Thread
type Message = gmail_v1.Schema$Message

const LABELS: Partial<Record<ViewName, string>> = { inbox: 'INBOX', starred: 'STARRED', sent: 'SENT' }

/** Reads one account's mailbox into what its page shows. Nothing is kept: the mailbox is the truth at every look. */
export class Reader {
  readonly #mailbox: StandInMailbox
  readonly #index: number
  readonly #now: () => number

  constructor(mailbox: StandInMailbox, index: number, now: () => number) {
    this.#mailbox = mailbox
    this.#index = index
    this.#now = now
  }

  list(view: ViewName, query: string, scheduled: RowModel[]): ListModel {
    const drafts = this.drafts()
    const rows =
      view === 'scheduled'
        ? scheduled
        : view === 'drafts'
          ? drafts.map((d) => this.#draftRow(d))
          : this.#rows(view, query)
    const inbox = this.#mailbox.listThreads({ labelId: 'INBOX' })
    return {
      view,
      query,
      rows,
      total: rows.length,
      unreadInbox: inbox.filter((thread) => thread.messages?.some((m) => has(m, 'UNREAD'))).length,
      draftCount: drafts.length,
      scheduledCount: scheduled.length,
      now: this.#now(),
    }
  }

  /** The thread behind a token, with its neighbours in the view it was opened from. */
  thread(token: string, view: ViewName, query: string): ThreadModel | undefined {
    const siblings = this.#threads(view, query).map((thread) => thread.id ?? '')
    const id = this.#findThread(token, siblings)
    const thread = id === undefined ? undefined : this.#mailbox.getThread(id)
    if (!thread?.id) return undefined
    const messages = shownMessages(thread)
    const at = siblings.indexOf(thread.id)
    const neighbour = (i: number) =>
      at >= 0 && siblings[i] ? tokenOf(this.#mailbox.email, siblings[i]) : undefined
    const [newer, older] = [neighbour(at - 1), neighbour(at + 1)]
    return {
      id: thread.id,
      token,
      permId: threadPermId(thread),
      subject: headerOfPart((messages[0] ?? thread.messages?.[0])?.payload, 'Subject') ?? '',
      labels: messages.some((m) => has(m, 'INBOX')) ? ['inbox'] : [],
      messages: messages.map((message) => this.#message(message, threadPermId(thread))),
      drafts: this.drafts().filter((draft) => thread.messages?.some((m) => m.id === draft.messageId)),
      position: at + 1,
      total: siblings.length,
      ...(newer && { newer }),
      ...(older && { older }),
      now: this.#now(),
    }
  }

  /** All drafts, newest first. */
  drafts(): DraftModel[] {
    const drafts = this.#mailbox.listDrafts().flatMap((draft) => {
      const message = this.#mailbox.getMessage(draft.message?.id ?? '')
      return draft.id && message?.id ? [this.#draft(draft.id, message)] : []
    })
    return drafts.sort((a, b) => b.date - a.date)
  }

  /** The addresses, subject and quote a reply starts with; `all` keeps the other recipients. */
  reply(messageId: string, all: boolean): ReplyModel | undefined {
    const message = this.#mailbox.getMessage(messageId)
    const thread = this.#mailbox.getThread(message?.threadId ?? '')
    if (!message || !thread?.id) return undefined
    const model = this.#message(message, threadPermId(thread))
    const others = (parties: Party[]) => parties.filter((party) => !this.#isMe(party.email))
    const answerTo = partiesOf(headerOfPart(message.payload, 'Reply-To'))
    const to = model.own ? model.to : answerTo.length > 0 ? answerTo : [model.from]
    const subject = headerOfPart(message.payload, 'Subject') ?? ''
    const wrote = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' }).format(model.date)
    const heading = `On ${wrote}, ${headerOf(model.from)} wrote:`
    return {
      threadId: thread.id,
      threadPermId: threadPermId(thread),
      replyTo: messageId,
      messagePermId: model.permId,
      to,
      cc: all
        ? others([...model.to, ...model.cc]).filter((party) => !to.some((t) => t.email === party.email))
        : [],
      subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
      quoted: `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">${escapeHtml(heading)}<br></div><blockquote class="gmail_quote">${treeHtml(model.body)}</blockquote></div>`,
    }
  }

  /** Message-ID and References a reply to this message carries. */
  answerHeaders(messageId: string): { inReplyTo: string; references: string } | undefined {
    const payload = this.#mailbox.getMessage(messageId)?.payload
    const inReplyTo = headerOfPart(payload, 'Message-ID')
    if (!inReplyTo) return undefined
    return { inReplyTo, references: `${headerOfPart(payload, 'References') ?? ''} ${inReplyTo}`.trim() }
  }

  #findThread(token: string, siblings: string[]): string | undefined {
    const matches = (id: string) => tokenOf(this.#mailbox.email, id) === token
    return (
      siblings.find(matches) ??
      this.#mailbox.listThreads().find((thread) => matches(thread.id ?? ''))?.id ??
      undefined
    )
  }

  #threads(view: ViewName, query: string): Thread[] {
    if (view === 'search') return this.#mailbox.listThreads({ q: query })
    const labelId = LABELS[view]
    return this.#mailbox.listThreads(labelId ? { labelId } : {})
  }

  #rows(view: ViewName, query: string): RowModel[] {
    return this.#threads(view, query).flatMap((listed): RowModel[] => {
      const thread = this.#mailbox.getThread(listed.id ?? '')
      const messages = thread ? shownMessages(thread) : []
      const last = (view === 'sent' ? messages.findLast((m) => has(m, 'SENT')) : undefined) ?? messages.at(-1)
      if (!thread?.id || !last?.id) return []
      const place = { index: this.#index, messageId: '', messagePermId: '', threadPermId: '' }
      return [
        {
          threadId: thread.id,
          token: tokenOf(this.#mailbox.email, thread.id),
          permId: threadPermId(thread),
          lastMessageId: last.id,
          people: this.#people(view, messages, last),
          count: messages.length,
          subject: headerOfPart(messages[0]?.payload, 'Subject') ?? '',
          snippet: unescaped(last.snippet),
          date: Number(last.internalDate ?? 0),
          unread: messages.some((m) => has(m, 'UNREAD')),
          starred: messages.some((m) => has(m, 'STARRED')),
          hasDraft: (thread.messages ?? []).some((m) => has(m, 'DRAFT')),
          attachments: contentOf(last.payload, place).attachments.map(({ name, mimeType }) => ({
            name,
            mimeType,
          })),
        },
      ]
    })
  }

  #people(view: ViewName, messages: Message[], last: Message): RowModel['people'] {
    if (view === 'sent') {
      return partiesOf(headerOfPart(last.payload, 'To')).map((p) => ({
        ...p,
        me: this.#isMe(p.email),
        unread: false,
      }))
    }
    const people = new Map<string, RowModel['people'][number]>()
    for (const message of messages) {
      const from = partiesOf(headerOfPart(message.payload, 'From'))[0] ?? { name: '', email: '' }
      const key = from.email || from.name
      const unread = has(message, 'UNREAD') || (people.get(key)?.unread ?? false)
      people.set(key, { ...from, me: this.#isMe(from.email), unread })
    }
    return [...people.values()]
  }

  #message(message: Message, threadPerm: string): MessageModel {
    const id = message.id ?? ''
    const own = has(message, 'SENT')
    const permId = own ? `msg-${ownId(id)}` : `msg-f:${decimalOf(id)}`
    const place: Place = {
      index: this.#index,
      messageId: id,
      messagePermId: permId,
      threadPermId: threadPerm,
    }
    const header = (name: string) => partiesOf(headerOfPart(message.payload, name))
    return {
      id,
      permId,
      jslog: jslogFor(place),
      from: header('From')[0] ?? { name: '', email: '' },
      to: header('To'),
      cc: header('Cc'),
      bcc: header('Bcc'),
      date: Number(message.internalDate ?? 0),
      snippet: unescaped(message.snippet),
      unread: has(message, 'UNREAD'),
      starred: has(message, 'STARRED'),
      own,
      ...contentOf(message.payload, place),
    }
  }

  #draft(draftId: string, message: Message): DraftModel {
    const { to, cc, bcc, body, date, snippet, id } = this.#message(message, '')
    const subject = headerOfPart(message.payload, 'Subject') ?? ''
    return { draftId, messageId: id, to, cc, bcc, subject, snippet, body, date }
  }

  #draftRow(draft: DraftModel): RowModel {
    const thread = this.#mailbox.getMessage(draft.messageId)?.threadId ?? draft.messageId
    return {
      threadId: thread,
      token: tokenOf(this.#mailbox.email, thread),
      permId: `thread-f:${decimalOf(thread)}`,
      lastMessageId: draft.messageId,
      people: [],
      count: 1,
      subject: draft.subject,
      snippet: draft.snippet,
      date: draft.date,
      unread: false,
      starred: false,
      hasDraft: true,
      attachments: [],
      draft,
    }
  }

  #isMe(email: string): boolean {
    const wanted = email.toLowerCase()
    return [this.#mailbox, ...this.#mailbox.aliases].some((mine) => mine.email.toLowerCase() === wanted)
  }
}

function has(message: Message, label: string): boolean {
  return message.labelIds?.includes(label) ?? false
}

function shownMessages(thread: Thread): Message[] {
  return (thread.messages ?? []).filter((message) => !has(message, 'DRAFT') && !has(message, 'TRASH'))
}

/** A thread the account began itself has an id the page made up. */
function threadPermId(thread: Thread): string {
  const first = thread.messages?.[0]
  const id = thread.id ?? ''
  return first && has(first, 'SENT') ? `thread-${ownId(id)}` : `thread-f:${decimalOf(id)}`
}

function unescaped(snippet: string | null | undefined): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return (snippet ?? '').replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, code?: string, name?: string) =>
    code ? String.fromCodePoint(Number(code)) : (names[name ?? ''] ?? ''),
  )
}
