import type { ListModel } from '../model.ts'
import { type Context, hashOf, type Route } from './context.ts'
import { el, type IconName, icon, iconButton } from './dom.ts'

export interface Chrome {
  /** Where the views go. */
  main: HTMLElement
  /** Brings counters and the marked place up to date. */
  update(route: Route, list: ListModel | undefined): void
}

/** Top bar, left navigation, the card in the middle and the rail at the right. */
export function buildChrome(context: Context, compose: () => void): Chrome {
  const main = el('div', { class: 'aeF' })
  const places = new Map<string, Place>()
  const scroller = el('div', { class: 'Tm aeJ', id: ':3' }, main)
  const middle = el('div', { class: 'bkK' }, el('div', { class: 'nH' }, scroller))
  const top = header(context)
  document.body.append(
    top.node,
    el('div', { class: 'nH bkL' }, navigation(context, places, compose), middle, rail(context)),
  )
  return {
    main,
    update(route, list) {
      for (const [name, { row }] of places) row.classList.toggle('nZ', name === route.view)
      if (document.activeElement !== top.input) top.input.value = route.query
      if (!list) return
      const counts = { inbox: list.unreadInbox, drafts: list.draftCount, scheduled: list.scheduledCount }
      for (const [name, count] of Object.entries(counts)) {
        places.get(name)?.count.replaceChildren(count > 0 ? String(count) : '')
        places.get(name)?.row.classList.toggle('aiq', count > 0)
      }
    },
  }
}

interface Place {
  row: HTMLElement
  count: HTMLElement
}

function navigation({ words }: Context, places: Map<string, Place>, compose: () => void): HTMLElement {
  const place = (name: Route['view'], glyph: IconName, label: string) => {
    const count = el('div', { class: 'bsU' })
    const href = hashOf({ view: name, query: '', token: '' })
    const link = el('a', { class: 'J-Ke n0', href, draggable: 'false', 'aria-label': label }, label)
    const row = el(
      'div',
      { class: 'TO', 'data-view': name },
      icon(glyph),
      el('span', { class: 'nU' }, link),
      count,
    )
    row.addEventListener('click', () => link.click())
    link.addEventListener('click', (event) => event.stopPropagation())
    places.set(name, { row, count })
    return el('div', { class: 'aim' }, row)
  }
  const button = { class: 'T-I T-I-KE L3', role: 'button', tabindex: 0, gh: 'cm', onclick: compose }
  return el(
    'div',
    { class: 'aeN', role: 'navigation' },
    el('div', button, icon('pen'), words.compose),
    el(
      'div',
      { class: 'TK' },
      place('inbox', 'inbox', words.inbox),
      place('starred', 'star', words.starred),
      place('sent', 'send', words.sent),
      place('drafts', 'file', words.drafts),
      place('scheduled', 'later', words.scheduled),
      place('all', 'mail', words.all),
    ),
  )
}

function header({ boot, words }: Context): { node: HTMLElement; input: HTMLInputElement } {
  const input = el('input', {
    class: 'gb_je',
    name: 'q',
    'aria-label': words.search,
    placeholder: words.search,
    autocomplete: 'off',
  })
  const form = el(
    'form',
    { role: 'search', id: 'aso_search_form_anchor' },
    iconButton('search', words.search),
    input,
    iconButton('tune', words.search),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const query = input.value.trim()
    location.hash = hashOf(
      query ? { view: 'search', query, token: '' } : { view: 'inbox', query: '', token: '' },
    )
    input.blur()
  })
  const { name, email } = boot.account
  const account = el(
    'a',
    {
      class: 'gb_B',
      role: 'button',
      tabindex: 0,
      href: '#',
      'aria-label': `${words.account}: ${name}  \n(${email})`,
    },
    avatar(name || email, email, 'gb_avatar'),
  )
  account.addEventListener('click', (event) => event.preventDefault())
  const logo = el(
    'a',
    { class: 'gb_logo', href: '#inbox', 'aria-label': 'Gmail' },
    icon('mail', 26),
    el('span', {}, 'Gmail'),
  )
  const tools = [
    iconButton('help', words.support),
    iconButton('tune', words.settings),
    iconButton('apps', words.apps),
  ]
  const node = el(
    'header',
    { role: 'banner', class: 'gb_Ma' },
    iconButton('menu', words.menu),
    logo,
    form,
    el('div', { class: 'gb_tools' }, ...tools, account),
  )
  return { node, input }
}

/** The column Gmail calls companion bar, 56 px wide. */
function rail({ words }: Context): HTMLElement {
  const entries: [IconName, string][] = [
    ['calendar', words.calendar],
    ['note', words.keep],
    ['check', words.tasks],
    ['person', words.contacts],
  ]
  return el(
    'div',
    { class: 'bAw', role: 'complementary' },
    el(
      'div',
      { class: 'brC-brG' },
      ...entries.map(([glyph, label]) => iconButton(glyph, label)),
      el('div', { class: 'brC-rule' }),
      iconButton('plus', words.addons),
    ),
  )
}

/** A coloured disc with the first letter; the colour follows the address. */
export function avatar(name: string, email: string, kind = 'ajn'): HTMLElement {
  const hue = [...(email || name)].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 997, 7)
  const letter = [...name.replace(/[^\p{L}\p{N}]/gu, '')][0] ?? '?'
  return el(
    'div',
    { class: `${kind} avatar av${hue % 6}`, 'data-hovercard-id': email || undefined },
    letter.toUpperCase(),
  )
}
