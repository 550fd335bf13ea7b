/**
 * Places in Gmail's compose windows (facts of 2026-09), as in `gmail.content/selectors.ts`; apart from those because only
 * tabs with a compose window load them.
 */
const selectors = {
  mark: ['input[name="composeid"]'],
  window: ['[role="region"][data-compose-id]', '.aoI', 'td.I5', 'table.iN', '[role="dialog"]', 'form'],
  draft: ['input[name="draft"]'],
  subject: ['input[name="subjectbox"]'],
  body: ['[g_editable="true"][contenteditable]', '[role="textbox"][contenteditable]'],
  to: ['.anm[name="to"]', 'div[name="to"]'],
  cc: ['.anm[name="cc"]', 'div[name="cc"]'],
  bcc: ['.anm[name="bcc"]', 'div[name="bcc"]'],
  chip: ['[role="option"][data-hovercard-id]', '[data-hovercard-id]'],
  typed: ['input[role="combobox"]', 'textarea'],
  /** What is answered, once it was opened inside the text. */
  quote: ['.gmail_quote'],
  fileName: ['.dL .vI', '.dL'],
  fileInput: ['input[type="file"][name="Filedata"]', 'input[type="file"]'],
  /** The group of Send and its arrow. */
  send: ['.dC'],
  sendCell: ['td', '.gU'],
  discard: ['.gU .oh', '.oh[role="button"]'],
} as const satisfies Record<string, readonly string[]>

type Key = keyof typeof selectors

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

/** The nearest ancestor that a candidate matches, best candidate first. */
export function around(key: Key, element: Element): HTMLElement | undefined {
  for (const candidate of selectors[key]) {
    const found = element.closest<HTMLElement>(candidate)
    if (found) return found
  }
  return undefined
}

/** Taken out of a copy of the text before it is read. */
export function withoutQuote(body: HTMLElement): string {
  const copy = body.cloneNode(true)
  if (!(copy instanceof HTMLElement)) return ''
  for (const part of copy.querySelectorAll([...selectors.quote, 'style', 'script'].join())) part.remove()
  return copy.textContent ?? ''
}
