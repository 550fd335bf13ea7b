/**
 * Every place in Gmail's page we rely on: key → candidates, best first (facts of 2026-09). Attributes and roles before
 * classes, never localised text. Candidates are never joined by a comma: the first that matches anything wins.
 */
export const selectors = {
  main: ['[role="main"]'],
  banner: ['[role="banner"]'],
  accountLink: ['[role="banner"] a[aria-label*="@"]'],
  listRow: ['tr.zA'],
  /** Inside a row; the cell around it holds subject and snippet. */
  rowThread: ['[data-legacy-thread-id]', '[data-thread-id]'],
  threadHeading: ['h2[data-legacy-thread-id]', 'h2[data-thread-perm-id]', 'h2.hP'],
  subjectRow: ['.ha'],
  messageItem: ['[role="list"] > [role="listitem"]'],
  /** Hidden items of a folded group have no role until they are shown. */
  groupedItem: ['[role="list"] > .kQ:not([role])'],
  messageNode: ['div.adn[data-message-id]', '[data-legacy-message-id]'],
  sender: ['span.gD[email]', '[data-hovercard-id][email]'],
  recipient: ['.hb span[email]', 'span.g2[email]'],
  collapsedSender: ['.adf span[email]', '.adf [data-hovercard-id]'],
  body: ['.ii.gt > .a3s', '.a3s'],
  idHint: ['.ii.gt[jslog^="20277"]'],
  quote: ['.gmail_quote'],
  /** Drive chips have no `download_url`, so the widest candidate comes first. */
  card: ['.aQH > span.aZo', 'span[download_url]'],
  cardLink: ['a.aQy[href]', 'a[href]'],
  cardName: ['span.aV3'],
  cardSize: ['.SaH2Ve', '.aYp span'],
  cardButtons: ['.aQw'],
  inlineBody: ['.ii'],
  composeMark: ['input[name="composeid"]'],
} as const satisfies Record<string, readonly string[]>

export type Key = keyof typeof selectors

/** Tells whether a person could see the element. Injected, because a page without layout shows nothing. */
export type Visible = (element: Element) => boolean

/** All matches of the first candidate that matches anything. */
export function all(key: Key, root: ParentNode): HTMLElement[] {
  for (const candidate of selectors[key]) {
    const found = root.querySelectorAll<HTMLElement>(candidate)
    if (found.length > 0) return [...found]
  }
  return []
}

export function one(key: Key, root: ParentNode): HTMLElement | undefined {
  return all(key, root)[0]
}

/** The nearest ancestor, or the element itself, that any candidate matches. */
export function around(key: Key, element: Element): HTMLElement | undefined {
  for (const candidate of selectors[key]) {
    const found = element.closest<HTMLElement>(candidate)
    if (found) return found
  }
  return undefined
}
