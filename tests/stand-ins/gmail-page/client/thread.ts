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

export interface ThreadView {
  node: HTMLElement
  token: string
  update(thread: ThreadModel): void
  replyToLast(): void
}

/** How many closed messages may stand between the first and the last before Gmail folds them into one line. */
const FOLD_FROM = 4

/** An open conversation. Later mail is added in place; what stands is not drawn again. */
export function createThread(
  context: Context,
  route: Route,
  thread: ThreadModel,
  acts: ThreadActs,
): ThreadView {
  const { words } = context
  const heading = el(
    'h2',
    {
      class: 'hP',
      jsname: 'r4nke',
      tabindex: -1,
      'data-thread-perm-id': thread.permId,
      'data-legacy-thread-id': thread.id,
    },
    thread.subject || words.noSubject,
  )
  const labels = el('span', { class: 'J-J5-Ji' })
  const list = el('div', { class: 'bh', role: 'list' })
  const drafts = el('div', { class: 'drafts' })
  const answer = el('div', { class: 'answer' })
  const place = el('span', { class: 'Dj' })
  const views = new Map<string, MessageView>()
  let current = thread
  const reply = (message: MessageModel, all: boolean) => acts.reply(message, all, answer)
  const replyToLast = (all: boolean) => {
    const last = current.messages.at(-1)
    if (last) reply(last, all)
  }
  const add = (model: MessageModel, open: boolean) => {
    const view = createMessage(context, current, model, open, { reply: (message) => reply(message, false) })
    views.set(model.id, view)
    return view
  }
  const buttons = el(
    'div',
    { class: 'amn' },
    pill('reply', words.reply, () => replyToLast(false)),
    thread.messages.some((m) => m.to.length + m.cc.length > 1) &&
      pill('replyAll', words.replyAll, () => replyToLast(true)),
    pill('forward', words.forward),
  )
  const node = el(
    'div',
    { class: 'nH view', role: 'main' },
    toolbar(context, route, thread, place),
    el(
      'div',
      { class: 'nH a98 iY' },
      el(
        'div',
        { class: 'nH if' },
        el('div', { class: 'ha' }, heading, labels),
        list,
        drafts,
        answer,
        buttons,
      ),
    ),
  )
  const drawDrafts = () =>
    drafts.replaceChildren(
      ...current.drafts.map((draft) => draftItem(context, draft, () => acts.openDraft(draft, answer))),
    )
  const update = (next: ThreadModel) => {
    current = next
    place.textContent = next.position > 0 ? `${next.position} ${words.of} ${next.total}` : ''
    labels.replaceChildren(
      ...next.labels.map(() => el('div', { class: 'ahR' }, el('span', { class: 'hN' }, words.inbox))),
    )
    for (const [id, view] of views) {
      if (next.messages.some((message) => message.id === id)) continue
      view.node.remove()
      views.delete(id)
    }
    for (const message of next.messages) if (!views.has(message.id)) list.append(add(message, true).node)
    if (acts.answering(answer)) drafts.replaceChildren()
    else drawDrafts()
  }
  const lastOpen = thread.messages.length - 1
  const items = thread.messages.map((model, i) => add(model, i === lastOpen || model.unread))
  list.append(...folded(context, items))
  update(thread)
  return { node, token: thread.token, update, replyToLast: () => replyToLast(false) }
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
