import type { DraftModel, MessageModel, ThreadModel } from '../model.ts'
import { avatar } from './chrome.ts'
import { type Context, hashOf, type Route } from './context.ts'
import { el, icon, iconButton } from './dom.ts'
import { createMessage, type MessageView } from './message.ts'

export interface ThreadActs {
  reply(message: MessageModel, all: boolean, place: HTMLElement): void
  openDraft(draft: DraftModel, place: HTMLElement): void
  /** Whether a compose window stands in this place already. */
  answering(place: HTMLElement): boolean
}

/** How many closed messages may stand between the first and the last before Gmail folds them into one line. */
const FOLD_FROM = 4

/** An open conversation. Later mail is added in place; what stands is not drawn again. */
export class ThreadView {
  readonly node: HTMLElement
  readonly token: string
  readonly #context: Context
  readonly #acts: ThreadActs
  readonly #views = new Map<string, MessageView>()
  readonly #list = el('div', { class: 'bh', role: 'list' })
  readonly #drafts = el('div', { class: 'drafts' })
  readonly #answer = el('div', { class: 'answer' })
  readonly #labels = el('span', { class: 'J-J5-Ji' })
  readonly #place = el('span', { class: 'Dj' })
  #thread: ThreadModel

  constructor(context: Context, route: Route, thread: ThreadModel, acts: ThreadActs) {
    this.#context = context
    this.#acts = acts
    this.#thread = thread
    this.token = thread.token
    const ids = { 'data-thread-perm-id': thread.permId, 'data-legacy-thread-id': thread.id }
    const heading = el(
      'h2',
      { class: 'hP', jsname: 'r4nke', tabindex: -1, ...ids },
      thread.subject || context.words.noSubject,
    )
    const last = thread.messages.length - 1
    const items = thread.messages.map((model, i) => this.#add(model, i === last || model.unread))
    this.#list.append(...folded(context, items))
    const top = el('div', { class: 'ha' }, heading, this.#labels)
    const inner = el('div', { class: 'nH if' }, top, this.#list, this.#drafts, this.#answer, this.#buttons())
    const bar = toolbar(context, route, thread, this.#place)
    this.node = el('div', { class: 'nH view', role: 'main' }, bar, el('div', { class: 'nH a98 iY' }, inner))
    this.update(thread)
  }

  update(next: ThreadModel): void {
    const { words } = this.#context
    this.#thread = next
    this.#place.textContent = next.position > 0 ? `${next.position} ${words.of} ${next.total}` : ''
    this.#labels.replaceChildren(
      ...next.labels.map(() => el('div', { class: 'ahR' }, el('span', { class: 'hN' }, words.inbox))),
    )
    for (const [id, view] of this.#views) {
      if (next.messages.some((message) => message.id === id)) continue
      view.node.remove()
      this.#views.delete(id)
    }
    for (const message of next.messages) {
      if (!this.#views.has(message.id)) this.#list.append(this.#add(message, true).node)
    }
    const drafts = this.#acts.answering(this.#answer) ? [] : next.drafts
    this.#drafts.replaceChildren(
      ...drafts.map((draft) =>
        draftItem(this.#context, draft, () => this.#acts.openDraft(draft, this.#answer)),
      ),
    )
  }

  replyToLast(all = false): void {
    const last = this.#thread.messages.at(-1)
    if (last) this.#acts.reply(last, all, this.#answer)
  }

  #add(model: MessageModel, open: boolean): MessageView {
    const reply = (message: MessageModel) => this.#acts.reply(message, false, this.#answer)
    const view = createMessage(this.#context, this.#thread, model, open, { reply })
    this.#views.set(model.id, view)
    return view
  }

  #buttons(): HTMLElement {
    const { words } = this.#context
    const several = this.#thread.messages.some(({ to, cc }) => to.length + cc.length > 1)
    return el(
      'div',
      { class: 'amn' },
      pill('reply', words.reply, () => this.replyToLast()),
      several && pill('replyAll', words.replyAll, () => this.replyToLast(true)),
      pill('forward', words.forward),
    )
  }
}

/** Between the first and the last two closed messages a long run hides behind its number. */
function folded(context: Context, items: MessageView[]): HTMLElement[] {
  const middle = items.slice(1, -2)
  const end = middle.findIndex((item) => item.node.className !== 'kv')
  const hidden = end < 0 ? middle : middle.slice(0, end)
  if (hidden.length < FOLD_FROM) return items.map((item) => item.node)
  for (const { node } of hidden) {
    node.className = 'kQ'
    node.removeAttribute('role')
    node.removeAttribute('aria-expanded')
  }
  const bar = el(
    'div',
    {
      class: 'kx',
      role: 'button',
      tabindex: 0,
      'aria-label': `${hidden.length} ${context.words.olderMessages}`,
    },
    el('span', { class: 'adv' }, String(hidden.length)),
  )
  bar.addEventListener('click', () => {
    bar.remove()
    for (const { node } of hidden) {
      node.className = 'kv'
      node.setAttribute('role', 'listitem')
      node.setAttribute('aria-expanded', 'false')
    }
  })
  const nodes = items.map((item) => item.node)
  return [...nodes.slice(0, 1), bar, ...nodes.slice(1)]
}

function draftItem(context: Context, draft: DraftModel, open: () => void): HTMLElement {
  const { name, email } = context.boot.account
  const item = el(
    'div',
    { class: 'adf ads draft' },
    el('div', { class: 'aju' }, avatar(name, email)),
    el(
      'div',
      { class: 'gs' },
      el('div', { class: 'gE iv gt' }, el('span', { class: 'boq' }, context.words.draft)),
      el('div', { class: 'iA g6' }, draft.snippet),
    ),
  )
  item.addEventListener('click', open)
  return item
}

function toolbar(context: Context, route: Route, thread: ThreadModel, place: HTMLElement): HTMLElement {
  const { words } = context
  const up = hashOf({ ...route, token: '' })
  const go = (token: string | undefined) => () => {
    if (token) location.hash = hashOf({ ...route, token })
  }
  const change = (add: string[], remove: string[]) => async () => {
    await context.post('modify', { threadId: thread.id, add, remove })
    location.hash = up
  }
  const off = (token: string | undefined) => ({ 'aria-disabled': token ? undefined : 'true' })
  return el(
    'div',
    { class: 'aeH', gh: 'mtb' },
    el(
      'div',
      { class: 'G-tF' },
      iconButton('back', words.back, () => {
        location.hash = up
      }),
      iconButton('archive', words.archive, change([], ['INBOX'])),
      iconButton('spam', words.spam),
      iconButton('trash', words.delete, change(['TRASH'], [])),
      iconButton('mail', words.unread, change(['UNREAD'], [])),
      iconButton('clock', words.snooze),
      iconButton('tag', words.labels),
      iconButton('more', words.more),
    ),
    el(
      'div',
      { class: 'ar5' },
      place,
      iconButton('left', words.newer, go(thread.newer), off(thread.newer)),
      iconButton('right', words.older, go(thread.older), off(thread.older)),
    ),
  )
}

function pill(glyph: 'reply' | 'replyAll' | 'forward', label: string, act?: () => void): HTMLElement {
  return el(
    'span',
    { class: 'ams', role: 'button', tabindex: 0, onclick: () => act?.() },
    icon(glyph, 18),
    label,
  )
}
