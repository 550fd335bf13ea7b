import type { PagePerson, PageThread } from '@/lib/extension/messages.ts'
import { type Card, readCards } from './attachments.ts'
import { bodyText } from './body-text.ts'
import { messageIdOf, threadIdOf } from './ids.ts'
import { all, around, one, type Visible } from './selectors.ts'

/** More than this the server would not look up at once either. */
const mostPeople = 200

export interface OpenThread {
  thread: PageThread
  heading: HTMLElement | undefined
  cards: Card[]
}

/** What a look at the page found of a thread; without one, which of the expected places were there. */
export interface ThreadLook {
  open: OpenThread | undefined
  hasHeading: boolean
  hasMessages: boolean
}

/**
 * The thread a person sees now. Gmail keeps threads of before hidden in its page, so everything is filtered by visibility.
 * Without a heading (conversation view off) the open messages alone make the thread, and the server finds its id.
 */
export function readThread(root: ParentNode, visible: Visible): ThreadLook {
  const heading = all('threadHeading', root).find(visible)
  const nodes = all('messageNode', root).filter(visible)
  const look = { hasHeading: heading !== undefined, hasMessages: nodes.length > 0 }
  if (!heading && nodes.length === 0) return { open: undefined, ...look }
  const items = all('messageItem', root).filter((item) => visible(item) && isOutsideBody(item))
  const grouped = all('groupedItem', root).filter((item) => item.parentElement && visible(item.parentElement))
  const cards = readCards(root, visible)
  const newest = nodes.findLast((node) => one('body', node) !== undefined)
  const body = newest && one('body', newest)
  const thread: PageThread = {
    threadId: threadIdOf(heading, nodes),
    subject: (heading?.textContent ?? '').trim(),
    messageIds: nodes.map(messageIdOf).filter((id) => id !== undefined),
    messageCount: Math.max(items.length + grouped.length, nodes.length),
    people: readPeople(items.length > 0 ? items : nodes),
    attachments: cards.map((card) => card.attachment),
    signatureText: body ? bodyText(body) : '',
    signatureFrom: (newest && one('sender', newest)?.getAttribute('email')) ?? '',
  }
  return { open: { thread, heading, cards }, ...look }
}

/** A mail's own HTML may carry lists, roles and `email` attributes as well; none of it is Gmail speaking. */
function isOutsideBody(item: Element): boolean {
  return around('inlineBody', item) === undefined
}

/** Senders and recipients in the page's order, each address once. Recipients may be shortened by Gmail. */
function readPeople(items: readonly Element[]): PagePerson[] {
  const people = new Map<string, PagePerson>()
  for (const item of items) {
    const spans = [...all('sender', item), ...all('recipient', item), ...all('collapsedSender', item)]
    for (const span of spans) {
      const address = (span.getAttribute('email') ?? span.getAttribute('data-hovercard-id') ?? '').trim()
      const key = address.toLowerCase()
      if (address === '' || people.has(key) || !isOutsideBody(span)) continue
      people.set(key, { address, name: (span.getAttribute('name') ?? '').trim() })
      if (people.size === mostPeople) return [...people.values()]
    }
  }
  return [...people.values()]
}
