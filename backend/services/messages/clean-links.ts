import { getDomain, parse } from 'tldts'

/** A link that may stay, written anew; 'active' for one that would run something, undefined for one that leads nowhere. */
export function cleanLink(href: string | undefined): string | 'active' | undefined {
  if (href === undefined) return undefined
  // Browsers leave these out before they read the scheme.
  const plain = href.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '')
  const [, scheme] = /^([a-z][a-z0-9+.-]*):/i.exec(plain) ?? []
  // Without a scheme it would lead into our own pages.
  if (scheme === undefined) return undefined
  if (!/^(?:https?|mailto)$/i.test(scheme))
    return /^(?:javascript|data|vbscript|blob|file)$/i.test(scheme) ? 'active' : undefined
  if (plain.length > 8000 || !URL.canParse(plain)) return undefined
  const url = new URL(plain)
  // `https://bank.example@evil.example` shows another host than it goes to.
  url.username = ''
  url.password = ''
  return url.href
}

/**
 * At the beginning of a link whose words name another host than it leads to, the real one in words (decisions 17: a mail
 * must not mislead): before those words, so that nothing of the mail's can stand between. `html` is what the sanitiser wrote, so its tags are plain.
 */
export function markLinks(html: string): string {
  const out: string[] = []
  let open: OpenLink | undefined
  let from = 0
  const close = (): void => {
    const real = open === undefined ? undefined : realPlace(open)
    if (open !== undefined && real !== undefined)
      out[open.at] += `<span class="inlay-host">(${encode(real)})</span> `
    open = undefined
  }
  for (const tag of html.matchAll(/<[^>]*>/g)) {
    const text = html.slice(from, tag.index)
    if (open !== undefined) addWords(open, text)
    out.push(text)
    from = tag.index + tag[0].length
    const href = /^<a [^>]*?href="([^"]*)"/.exec(tag[0])?.[1]
    if (href !== undefined) {
      // A browser closes a link where the next one begins.
      close()
      out.push(tag[0])
      open = {
        at: out.length - 1,
        href: decode(href),
        text: '',
        outer: '',
        inner: '',
        depth: 0,
        hides: false,
      }
    } else {
      if (open !== undefined) step(open, tag[0])
      out.push(tag[0])
      if (tag[0] === '</a>') close()
    }
  }
  const rest = html.slice(from)
  if (open !== undefined) addWords(open, rest)
  out.push(rest)
  close()
  return out.join('')
}

interface OpenLink {
  /** Where its tag stands in what is written. */
  at: number
  href: string
  text: string
  /** Words directly in the link, and those in its elements: between them some may be made invisible. */
  outer: string
  inner: string
  depth: number
  hides: boolean
}

function addWords(link: OpenLink, text: string): void {
  link.text += text
  if (link.depth > 0) link.inner += text
  else link.outer += text
}

function step(link: OpenLink, tag: string): void {
  if (/^<(?:br|hr|wbr|col)\b/.test(tag)) return
  link.depth = Math.max(0, link.depth + (tag.startsWith('</') ? -1 : 1))
  if (tag.includes('display:none')) link.hides = true
}

/** Where it leads, if that has to be said: of what hides some of its words, always. */
function realPlace({ href, text, outer, inner, hides }: OpenLink): string | undefined {
  for (const words of new Set([text, outer, inner])) {
    const real = misledBy(href, decode(words))
    if (real !== undefined) return real
  }
  return hides ? placeOf(href)?.shown : undefined
}

/** As it is read: other widths and dots are letters and dots too, and what takes no room is not there. */
function asRead(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[。｡]/g, '.')
    .trim()
    .slice(0, 2000)
}

/** An address with its scheme names its host whatever that looks like. */
const withScheme = /https?:\/\/[^\s/?#]+/gi

const hostLike =
  /(?:(https?:\/\/|www\.)|[\w.+-]+@)?((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62})/giu

/** Where a link really leads, when its words name another place; or a host no reader can tell from a better known one. */
function misledBy(href: string, text: string): string | undefined {
  const real = placeOf(href)
  if (real === undefined) return undefined
  const words = asRead(text)
  for (const [start] of words.matchAll(withScheme)) {
    const named = URL.canParse(start) ? new URL(start).hostname : ''
    if (named !== '' && siteOf(named) !== siteOf(real.host)) return real.shown
  }
  for (const match of words.matchAll(hostLike)) {
    const named = URL.canParse(`https://${match[2]}`) ? new URL(`https://${match[2]}`).hostname : ''
    const isHost = match[1] !== undefined || match[0] === words || parse(named).isIcann === true
    if (isHost && named !== '' && siteOf(named) !== siteOf(real.host)) return real.shown
  }
  return real.host.includes('xn--') ? real.shown : undefined
}

function placeOf(href: string): { host: string; shown: string } | undefined {
  if (!URL.canParse(href)) return undefined
  const url = new URL(href)
  if (url.protocol !== 'mailto:') return { host: url.hostname, shown: url.host }
  const address = safeDecode(url.pathname)
  return { host: address.split('@').at(-1)?.toLowerCase() ?? '', shown: address.slice(0, 320) }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Hosts of one owner are one site; what is no public name stands for itself. */
function siteOf(host: string): string {
  return getDomain(host) ?? host
}

function decode(text: string): string {
  return text.replace(
    /&(amp|lt|gt|quot);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '',
  )
}

function encode(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
