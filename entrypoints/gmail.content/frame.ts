import { type Edges, hostTags, make, makeHost, mark } from './dom.ts'
import { all, one, type Visible } from './selectors.ts'
import { baseCss, panelCss } from './styles.ts'

/** Below this width the panel is a sheet over everything; below `beside` it only opens when the rep asks. CSS px. */
const sheetBelow = 800
const beside = 1200
const topBar = 64
/** From a compose window's frame to the panel beside it, its own padding included. */
const fromWindow = 28

export interface FrameEvents {
  /** The rep opened or closed the panel in a window wide enough for it to stay so. */
  remember(open: boolean): void
  /** The panel is open and has got the focus by the rep's own doing. */
  focused(): void
  /** The panel opened, closed or changed its place. */
  moved(): void
  /** The rep pressed the rail's button while the workspace was open. */
  leave(): void
}

/** The panel's host on `<html>`: the frame with our own page in it, and the round button at the foot of Gmail's rail. */
export class PanelFrame {
  readonly #visible: Visible
  readonly #events: FrameEvents
  readonly #host: HTMLElement
  readonly #iframe: HTMLIFrameElement
  readonly #panel: HTMLElement
  readonly #rail: HTMLElement
  readonly #count = make('span', { class: 'count' })
  readonly #ending = new AbortController()
  // Open as remembered where there is room; where there is not, only by the rep, and forgotten with the window.
  #openBeside = false
  #openOver = false
  #wasNarrow = isNarrow()
  /** Over Gmail's own area: open whatever else was remembered. */
  #isWide = false
  #isFront = false
  #comeBack: (() => void) | undefined
  #names = { open: 'Inlay', close: 'Inlay' }

  constructor(url: string, visible: Visible, events: FrameEvents) {
    this.#visible = visible
    this.#events = events
    const { host, root } = makeHost(hostTags.panel, baseCss, panelCss)
    this.#host = host
    this.#iframe = make('iframe', { src: url, title: 'Inlay', allow: 'clipboard-write' })
    this.#panel = make('div', { class: 'panel' }, this.#iframe)
    this.#rail = make('button', { class: 'rail', type: 'button' }, mark(), this.#count)
    root.append(this.#panel, this.#rail)
    this.#rail.addEventListener('click', () => this.toggle())
    this.setHeld(0)
    this.#place()
    document.documentElement.append(host)
    window.addEventListener('resize', () => this.#place(), { signal: this.#ending.signal })
  }

  get #isOpen(): boolean {
    return this.#isWide || (isNarrow() ? this.#openOver : this.#openBeside)
  }

  toggle(): void {
    if (this.#isWide) this.#events.leave()
    else if (this.#isOpen) {
      this.setOpen(false)
      this.goBack()
    } else this.#goIn()
  }

  /** There and back again: one key for both ways. */
  switchFocus(): void {
    if (this.#isOpen && document.activeElement === this.#host) this.goBack()
    else this.#goIn()
  }

  /** Back to the place in the mail where the rep was. */
  goBack(): void {
    this.#iframe.blur()
    window.focus()
    this.#comeBack?.()
  }

  /** Something in the page opens a part of the panel, which will take the focus, and gets it back by this. */
  comeBackTo(comeBack: () => void): void {
    this.#comeBack = comeBack
  }

  /** As the account's panel was left; nothing is written back. */
  restore(open: boolean, width: number): void {
    this.#openBeside = open
    this.#host.style.setProperty('--width', `${width}px`)
    this.#show()
  }

  setOpen(open: boolean): void {
    if (open === this.#isOpen) return
    if (isNarrow()) this.#openOver = open
    else {
      this.#openBeside = open
      this.#events.remember(open)
    }
    this.#show()
  }

  /**
   * Widens the frame over Gmail's own area, or narrows it again; nothing of Gmail moves. The focus goes in and comes back,
   * unless the rep stays in the panel.
   */
  setWide(wide: boolean, stay = false): void {
    if (wide === this.#isWide) return
    this.#isWide = wide
    this.#panel.dataset['mode'] = wide ? 'workspace' : 'panel'
    if (stay) this.setOpen(true)
    this.#show()
    if (wide) this.#enter()
    else if (!stay) this.goBack()
  }

  /** Left and right edge of what the panel covers beside the mail, CSS px; undefined while nothing of it is read there. */
  covers(): Edges | undefined {
    if (!this.#isOpen || this.#isWide) return undefined
    // Not its rectangle: while it slides in, that is another.
    const { offsetLeft: left, offsetWidth } = this.#panel
    return { left, right: left + offsetWidth }
  }

  setNames(open: string, close: string): void {
    this.#names = { open, close }
    this.#show()
  }

  setHeld(held: number): void {
    this.#count.textContent = held > 99 ? '99+' : String(held)
    this.#count.hidden = held === 0
  }

  setTheme(theme: string): void {
    this.#host.setAttribute('data-theme', theme)
  }

  /** Gmail's compose windows lie above it, but not while it shows what goes into one of them. */
  setFront(front: boolean): void {
    this.#isFront = front
    this.stayBelowCompose()
    this.#stepAside()
    this.#events.moved()
  }

  /** Beside the windows it speaks of, where there is room for both. */
  #stepAside(): void {
    const { style } = this.#host
    style.removeProperty('--aside')
    if (!this.#isFront || isNarrow()) return
    const forms = all('composeMark', document).flatMap(({ parentElement: form }) =>
      form && this.#visible(form) ? [form.getBoundingClientRect()] : [],
    )
    if (forms.length === 0) return
    const isRtl = getComputedStyle(document.documentElement).direction === 'rtl'
    const aside = isRtl
      ? Math.max(...forms.map(({ right }) => right))
      : window.innerWidth - Math.min(...forms.map(({ left }) => left))
    const space = window.innerWidth - aside - this.#panel.offsetWidth
    if (space > fromWindow) style.setProperty('--aside', `${Math.round(aside) + fromWindow}px`)
  }

  stayBelowCompose(): void {
    const layer = this.#isFront ? 9999 : layerBelowCompose(this.#visible)
    this.#host.style.setProperty('--layer', String(layer))
  }

  stop(): void {
    this.#ending.abort()
    this.#host.remove()
  }

  #goIn(): void {
    this.setOpen(true)
    this.#enter()
    this.#events.focused()
  }

  #enter(): void {
    const from = document.activeElement
    if (from !== this.#host)
      this.#comeBack = () => {
        if (from instanceof HTMLElement && from.isConnected) from.focus()
      }
    this.#iframe.focus()
  }

  #show(): void {
    const open = this.#isOpen
    const name = open ? this.#names.close : this.#names.open
    this.#panel.inert = !open
    this.#rail.setAttribute('aria-expanded', String(open))
    this.#rail.setAttribute('aria-label', name)
    this.#rail.title = name
    this.#events.moved()
  }

  #place(): void {
    const narrow = isNarrow()
    if (narrow && !this.#wasNarrow) this.#openOver = false
    this.#wasNarrow = narrow
    this.#panel.dataset['shape'] = window.innerWidth < sheetBelow ? 'sheet' : narrow ? 'over' : 'beside'
    const bar = all('banner', document).find(this.#visible)?.getBoundingClientRect().bottom ?? 0
    this.#host.style.setProperty('--top', `${Math.round(bar >= 40 && bar <= 160 ? bar : topBar)}px`)
    this.#show()
  }
}

function isNarrow(): boolean {
  return window.innerWidth < beside
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
