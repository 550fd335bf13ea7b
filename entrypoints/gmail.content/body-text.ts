import { selectors } from './selectors.ts'

const blocks = 'P DIV TR LI UL OL TABLE BLOCKQUOTE H1 H2 H3 H4 PRE HR'.split(' ')
const silent = 'STYLE SCRIPT TITLE'.split(' ')
const quoted = selectors.quote.join(',')
const most = 4000
const remembered = new WeakMap<Element, { length: number; text: string }>()

/**
 * The last 4,000 characters of what somebody wrote, quotes left out, one line per block, so that a signature can be read.
 * Walks the tree instead of `innerText`, which would make Gmail compute its layout.
 */
export function bodyText(body: Element): string {
  const length = body.textContent?.length ?? 0
  const known = remembered.get(body)
  if (known?.length === length) return known.text
  const pieces: string[] = []
  collect(body, pieces)
  const lines = pieces
    .join('')
    .split('\n')
    .map((line) => line.replace(/[\s ]+/g, ' ').trim())
  const text = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(-most)
  remembered.set(body, { length, text })
  return text
}

function collect(node: Node, pieces: string[]): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) pieces.push((child.nodeValue ?? '').replaceAll('\n', ' '))
    else if (child instanceof Element) {
      if (silent.includes(child.tagName) || child.matches(quoted)) continue
      const breaks = blocks.includes(child.tagName)
      if (breaks || child.tagName === 'BR') pieces.push('\n')
      collect(child, pieces)
      if (breaks) pieces.push('\n')
    }
  }
}
