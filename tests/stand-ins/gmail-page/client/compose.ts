import type { BodyNode, ComposeState, Party } from '../model.ts'
import { buildForm, type ComposeForm } from './compose-form.ts'
import type { Context } from './context.ts'
import { el, icon, iconButton, show } from './dom.ts'
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

interface ComposeActs {
  /** Sent, discarded or closed: the window is gone. */
  closed(composeId: string): void
  sent(state: ComposeState): void
  scheduled(): void
  refuse(reason: string): void
}

/** A compose window, popped up at the bottom or inline below a conversation. */
export class Compose {
  readonly composeId = crypto.randomUUID().replace(/-/g, '').slice(0, 16)
  readonly node: HTMLElement
  readonly #context: Context
  readonly #start: ComposeStart
  readonly #acts: ComposeActs
  readonly #form: ComposeForm
  readonly #attachments: ComposeState['attachments'] = []
  #ready = false
  #timer: number | undefined

  constructor(context: Context, kind: 'popup' | 'inline', start: ComposeStart, acts: ComposeActs) {
    this.#context = context
    this.#start = start
    this.#acts = acts
    this.#form = buildForm(context, this.composeId, start, () => this.#changed())
    for (const name of ['to', 'cc', 'bcc'] as const) {
      const parties = start[name] ?? []
      for (const { name: label, email } of parties)
        this.#form.fields[name].add(label && label !== email ? `${label} <${email}>` : email)
      if (parties.length > 0) show(this.#form.fields[name].node, true)
    }
    const region = {
      class: 'aoI',
      role: 'region',
      'data-compose-id': this.composeId,
      'aria-label': context.words.newMessage,
    }
    this.node = this.#frame(kind, el('div', region, this.#form.form, this.#buttons()))
    this.node.addEventListener('keydown', (event) => this.#key(event, kind))
    this.#ready = true
  }

  state(): ComposeState {
    const { draft, fields, subject, body, quoted } = this.#form
    const { threadId, replyTo } = this.#start
    const draftId = draft.value.replace('#msg-a:', '')
    return {
      composeId: this.composeId,
      ...(threadId && { threadId }),
      ...(replyTo && { replyTo }),
      ...(draftId && { draftId }),
      to: fields.to.values(),
      cc: fields.cc.values(),
      bcc: fields.bcc.values(),
      subject: subject.value,
      html: body.innerHTML,
      quoted: quoted.value,
      attachments: this.#attachments,
    }
  }

  setDraftId(draftId: string): void {
    this.#form.draft.value = `#msg-a:${draftId}`
  }

  focus(): void {
    if (this.#form.fields.to.values().length === 0) this.#form.fields.to.focus()
    else this.#form.body.focus()
  }

  close(): void {
    if (this.#timer !== undefined) this.#tell()
    this.node.remove()
    this.#acts.closed(this.composeId)
  }

  /** Told in bursts, so that typing is not one request per key. */
  #changed(): void {
    if (this.#ready) this.#timer ??= window.setTimeout(() => this.#tell(), 50)
  }

  #tell(): void {
    this.#forget()
    void this.#context.post('compose', this.state())
  }

  #forget(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #send(): void {
    const state = this.#complete()
    if (!state) return
    this.#forget()
    void this.#context.post('send', state)
    this.#acts.sent(state)
    this.close()
  }

  #schedule(at: number): void {
    const state = this.#complete()
    if (!state) return
    this.#forget()
    void this.#context.post('schedule', { state, at })
    this.#acts.scheduled()
    this.close()
  }

  #discard(): void {
    this.#forget()
    void this.#context.post('discard', this.state())
    this.close()
  }

  #complete(): ComposeState | undefined {
    const state = this.state()
    if (state.to.length + state.cc.length + state.bcc.length > 0) return state
    this.#acts.refuse(this.#context.words.noRecipient)
    return undefined
  }

  #key(event: KeyboardEvent, kind: 'popup' | 'inline'): void {
    event.stopPropagation()
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.#send()
    } else if (event.key === 'Escape' && kind === 'popup') this.close()
  }

  #frame(kind: 'popup' | 'inline', region: HTMLElement): HTMLElement {
    const { words } = this.#context
    if (kind === 'inline') {
      const cell = el('td', { class: 'I5' }, region)
      return el('table', { class: 'iN', role: 'presentation' }, el('tbody', {}, el('tr', {}, cell)))
    }
    const minimise = () => region.classList.toggle('small')
    const head = el(
      'div',
      { class: 'aYF', onclick: minimise },
      el('h2', { class: 'a3E' }, words.newMessage),
      iconButton('minimise', '–', minimise),
      iconButton('close', words.close, () => this.close()),
    )
    return el('div', { class: 'nH Hd AD', role: 'dialog' }, head, region)
  }

  #buttons(): HTMLElement {
    const { words } = this.#context
    const picker = this.#filePicker()
    const send = sendButtons(
      this.#context,
      () => this.#send(),
      (at) => this.#schedule(at),
    )
    return el(
      'div',
      { class: 'btC' },
      el('div', { class: 'gU Up' }, send),
      el(
        'div',
        { class: 'gU a0z' },
        iconButton('format', 'Aa'),
        iconButton('clip', words.attach, () => picker.click()),
        picker,
        iconButton('link', '↗'),
        iconButton('drive', words.drive),
      ),
      el(
        'div',
        { class: 'gU az5' },
        iconButton('trash', words.discard, () => this.#discard(), { class: 'iconButton oh' }),
      ),
    )
  }

  #filePicker(): HTMLInputElement {
    const input = el('input', { type: 'file', name: 'Filedata', multiple: true, class: 'filedata' })
    input.addEventListener('change', async () => {
      for (const file of input.files ?? []) {
        const bytes = new Uint8Array(await file.arrayBuffer())
        const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
        this.#attachments.push({
          name: file.name,
          mimeType: file.type || 'application/octet-stream',
          base64: btoa(binary),
        })
        this.#form.files.append(
          el('div', { class: 'dL' }, icon('file', 16), el('div', { class: 'vI' }, file.name)),
        )
      }
      this.#changed()
    })
    return input
  }
}
