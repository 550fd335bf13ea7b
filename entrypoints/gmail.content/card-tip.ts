import { make } from './dom.ts'

/**
 * The tooltip of one card: first line strong, the rest plain. It opens on hover and focus, stays while pointed at and
 * closes with Esc. As a popover it is not cut off by the card, whose own overflow is hidden.
 */
export function createTip(host: HTMLElement, root: ShadowRoot) {
  const bubble = make('div', { role: 'tooltip', id: 'tip' })
  const tip = make('div', { class: 'tip', popover: 'manual' }, bubble)
  root.append(tip)
  let text = ''

  const hide = () => {
    if (tip.isConnected && tip.matches(':popover-open')) tip.hidePopover()
  }
  const show = () => {
    if (text === '' || !host.isConnected) return
    if (!tip.matches(':popover-open')) tip.showPopover()
    const [place, size] = [host.getBoundingClientRect(), tip.getBoundingClientRect()]
    const below = place.bottom + size.height < window.innerHeight
    tip.style.top = `${below ? place.bottom : Math.max(0, place.top - size.height - 6)}px`
    const middle = place.left + (place.width - size.width) / 2
    tip.style.left = `${Math.max(8, Math.min(middle, window.innerWidth - size.width - 8))}px`
  }
  host.addEventListener('pointerenter', show)
  host.addEventListener('pointerleave', hide)
  host.addEventListener('focusin', show)
  host.addEventListener('focusout', hide)
  host.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide()
  })

  return {
    setText(next: string): void {
      text = next
      const [first = '', ...rest] = next.split('\n')
      bubble.replaceChildren(make('b', {}, first), ...rest.map((line) => make('p', {}, line)))
      root.querySelector('button')?.setAttribute('aria-describedby', 'tip')
      if (text === '') hide()
    },
    stop: hide,
  }
}
