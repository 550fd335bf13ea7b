import type { PageAttachment } from '@/lib/extension/messages.ts'
import { messageIdOf } from './ids.ts'
import { all, around, one, type Visible } from './selectors.ts'

/** A card in the page with what it says about its file. */
export interface Card {
  element: HTMLElement
  attachment: PageAttachment
}

/**
 * The attachment cards of the shown messages, Drive chips included, inline images excluded. A card that is still loading
 * (no name yet) is left out until the next look.
 */
export function readCards(root: ParentNode, visible: Visible): Card[] {
  const uses = new Map<string, number>()
  const cards: Card[] = []
  for (const element of all('card', root)) {
    if (!visible(element) || around('inlineBody', element)) continue
    const found = readCard(element)
    if (!found) continue
    const base = `${found.messageId}/${found.realAttachmentId ?? found.name}`
    const n = uses.get(base) ?? 0
    uses.set(base, n + 1)
    cards.push({ element, attachment: { key: `${base}/${n}`, ...found } })
  }
  return cards
}

function readCard(element: HTMLElement): Omit<PageAttachment, 'key'> | undefined {
  const download = splitDownload(element.getAttribute('download_url'))
  const href = one('cardLink', element)?.getAttribute('href') ?? ''
  const urls = [download.url, href].filter((url) => url !== '')
  const params = urls.map(paramsOf)
  const param = (name: string) => params.map((each) => each.get(name)).find((value) => value) ?? undefined
  const message = around('messageNode', element)
  const messageId = (message && messageIdOf(message)) ?? param('th')
  const name = download.name || (one('cardName', element)?.textContent ?? '').trim()
  if (messageId === undefined || name === '') return undefined
  return {
    messageId,
    name,
    realAttachmentId: param('realattid'),
    sizeText: (one('cardSize', element)?.textContent ?? '').trim(),
    // A file of the mail itself is fetched by `attid`; Drive and YouTube chips only point elsewhere.
    isDriveLink: urls.length > 0 && param('attid') === undefined,
  }
}

/** `mime:percent-encoded name:url`; the url may stand doubled behind another, its last `https://` counts. */
function splitDownload(value: string | null): { name: string; url: string } {
  const [, name = '', url = ''] = /^[^:]*:([^:]*):(.*)$/s.exec(value ?? '') ?? []
  const start = url.lastIndexOf('https://')
  return { name: decode(name), url: start > 0 ? url.slice(start) : url }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function paramsOf(url: string): URLSearchParams {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1))
}
