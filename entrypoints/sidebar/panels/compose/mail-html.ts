/** A mail's HTML on its way into the editor and out of it. The server cleans it once more before anything is stored. */

const blocks = 'div, p, ul, ol, table, blockquote, h1, h2, h3, h4, h5, h6, pre, section, article'
const gone =
  'script, style, link, meta, base, title, iframe, object, embed, form, input, button, svg, math, template'
const tableAttributes: ReadonlySet<string> = new Set([
  ...[
    'href',
    'alt',
    'style',
    'dir',
    'lang',
    'align',
    'valign',
    'width',
    'height',
    'bgcolor',
    'color',
    'face',
  ],
  ...['size', 'border', 'cellpadding', 'cellspacing', 'colspan', 'rowspan', 'title'],
])

function parse(html: string): HTMLElement {
  return new DOMParser().parseFromString(html, 'text/html').body
}

/** A line break that only keeps an empty line open is none in the editor. */
export function fromMail(html: string): string {
  const body = parse(html)
  for (const element of body.querySelectorAll(gone)) element.remove()
  for (const br of body.querySelectorAll('br')) {
    const { parentElement } = br
    if (parentElement?.matches('div, p, li') && parentElement.lastChild === br) br.remove()
  }
  return body.innerHTML
}

/**
 * An empty line needs a break to have a height; an image that is still on its way stays behind. The nth signature keeps
 * Gmail's mark while it is the sender's own: else it would not count as written, and could be exchanged.
 */
export function toMail(html: string, own: readonly boolean[]): string {
  const body = parse(html)
  const signatures = [...body.querySelectorAll('.gmail_signature')]
  for (const [nth, signature] of signatures.entries())
    if (own[nth] !== true) signature.removeAttribute('class')
  for (const image of body.querySelectorAll('img[src="cid:"]')) image.remove()
  for (const line of body.querySelectorAll('p, li'))
    if (line.childNodes.length === 0) line.append(body.ownerDocument.createElement('br'))
  return body.innerHTML
}

/** True for text with neither words nor images. */
export function isBlank(html: string): boolean {
  const body = parse(html)
  for (const signature of body.querySelectorAll('.gmail_signature')) signature.remove()
  return body.textContent.trim() === '' && body.querySelector('img, table') === null
}

/** Other programs' colours and fonts are left behind, their structure is kept. */
export function cleanPaste(html: string): string {
  if (html.includes('data-pm-slice')) return html
  const body = parse(html)
  for (const element of body.querySelectorAll(gone)) element.remove()
  for (const element of body.querySelectorAll<HTMLElement>('[style]')) {
    for (const name of ['color', 'background', 'background-color', 'font-size', 'font-family'])
      element.style.removeProperty(name)
  }
  return body.innerHTML
}

/** True for an element that only groups others. */
export function holdsBlocks(element: Element): boolean {
  return element.querySelector(blocks) !== null
}

/** A table as it may stand in a mail: its layout, no images from elsewhere, nothing that acts. */
export function cleanTable(table: Element): string {
  const copy = parse(table.outerHTML).querySelector('table')
  if (copy === null) return ''
  for (const element of copy.querySelectorAll(gone)) element.remove()
  for (const image of copy.querySelectorAll('img:not([src^="cid:"])')) image.remove()
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name, value } of [...element.attributes]) {
      const isImage = name === 'src' && element.localName === 'img'
      const isLink = name === 'href' && !/^(?:https?|mailto|tel):/i.test(value.trim())
      const isStyle = name === 'style' && /url\s*\(|expression|@import|image-set|position|\\/i.test(value)
      if ((!isImage && !tableAttributes.has(name)) || isLink || isStyle) element.removeAttribute(name)
    }
  }
  return copy.outerHTML
}

/** The table of a cleaned text, to be drawn. */
export function tableOf(html: string): HTMLElement {
  return parse(html).querySelector('table') ?? document.createElement('table')
}
