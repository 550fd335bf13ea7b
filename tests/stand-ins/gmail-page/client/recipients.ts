import { el } from './dom.ts'

/** One of To, Cc, Bcc: finished addresses are chips, the rest is being typed. */
export class RecipientField {
  readonly node: HTMLElement
  readonly #chips: HTMLElement
  readonly #input: HTMLInputElement
  readonly #changed: () => void

  constructor(field: 'to' | 'cc' | 'bcc', label: string, changed: () => void) {
    this.#changed = changed
    const attributes = {
      role: 'combobox',
      'aria-label': label,
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
    }
    this.#input = el('input', { class: 'agP aFw', ...attributes, autocomplete: 'off', size: 20 })
    this.#chips = el('div', { class: 'afp', role: 'listbox', 'aria-orientation': 'horizontal' })
    const lead = el('span', { class: 'gO aQY' }, label)
    this.node = el(
      'div',
      { class: 'anm', name: field },
      lead,
      el('div', { class: 'afx' }, this.#chips, this.#input),
    )
    this.#input.addEventListener('keydown', (event) => this.#key(event))
    this.#input.addEventListener('blur', () => this.#finish())
    this.node.addEventListener('click', () => this.#input.focus())
  }

  focus(): void {
    this.#input.focus()
  }

  /** `Name <address>` or the bare address of every chip, what is typed but not finished included. */
  values(): string[] {
    const finished = [...this.#chips.children].map((chip) => chip.getAttribute('data-value') ?? '')
    return [...finished, this.#input.value.trim()].filter(Boolean)
  }

  /** Makes a chip of `Name <address>` or an address. */
  add(text: string): void {
    const trimmed = text.trim().replace(/[,;]$/, '')
    if (!trimmed) return
    const [, name = '', email = trimmed] = /^(.*?)\s*<([^<>]+)>$/.exec(trimmed) ?? []
    const shown = name.replace(/^"|"$/g, '') || email
    const close = el('div', { class: 'afX', 'aria-label': `× ${email}`, role: 'button' }, '×')
    const chip = el(
      'div',
      {
        class: 'afV',
        role: 'option',
        tabindex: -1,
        'data-hovercard-id': email,
        'data-name': shown,
        'data-value': trimmed,
      },
      el('div', { class: 'afW' }, shown),
      close,
    )
    close.addEventListener('click', () => {
      chip.remove()
      this.#changed()
    })
    this.#chips.append(chip)
    this.#changed()
  }

  #key(event: KeyboardEvent): void {
    const ends = ['Enter', ',', ';', 'Tab'].includes(event.key) && !event.ctrlKey && !event.metaKey
    if (ends && this.#input.value.trim()) {
      if (event.key !== 'Tab') event.preventDefault()
      this.#finish()
    } else if (event.key === 'Backspace' && !this.#input.value) {
      this.#chips.lastElementChild?.remove()
      this.#changed()
    }
  }

  #finish(): void {
    const text = this.#input.value
    this.#input.value = ''
    this.add(text)
  }
}
