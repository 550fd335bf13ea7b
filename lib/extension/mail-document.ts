/**
 * A mail's HTML, which the server has cleaned, made into a document for a frame without rights. All of it is hostile still:
 * here it is cleaned once more by the browser's own parser, and read only; it never becomes part of our page.
 */

/** What may stand in the frame, besides text. Everything else leaves its text behind, these not even that. */
const gone =
  'script, style, link, meta, base, title, iframe, frame, object, embed, applet, portal, form > input, button, select, textarea, input, svg, math, video, audio, source, track, canvas, dialog, template, noscript'
const unwrapped = 'form, fieldset, label, marquee, blink, center'
const keptAttributes: ReadonlySet<string> = new Set([
  ...['href', 'src', 'alt', 'title', 'style', 'dir', 'lang', 'align', 'valign', 'width', 'height', 'bgcolor'],
  ...['color', 'face', 'size', 'border', 'cellpadding', 'cellspacing', 'colspan', 'rowspan', 'start', 'type'],
])

/** Nothing is fetched, nothing runs, nothing is sent; styles are the mail's own, images only those it carries. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"

/**
 * The mark and the words of its link are one box, the mark first: whatever the mail says of size, colour, layers or lines
 * around it, nobody sees those words without it.
 */
const marks = `a:has(>.inlay-host){${firm('display:inline-block;float:none;width:auto;height:auto;min-width:0;max-width:96vw;margin:0;padding:0;text-indent:0;text-align:left;white-space:normal;direction:ltr;unicode-bidi:isolate;opacity:1;visibility:visible')}}.inlay-host{${firm('display:block;position:relative;z-index:2147483647;float:none;width:fit-content;height:auto;max-width:none;margin:0;padding:0 4px;border-radius:4px;background:#fff3e0;color:#834c00;font:600 14px/20px system-ui,sans-serif;letter-spacing:0;text-decoration:none;text-transform:none;text-indent:0;text-align:left;white-space:normal;word-break:normal;overflow-wrap:break-word;direction:ltr;unicode-bidi:isolate;opacity:1;visibility:visible')}}`

/** Narrow columns break between words, never within them: what is wider then scrolls sideways within the frame. */
const ground = `:root{color-scheme:light}html{background:#fff}body{margin:0;padding:12px;color:#161c1e;font:14px/20px system-ui,sans-serif;overflow-wrap:break-word}body>:first-child,.inlay-ground>:first-child{margin-block-start:0}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}a[href]{color:#00677a}blockquote{margin:8px 0 8px 4px;padding-inline-start:10px;border-inline-start:2px solid #dfe6e9}summary{display:inline-block;padding:2px 10px;border-radius:999px;background:#ebf0f2;color:#465155;cursor:pointer;font-size:12px}${marks}.inlay-image,.inlay-own-image{display:inline-block;padding:0 6px;border:1px solid #e1e7ea;border-radius:4px;color:#5c676b;font-size:12px;background:#fff}body>.inlay-ground{margin-inline:-12px;padding:12px}body>.inlay-ground:only-child{box-sizing:border-box;min-height:100vh;margin:-12px}`

function firm(declarations: string): string {
  return declarations
    .split(';')
    .map((one) => `${one}!important`)
    .join(';')
}

/** What the server has written into it: the real host of a link that names another, the place of an image, the mail's ground. */
const ours = /^inlay-(?:host|image|own-image|ground)$/

/**
 * The whole document for `srcdoc`, and about how high it is in a frame `width` px wide. `quoted` stands on the folded part
 * that was quoted.
 */
