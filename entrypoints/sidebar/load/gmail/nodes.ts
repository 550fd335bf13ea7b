import type { PutNode } from '@/lib/extension/messages.ts'

/** What goes into a mail of Gmail's; the same list as the page keeps. */
const kept = new Set(
  'a b blockquote br code del div em h1 h2 h3 hr i li ol p pre s span strong sub sup table tbody td th thead tr u ul'.split(
    ' ',
  ),
)
const attributes = ['href', 'style', 'dir', 'start', 'colspan', 'rowspan']
/** Their content is no text. */
const dropped = new Set('script style template iframe object svg math title'.split(' '))

/** HTML of ours as nodes: parsed here, in a page of our own where nothing of it runs, and built anew in Gmail's. */
export function nodesOf(html: string): PutNode[] {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  return [...body.childNodes].flatMap(nodeOf)
}

function nodeOf(node: Node): PutNode[] {
  if (node.nodeType === Node.TEXT_NODE) return [node.textContent ?? '']
  if (!(node instanceof Element)) return []
  const tag = node.localName
  if (dropped.has(tag)) return []
  const children = [...node.childNodes].flatMap(nodeOf)
  if (!kept.has(tag)) return children
  const given = attributes.flatMap((name): [string, string][] => {
    const value = node.getAttribute(name)
    return value === null ? [] : [[name, value]]
  })
  return [[tag, Object.fromEntries(given), children]]
}
