import type { ListModel, RowModel } from '../model.ts'
import { type Context, hashOf, type Route } from './context.ts'
import { el, icon, iconButton } from './dom.ts'
import { shortDate, shortName } from './format.ts'

export interface ListView {
  node: HTMLElement
  update(list: ListModel): void
  /** Moves the marked row by `step`. */
  move(step: number): void
  /** Opens the marked row. */
  open(): void
}

/** A list of conversations: inbox, sent, drafts, scheduled, search results. */
export function createList(context: Context, route: Route, openDraft: (row: RowModel) => void): ListView {
  const { words } = context
  const body = el('tbody')
  const empty = el('div', { class: 'TC' }, words.noMail)
  const range = el('span', { class: 'Dj' })
  const toolbar = el(
    'div',
    { class: 'aeH', gh: 'tm' },
    el(
      'div',
      { class: 'G-tF' },
      iconButton('box', words.select),
      iconButton('refresh', words.refresh),
      iconButton('more', words.more),
    ),
    el('div', { class: 'ar5' }, range, iconButton('left', words.newer), iconButton('right', words.older)),
  )
  const table = el('table', { class: 'F cf zt', role: 'grid' }, body)
  const node = el(
    'div',
    { class: 'nH view', role: 'main' },
    toolbar,
    el('div', { class: 'ae4 UI' }, el('div', { class: 'Cp' }, table, empty)),
  )
  const known = new Map<string, { signature: string; row: HTMLElement }>()
  let marked = -1
  const mark = (at: number) => {
    const rows = [...body.children]
    marked = Math.max(0, Math.min(at, rows.length - 1))
    rows.forEach((row, i) => {
      row.classList.toggle('btb', i === marked)
    })
    rows[marked]?.scrollIntoView({ block: 'nearest' })
  }
  return {
    node,
    update(list) {
      const rows = list.rows.map((row) => {
        const signature = JSON.stringify([row, new Date(list.now).toDateString()])
        const old = known.get(row.lastMessageId)
        if (old?.signature === signature) return old.row
        const fresh = rowNode(context, route, row, list, openDraft)
        known.set(row.lastMessageId, { signature, row: fresh })
        return fresh
      })
      const changed = rows.length !== body.children.length || rows.some((row, i) => body.children[i] !== row)
      if (changed) body.replaceChildren(...rows)
      empty.style.display = rows.length > 0 ? 'none' : ''
      range.textContent = rows.length > 0 ? `1–${rows.length} ${words.of} ${list.total}` : ''
    },
    move: (step) => mark(marked + step),
    open() {
      const row = body.children[marked]
      if (row instanceof HTMLElement) row.click()
    },
  }
}

function rowNode(
  context: Context,
  route: Route,
  row: RowModel,
  list: ListModel,
  openDraft: (row: RowModel) => void,
): HTMLElement {
  const { boot, words } = context
  const toggled = `T-KT aXw${row.starred ? ' T-KT-Jp' : ''}`
  const star = iconButton('star', row.starred ? words.starOn : words.star, () => toggleStar(context, row), {
    class: toggled,
  })
  const people = el('div', { class: 'yW' }, ...peopleNodes(context, route, row, row.unread ? 'zF' : 'yP'))
  const date = el('span', { title: new Date(row.date).toString() }, shortDate(boot, row.date, list.now))
  const node = el(
    'tr',
    { class: `zA ${row.unread ? 'zE' : 'yO'}`, role: 'row', tabindex: -1 },
    el('td', { class: 'oZ-x3 xY' }, icon('box', 18)),
    el('td', { class: 'apU xY' }, star),
    el('td', { class: 'yX xY' }, people),
    el(
      'td',
      { class: 'xY a4W', role: 'gridcell' },
      el('div', { class: 'xS' }, subjectLine(context, row), fileChips(row)),
    ),
    el('td', { class: 'yf xY' }, row.attachments.length > 0 && icon('clip', 16)),
    el('td', { class: 'xW xY' }, date),
  )
  node.addEventListener('click', () => {
    if (row.draft) openDraft(row)
    else location.hash = hashOf({ ...route, token: row.token })
  })
  return node
}

function subjectLine(context: Context, row: RowModel): HTMLElement {
  const ids = {
    'data-thread-id': `#${row.permId}`,
    'data-legacy-thread-id': row.threadId,
    'data-legacy-last-message-id': row.lastMessageId,
    'data-legacy-last-non-draft-message-id': row.lastMessageId,
  }
  const subject = el(
    'span',
    { class: row.unread ? 'bqe' : 'bog', ...ids },
    row.subject || context.words.noSubject,
  )
  const snippet = el('span', { class: 'y2' }, el('span', { class: 'Zt' }, ' - '), row.snippet)
  return el('div', { class: 'xT' }, el('div', { class: 'y6' }, subject), snippet)
}

function fileChips({ attachments }: RowModel): HTMLElement | undefined {
  if (attachments.length === 0) return undefined
  const chip = (name: string) =>
    el(
      'div',
      { class: 'brc', title: name },
      el('span', { class: `brk ${extension(name)}` }),
      el('span', { class: 'brg' }, name),
    )
  const more = attachments.length > 2 && el('div', { class: 'brc' }, `+${attachments.length - 2}`)
  return el('div', { class: 'brd' }, ...attachments.slice(0, 2).map(({ name }) => chip(name)), more)
}

function peopleNodes(context: Context, route: Route, row: RowModel, name: string): HTMLElement[] {
  const { boot, words } = context
  const lead = route.view === 'sent' || route.view === 'scheduled' ? `${words.toLabel}: ` : ''
  const people = row.people.length > 3 ? [row.people[0], ...row.people.slice(-2)] : row.people
  const nodes = people.flatMap((person, i) => {
    if (!person) return []
    const label =
      people.length === 1 && !person.me ? person.name || person.email : shortName(boot, words, person)
    const attributes = {
      class: person.unread ? 'zF' : name,
      email: person.email,
      name: person.me ? words.me : person.name,
      'data-hovercard-id': person.email || undefined,
    }
    const span = el('span', attributes, label)
    return [el('span', { class: 'bA4' }, i === 0 ? lead : ', ', span)]
  })
  if (row.count > 1 && !lead) nodes.push(el('span', { class: 'bx0' }, String(row.count)))
  if (row.hasDraft) nodes.push(el('span', { class: 'boq' }, `${nodes.length > 0 ? ', ' : ''}${words.draft}`))
  return nodes
}

function toggleStar(context: Context, row: RowModel): void {
  const change = row.starred ? { add: [], remove: ['STARRED'] } : { add: ['STARRED'], remove: [] }
  void context.post('modify', { threadId: row.threadId, ...change })
}

function extension(name: string): string {
  return /\.(pdf|png|jpe?g|xlsx?|docx?|zip)$/i.exec(name)?.[1]?.toLowerCase() ?? 'other'
}
