import type { CardState, PageAttachment } from '@/lib/extension/messages.ts'
import { createTip } from './card-tip.ts'
import type { CardLabels } from './cards.ts'
import { hostTags, icon, keepFromGmail, make, makeHost, ring } from './dom.ts'
import { one } from './selectors.ts'
import { baseCss, fileCss } from './styles.ts'

export interface CardEvents {
  /** `all` = every attachment of this mail (Shift); `choose` = ask for the record (Alt). */
  file(key: string, how: { choose: boolean; all: boolean }): void
  cancel(key: string): void
  undo(key: string): void
  openFiled(key: string): void
}

export type CardView = ReturnType<typeof createCardView>

/** How long a second click on File is ignored while the panel has not answered, ms. */
const patience = 1500

/** One card's button: at rest a pill in Gmail's own row of buttons, while it works and after a strip along the card. */
export function createCardView(card: HTMLElement, events: CardEvents) {
  const { host, root } = makeHost(hostTags.file, baseCss, fileCss)
  const content = make('div', { role: 'status', style: 'display:contents' })
  root.append(content)
  keepFromGmail(host)
  const tip = createTip(host, root)
  const own = { position: card.style.position, isolation: card.style.isolation }
  let drawn = ''
  let looks = ''

  // A row that Gmail shows only under the pointer must not hide the button that has the focus.
  const reveal = (isShown: boolean) => {
    const row = one('cardButtons', card)
    if (row) row.style.opacity = isShown && host.parentElement === row ? '1' : ''
  }
  const place = (atRest: boolean) => {
    const row = one('cardButtons', card)
    const parent = atRest && row ? row : card
    host.dataset['place'] = !atRest ? 'strip' : row ? 'row' : 'corner'
    if (host.parentElement === parent) return
    reveal(false)
    if (parent === card) {
      if (getComputedStyle(card).position === 'static') card.style.position = 'relative'
      // What lies above the card's own parts must not lie above the open panel.
      card.style.isolation = 'isolate'
    }
    parent.append(host)
  }
  host.addEventListener('focusin', () => reveal(true))
  host.addEventListener('focusout', () => reveal(false))

  return {
    update(file: PageAttachment, state: CardState, labels: CardLabels): void {
      const atRest = state.state === 'rest' || state.state === 'off'
      const hadFocus = root.activeElement !== null
      place(atRest)
      const wanted = JSON.stringify([file.key, file.name, state, labels])
      if (wanted === drawn) return
      drawn = wanted
      // A button that is being pressed stays the same one while only its reason changes, or the click is lost.
      const look = JSON.stringify([file.key, file.name, { ...state, tooltip: '' }, labels])
      if (look !== looks) {
        looks = look
        content.replaceChildren(
          atRest ? fileButton(file, state, labels, events) : strip(file, state, labels, events),
        )
        if (hadFocus) content.querySelector('button')?.focus()
      }
      tip.setText(state.tooltip)
    },
    setTheme: (theme: string) => host.setAttribute('data-theme', theme),
    stop(): void {
      reveal(false)
      tip.stop()
      host.remove()
      Object.assign(card.style, own)
    },
  }
}

function fileButton(
  file: PageAttachment,
  state: CardState,
  labels: CardLabels,
  events: CardEvents,
): HTMLElement {
  const label = state.label || labels.file
  const button = make(
    'button',
    { class: 'file', type: 'button', 'aria-label': `${label}, ${file.name}` },
    icon('file'),
    make('span', {}, label),
  )
  // Stays in the tab order, so that its reason can be read.
  if (state.state === 'off') button.setAttribute('aria-disabled', 'true')
  button.addEventListener('click', (event) => {
    if (button.ariaDisabled === 'true' || button.ariaBusy === 'true') return
    button.ariaBusy = 'true'
    setTimeout(() => button.removeAttribute('aria-busy'), patience)
    events.file(file.key, { choose: event.altKey, all: event.shiftKey })
  })
  return button
}

function strip(file: PageAttachment, state: CardState, labels: CardLabels, events: CardEvents): HTMLElement {
  const { key } = file
  const parts: Node[] = []
  if (state.state === 'busy') {
    parts.push(ring(state.percent), make('span', { class: 'label' }, state.label))
    parts.push(small('close', labels.cancel, icon('close'), () => events.cancel(key)))
  } else if (state.state === 'filed') {
    parts.push(
      coloured('filed', icon('check')),
      words('filed', state.label, () => events.openFiled(key)),
    )
    if (state.undo) parts.push(small('undo', labels.undo, labels.undo, () => events.undo(key)))
  } else {
    const again = () => events.file(key, { choose: false, all: false })
    parts.push(coloured('failed', icon('alert')), words('failed', state.label, again))
  }
  return make('div', { class: 'strip' }, ...parts)
}

function coloured(kind: string, picture: SVGElement): SVGElement {
  picture.classList.add(kind)
  return picture
}

function words(kind: string, text: string, act: () => void): HTMLElement {
  const button = make('button', { class: `label ${kind}`, type: 'button', dir: 'auto' }, text)
  button.addEventListener('click', act)
  return button
}

function small(kind: string, name: string, inside: Node | string, act: () => void): HTMLElement {
  const attributes = { class: kind, type: 'button', 'aria-label': name }
  const button = make('button', attributes, inside)
  button.addEventListener('click', act)
  return button
}
