import type { LinePiece, SubjectLine } from '@/lib/extension/messages.ts'
import { type Edges, hiddenBy, hostTags, keepFromGmail, make, makeHost, mark } from './dom.ts'
import { createLineMenu } from './line-menu.ts'
import { around } from './selectors.ts'
import { baseCss, lineCss, menuCss } from './styles.ts'

/**
 * The line under a thread's subject. Its 22 px stand from the frame in which the subject appears, so nothing moves when
 * the words come. One host follows the shown thread; words are text, whoever chose them. What is pressed goes to the panel.
 */
export function createSubjectLine(
  press: (threadId: string | undefined, id: string, comeBack: () => void) => void,
) {
  const { host, root } = makeHost(hostTags.line, baseCss, lineCss, menuCss)
  const words = make('span', { class: 'words' })
  const dot = make('span', { class: 'dot' }, '·')
  const change = make('button', { class: 'change', type: 'button', 'aria-haspopup': 'menu' })
  const row = make('div', { class: 'line', dir: 'auto' }, mark(), words, dot, change)
  row.style.visibility = 'hidden'
  root.append(row)
  keepFromGmail(host)
  let heading: HTMLElement | undefined
  let threadId: string | undefined
  let drawn = ''
  let panel: Edges | undefined
  const place = () => {
    if (!heading || !host.isConnected) return
    row.style.paddingInlineStart = `${indentOf(heading, host)}px`
    row.style.paddingInlineEnd = `${hiddenBy(panel, host)}px`
    settleIn(words)
  }
  // Gmail moves its heading with the window's width, some time after the window's own event.
  new ResizeObserver(place).observe(host)
  // What was pressed may have been drawn anew by the time the person comes back.
  const comeBack = (id: string) => {
    const again = [...words.querySelectorAll('button')].find((one) => one.dataset['press'] === id)
    for (const one of [again, change]) if (root.activeElement === null) one?.focus()
  }
  const tell = (id: string) => press(threadId, id, () => comeBack(id))
  const menu = createLineMenu(root, change, tell)
  change.addEventListener('click', menu.toggle)

  const say = (line: SubjectLine) => {
    const { label, rows } = line.change ?? { label: '', rows: [] }
    change.textContent = label
    change.hidden = dot.hidden = label === ''
    menu.setRows(rows, label)
    const text = JSON.stringify(line.text)
    if (text === drawn) return
    drawn = text
    const had = (root.activeElement as HTMLElement | null)?.dataset['press']
    words.replaceChildren(...line.text.map((piece) => pieceOf(piece, tell)))
    const whole = line.text.filter(({ fit }) => fit !== 'narrow' && fit !== 'short')
    words.title = whole.map((piece) => piece.text).join('')
    row.style.visibility = line.text.length > 0 ? 'visible' : 'hidden'
    settleIn(words)
    if (had !== undefined) comeBack(had)
  }

  return {
    /** Stands below the subject that is shown now; without one it leaves the page. */
    follow(next: HTMLElement | undefined, id: string | undefined): void {
      const isOther = next !== heading || id !== threadId
      if (isOther) menu.close()
      if (next === undefined) host.remove()
      else if (next !== heading || !host.isConnected) {
        const above = around('subjectRow', next) ?? next
        above.after(host)
        heading = next
        place()
      }
      heading = next
      threadId = id
      if (isOther) say({ text: [] })
    },
    /** Words of the panel; of another thread they came too late. */
    say(line: SubjectLine): void {
      if (line.threadId === undefined || line.threadId === threadId) say(line)
    },
    /** The line ends before the open panel, so that its button is not below it. */
    setPanel(next: Edges | undefined): void {
      if (next?.left === panel?.left && next?.right === panel?.right) return
      panel = next
      place()
    },
    setTheme: (theme: string) => host.setAttribute('data-theme', theme),
    stop: () => host.remove(),
  }
}

function pieceOf(piece: LinePiece, tell: (id: string) => void): HTMLElement {
  const { text, strong, press, label } = piece
  const part = piece.fit ?? ''
  if (press === undefined) return make(strong ? 'b' : 'span', { class: part }, text)
  const way = strong ? part : `plain ${part}`.trim()
  const button = make('button', { type: 'button', class: way, 'data-press': press }, text)
  if (label !== undefined) button.ariaLabel = label
  button.addEventListener('click', () => tell(press))
  return button
}

/** CSS px that a record's name keeps at least. */
const fewLetters = 48

/**
 * As much as there is room for: all of it; else the first record and how many more; else without what can be spared;
 * else the first record's name is cut, and who sees it only after that.
 */
function settleIn(words: HTMLElement): void {
  const first = words.querySelector<HTMLElement>('.first')
  for (const level of ['all', 'few', 'least', 'cut', 'end']) {
    words.dataset['fit'] = level
    if (words.scrollWidth <= words.clientWidth) return
    if (first && level === 'all') first.style.minWidth = `${Math.min(first.offsetWidth, fewLetters)}px`
  }
}

/** How far the subject starts from the edge of our line, CSS px, in either writing direction. */
function indentOf(heading: HTMLElement, host: HTMLElement): number {
  const [subject, line] = [heading.getBoundingClientRect(), host.getBoundingClientRect()]
  const rightToLeft = getComputedStyle(heading).direction === 'rtl'
  return Math.max(0, Math.round(rightToLeft ? line.right - subject.right : subject.left - line.left))
}
