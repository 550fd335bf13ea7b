import { useLayoutEffect } from 'preact/hooks'

const reachable =
  'a[href], button:not([tabindex="-1"]), input:not([disabled]), select, textarea, [tabindex]:not([tabindex="-1"])'

/** What Tab reaches inside, in order. */
function stops(root: Element): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(reachable)].filter((one) => one.checkVisibility())
}

/**
 * Keeps the focus inside while it stands, begins at `[data-autofocus]` or the first field, and gives it back to whoever
 * had it. If that one is gone, to the panel's main part.
 */
export function useTrap(root: { readonly current: HTMLElement | null }): void {
  // Before the paint: a key pressed right after opening must land in the sheet.
  useLayoutEffect(() => {
    const element = root.current
    if (!element) return
    const opener = document.activeElement
    const first =
      element.querySelector<HTMLElement>('[data-autofocus]') ??
      firstField(element) ??
      element.querySelector<HTMLElement>('[data-row]') ??
      element
    first.focus()
    const keep = (event: KeyboardEvent) => {
      if (event.key !== 'Tab') return
      const all = stops(element)
      const edge = event.shiftKey ? all[0] : all.at(-1)
      if (document.activeElement !== edge && element.contains(document.activeElement)) return
      event.preventDefault()
      ;(event.shiftKey ? all.at(-1) : all[0])?.focus()
    }
    element.addEventListener('keydown', keep)
    return () => {
      element.removeEventListener('keydown', keep)
      const back =
        opener instanceof HTMLElement && opener.isConnected ? opener : document.querySelector('main')
      // What lies below is inert until this sheet is really gone.
      queueMicrotask(() => back instanceof HTMLElement && back.focus())
    }
  }, [root])
}

/** Of a group of radio buttons the chosen one, where Tab would go too. */
function firstField(root: Element): HTMLElement | null {
  const first = root.querySelector<HTMLElement>('input, textarea, select')
  if (!(first instanceof HTMLInputElement) || first.type !== 'radio') return first
  const group = [...root.querySelectorAll<HTMLInputElement>('input[type=radio]:checked')]
  return group.find((one) => one.name === first.name) ?? first
}

/** True where single keys mean text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'))
  )
}

/** Moves to the row before or after (design 5), across the lists of the view; from nowhere to the first. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter(isOnTop)
  const here = rows.findIndex((row) => row.parentElement?.contains(document.activeElement))
  focusRow(here < 0 ? rows[0] : rows[here + step])
}

/** Gives a row the focus and makes it its list's one tab stop. */
function focusRow(row: HTMLElement | undefined): void {
  if (!row) return
  for (const other of row.closest('[data-list]')?.querySelectorAll('[data-row]') ?? []) {
    other.setAttribute('tabindex', '-1')
  }
  row.setAttribute('tabindex', '0')
  row.focus()
}

/** The list row that has the focus, if any. */
export function focusedRow(): HTMLElement | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-row-id]') ?? undefined
}

/** A sheet covers everything below it. */
function isOnTop(element: Element): boolean {
  const sheet = document.querySelector('[aria-modal="true"]')
  return element.checkVisibility() && (sheet === null || sheet.contains(element))
}
