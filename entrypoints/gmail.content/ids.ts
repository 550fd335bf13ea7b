import { one } from './selectors.ts'

const hexId = /^[0-9a-f]{6,20}$/

/** A legacy id as the Gmail API takes it, or undefined for anything else (`undefined` and blanks occur in the page). */
function legacyId(text: string | null | undefined): string | undefined {
  return text && hexId.test(text) ? text : undefined
}

/** `#thread-f:<decimal>` and `msg-f:<decimal>` are the legacy id in decimal; `-a:r…` ids cannot be converted. */
function fromPermanent(text: string | null | undefined, kind: 'thread' | 'msg'): string | undefined {
  const decimal = new RegExp(`${kind}-f:(\\d{6,20})`).exec(text ?? '')?.[1]
  return decimal === undefined ? undefined : BigInt(decimal).toString(16)
}

/** Gmail's own log attribute on a body holds both ids, as base64 of JSON. */
function fromHint(root: ParentNode, kind: 'thread' | 'msg'): string | undefined {
  const log = one('idHint', root)?.getAttribute('jslog') ?? ''
  for (const [, packed = ''] of log.matchAll(/\b\d:([A-Za-z0-9+/=_-]{12,})/g)) {
    const found = fromPermanent(unpack(packed), kind)
    if (found !== undefined) return found
  }
  return undefined
}

function unpack(base64: string): string {
  try {
    return atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}

/** The Gmail API id of an open message. undefined for one that was just sent and has none yet: only the API knows it. */
export function messageIdOf(node: Element): string | undefined {
  return (
    legacyId(node.getAttribute('data-legacy-message-id')) ??
    fromPermanent(node.getAttribute('data-message-id'), 'msg') ??
    fromHint(node, 'msg')
  )
}

/** The Gmail API id of the thread, from its heading or, without one, from a body in it. */
export function threadIdOf(heading: Element | undefined, messages: readonly Element[]): string | undefined {
  const own =
    legacyId(heading?.getAttribute('data-legacy-thread-id')) ??
    fromPermanent(heading?.getAttribute('data-thread-perm-id'), 'thread')
  if (own !== undefined) return own
  const first = messages[0]
  // Without conversation view neighbours may be of other threads, so only the first one speaks.
  return first && fromHint(first, 'thread')
}

/** What a row of the list stands for: its thread, and the newest message in it as far as the page says. */
export function rowIdsOf(span: Element): { threadId: string | undefined; newest: string | undefined } {
  const threadId =
    legacyId(span.getAttribute('data-legacy-thread-id')) ??
    fromPermanent(span.getAttribute('data-thread-id'), 'thread')
  return { threadId, newest: legacyId(span.getAttribute('data-legacy-last-message-id')) }
}
