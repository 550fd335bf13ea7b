import type { BodyNode, ComposeState, Party } from '../model.ts'
import { bodyNodes } from './content.ts'
import type { Context } from './context.ts'
import { el, icon, iconButton, show } from './dom.ts'
import { createRecipients } from './recipients.ts'
import { sendButtons } from './send-buttons.ts'

/** With what a compose window starts. */
export interface ComposeStart {
  to?: Party[]
  cc?: Party[]
  bcc?: Party[]
  subject?: string
  body?: BodyNode[]
  /** HTML of the mail being answered. */
  quoted?: string
  draftId?: string
  threadId?: string
  threadPermId?: string
  replyTo?: string
  messagePermId?: string
}

export interface ComposeActs {
  /** Sent, discarded or closed: the window is gone. */
  closed(composeId: string): void
  sent(state: ComposeState): void
  scheduled(): void
  refuse(reason: string): void
}

export interface ComposeView {
  node: HTMLElement
  composeId: string
  state(): ComposeState
  setDraftId(draftId: string): void
  focus(): void
  close(): void
}

/** A compose window, popped up at the bottom or inline below a conversation, with the inputs Gmail's form has. */
export function createCompose(
  context: Context,
  kind: 'popup' | 'inline',
  start: ComposeStart,
  acts: ComposeActs,
): ComposeView {
  const { words } = context
  const composeId = crypto.randomUUID().replace(/-/g, '').slice(0, 16)
  const hidden = (name: string, value = '') => el('input', { type: 'hidden', name, value })
  const draft = hidden('draft', start.draftId ? `#msg-a:${start.draftId}` : '')
  const subject = el('input', {
    class: 'aoT',
    name: 'subjectbox',
    placeholder: words.subject,
    'aria-label': words.subject,
    value: start.subject ?? '',
    autocomplete: 'off',
  })
  const quoted = hidden('uet', start.quoted ?? '')
  const body = el(
    'div',
    {
      class: 'Am Al editable LW-avf',
      role: 'textbox',
      contenteditable: 'true',
      g_editable: 'true',
      'aria-multiline': 'true',
      'aria-label': 'Message Body',
      tabindex: 1,
    },
    ...bodyNodes(context, start.body ?? []),
  )
  const attachments: ComposeState['attachments'] = []
  const fields = {
    to: createRecipients('to', words.toLabel, () => changed()),
    cc: createRecipients('cc', words.ccLabel, () => changed()),
    bcc: createRecipients('bcc', words.bccLabel, () => changed()),
  }
  let ready = false
  const state = (): ComposeState => {
    const draftId = draft.value.replace('#msg-a:', '')
    return {
      composeId,
      ...(start.threadId && { threadId: start.threadId }),
      ...(start.replyTo && { replyTo: start.replyTo }),
      ...(draftId && { draftId }),
      to: fields.to.values(),
      cc: fields.cc.values(),
      bcc: fields.bcc.values(),
      subject: subject.value,
      html: body.innerHTML,
      quoted: quoted.value,
      attachments,
    }
  }
  const changed = () => {
    if (ready) void context.post('compose', state())
  }
  for (const [name, parties] of [
    ['to', start.to],
    ['cc', start.cc],
    ['bcc', start.bcc],
  ] as const) {
    for (const party of parties ?? [])
      fields[name].add(
        party.name && party.name !== party.email ? `${party.name} <${party.email}>` : party.email,
      )
  }
  show(fields.cc.node, (start.cc ?? []).length > 0)
  show(fields.bcc.node, (start.bcc ?? []).length > 0)
  subject.addEventListener('input', changed)
  body.addEventListener('input', changed)
  ready = true

  const close = () => {
    node.remove()
    acts.closed(composeId)
  }
  const complete = (): ComposeState | undefined => {
    const current = state()
    if (current.to.length + current.cc.length + current.bcc.length > 0) return current
    acts.refuse(words.noRecipient)
    return undefined
  }
  const send = () => {
    const current = complete()
    if (!current) return
    void context.post('send', current)
    acts.sent(current)
    close()
  }
  const schedule = (at: number) => {
    const current = complete()
    if (!current) return
    void context.post('schedule', { state: current, at })
    acts.scheduled()
    close()
  }
  const files = fileInput(attachments, () => {
    fileList.replaceChildren(
      ...attachments.map((file) => el('div', { class: 'dL' }, icon('file', 16), file.name)),
    )
    changed()
  })
  const fileList = el('div', { class: 'a8v' })
  const discard = () => {
    void context.post('discard', state())
    close()
  }
  const form = el(
    'form',
    { class: 'bAs', enctype: 'multipart/form-data' },
    hidden('composeid', composeId),
    draft,
    hidden('rt', start.threadPermId ? `#${start.threadPermId}` : ''),
    hidden('rm', start.messagePermId ? `#${start.messagePermId}` : ''),
    quoted,
  )
  form.addEventListener('submit', (event) => event.preventDefault())
  const reveal = el(
    'div',
    { class: 'aB' },
    ...(['cc', 'bcc'] as const).map((name) =>
      el(
        'span',
        { class: 'aB gQ', role: 'link', tabindex: 0, onclick: () => revealField(name) },
        name === 'cc' ? words.ccLabel : words.bccLabel,
      ),
    ),
  )
  const revealField = (name: 'cc' | 'bcc') => {
    show(fields[name].node, true)
    fields[name].focus()
  }
  const dots = quoted.value
    ? el(
        'div',
        { class: 'ajR uC', role: 'button', tabindex: 0, 'aria-label': words.trimmed },
        el('span', { class: 'ajT' }, '•••'),
      )
    : undefined
  form.append(
    el('div', { class: 'aoD hl' }, fields.to.node, fields.cc.node, fields.bcc.node, reveal),
    el('div', { class: 'aoD az6' }, subject),
    el('div', { class: 'aO7' }, body, dots),
    fileList,
  )
  const bottom = el(
    'div',
    { class: 'btC' },
    el('div', { class: 'gU Up' }, sendButtons(context, send, schedule)),
    el(
      'div',
      { class: 'gU a0z' },
      iconButton('format', 'Aa'),
      iconButton('clip', words.attach, () => files.click()),
      files,
      iconButton('link', '↗'),
      iconButton('drive', words.drive),
    ),
    el('div', { class: 'gU az5' }, iconButton('trash', words.discard, discard)),
  )
  const node = frame(context, kind, composeId, form, bottom, close)
  node.addEventListener('keydown', (event) => {
    event.stopPropagation()
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape' && kind === 'popup') close()
  })
  return {
    node,
    composeId,
    state,
    close,
    setDraftId(draftId) {
      draft.value = `#msg-a:${draftId}`
    },
    focus() {
      if (fields.to.values().length === 0) fields.to.focus()
      else body.focus()
    },
  }
}

