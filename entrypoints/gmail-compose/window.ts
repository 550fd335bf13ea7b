import type { PanelToPage } from '@/lib/extension/messages.ts'
import { hostTags, keepFromGmail, make, makeHost, mark } from '../gmail.content/dom.ts'
import { createLineMenu } from '../gmail.content/line-menu.ts'
import { baseCss, menuCss } from '../gmail.content/styles.ts'
import { press } from './put.ts'
import { around, one } from './selectors.ts'
import { buttonCss, heldCss } from './styles.ts'

type Words = PanelToPage['panel.compose-words']
type Held = PanelToPage['panel.compose-close']

/** Gmail needs a moment to take a window away; ms. */
const closing = 1500
const every = 50

/** What we draw in one compose window: a button among Gmail's tools with its menu, and the line of a mail we hold. */
export function createWindow(root: HTMLElement, chosen: (row: string) => void) {
  const { host, root: shadow } = makeHost(hostTags.compose, baseCss, menuCss, buttonCss)
  const label = make('span', {}, 'Inlay')
  const button = make('button', { class: 'tool', type: 'button', 'aria-haspopup': 'menu' }, mark(), label)
  button.ariaExpanded = 'false'
  shadow.append(button)
  const menu = createLineMenu(shadow, button, chosen)
  button.addEventListener('click', () => menu.toggle())
  keepFromGmail(host)
  let line: HTMLElement | undefined
  let theme = 'light'

  const isOpen = () => root.isConnected && root.checkVisibility({ visibilityProperty: true })
  const discard = async (): Promise<boolean> => {
    const own = one('discard', root)
    if (own) press(own)
    for (let waited = 0; isOpen() && waited < closing; waited += every)
      await new Promise((resolve) => setTimeout(resolve, every))
    return !isOpen()
  }
  const place = () => {
    const send = one('send', root)
    const cell = send && (around('sendCell', send) ?? send)
    const before = cell?.nextSibling
    if (cell && root.contains(cell)) {
      if (before !== host) cell.after(host)
    } else if (!root.contains(host)) root.append(host)
  }
  return {
    /** Draws it again where Gmail has redrawn its tools. */
    follow({ button: name, rows }: Words, next: string): void {
      theme = next
      for (const one of [host, line]) one?.setAttribute('data-theme', theme)
      // Where we stand already nothing is said, so our own drawing wakes nobody.
      place()
      button.ariaLabel = name
      button.title = name
      menu.setRows(rows, name)
    },
    /** Throws the window away; one that stays says whose the mail is now. */
    async close(held: Held): Promise<boolean> {
      const closed = await discard()
      if (!closed) {
        line?.remove()
        line = heldLine(held, theme, () => void discard())
        root.prepend(line)
      }
      return closed
    },
    stop(): void {
      host.remove()
      line?.remove()
    },
  }
}

function heldLine({ held, hint, discard }: Held, theme: string, act: () => void): HTMLElement {
  const { host, root } = makeHost(hostTags.compose, baseCss, heldCss)
  host.setAttribute('data-theme', theme)
  const button = make('button', { type: 'button' }, discard)
  button.addEventListener('click', act)
  root.append(
    make('div', { class: 'held', role: 'status' }, make('b', {}, held), button, make('p', {}, hint)),
  )
  keepFromGmail(host)
  return host
}
