type Child = Node | string | undefined | false

/** Attributes by name; `on…` entries are listeners; an undefined or false value leaves the attribute out. */
type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>

/** Builds an element; the only way anything gets into this page, so Trusted Types have nothing to object to. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value)
    else if (value === true) node.setAttribute(name, '')
    else if (value !== undefined && value !== false) node.setAttribute(name, String(value))
  }
  node.append(
    ...children.filter(
      (child): child is Node | string => child !== undefined && child !== false && child !== '',
    ),
  )
  return node
}

/** One of our own line drawings, on a grid of 24. */
export function icon(name: keyof typeof PATHS, size = 20): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  for (const [key, value] of Object.entries({
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    'aria-hidden': true,
  })) {
    svg.setAttribute(key, String(value))
  }
  svg.setAttribute('class', DOTS.has(name) ? 'icon dots' : 'icon')
  path.setAttribute('d', PATHS[name])
  svg.append(path)
  return svg
}

const PATHS = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  mail: 'M3 6.5h18v12H3zM3.5 7l8.5 7 8.5-7',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 21 21',
  tune: 'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5',
  help: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6v.2',
  apps: 'M5 5h.01M12 5h.01M19 5h.01M5 12h.01M12 12h.01M19 12h.01M5 19h.01M12 19h.01M19 19h.01',
  pen: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  inbox: 'M5 4h14l2 9v7H3v-7zM3 13h5l1.5 3h5L16 13h5',
  star: 'M12 3.5l2.6 5.6 6 .7-4.5 4.2 1.2 6L12 17l-5.3 3 1.2-6-4.5-4.2 6-.7z',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5V12l3 2',
  send: 'M3.5 4l17.5 8-17.5 8 2-8zM5.5 12H13',
  later: 'M20.5 11a8.5 8.5 0 1 0-3 7.5M12 7.5V12l3 2M16 20h5M18.5 17.5V22',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  back: 'M20 12H4M10.5 5.5 4 12l6.5 6.5',
  archive: 'M4 8v12h16V8M3 4h18v4H3zM9.5 12h5',
  spam: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.3v.2',
  trash: 'M5 7h14M9.5 7V4h5v3M7 7l1 13h8l1-13M10.3 11v5.5M13.7 11v5.5',
  tag: 'M3 4h8l10 10-7 7L3 11zM7.5 8.5h.01',
  more: 'M12 5h.01M12 12h.01M12 19h.01',
  reply: 'M10 6l-6 6 6 6M4 12h9c4 0 6.5 2.5 7 6.5',
  replyAll: 'M8 6l-6 6 6 6M13 6l-6 6 6 6M7 12h7c4 0 6.5 2.5 7 6.5',
  forward: 'M14 6l6 6-6 6M20 12h-9c-4 0-6.5 2.5-7 6.5',
  calendar: 'M4 6h16v14H4zM4 10.5h16M8 3.5v4M16 3.5v4',
  note: 'M5 4h14v10l-5 6H5zM14 20v-6h5M8.5 8.5h7M8.5 12h4',
  check: 'M4 4h16v16H4zM8 12l3 3 5.5-6',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6',
  plus: 'M12 4v16M4 12h16',
  close: 'M6 6l12 12M18 6 6 18',
  clip: 'M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.3a3 3 0 0 1 4.3 4.3l-7.7 7.7a1.5 1.5 0 0 1-2.2-2.2L14 7.6',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  drive: 'M9 4h6l6.5 11-3 5h-13l-3-5zM9 4l6 11M15 4 5.5 20M2.5 15h19',
  box: 'M5 5h14v14H5z',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9M20 4v5h-5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.3-3.3a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0L5 13.3A4 4 0 0 0 10.7 19l1.3-1.3',
  minimise: 'M5 18h14',
  format: 'M5 20h14M8 16l4-11 4 11M9.5 12.5h5',
} as const

/** Drawn as points, so with a thicker pen. */
const DOTS = new Set<string>(['more', 'apps'])

export type IconName = keyof typeof PATHS

/** A round button that shows an icon only. */
export function iconButton(
  name: IconName,
  label: string,
  act?: (event: Event) => void,
  extra: Attributes = {},
): HTMLElement {
  const attributes = {
    class: 'iconButton',
    role: 'button',
    tabindex: 0,
    'aria-label': label,
    'data-tooltip': label,
    ...extra,
  }
  const press = (event: Event) => {
    event.stopPropagation()
    act?.(event)
  }
  const onkeydown = (event: Event) => {
    if (['Enter', ' '].includes((event as KeyboardEvent).key)) press(event)
  }
  return el('div', { ...attributes, onclick: press, onkeydown }, icon(name))
}

/** Shows or hides as Gmail does: the node stays in the page. */
export function show(node: HTMLElement, shown: boolean): void {
  node.style.display = shown ? '' : 'none'
}
