import { headerValue } from './messages.ts'
import type { PartNode } from './parts.ts'

/** The parts that make the text a person reads, in the order of the mail. */
export interface BodyParts {
  /** Best of each alternative, HTML before plain text. */
  shown: PartNode[]
  /** The plain words alone, where the mail has them. */
  plain: PartNode[]
}

/** A mail nests no deeper than this; what lies deeper is an attack or a mistake. */
const maxDepth = 50

/**
 * Which parts of a mail are its text: of alternatives the best that can be shown, of a mixture all that is text and no
 * attachment; forwarded mails are attachments, not text.
 */
export function bodyParts(root: PartNode): BodyParts {
  return { shown: choose(root, 'html', 0), plain: choose(root, 'plain', 0) }
}

function choose(node: PartNode, want: 'html' | 'plain', depth: number): PartNode[] {
  const type = typeOf(node)
  if (depth > maxDepth || isAttached(node)) return []
  if (type === 'multipart/alternative') {
    // The last one a reader understands is the best (RFC 2046, 5.1.4).
    const ways = node.parts.map((part) => choose(part, want, depth + 1)).filter((way) => way.length > 0)
    const best = ways.findLast((way) => way.some((part) => isWanted(part, want)))
    return best ?? ways.at(-1) ?? []
  }
  if (type.startsWith('multipart/')) return node.parts.flatMap((part) => choose(part, want, depth + 1))
  return type === 'text/html' || type === 'text/plain' || type === 'text/enriched' ? [node] : []
}

function isWanted(part: PartNode, want: 'html' | 'plain'): boolean {
  return isHtml(part) === (want === 'html')
}

export function isHtml(part: PartNode): boolean {
  return typeOf(part) === 'text/html'
}

function typeOf(node: PartNode): string {
  const type = node.mimeType.trim().toLowerCase()
  return type === '' ? 'text/plain' : type
}

function isAttached(node: PartNode): boolean {
  const disposition = headerValue(node.headers, 'Content-Disposition') ?? ''
  return (
    /^\s*attachment\b/i.test(disposition) || (node.filename !== '' && !typeOf(node).startsWith('multipart/'))
  )
}
