import type { AttachmentModel, BodyNode, MessageModel } from '../model.ts'
import type { Context } from './context.ts'
import { el, icon, iconButton, show } from './dom.ts'
import { sizeText } from './format.ts'

/** The body as Gmail puts it into `.a3s`: quotes folded behind three dots, inline images with their own small card. */
export function bodyNodes(context: Context, nodes: BodyNode[]): Node[] {
  return nodes.map((node) => {
    if (typeof node === 'string') return document.createTextNode(node)
    const element = document.createElement(node.tag)
    for (const [name, value] of Object.entries(node.attrs)) element.setAttribute(name, value)
    if (node.tag === 'a')
      for (const [name, value] of [
        ['target', '_blank'],
        ['rel', 'noreferrer'],
      ] as const)
        element.setAttribute(name, value)
    element.append(...bodyNodes(context, node.children))
    if (node.tag === 'img') return inlineImage(element)
    const isQuote = /\bgmail_quote\b/.test(node.attrs['class'] ?? '') && node.tag !== 'blockquote'
    return isQuote ? folded(context, element) : element
  })
}

/** An inline image has the same kind of card as a file, but inside the body. */
function inlineImage(image: HTMLElement): Node {
  const url = image.getAttribute('src')
  if (!url) return image
  image.classList.add('CToWUd', 'a6T')
  image.setAttribute('data-image-whitelisted', '')
  const card = el('span', { class: 'aZo N5jrZb', download_url: `image/png:image.png:${url}` })
  return el('span', { class: 'inlineImage' }, image, el('div', { class: 'a6S', dir: 'ltr' }, card))
}

function folded(context: Context, quote: HTMLElement): Node {
  const inner = el('div', { class: 'adL' }, quote)
  show(inner, false)
  const dots = el(
    'div',
    {
      class: 'ajR',
      role: 'button',
      tabindex: 0,
      'aria-label': context.words.trimmed,
      'aria-expanded': 'false',
    },
    el('span', { class: 'ajT' }, '•••'),
  )
  dots.addEventListener('click', () => {
    const open = inner.style.display === 'none'
    show(inner, open)
    dots.setAttribute('aria-expanded', String(open))
  })
  return el('div', { class: 'gmail_extra' }, el('div', { class: 'yj6qo ajU' }, dots), inner)
}

/** The area below a message with a card for each file; undefined when there is none. */
export function attachmentArea(context: Context, message: MessageModel): HTMLElement | undefined {
  const { words } = context
  const count = message.attachments.length
  if (count === 0) return undefined
  const cards = el('div', { class: 'aQH', id: ':ax' })
  for (const file of message.attachments) {
    const card = el('span', { class: 'aZo' })
    fillCard(context, card, file)
    cards.append(card)
  }
  const label =
    context.boot.language === 'ja'
      ? `${count} ${words.attachments}`
      : `${count} ${count === 1 ? words.attachment : words.attachments}`
  return el(
    'div',
    { class: 'hq gt' },
    el('div', { class: 'hp' }),
    el(
      'div',
      { class: 'a3I0' },
      el('div', { class: 'aVW' }, el('span', {}, label), el('span', { class: 'aoQ' }, ` • ${words.scanned}`)),
    ),
    cards,
    el('div', { class: 'aZK' }),
  )
}

const waiting = new Set<() => void>()

/** Gmail now knows the files: cards drawn as "not loaded" get their content. */
export function loadCards(): void {
  for (const fill of waiting) fill()
  waiting.clear()
}

function fillCard(context: Context, card: HTMLElement, file: AttachmentModel): void {
  if (!context.boot.cardsLoaded) {
    card.replaceChildren(el('div', { class: 'aQy aUQ' }))
    waiting.add(() => fillCard(context, card, file))
    return
  }
  const { words } = context
  card.className = file.kind === 'drive' ? 'aZo a5r' : 'aZo N5jrZb'
  if (file.downloadUrl) {
    card.setAttribute('download_url', file.downloadUrl)
    card.setAttribute('draggable', 'true')
  }
  const size = el('span', { class: 'SaH2Ve' }, file.kind === 'drive' ? words.shared : sizeText(file.size))
  const link = el(
    'a',
    { class: 'aQy e aZr aZI', role: 'link', tabindex: 0, target: '_blank', href: file.url },
    el('span', { class: 'a3I' }, `${words.preview} ${file.name}`),
    el(
      'div',
      { 'aria-hidden': 'true' },
      el('div', { class: 'aSH' }, preview(file)),
      el(
        'div',
        { class: 'aYy' },
        el('div', { class: `aYA ${badge(file)}` }, badge(file).toUpperCase()),
        el(
          'div',
          { class: 'aYz' },
          el(
            'div',
            { class: 'a12' },
            el('div', { class: 'aQA' }, el('span', { class: 'aV3 zzV0ie' }, file.name)),
            el('div', { class: 'aYp' }, size),
          ),
        ),
      ),
    ),
  )
  const wrap = (button: HTMLElement) => el('span', { 'data-is-tooltip-wrapper': 'true' }, button)
  const round = (glyph: 'download' | 'drive', label: string, act?: () => void) => {
    const button = el(
      'button',
      { class: 'pYTkkf-Bz112c-LgbsSe aQv', type: 'button', 'aria-label': `${label} ${file.name}` },
      icon(glyph, 18),
    )
    button.addEventListener('click', (event) => {
      event.stopPropagation()
      act?.()
    })
    return wrap(button)
  }
  const buttons = [
    file.downloadUrl && round('download', words.download, () => download(file)),
    round('drive', words.drive),
  ]
  card.replaceChildren(link, el('div', { class: 'aQw' }, ...buttons.filter((b) => b instanceof HTMLElement)))
}

function download(file: AttachmentModel): void {
  el('a', { href: file.url.replace('https://mail.google.com', ''), download: file.name }).click()
}

/** Pictures show themselves; other files show a drawn sheet, since nothing here renders PDF. */
function preview(file: AttachmentModel): HTMLElement {
  if (/^image\/(png|jpe?g|gif|webp)$/.test(file.mimeType)) {
    return el('img', {
      class: 'aQG aYB',
      alt: '',
      src: file.url.replace('https://mail.google.com', '').replace('disp=safe', 'disp=inline'),
    })
  }
  const grid = /sheet|excel|csv/.test(file.mimeType) || /\.xlsx?$|\.csv$/i.test(file.name)
  return el(
    'div',
    { class: `aQG sheet${grid ? ' grid' : ''}` },
    ...Array.from({ length: grid ? 24 : 7 }, () => el('i')),
  )
}

function badge(file: AttachmentModel): string {
  const type = /\.(\w{2,4})$/.exec(file.name)?.[1]?.toLowerCase() ?? ''
  return file.kind === 'drive' ? 'doc' : (/^(pdf|png|jpg|xls|doc|zip|dwg)/.exec(type)?.[1] ?? 'file')
}

/** Buttons of a message's head: star, answer, more. */
export function messageTools(
  context: Context,
  starred: boolean,
  act: { star(): void; reply(): void },
): HTMLElement {
  const { words } = context
  const toggle = (event: Event) => {
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.classList.toggle('T-KT-Jp')
    act.star()
  }
  return el(
    'td',
    { class: 'gH acX bAm' },
    iconButton('star', starred ? words.starOn : words.star, toggle, {
      class: `iconButton${starred ? ' T-KT-Jp' : ''}`,
    }),
    iconButton('reply', words.reply, act.reply),
    iconButton('more', words.more),
  )
}
