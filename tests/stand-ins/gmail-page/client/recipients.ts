import { el } from './dom.ts'

export interface RecipientField {
  node: HTMLElement
  /** `Name <address>` or the bare address of every chip, what is typed but not finished included. */
  values(): string[]
  add(text: string): void
  focus(): void
}

/** One of To, Cc, Bcc: finished addresses are chips, the rest is being typed. */
export function createRecipients(
  field: 'to' | 'cc' | 'bcc',
  label: string,
  changed: () => void,
): RecipientField {
  const input = el('input', {
    class: 'agP aFw',
    role: 'combobox',
    'aria-label': label,
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
    autocomplete: 'off',
    size: 20,
  })
  const chips = el('div', { class: 'afp', role: 'listbox', 'aria-orientation': 'horizontal' })
  const node = el(
    'div',
    { class: 'anm', name: field },
    el('span', { class: 'gO aQY' }, label),
    el('div', { class: 'afx' }, chips, input),
  )
  const add = (text: string) => {
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
      changed()
    })
    chips.append(chip)
    changed()
  }
  const finish = () => {
    const text = input.value
    input.value = ''
    add(text)
  }
  input.addEventListener('keydown', (event) => {
    if (
      ['Enter', ',', ';', 'Tab'].includes(event.key) &&
      input.value.trim() &&
      !event.ctrlKey &&
      !event.metaKey
    ) {
      if (event.key !== 'Tab') event.preventDefault()
      finish()
    } else if (event.key === 'Backspace' && !input.value) {
      chips.lastElementChild?.remove()
      changed()
    }
  })
  input.addEventListener('blur', finish)
  node.addEventListener('click', () => input.focus())
  return {
    node,
    add,
    focus: () => input.focus(),
    values() {
      const finished = [...chips.children].map((chip) => chip.getAttribute('data-value') ?? '')
      return [...finished, input.value.trim()].filter(Boolean)
    },
  }
}
