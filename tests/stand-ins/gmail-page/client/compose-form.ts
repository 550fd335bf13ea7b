import type { ComposeStart } from './compose.ts'
import { bodyNodes } from './content.ts'
import type { Context } from './context.ts'
import { el, show } from './dom.ts'
import { RecipientField } from './recipients.ts'

export interface ComposeForm {
  form: HTMLFormElement
  draft: HTMLInputElement
  quoted: HTMLInputElement
  subject: HTMLInputElement
  body: HTMLElement
  files: HTMLElement
  fields: Record<'to' | 'cc' | 'bcc', RecipientField>
}

/** The form inside a compose window, with the hidden inputs other programs find it by. */
export function buildForm(
  context: Context,
  composeId: string,
  start: ComposeStart,
  changed: () => void,
): ComposeForm {
  const { words } = context
  const hidden = (name: string, value: string) => el('input', { type: 'hidden', name, value })
  const draft = hidden('draft', start.draftId ? `#msg-a:${start.draftId}` : '')
  const quoted = hidden('uet', start.quoted ?? '')
  const labelled = { placeholder: words.subject, 'aria-label': words.subject, autocomplete: 'off' }
  const subject = el('input', { class: 'aoT', name: 'subjectbox', ...labelled, value: start.subject ?? '' })
  const editable = {
    class: 'Am Al editable LW-avf',
    role: 'textbox',
    contenteditable: 'true',
    g_editable: 'true',
  }
  const body = el(
    'div',
    { ...editable, 'aria-multiline': 'true', 'aria-label': 'Message Body', tabindex: 1 },
    ...bodyNodes(context, start.body ?? []),
  )
  const fields = {
    to: new RecipientField('to', words.toLabel, changed),
    cc: new RecipientField('cc', words.ccLabel, changed),
    bcc: new RecipientField('bcc', words.bccLabel, changed),
  }
  const files = el('div', { class: 'a8v' })
  const dots = { class: 'ajR uC', role: 'button', tabindex: 0, 'aria-label': words.trimmed }
  const form = el(
    'form',
    { class: 'bAs', enctype: 'multipart/form-data' },
    hidden('composeid', composeId),
    draft,
    hidden('rt', start.threadPermId ? `#${start.threadPermId}` : ''),
    hidden('rm', start.messagePermId ? `#${start.messagePermId}` : ''),
    quoted,
    el(
      'div',
      { class: 'aoD hl' },
      fields.to.node,
      fields.cc.node,
      fields.bcc.node,
      revealers(context, fields),
    ),
    el('div', { class: 'aoD az6' }, subject),
    el(
      'div',
      { class: 'aO7' },
      body,
      quoted.value !== '' && el('div', dots, el('span', { class: 'ajT' }, '•••')),
    ),
    files,
  )
  form.addEventListener('submit', (event) => event.preventDefault())
  subject.addEventListener('input', changed)
  body.addEventListener('input', changed)
  return { form, draft, quoted, subject, body, files, fields }
}

/** Cc and Bcc stay out of sight until they are asked for or filled. */
function revealers(context: Context, fields: ComposeForm['fields']): HTMLElement {
  const link = (name: 'cc' | 'bcc', label: string) => {
    show(fields[name].node, false)
    const reveal = () => {
      show(fields[name].node, true)
      fields[name].focus()
    }
    return el('span', { class: `aB ${name}`, role: 'link', tabindex: 0, onclick: reveal }, label)
  }
  return el('div', { class: 'aB' }, link('cc', context.words.ccLabel), link('bcc', context.words.bccLabel))
}
