import { convert, type FormatCallback } from 'html-to-text'

/** Most characters of a mail's plain text (contract/sends). */
const most = 500_000

/** `text <https://…>`; the address alone where the words are the address. */
const link: FormatCallback = (elem, walk, builder) => {
  const href = elem.attribs?.['href'] ?? ''
  let said = ''
  builder.pushWordTransform((text) => {
    said += text
    return text
  })
  walk(elem.children ?? [], builder)
  builder.popWordTransform()
  const target = href.replace(/^(?:mailto|tel):/i, '')
  const same = (text: string) => text.replace(/^https?:\/\//i, '').replace(/\/$/, '')
  if (target === '' || same(said) === same(target).replace(/\s/g, '')) return
  builder.addInline(` <${target}>`, { noWordTransform: true })
}

/** The name of an image in the text; nothing of one without a name. */
const image: FormatCallback = (elem, _, builder) => {
  const alt = (elem.attribs?.['alt'] ?? '').trim()
  if (alt !== '') builder.addInline(`[${alt}]`, { noWordTransform: true })
}

/** Numbers as the list has them, without the room other programs leave before them. */
const ordered: FormatCallback = (elem, walk, builder, options) => {
  const items = (elem.children ?? []).filter((child) => child.name === 'li')
  const start = Number(elem.attribs?.['start'] ?? '1')
  const signs = items.map((_, nth) => `${start + nth}. `)
  builder.openList({
    interRowLineBreaks: 1,
    leadingLineBreaks: Number(options['leadingLineBreaks'] ?? 1),
    maxPrefixLength: Math.max(0, ...signs.map((sign) => sign.length)),
    prefixAlign: 'left',
  })
  for (const [nth, child] of items.entries()) {
    builder.openListItem({ prefix: signs[nth] ?? '' })
    walk([child], builder)
    builder.closeListItem()
  }
  builder.closeList({ trailingLineBreaks: Number(options['trailingLineBreaks'] ?? 1) })
}

/** Cells of tables that only lay out a mail stand one after the other. */
const cell: FormatCallback = (elem, walk, builder) => {
  walk(elem.children ?? [], builder)
  builder.addInline(' ', { noWordTransform: true })
}

/**
 * The plain-text part of a mail from our own cleaned HTML, good to read by itself: lists with "- " or their numbers, links
 * with their address behind the words, quotes with "> ". Lines are not broken: readers do that.
 */
export function plainText(html: string, part: 'written' | 'quoted' = 'written'): string {
  if (html === '') return ''
  const block = { leadingLineBreaks: 1, trailingLineBreaks: 1 }
  const text = convert(html, {
    wordwrap: false,
    limits: { maxInputLength: 2_000_000, maxDepth: 150, ellipsis: '' },
    formatters: { link, image, ordered, cell },
    selectors: [
      { selector: 'a', format: 'link' },
      { selector: 'img', format: 'image' },
      { selector: 'p', format: 'paragraph', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
      { selector: 'p[style^="margin:0"]', format: 'paragraph', options: block },
      { selector: 'div', format: 'block', options: block },
      { selector: 'ul', format: 'unorderedList', options: { itemPrefix: '- ', ...block } },
      { selector: 'ol', format: 'ordered', options: block },
      { selector: 'blockquote', format: 'blockquote', options: { trimEmptyLines: true } },
      ...['h1', 'h2', 'h3'].map((selector) => ({
        selector,
        format: 'heading',
        options: { leadingLineBreaks: 2, trailingLineBreaks: 1, uppercase: false },
      })),
      { selector: 'hr', format: 'horizontalLine', options: { length: 10, ...block } },
      ...(part === 'quoted'
        ? ['table', 'tr'].map((selector) => ({ selector, format: 'block', options: block }))
        : [{ selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false, ...block } }]),
      ...(part === 'quoted' ? ['td', 'th'].map((selector) => ({ selector, format: 'cell' })) : []),
    ],
  })
  return airy(text.replace(/[ \t\u00a0]+$/gm, ''))
    .replace(/^\n+|\s+$/g, '')
    .slice(0, most)
    .toWellFormed()
}

/** Whether nothing stands in our own cleaned HTML but a signature and empty lines. An image or a table is something. */
export function isUnwritten(html: string): boolean {
  const text = convert(html, {
    wordwrap: false,
    limits: { maxInputLength: 2_000_000, maxDepth: 150, ellipsis: '' },
    selectors: [{ selector: 'div.gmail_signature', format: 'skip' }],
  })
  return text.trim() === ''
}

/** One empty line at most, and one before every deeper quote. */
function airy(text: string): string {
  const out: string[] = []
  let before = { sign: '', isEmpty: true }
  for (const line of text.split('\n')) {
    const sign = /^(?:> ?)*/.exec(line)?.[0].trimEnd() ?? ''
    const isEmpty = line === sign
    const deeper = sign.length > before.sign.length
    if (isEmpty && before.isEmpty && (deeper || sign === before.sign)) {
      if (deeper) before = { sign, isEmpty }
      continue
    }
    if (deeper && !before.isEmpty) out.push(before.sign)
    out.push(line)
    before = { sign, isEmpty }
  }
  return out.join('\n')
}

/** The words of a mail and what it quotes below them. */
export function plainMail(html: string, quote: string): string {
  return [plainText(html), plainText(quote, 'quoted')]
    .filter((text) => text !== '')
    .join('\n\n')
    .slice(0, most)
    .toWellFormed()
}

/** Plain text as HTML, each line kept. */
export function htmlOfText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .split(/\r\n|\r|\n/)
    .map((line) => `<div>${line === '' ? '<br>' : line}</div>`)
    .join('')
}
