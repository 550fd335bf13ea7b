export interface KeyActs {
  next(): void
  previous(): void
  open(): void
  up(): void
  compose(): void
  reply(): void
  search(): void
  go(view: 'inbox' | 'sent' | 'drafts' | 'starred' | 'all'): void
}

const PLACES = { i: 'inbox', t: 'sent', d: 'drafts', s: 'starred', a: 'all' } as const

/** Gmail's single keys, when no field has the focus. `g` waits for a second key. */
export function listenKeys(acts: KeyActs): void {
  let going = false
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event)) return
    const key = event.key
    if (going) {
      going = false
      const place = PLACES[key as keyof typeof PLACES]
      if (place) acts.go(place)
      return
    }
    const act: Record<string, () => void> = {
      j: acts.next,
      k: acts.previous,
      o: acts.open,
      Enter: acts.open,
      u: acts.up,
      c: acts.compose,
      r: acts.reply,
      '/': acts.search,
    }
    if (key === 'g') going = true
    else if (Object.hasOwn(act, key)) {
      if (key === '/' || key === 'c' || key === 'r') event.preventDefault()
      act[key]?.()
    }
  })
}

function isField(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    /^(input|textarea|select|button|a)$/i.test(target.tagName) ||
    (event.key === 'Enter' && target.getAttribute('role') === 'button')
  )
}
