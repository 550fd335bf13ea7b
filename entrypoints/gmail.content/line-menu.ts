import type { LineMenuRow } from '@/lib/extension/messages.ts'
import { icon, make } from './dom.ts'

const edge = 12
const roles = { plain: 'menuitem', radio: 'menuitemradio', switch: 'menuitemcheckbox' } as const

/**
 * The menu beside the line: rows as the panel gave them, drawn as text; what was chosen goes back by its id. As a popover
 * it lies over Gmail and is not cut off. Arrows, Home, End, first letters, Esc; the focus goes back to its button.
 */
export function createLineMenu(root: ShadowRoot, button: HTMLElement, chosen: (id: string) => void) {
  const menu = make('div', { class: 'menu', role: 'menu', popover: 'manual' })
  root.append(menu)
  let rows: readonly LineMenuRow[] = []
  let drawn = ''
  let whileOpen = new AbortController()

  const isOpen = () => menu.isConnected && menu.matches(':popover-open')
  const items = () => [...menu.querySelectorAll<HTMLElement>('button')]
  const focused = () => items().indexOf(root.activeElement as HTMLElement)
  const close = () => {
    if (!isOpen()) return
    const hadFocus = focused() >= 0
    whileOpen.abort()
    menu.hidePopover()
    button.ariaExpanded = 'false'
    if (hadFocus) button.focus({ preventScroll: true })
  }
  const draw = () => {
    const text = JSON.stringify(rows)
    if (text === drawn) return
    drawn = text
    const at = focused()
    menu.replaceChildren(
      ...rows.map((row) =>
        rowOf(row, () => {
          close()
          chosen(row.id)
        }),
      ),
    )
    if (at >= 0) items()[at]?.focus()
  }
  const open = () => {
    if (rows.length === 0) return
    draw()
    menu.style.maxHeight = ''
    menu.showPopover()
    button.ariaExpanded = 'true'
    whileOpen = new AbortController()
    listenOutside(root, close, whileOpen.signal)
    placeBeside(menu, button)
    const all = items()
    ;(all.find((item) => item.ariaChecked === 'true') ?? all[0])?.focus({ preventScroll: true })
  }
  menu.addEventListener('keydown', (event) => {
    const all = items()
    const to = target(event.key, all, focused())
    if (event.key === 'Escape' || event.key === 'Tab') close()
    else if (to) to.focus()
    else return
    event.preventDefault()
  })
  // From outside only our host is seen, so what is pressed within it is asked inside.
  root.addEventListener('pointerdown', (event) => {
    const { target: pressed } = event
    if (pressed instanceof Node && !menu.contains(pressed) && !button.contains(pressed)) close()
  })

  return {
    setRows(next: readonly LineMenuRow[], label: string): void {
      rows = next
      menu.ariaLabel = label
      if (rows.length === 0) close()
      else if (isOpen()) draw()
    },
    toggle: () => (isOpen() ? close() : open()),
    close,
  }
}

/** Closes it for whatever is pressed or scrolled elsewhere. */
function listenOutside(root: ShadowRoot, close: () => void, signal: AbortSignal): void {
  const outside = (event: Event) => {
    if (event.target !== root.host) close()
  }
  for (const event of ['pointerdown', 'scroll']) addEventListener(event, outside, { capture: true, signal })
  // The panel's frame takes the focus; a press in it is none of this page's.
  for (const event of ['blur', 'resize']) addEventListener(event, close, { signal })
}

/** Below its button where it fits, else above, else scrolled; the button stays in sight. */
function placeBeside(menu: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect()
  const [above, below] = [at.top - 4 - edge, innerHeight - at.bottom - 4 - edge]
  const { width, height } = menu.getBoundingClientRect()
  const isBelow = height <= below || below >= above
  menu.style.maxHeight = `${isBelow ? below : above}px`
  menu.style.left = `${Math.max(edge, Math.min(at.left, innerWidth - width - edge))}px`
  menu.style.top = `${isBelow ? at.bottom + 4 : at.top - 4 - Math.min(height, above)}px`
}

function target(key: string, all: HTMLElement[], here: number): HTMLElement | undefined {
  if (key === 'ArrowDown') return all[(here + 1) % all.length]
  if (key === 'ArrowUp') return all.at(here <= 0 ? -1 : here - 1)
  if (key === 'Home') return all[0]
  if (key === 'End') return all.at(-1)
  const letter = key.length === 1 && key !== ' ' ? key.toLowerCase() : undefined
  if (letter === undefined) return undefined
  const after = [...all.slice(here + 1), ...all.slice(0, here + 1)]
  return after.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))
}

function rowOf(row: LineMenuRow, choose: () => void): HTMLElement {
  if (row.id === '') return row.text === '' ? make('hr') : make('p', { role: 'presentation' }, row.text)
  const words = make('span', { dir: 'auto' }, row.text)
  if (row.hint !== '') words.append(make('small', {}, row.hint))
  const parts: Node[] = [words]
  if (row.kind === 'radio') parts.unshift(make('i', { class: 'radio' }))
  else if (row.icon) parts.unshift(icon(row.icon))
  if (row.aside !== '') parts.push(make('i', {}, row.aside))
  if (row.kind === 'switch') parts.push(make('i', { class: 'switch' }))
  const item = make('button', { type: 'button', role: roles[row.kind], tabindex: '-1' }, ...parts)
  if (row.kind !== 'plain') item.ariaChecked = String(row.on)
  if (row.off) item.ariaDisabled = 'true'
  item.dataset['id'] = row.id
  item.addEventListener('click', () => {
    if (!row.off) choose()
  })
  return item
}
