import sanitizeHtml from 'sanitize-html'
import { cleanText } from '../../../lib/domain/text.ts'
import { cleanLink } from '../messages/clean-links.ts'
import { cleanStyle } from '../messages/clean-style.ts'
import { listsOfWord } from './word-lists.ts'

/** `written`: our own text, inline images kept by cid. `quoted`: what is answered, of whose images only the names stay. */
export type OutgoingPart = 'written' | 'quoted'

const allowedTags = [
  ...['a', 'b', 'blockquote', 'br', 'code', 'del', 'div', 'em', 'h1', 'h2', 'h3', 'hr', 'i', 'img', 'li'],
  ...['ol', 'p', 'pre', 's', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr'],
  ...['u', 'ul'],
]

/** What stands between their tags is no text of the mail. */
const withoutContent = [
  ...['script', 'style', 'textarea', 'option', 'select', 'xmp', 'noscript', 'noembed', 'noframes', 'iframe'],
  ...['object', 'applet', 'svg', 'math', 'title', 'template', 'audio', 'video', 'canvas', 'dialog', 'map'],
]

/** Other names of what we write. */
const renamed: Readonly<Record<string, string>> = {
  strike: 's',
  ins: 'u',
  big: 'span',
  small: 'span',
  center: 'div',
  font: 'span',
  address: 'div',
  article: 'div',
  section: 'div',
  header: 'div',
  footer: 'div',
  main: 'div',
  figure: 'div',
  figcaption: 'div',
  dl: 'div',
  dt: 'div',
  dd: 'div',
  h4: 'h3',
  h5: 'h3',
  h6: 'h3',
  tfoot: 'tbody',
  tt: 'code',
  kbd: 'code',
  samp: 'code',
}

/** The only styles that go out; whatever else a paste brings is dropped. */
const styles = new Set([
  ...['color', 'background-color', 'font-size', 'font-weight', 'font-style', 'text-decoration', 'text-align'],
  ...['vertical-align', 'margin-left', 'width', 'list-style-type'],
])
/** Kept of a quoted mail too, which should look as it did. */
const quotedStyles = new Set([...styles, 'font-family', 'margin', 'border', 'padding', 'border-collapse'])

/** What says nothing: the paper every mail is written on. */
const plain =
  /^(?:background-color:(?:transparent|inherit|initial)|color:(?:inherit|initial|windowtext)|font-(?:weight|style):normal|text-decoration:none|text-align:(?:start|left)|vertical-align:baseline)$/

const fontSizes = ['x-small', 'x-small', 'small', 'medium', 'large', 'x-large', 'xx-large', 'xx-large']

/** How a quote is drawn by every mail program; written by us alone. */
const quoteStyle = 'margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex'

const number = (text: string | undefined, max: number): string | undefined =>
  text !== undefined && /^\d{1,4}$/.test(text.trim()) && Number(text) <= max ? text.trim() : undefined
const measure = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{1,4}%?$/.test(text.trim()) ? text.trim() : undefined

/**
 * The HTML of a mail we send under a strict allow-list: what editors, Word and Google Docs leave behind is gone, nothing
 * loads, runs or names what is ours. Runs in a worker: what is pasted, or quoted, is hostile.
 */
export function cleanOutgoing(html: string, part: OutgoingPart = 'written'): string {
  const clean = sanitizeHtml(listsOfWord(html), {
    allowedTags,
    nonTextTags: withoutContent,
    allowedAttributes: {
      '*': ['style', 'dir'],
      a: ['href'],
      // Gmail's own mark of a signature: another sender's takes its place as long as nobody has written in it.
      div: [{ name: 'class', multiple: false, values: ['gmail_signature'] }],
      img: ['src', 'alt', 'width', 'height'],
      ol: ['start', 'type'],
      td: ['colspan', 'rowspan', 'width', 'align', 'valign', 'bgcolor'],
      th: ['colspan', 'rowspan', 'width', 'align', 'valign', 'bgcolor'],
      table: ['width', 'border', 'cellpadding', 'cellspacing', 'align', 'bgcolor'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel', 'cid'],
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    disallowedTagsMode: 'discard',
    nestingLimit: 100,
    selfClosing: ['br', 'hr', 'img'],
    transformTags: {
      // Only a transformer of one name may leave a text; the one of all names sees its answer too.
      img: (_, attribs) => image(attribs, part),
      image: (_, attribs) => image(attribs, part),
      '*': (name, attribs) => (name === 'img' ? { tagName: name, attribs } : transform(name, attribs, part)),
    },
  })
  const tidy = unwrapped(cleanText(clean)).trim()
  // A line without words would have no height.
  return tidy.replaceAll('<p style="margin:0"></p>', '<p style="margin:0"><br /></p>')
}

function transform(name: string, attribs: sanitizeHtml.Attributes, part: OutgoingPart): sanitizeHtml.Tag {
  // Google Docs wraps the whole paste into a bold that is not bold.
  const notBold = name === 'b' && /(?:^|;)\s*font-weight\s*:\s*normal/i.test(attribs['style'] ?? '')
  const tagName = notBold ? 'span' : (renamed[name] ?? name)
  const kept: sanitizeHtml.Attributes = {}
  const style = styleOf(name, attribs, part)
  if (style !== '') kept['style'] = style
  const dir = attribs['dir']?.toLowerCase()
  if (dir === 'rtl') kept['dir'] = dir
  if (name === 'a') {
    const href = linkOf(attribs['href'])
    if (href !== undefined) kept['href'] = href
  }
  if (name === 'div' && part === 'written' && /(?:^|\s)gmail_signature(?:\s|$)/.test(attribs['class'] ?? ''))
    kept['class'] = 'gmail_signature'
  if (tagName === 'ol') {
    const start = number(attribs['start'], 9999)
    if (start !== undefined && start !== '1') kept['start'] = start
    if (/^[1aAiI]$/.test(attribs['type'] ?? '')) kept['type'] = attribs['type'] ?? '1'
  }
  if (/^(?:table|td|th)$/.test(tagName)) Object.assign(kept, cellOf(attribs))
  return { tagName, attribs: kept }
}

function styleOf(name: string, attribs: sanitizeHtml.Attributes, part: OutgoingPart): string {
  if (name === 'blockquote') return quoteStyle
  const allowed = part === 'quoted' ? quotedStyles : styles
  const own = cleanStyle(`${attribs['style'] ?? ''}${ofFont(name, attribs)}`)
    .split(';')
    .filter((one) => allowed.has(one.slice(0, one.indexOf(':'))) && !plain.test(one))
  const align = name === 'center' ? 'center' : attribs['align']?.toLowerCase()
  const hasAlign = own.some((one) => one.startsWith('text-align'))
  if (!hasAlign && /^(?:center|right|justify)$/.test(align ?? '') && !/^(?:table|td|th)$/.test(name))
    own.push(`text-align:${align}`)
  // Enter begins a line, as in Gmail; without this every reader would show an empty one between.
  if (name === 'p' && part === 'written') own.unshift('margin:0')
  return own.join(';')
}

/** What the old tag for fonts said, as a style. */
function ofFont(name: string, attribs: sanitizeHtml.Attributes): string {
  if (name === 'big') return ';font-size:large'
  if (name === 'small') return ';font-size:small'
  if (name !== 'font') return ''
  const size = fontSizes[Number(attribs['size'])]
  const colour = attribs['color'] === undefined ? '' : `;color:${attribs['color']}`
  return `${colour}${size === undefined ? '' : `;font-size:${size}`}`
}

function cellOf(attribs: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const kept: sanitizeHtml.Attributes = {}
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined) kept[key] = value
  }
  put('colspan', number(attribs['colspan'], 100))
  put('rowspan', number(attribs['rowspan'], 100))
  put('width', measure(attribs['width']))
  put('border', number(attribs['border'], 20))
  put('cellpadding', number(attribs['cellpadding'], 100))
  put('cellspacing', number(attribs['cellspacing'], 100))
  for (const key of ['align', 'valign'])
    if (/^(?:left|right|center|justify|top|middle|bottom|baseline)$/i.test(attribs[key] ?? ''))
      put(key, attribs[key]?.toLowerCase())
  if (/^(?:#[0-9a-f]{3,6}|[a-z]{3,24})$/i.test(attribs['bgcolor'] ?? ''))
    put('bgcolor', attribs['bgcolor']?.toLowerCase())
  return kept
}

/** Images we send along are named by Content-ID; anything else would load from somewhere else. */
function image(attribs: sanitizeHtml.Attributes, part: OutgoingPart): sanitizeHtml.Tag {
  const alt = cleanText(attribs['alt'] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  const cid = /^cid:([\w.@+-]{1,200})$/i.exec((attribs['src'] ?? '').trim())?.[1]
  if (part === 'written' && cid !== undefined) {
    const kept: sanitizeHtml.Attributes = { src: `cid:${cid}`, alt }
    for (const key of ['width', 'height']) {
      const value = number(attribs[key], 4000)
      if (value !== undefined) kept[key] = value
    }
    return { tagName: 'img', attribs: kept }
  }
  return { tagName: 'span', attribs: {}, ...(part === 'quoted' && alt !== '' && { text: `[${alt}]` }) }
}

/** A link that may go out. Merge fields in it are kept as they are written: they are filled in later. */
function linkOf(href: string | undefined): string | undefined {
  if (href === undefined) return undefined
  if (/^\s*tel:/i.test(href)) {
    const digits = href.replace(/[^\d+]/g, '')
    return /^\+?\d{3,20}$/.test(digits) ? `tel:${digits}` : undefined
  }
  const fields: string[] = []
  const marked = href.replace(/\{\{[^{}]{0,200}\}\}/g, (field) => `inlayfield${fields.push(field) - 1}x`)
  const link = cleanLink(marked)
  if (link === undefined || link === 'active') return undefined
  return link.replace(/inlayfield(\d+)x/g, (token, nth: string) => fields[Number(nth)] ?? token)
}

/** Spans that say nothing, of which Word leaves hundreds. */
function unwrapped(html: string): string {
  if (!html.includes('<span>')) return html
  const open: boolean[] = []
  return html.replace(/<(\/?)span\b([^>]*)>/g, (tag, close: string, rest: string) => {
    if (close !== '') return open.pop() === true ? '' : tag
    open.push(rest === '')
    return rest === '' ? '' : tag
  })
}
