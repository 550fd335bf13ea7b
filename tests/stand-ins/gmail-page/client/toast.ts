import { el } from './dom.ts'

const holder = el('div', { class: 'b8 UC', role: 'alert', 'aria-live': 'assertive' })
let timer = 0

/** Gmail's dark bar at the lower left; one at a time. Gone after `ms`, by its cross, or by what it offers. */
export function toast(text: string, offer?: { label: string; act: () => void }, ms = 6000): void {
  const close = () => holder.remove()
  const link =
    offer && el('span', { class: 'ag a8k', role: 'link', tabindex: 0, id: 'link_undo' }, offer.label)
  link?.addEventListener('click', () => {
    close()
    offer?.act()
  })
  const cross = el('div', { class: 'bBe', role: 'button', tabindex: 0, onclick: close }, '×')
  holder.replaceChildren(
    el('div', { class: 'vh' }, el('span', { class: 'aT' }, el('span', { class: 'bAq' }, text)), link, cross),
  )
  document.body.append(holder)
  clearTimeout(timer)
  timer = window.setTimeout(close, ms)
}
