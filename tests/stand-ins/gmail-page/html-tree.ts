import type { BodyElement, BodyNode } from './model.ts'

/** Kept elements. Others vanish but leave their content, and `DROPPED` ones vanish with it. */
const KEPT = new Set(
  'a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre s small span strike strong sub sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
)
const DROPPED = new Set(
  'script style head title iframe object embed svg math template noscript textarea select form'.split(' '),
)
const VOID = new Set('br hr img col input meta link base area wbr source'.split(' '))
const KEPT_ATTRIBUTES = new Set(
  'align alt bgcolor border cellpadding cellspacing class color colspan dir face height href lang rowspan size src style title valign width'.split(
    ' ',
  ),
)
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  euro: '€',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  middot: '·',
  times: '×',
  bull: '•',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
}

/** Decides what an image or link address becomes; undefined takes the attribute away. */
export type AddressRule = (kind: 'href' | 'src', address: string) => string | undefined

/** Reads mail HTML, however broken, into a tree that can only be looked at. */
export function htmlTree(html: string, address: AddressRule): BodyNode[] {
  const root: BodyElement = { tag: 'div', attrs: {}, children: [] }
  const open: BodyElement[] = [root]
  let dropping: string | undefined
  const pattern =
    /<!--[\s\S]*?(?:-->|$)|<![^>]*>|<\/([a-zA-Z][\w:-]*)[^>]*>|<([a-zA-Z][\w:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|([^<]+|<)/g
  for (const [, closing, opening, attributes = '', text] of html.matchAll(pattern)) {
    const parent = open.at(-1) ?? root
    if (closing) {
      const tag = closing.toLowerCase()
      if (dropping) dropping = dropping === tag ? undefined : dropping
      else closeUpTo(open, tag)
    } else if (dropping) {
    } else if (opening) {
      const tag = opening.toLowerCase()
      if (DROPPED.has(tag)) dropping = attributes.endsWith('/') ? undefined : tag
      else if (KEPT.has(tag)) {
        const element = { tag, attrs: keptAttributes(attributes, address), children: [] }
        parent.children.push(element)
        if (!VOID.has(tag) && open.length < 200) open.push(element)
      }
    } else if (text) parent.children.push(decodeEntities(text))
  }
  return root.children
}

/** A stray closing tag closes nothing; a missing one is closed by its parent's. */
function closeUpTo(open: BodyElement[], tag: string): void {
  const at = open.findLastIndex((element, i) => i > 0 && element.tag === tag)
  if (at > 0) open.length = at
}

function keptAttributes(text: string, address: AddressRule): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [, name = '', , double, single, bare] of text.matchAll(
    /([\w:-]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  )) {
    const key = name.toLowerCase()
    const value = decodeEntities(double ?? single ?? bare ?? '')
    if (!KEPT_ATTRIBUTES.has(key)) continue
    const safe =
      key === 'href' || key === 'src'
        ? address(key, value.trim())
        : key === 'style'
          ? safeStyle(value)
          : value
    if (safe !== undefined) kept[key] = safe
  }
  return kept
}

/** No address is fetched from a style, nothing leaves its place in the page. */
function safeStyle(style: string): string {
  return style
    .split(';')
    .filter((rule) => !/url\s*\(|expression|position\s*:|@import|behavior|\\/i.test(rule))
    .join(';')
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

/**
 * Plain text as Gmail shows it: addresses become links, line breaks stay, and a quoted tail (`On … wrote:` and `>`)
 * becomes a quote that can be folded.
 */
export function textTree(text: string): BodyNode[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const firstQuote = lines.findIndex(
    (line, i) => line.startsWith('>') && lines.slice(i).every((l) => l.startsWith('>') || !l.trim()),
  )
  const head = firstQuote > 0 && /[:：]\s*$/.test(lines[firstQuote - 1] ?? '') ? firstQuote - 1 : firstQuote
  if (head < 0) return linked(lines)
  const quote: BodyElement = {
    tag: 'div',
    attrs: { class: 'gmail_quote' },
    children: linked(lines.slice(head)),
  }
  return [...linked(lines.slice(0, head)), quote]
}

function linked(lines: string[]): BodyNode[] {
  return lines.flatMap((line) => [
    ...line
      .split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
      .map(
        (piece, i): BodyNode =>
          i % 2 === 0 ? piece : { tag: 'a', attrs: { href: piece }, children: [piece] },
      ),
    { tag: 'br', attrs: {}, children: [] },
  ])
}

/** The tree as HTML again, for a quote in a reply. */
export function treeHtml(nodes: BodyNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return escapeHtml(node)
      const attributes = Object.entries(node.attrs).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
      const opening = `<${node.tag}${attributes.join('')}>`
      return VOID.has(node.tag) ? opening : `${opening}${treeHtml(node.children)}</${node.tag}>`
    })
    .join('')
}
