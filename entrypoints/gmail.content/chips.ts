import type { Chip } from '@/lib/extension/messages.ts'
import { type Edges, hiddenBy, hostTags, keepFromGmail, make, makeHost } from './dom.ts'
import type { ListRow } from './rows.ts'
import { chipCss } from './styles.ts'

/** CSS px between a chip and the text before it, and behind it. */
const air = 16

interface Drawn {
  host: HTMLElement
  button: HTMLElement
  words: string
  threadId: string
}

/**
 * At most one chip a row: at the end of the cell with subject and snippet, out of the flow, so that rows and columns stay
 * as they are; only the snippet ends earlier. A click on a chip is ours, every other click on the row Gmail's.
 */
export function createChips(open: (threadId: string) => void) {
  const drawn = new Map<HTMLElement, Drawn>()
  let chips = new Map<string, Chip>()
  let shown: readonly ListRow[] = []
  let theme = 'light'
  let panel: Edges | undefined

  const remove = (cell: HTMLElement) => {
    drawn.get(cell)?.host.remove()
    drawn.delete(cell)
    cell.style.paddingInlineEnd = ''
    cell.style.position = ''
  }
  const draw = () => {
    const standing = new Map(shown.flatMap((row) => (chips.has(row.threadId) ? [[row.cell, row]] : [])))
    for (const cell of drawn.keys()) if (!standing.has(cell)) remove(cell)
    const changed: [HTMLElement, Drawn][] = []
    for (const [cell, row] of standing) {
      const chip = chips.get(row.threadId)
      if (chip === undefined) continue
      const one = drawn.get(cell) ?? makeChip(open)
      drawn.set(cell, one)
      one.host.dataset['theme'] = theme
      const isNew = one.words !== chip.name + chip.stage
      one.threadId = chip.threadId
      if (isNew) write(one, chip)
      // Gmail may have drawn the cell anew, and ours away.
      if (one.host.parentElement !== cell) {
        cell.style.position = 'relative'
        cell.prepend(one.host)
      } else if (!isNew) continue
      changed.push([cell, one])
    }
    settle(changed, panel)
  }

  return {
    /** The rows of the list, after each look at the page. */
    follow(rows: readonly ListRow[]): void {
      shown = rows
      draw()
    },
    setChips(next: readonly Chip[]): void {
      chips = new Map(next.map((chip) => [chip.threadId, chip]))
      draw()
    },
    /** The panel came, went or changed its width. */
    setPanel(next: Edges | undefined): void {
      if (next?.left === panel?.left && next?.right === panel?.right) return
      panel = next
      settle(
        [...drawn].filter(([cell]) => cell.isConnected),
        panel,
      )
    },
    setTheme(next: string): void {
      if (next === theme) return
      theme = next
      for (const { host } of drawn.values()) host.dataset['theme'] = theme
    },
    stop(): void {
      for (const cell of drawn.keys()) remove(cell)
    },
  }
}

function makeChip(open: (threadId: string) => void): Drawn {
  const { host, root } = makeHost(hostTags.chip, chipCss)
  // Gmail's rows are walked with j and k; a stop of ours in each of them would stand in the way of Tab.
  const button = make('button', { type: 'button', tabindex: '-1' })
  root.append(button)
  keepFromGmail(host)
  const made: Drawn = { host, button, words: '', threadId: '' }
  button.addEventListener('click', () => open(made.threadId))
  return made
}

function write(one: Drawn, { name, stage }: Chip): void {
  one.words = name + stage
  const parts = [make('span', { class: 'name', dir: 'auto' }, name)]
  if (stage !== '') parts.push(make('span', { class: 'stage' }, stage))
  one.button.replaceChildren(...parts)
  one.button.title = [name, stage].filter((word) => word !== '').join(' · ')
}

/** All are written before one is measured, so the layout is computed once. Chips keep clear of the open panel. */
function settle(changed: readonly [HTMLElement, Drawn][], panel: Edges | undefined): void {
  const [first] = changed
  if (first === undefined) return
  const hidden = hiddenBy(panel, first[0])
  const widths = changed.map(([, { host }]) => host.offsetWidth)
  for (const [index, [cell, { host }]] of changed.entries()) {
    host.style.setProperty('--hidden', `${hidden}px`)
    cell.style.paddingInlineEnd = `${(widths[index] ?? 0) + hidden + air}px`
  }
}