export function mailDocument(
  html: string,
  quoted: string,
  width: number,
): { srcdoc: string; height: number } {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  const { body } = parsed
  for (const element of body.querySelectorAll(gone)) element.remove()
  for (const element of body.querySelectorAll(unwrapped)) element.replaceWith(...element.childNodes)
  for (const element of body.querySelectorAll('*')) cleanAttributes(element)
  for (const image of body.querySelectorAll('img:not([src])')) image.remove()
  for (const link of body.querySelectorAll('a')) openApart(link)
  markTorn(body)
  for (const mark of body.querySelectorAll('.inlay-host')) keepTogether(mark, body)
  foldQuotes(parsed, quoted)
  const height = heightOf(body, width)
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><base target="_blank"><style>${ground}</style>`
  return { srcdoc: `<!doctype html><html><head>${head}</head><body>${body.innerHTML}</body></html>`, height }
}

function cleanAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const lower = name.toLowerCase()
    const isData =
      lower === 'src' && element.localName === 'img' && /^data:image\/(?:png|jpe?g|gif|webp);/i.test(value)
    const isLink =
      lower === 'href' && element.localName === 'a' && /^(?:https?|mailto|tel):/i.test(value.trim())
    const isOther =
      (lower !== 'src' && lower !== 'href' && keptAttributes.has(lower)) ||
      (lower === 'class' && ours.test(value))
    if (!isData && !isLink && !isOther) element.removeAttribute(name)
    else if (lower === 'style' && /url\s*\(|expression|@import|image-set|\\/i.test(value))
      element.removeAttribute(name)
  }
}

/** A link opens a tab of its own, tells nobody where it was, and says where it leads. */
function openApart(link: HTMLAnchorElement): void {
  const href = link.getAttribute('href')
  if (href === null) return
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer nofollow')
  if (URL.canParse(href)) link.setAttribute('title', new URL(href).host || href)
}

/** Where blocks are badly nested the parser makes several links of one: each part that has words gets the mark. */
function markTorn(body: Element): void {
  const marks = [...body.querySelectorAll('a[href] > .inlay-host')]
  const byHref = new Map(marks.map((mark) => [mark.parentElement?.getAttribute('href'), mark]))
  for (const link of body.querySelectorAll('a[href]')) {
    const mark = byHref.get(link.getAttribute('href'))
    if (mark === undefined || link.querySelector(':scope > .inlay-host') !== null) continue
    if (link.textContent.trim() !== '') link.prepend(mark.cloneNode(true), ' ')
  }
}

/** A link that misleads is laid out by us alone, and nothing around it turns or floats it out of sight on one side. */
function keepTogether(mark: Element, body: Element): void {
  const link = mark.closest('a')
  if (link === null) return
  for (const element of [link, ...link.querySelectorAll('*')])
    for (const name of ['style', 'dir', 'align', 'width', 'height', 'color', 'size'])
      element.removeAttribute(name)
  for (let around = link.parentElement; around !== null && around !== body; around = around.parentElement) {
    around.removeAttribute('dir')
    if (!(around instanceof HTMLElement)) continue
    for (const name of ['direction', 'float', 'white-space']) around.style.removeProperty(name)
  }
}

/** What is quoted from the mail before stands folded, unless there is nothing else. */
function foldQuotes(parsed: Document, word: string): void {
  const quotes = [...parsed.body.querySelectorAll('blockquote')].filter(
    (quote) => quote.parentElement?.closest('blockquote, details') === null,
  )
  const quoted = quotes.reduce((sum, quote) => sum + quote.textContent.trim().length, 0)
  if (parsed.body.textContent.trim().length - quoted < 2) return
  for (const quote of quotes) {
    const details = parsed.createElement('details')
    const summary = parsed.createElement('summary')
    summary.textContent = word
    quote.replaceWith(details)
    details.append(summary, quote)
  }
}

/** What stands between blocks, in px. */
const gaps = [
  ['p, pre, ul, ol, h1, h2, h3, h4', 16],
  ['details', 34],
  ['tr, li, hr', 6],
  ['table', 12],
  ['.inlay-ground', 24],
] as const
const blocks = 'p, div, li, tr, h1, h2, h3, h4, h5, h6, pre, br, hr, details'

/** A guess by the amount of text: a frame without rights cannot be measured from outside. */
function heightOf(body: HTMLElement, width: number): number {
  const perLine = Math.max(20, (width - 24) / 7)
  let height = 28
  const copy = body.cloneNode(true)
  if (!(copy instanceof HTMLElement)) return height
  for (const quote of copy.querySelectorAll('details > blockquote')) quote.remove()
  for (const image of copy.querySelectorAll('img'))
    height += Math.min(400, Number.parseInt(image.getAttribute('height') ?? '', 10) || 48)
  for (const block of copy.querySelectorAll(blocks)) block.before('\n')
  for (const line of copy.textContent.split('\n')) {
    const length = line.trim().length
    if (length > 0) height += Math.ceil(length / perLine) * 20
  }
  for (const [selector, gap] of gaps) height += copy.querySelectorAll(selector).length * gap
  return height
}
