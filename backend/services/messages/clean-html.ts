import sanitizeHtml from 'sanitize-html'
import { cleanText } from '../../../lib/domain/text.ts'
import { cleanLink, markLinks } from './clean-links.ts'
import { cleanGround, cleanStyle, isColour } from './clean-style.ts'

export interface CleanMail {
  html: string
  /** The words alone. */
  text: string
  removed: { images: number; active: number; forms: number }
}

const allowedTags = [
  ...[
    'a',
    'abbr',
    'address',
    'article',
    'aside',
    'b',
    'big',
    'blockquote',
    'br',
    'caption',
    'center',
    'cite',
  ],
  ...['code', 'col', 'colgroup', 'dd', 'del', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure', 'font'],
  ...[
    'footer',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'i',
    'ins',
    'kbd',
    'li',
    'main',
    'mark',
    'ol',
  ],
  ...[
    'p',
    'pre',
    'q',
    's',
    'samp',
    'section',
    'small',
    'span',
    'strike',
    'strong',
    'sub',
    'sup',
    'table',
    'tbody',
  ],
  ...['td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr'],
]

/** What stands between their tags is no text of the mail. */
const withoutContent = [
  ...[
    'script',
    'style',
    'textarea',
    'option',
    'select',
    'xmp',
    'noscript',
    'noembed',
    'noframes',
    'iframe',
    'object',
  ],
  ...['applet', 'svg', 'math', 'title', 'template', 'audio', 'video', 'canvas', 'dialog', 'map'],
]

const active = new Set([
  ...[
    'script',
    'iframe',
    'frame',
    'frameset',
    'object',
    'embed',
    'applet',
    'svg',
    'math',
    'base',
    'audio',
    'video',
  ],
  ...['canvas', 'dialog', 'portal', 'template'],
])
const forms = new Set(['form', 'input', 'button', 'select', 'textarea'])

const number = (max: number) => (value: string) => /^\d{1,4}$/.test(value) && Number(value) <= max
const measure = (value: string) => /^\d{1,4}%?$/.test(value) && Number.parseInt(value, 10) <= 2000
const among = (words: string) => (value: string) => words.split(' ').includes(value.toLowerCase())
const colour = (value: string) => isColour(value.toLowerCase())

/** Attributes that may stay, with what they may say. */
const attributes: Readonly<Record<string, (value: string) => boolean>> = {
  dir: among('ltr rtl auto'),
  lang: (value) => /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/i.test(value),
  align: among('left right center justify top middle bottom'),
  valign: among('top middle bottom baseline'),
  bgcolor: colour,
  color: colour,
  face: (value) => /^[\p{L}\p{N}\s,_-]{1,200}$/u.test(value),
  size: (value) => /^[+-]?[1-7]$/.test(value),
  width: measure,
  height: measure,
  border: number(20),
  cellpadding: number(100),
  cellspacing: number(100),
  colspan: number(100),
  rowspan: number(100),
  start: number(9999),
  type: among('1 a i disc circle square'),
}

type Removed = CleanMail['removed']

/**
 * A mail's HTML made harmless under a strict allow-list: nothing runs, loads, sends, covers or leads elsewhere unseen.
 * Everything that stays is written anew. Runs in a worker (`clean-worker.ts`): what it reads is hostile.
 */
export function cleanHtml(html: string): CleanMail {
  const removed: Removed = { images: 0, active: 0, forms: 0 }
  /** Written by us, so that a mail's own class cannot pass for one of ours. */
  const ours = new WeakSet<sanitizeHtml.Attributes>()
  const image = (_: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag => {
    countActive('img', attribs, removed)
    const tag = placeholder(attribs, removed)
    ours.add(tag.attribs)
    return tag
  }
  const clean = sanitizeHtml(html, {
    allowedTags,
    nonTextTags: withoutContent,
    // Attributes are written by `transform` alone.
    allowedAttributes: { '*': [...Object.keys(attributes), 'class', 'style', 'href', 'rel', 'target'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    disallowedTagsMode: 'discard',
    nestingLimit: 100,
    selfClosing: ['br', 'hr', 'wbr', 'col'],
    // The first two before the last, which sees their answer too.
    transformTags: {
      img: image,
      image,
      '*': (tagName, attribs) =>
        ours.has(attribs) ? { tagName, attribs } : transform(tagName, attribs, removed),
    },
  })
  const marked = markLinks(cleanText(clean))
  return { html: marked, text: wordsOf(marked), removed }
}

function countActive(name: string, attribs: sanitizeHtml.Attributes, removed: Removed): void {
  if (active.has(name) || isRefresh(name, attribs)) removed.active += 1
  if (forms.has(name)) removed.forms += 1
  for (const key of Object.keys(attribs)) if (key.startsWith('on')) removed.active += 1
}

function transform(name: string, attribs: sanitizeHtml.Attributes, removed: Removed): sanitizeHtml.Tag {
  countActive(name, attribs, removed)
  const loads = [attribs['background'], attribs['poster'], attribs['srcset'], attribs['lowsrc']]
  if (loads.some((one) => one !== undefined) || /url\s*\(/i.test(attribs['style'] ?? '')) removed.images += 1
  if (name === 'input' && attribs['type']?.toLowerCase() === 'image') removed.images += 1
  if (name === 'body') return groundOf(attribs)
  const kept = keptOf(attribs)
  if (name === 'a' || name === 'area') {
    const link = cleanLink(attribs['href'])
    if (link === 'active') removed.active += 1
    else if (link !== undefined)
      Object.assign(kept, { href: link, rel: 'noopener noreferrer nofollow', target: '_blank' })
  }
  return { tagName: name, attribs: kept }
}

/** A mail's own paper, of which only the colours stay: without it, white words would stand on our white. */
function groundOf(attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  const style = cleanGround(attribs['style'] ?? '', attribs['bgcolor'] ?? '', attribs['text'] ?? '')
  if (style === '') return { tagName: 'body', attribs: {} }
  return { tagName: 'div', attribs: { class: 'inlay-ground', style } }
}

function keptOf(attribs: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const kept: sanitizeHtml.Attributes = {}
  for (const [key, check] of Object.entries(attributes)) {
    const value = Object.hasOwn(attribs, key) ? attribs[key]?.trim() : undefined
    if (value !== undefined && check(value)) kept[key] = value
  }
  const style = cleanStyle(attribs['style'] ?? '')
  if (style !== '') kept['style'] = style
  return kept
}

function isRefresh(name: string, attribs: sanitizeHtml.Attributes): boolean {
  return name === 'meta' && /refresh/i.test(attribs['http-equiv'] ?? '')
}

/** Its name in place of an image of the mail's own; of a remote one its words, and nothing of one too small to be seen. */
function placeholder(attribs: sanitizeHtml.Attributes, removed: Removed): sanitizeHtml.Tag {
  const src = (attribs['src'] ?? '').trim()
  const alt = cleanText(attribs['alt'] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  const cid = /^cid:(.{1,200})/is.exec(src)?.[1]
  if (cid === undefined) removed.images += 1
  const tiny = [attribs['width'], attribs['height']].some(
    (one) => one !== undefined && /^[0-3](?:px)?$/.test(one.trim()),
  )
  if (tiny) return { tagName: 'wbr', attribs: {} }
  const name =
    cid === undefined ? alt : alt || cleanText(cid.replace(/@.*$/s, '')).replace(/\s+/g, ' ').trim()
  return {
    tagName: 'span',
    attribs: { class: cid === undefined ? 'inlay-image' : 'inlay-own-image' },
    text: `▨ ${name}`.trim(),
  }
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

/** The words of HTML that this file has written itself. */
function wordsOf(html: string): string {
  return html
    .replace(/[\r\n]+/g, ' ')
    .replace(
      /<(?:br|hr)[^>]*>|<\/(?:p|div|tr|li|h[1-6]|blockquote|pre|table|ul|ol|dd|dt|article|section|header|footer)>/g,
      '\n',
    )
    .replace(/<\/t[dh]>/g, '\t')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity)
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