function frame(
  context: Context,
  kind: 'popup' | 'inline',
  composeId: string,
  form: HTMLElement,
  bottom: HTMLElement,
  close: () => void,
): HTMLElement {
  const region = el(
    'div',
    { class: 'aoI', role: 'region', 'data-compose-id': composeId, 'aria-label': context.words.newMessage },
    form,
    bottom,
  )
  if (kind === 'inline')
    return el(
      'table',
      { class: 'iN', role: 'presentation' },
      el('tbody', {}, el('tr', {}, el('td', { class: 'I5' }, region))),
    )
  const minimise = () => region.classList.toggle('small')
  const head = el(
    'div',
    { class: 'aYF', onclick: minimise },
    el('h2', { class: 'a3E' }, context.words.newMessage),
    iconButton('minimise', '–', minimise),
    iconButton('close', context.words.close, close),
  )
  return el('div', { class: 'nH Hd AD', role: 'dialog' }, head, region)
}

function fileInput(attachments: ComposeState['attachments'], changed: () => void): HTMLInputElement {
  const input = el('input', { type: 'file', name: 'Filedata', multiple: true, class: 'filedata' })
  input.addEventListener('change', async () => {
    for (const file of input.files ?? []) {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
      attachments.push({
        name: file.name,
        mimeType: file.type || 'application/octet-stream',
        base64: btoa(binary),
      })
    }
    changed()
  })
  return input
}
