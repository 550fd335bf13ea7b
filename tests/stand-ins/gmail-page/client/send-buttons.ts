import type { Context } from './context.ts'
import { el, icon, show } from './dom.ts'

/** The first button is Send; the arrow beside it opens the menu with "Schedule send". */
export function sendButtons(context: Context, send: () => void, schedule: (at: number) => void): HTMLElement {
  const { words } = context
  const menu = el('div', { class: 'J-M', role: 'menu' })
  const item = el(
    'div',
    { class: 'J-N yr', role: 'menuitem', selector: 'scheduledSend', tabindex: 0 },
    icon('later', 18),
    words.scheduleSend,
  )
  const presets = el('div', { class: 'J-M presets', role: 'menu' })
  show(menu, false)
  show(presets, false)
  item.addEventListener('click', async () => {
    const now = (await context.get<{ now: number }>('list', { view: 'scheduled' }))?.now ?? 0
    presets.replaceChildren(
      ...scheduleTimes(now).map(([label, at]) =>
        el(
          'div',
          { class: 'J-N', role: 'menuitem', 'data-at': at, onclick: () => schedule(at) },
          `${words[label]} · ${new Date(at).toLocaleString(context.boot.language, { weekday: 'short', hour: '2-digit', minute: '2-digit' })}`,
        ),
      ),
    )
    show(menu, false)
    show(presets, true)
  })
  menu.append(item)
  const button = el(
    'div',
    {
      class: 'T-I J-J5-Ji aoO v7 T-I-atl L3',
      role: 'button',
      tabindex: 1,
      'aria-label': `${words.send} ‪(Ctrl-Enter)‬`,
    },
    words.send,
  )
  const arrow = el(
    'div',
    {
      class: 'T-I J-J5-Ji hG T-I-atl L3',
      role: 'button',
      tabindex: 1,
      'aria-haspopup': 'true',
      'aria-label': words.moreSend,
    },
    icon('down', 16),
  )
  for (const [target, act] of [
    [button, send],
    [arrow, () => show(menu, menu.style.display === 'none')],
  ] as const)
    pressed(target, act)
  return el('div', { class: 'dC' }, button, arrow, menu, presets)
}

/** Acts on click alone: whoever holds back only the mousedown has not held the send, as on the real page. */
function pressed(button: HTMLElement, act: () => void): void {
  button.addEventListener('click', act)
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) act()
  })
}

function scheduleTimes(now: number): ['tomorrowMorning' | 'tomorrowAfternoon' | 'mondayMorning', number][] {
  const at = (days: number, hour: number) => {
    const day = new Date(now)
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour).getTime()
  }
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7
  return [
    ['tomorrowMorning', at(1, 8)],
    ['tomorrowAfternoon', at(1, 13)],
    ['mondayMorning', at(toMonday, 8)],
  ]
}
