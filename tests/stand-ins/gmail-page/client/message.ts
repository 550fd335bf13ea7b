import type { MessageModel, Party, ThreadModel } from '../model.ts'
import { avatar } from './chrome.ts'
import { attachmentArea, bodyNodes, messageTools } from './content.ts'
import type { Context } from './context.ts'
import { el, icon } from './dom.ts'
import { fullDate, messageDate, shortDate, shortName } from './format.ts'

export interface MessageView {
  node: HTMLElement
  model: MessageModel
  expand(): void
}

export interface MessageActs {
  reply(message: MessageModel): void
}

/**
 * One item of the conversation. Closed it shows sender and snippet only and carries no id; hidden in a group it is
 * no list item either. Opening fills it, closing empties it again, as Gmail does.
 */
export function createMessage(
  context: Context,
  thread: ThreadModel,
  model: MessageModel,
  open: boolean,
  acts: MessageActs,
): MessageView {
  const node = el('div', { role: 'listitem', tabindex: -1 })
  const collapse = () => {
    node.className = 'kv'
    node.setAttribute('aria-expanded', 'false')
    node.replaceChildren(collapsed(context, thread, model, expand))
  }
  const expand = () => {
    node.className = 'h7'
    node.setAttribute('role', 'listitem')
    node.setAttribute('aria-expanded', 'true')
    node.replaceChildren(expanded(context, thread, model, acts, collapse))
  }
  if (open) expand()
  else collapse()
  return { node, model, expand }
}

function collapsed(
  context: Context,
  thread: ThreadModel,
  model: MessageModel,
  expand: () => void,
): HTMLElement {
  const { boot } = context
  const item = el(
    'div',
    { class: 'adf ads' },
    el('div', { class: 'aju' }, avatar(model.from.name, model.from.email)),
    el(
      'div',
      { class: 'gs' },
      el(
        'div',
        { class: 'gE iv gt' },
        senderNode(context, model),
        el(
          'span',
          { class: 'g3', title: fullDate(boot, model.date) },
          shortDate(boot, model.date, thread.now),
        ),
      ),
      el('div', { class: 'iA g6' }, model.snippet),
    ),
  )
  item.addEventListener('click', expand)
  return item
}

function expanded(
  context: Context,
  thread: ThreadModel,
  model: MessageModel,
  acts: MessageActs,
  collapse: () => void,
): HTMLElement {
  const sent = context.justSent.get(model.id)
  const body = el('div', { class: 'a3s aiL' }, ...bodyNodes(context, model.body))
  const star = () => {
    const change = model.starred ? { add: [], remove: ['STARRED'] } : { add: ['STARRED'], remove: [] }
    void context.post('modify', { threadId: thread.id, ...change })
  }
  const item = el(
    'div',
    {
      class: 'adn ads',
      'data-message-id': `#${sent?.permId ?? model.permId}`,
      'data-legacy-message-id': sent ? sent.legacyId : model.id,
    },
    el('div', { class: 'aju' }, avatar(model.from.name, model.from.email)),
    el(
      'div',
      { class: 'gs' },
      head(
        context,
        thread,
        model,
        messageTools(context, model.starred, { star, reply: () => acts.reply(model) }),
        collapse,
      ),
      el('div', { class: 'ii gt', jslog: sent ? undefined : model.jslog }, body),
      attachmentArea(context, model),
    ),
  )
  return el('div', { class: 'Bk' }, el('div', { class: 'G3 G2' }, item))
}

function head(
  context: Context,
  thread: ThreadModel,
  model: MessageModel,
  tools: HTMLElement,
  collapse: () => void,
): HTMLElement {
  const { boot, words } = context
  const address = model.from.email ? el('span', { class: 'go' }, `<${model.from.email}>`) : undefined
  const top = el(
    'tr',
    { class: 'acZ' },
    el('td', { class: 'gF gK' }, el('h3', { class: 'iw' }, senderNode(context, model), ' ', address)),
    el(
      'td',
      { class: 'gH bAk' },
      el(
        'span',
        { class: 'g3', title: fullDate(boot, model.date), alt: fullDate(boot, model.date) },
        messageDate(boot, model.date, thread.now),
      ),
    ),
    tools,
  )
  top.addEventListener('click', collapse)
  const recipients = [...model.to, ...model.cc]
  const line = el(
    'tr',
    { class: 'acZ xD' },
    el(
      'td',
      { colspan: 3 },
      recipientLine(context, recipients),
      el('div', { class: 'ajy', role: 'button', 'aria-label': words.details }, icon('down', 14)),
    ),
  )
  return el('div', { class: 'gE iv gt' }, el('table', { class: 'cf gJ' }, el('tbody', {}, top, line)))
}

function senderNode(context: Context, { from }: MessageModel): HTMLElement {
  const me = from.email.toLowerCase() === context.boot.account.email.toLowerCase()
  const label = me ? context.words.me : from.name || from.email
  return el(
    'span',
    { class: 'qu' },
    el(
      'span',
      { class: 'gD', email: from.email, name: from.name, 'data-hovercard-id': from.email || undefined },
      label,
    ),
  )
}

/** `to me, Ken, Jonas`: To and Cc mixed; the account itself is called by that name only. */
function recipientLine(context: Context, recipients: Party[]): HTMLElement {
  const { boot, words } = context
  const people = recipients.flatMap((party, i) => {
    const me = party.email.toLowerCase() === boot.account.email.toLowerCase()
    const attributes = {
      class: 'g2',
      email: party.email,
      name: me ? words.me : party.name,
      'data-hovercard-id': party.email || undefined,
    }
    return [i > 0 ? ', ' : '', el('span', attributes, shortName(boot, words, party))]
  })
  return el('span', { class: 'hb' }, ...(people.length > 0 ? [`${words.to} `, ...people] : []))
}
