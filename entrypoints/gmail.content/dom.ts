const svgSpace = 'http://www.w3.org/2000/svg'

type Attributes = Record<string, string>

/** Builds an element; text and attributes only, never markup, so it is safe under Trusted Types and with hostile text. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children)
}

function svg(tag: string, attributes: Attributes, ...children: Node[]): SVGElement {
  return fill(document.createElementNS(svgSpace, tag) as SVGElement, attributes, children)
}

function fill<Made extends Element>(
  element: Made,
  attributes: Attributes,
  children: (Node | string)[],
): Made {
  for (const name in attributes) element.setAttribute(name, attributes[name] ?? '')
  element.append(...children)
  return element
}

/** Strokes on a 20 grid. */
const strokes = {
  file: 'M10 2.5v8.5M7 8l3 3 3-3M6 7.5H3.8v9h12.4v-9H14M3.8 12.8h3.4l1 1.6h3.6l1-1.6h3.4',
  check: 'm4 10.5 4 4 8-9',
  close: 'm5 5 10 10M15 5 5 15',
  alert: 'M10 3.5 2.5 16.5h15L10 3.5Zm0 5v3.5m0 2.2v.1',
  record: 'M3 7h14v9H3ZM7.3 7V4.5h5.4V7M3 11h14M10 10v2',
  off: 'm9.3 6.2 1.7-1.7a3.2 3.2 0 0 1 4.5 4.5l-1.7 1.7m-3.1 3.1L9 15.5A3.2 3.2 0 0 1 4.5 11l1.7-1.7M3.5 3.5l13 13',
  put: 'M10 4v12M4 10h12',
  opened: 'M4.3 6.5a7 7 0 1 1-1.2 4.5M3.6 3v3.9h3.9M10 6.8V10l2.3 1.5',
  settings: 'M3 6h8m4 0h2M3 14h2m4 0h8M13 4v4M7 12v4',
  ask: 'M7.4 7.6a2.7 2.7 0 1 1 3.9 2.5c-.9.5-1.3 1-1.3 2m0 2.6v.1',
} as const

export function icon(name: keyof typeof strokes): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true' },
    svg('path', { d: strokes[name] }),
  )
}

/** The mark: a card with one piece let into it. */
export function mark(): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 20 20', class: 'mark', 'aria-hidden': 'true' },
    svg('rect', { width: '20', height: '20', rx: '5.6', class: 'mark-card' }),
    svg('path', { d: 'M10 4.2 15.8 10H10V15.8L4.2 10Z', class: 'mark-piece' }),
    svg('path', { d: 'M15.8 10 10 15.8V10Z', class: 'mark-piece', opacity: '.54' }),
  )
}

/** A ring that fills to `percent`, or turns while the length is unknown. */
export function ring(percent: number | undefined): SVGElement {
  const around = { cx: '10', cy: '10', r: '7.5', pathLength: '100' }
  const filled = Math.min(100, Math.max(0, percent ?? 25))
  return svg(
    'svg',
    { viewBox: '0 0 20 20', class: percent === undefined ? 'ring turns' : 'ring', 'aria-hidden': 'true' },
    svg('circle', { ...around, class: 'track' }),
    svg('circle', { ...around, class: 'fill', 'stroke-dasharray': `${filled} 100` }),
  )
}

/** Names of the elements we put into Gmail's page; nothing else of ours stands in it. */
export const hostTags = {
  panel: 'inlay-sidebar',
  file: 'inlay-file',
  line: 'inlay-line',
  chip: 'inlay-chip',
  compose: 'inlay-compose',
} as const

/** Production closes its roots; tests and the demo look inside. */
const mode: ShadowRootMode = import.meta.env.MODE === 'production' ? 'closed' : 'open'

/** A host with a shadow root of its own, out of reach of Gmail's styles. */
export function makeHost(tag: string, ...css: string[]): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement(tag)
  const root = host.attachShadow({ mode })
  root.append(make('style', {}, css.join('\n')))
  return { host, root }
}

/** What an earlier build or a dead copy of this script left behind. */
export function removeRemnants(document: Document): void {
  for (const tag of Object.values(hostTags)) for (const old of document.querySelectorAll(tag)) old.remove()
}

const gestures =
  'click dblclick contextmenu mousedown mouseup pointerdown pointerup touchstart keydown keyup'.split(' ')

/** Keeps what a person does with our button from Gmail, which would open the preview or take a key as a shortcut. */
export function keepFromGmail(host: HTMLElement): void {
  for (const gesture of gestures) host.addEventListener(gesture, (event) => event.stopPropagation())
}

/** CSS px from the left of the window. */
export interface Edges {
  left: number
  right: number
}

/** How much of an element's end the panel hides, CSS px, in either writing direction. */
export function hiddenBy(panel: Edges | undefined, element: HTMLElement): number {
  if (panel === undefined) return 0
  const { left, right } = element.getBoundingClientRect()
  const isTurned = getComputedStyle(element).direction === 'rtl'
  const hidden = isTurned ? panel.right - left : right - panel.left
  return Math.round(Math.min(Math.max(0, hidden), right - left))
}
