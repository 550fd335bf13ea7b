import { hostTags, make, makeHost, mark } from './dom.ts'
import { all, one, type Visible } from './selectors.ts'
import { baseCss, panelCss } from './styles.ts'

/** Below this width the panel is a sheet over everything; below `beside` it only opens when the rep asks. CSS px. */
const sheetBelow = 800
const beside = 1200
const topBar = 64

export interface FrameEvents {
  /** The rep opened or closed the panel in a window wide enough for it to stay so. */
  remember(open: boolean): void
  /** The panel is open and has got the focus by the rep's own doing. */
  focused(): void
}

/** The panel's host on `<html>`: the frame with our own page in it, and the round button at the foot of Gmail's rail. */
export function createFrame(url: string, visible: Visible, events: FrameEvents) {
  const { host, root } = makeHost(hostTags.panel, baseCss, panelCss)
  const iframe = make('iframe', { src: url, title: 'Inlay', allow: 'clipboard-write' })
  const panel = make('div', { class: 'panel' }, iframe)
  const count = make('span', { class: 'count' })
  const rail = make('button', { class: 'rail', type: 'button' }, mark(), count)
  root.append(panel, rail)
  // Open as remembered where there is room; where there is not, only by the rep, and forgotten with the window.
  let openBeside = false
  let openOver = false
  let wasNarrow = window.innerWidth < beside
  let cameFrom: Element | null = null
  let names = { open: 'Inlay', close: 'Inlay' }

  const isOpen = () => (window.innerWidth < beside ? openOver : openBeside)
  const show = () => {
    const open = isOpen()
    panel.inert = !open
    rail.setAttribute('aria-expanded', String(open))
    rail.setAttribute('aria-label', open ? names.close : names.open)
    rail.title = open ? names.close : names.open
  }
  const setOpen = (open: boolean) => {
    if (window.innerWidth < beside) openOver = open
    else {
      openBeside = open
      events.remember(open)
    }
    show()
  }
  const place = () => {
    const width = window.innerWidth
    const narrow = width < beside
    if (narrow && !wasNarrow) openOver = false
    wasNarrow = narrow
    panel.dataset['shape'] = width < sheetBelow ? 'sheet' : narrow ? 'over' : 'beside'
    const bar = all('banner', document).find(visible)?.getBoundingClientRect().bottom
    const top = bar !== undefined && bar >= 40 && bar <= 160 ? bar : topBar
    host.style.setProperty('--top', `${Math.round(top)}px`)
    show()
  }
  const goIn = () => {
    const from = document.activeElement
    if (from !== host) cameFrom = from
    if (!isOpen()) setOpen(true)
    iframe.focus()
    events.focused()
  }
  const goBack = () => {
    iframe.blur()
    window.focus()
    if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus()
  }
  const toggle = () => {
    if (!isOpen()) return goIn()
    setOpen(false)
    goBack()
  }

  rail.addEventListener('click', toggle)
  count.hidden = true
  place()
  document.documentElement.append(host)
  const ending = new AbortController()
  window.addEventListener('resize', place, { signal: ending.signal })

  return {
    toggle,
    goBack,
    /** There and back again: one key for both ways. */
    switchFocus: () => (isOpen() && document.activeElement === host ? goBack() : goIn()),
    /** As the account's panel was left; nothing is written back. */
    restore(open: boolean, width: number): void {
      openBeside = open
      host.style.setProperty('--width', `${width}px`)
      show()
    },
    setOpen(open: boolean): void {
      if (open !== isOpen()) setOpen(open)
    },
    setMode(mode: 'panel' | 'workspace'): void {
      panel.dataset['mode'] = mode
      if (mode === 'workspace' && !isOpen()) setOpen(true)
    },
    setNames(open: string, close: string): void {
      names = { open, close }
      show()
    },
    setHeld(held: number): void {
      count.textContent = held > 99 ? '99+' : String(held)
      count.hidden = held === 0
    },
    setTheme: (theme: string) => host.setAttribute('data-theme', theme),
    stayBelowCompose: () => host.style.setProperty('--layer', String(layerBelowCompose(visible))),
    stop(): void {
      ending.abort()
      host.remove()
    },
  }
}

const usualLayer = 2

/** Gmail's compose windows lie above the panel: one less than the layer of the one that is open, when it can be told. */
function layerBelowCompose(visible: Visible): number {
  const form = one('composeMark', document)?.parentElement
  if (!form || !visible(form)) return usualLayer
  let layer = usualLayer
  for (
    let element: Element | null = form;
    element && element !== document.body;
    element = element.parentElement
  ) {
    const own = Number.parseInt(getComputedStyle(element).zIndex, 10)
    // The outermost stacking context decides against ours, so the last one met wins.
    if (own > 0) layer = own - 1
  }
  return Math.min(layer, usualLayer)
}
