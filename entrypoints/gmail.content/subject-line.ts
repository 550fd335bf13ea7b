import type { LinePiece, SubjectLine } from '@/lib/extension/messages.ts'
import { type Edges, hiddenBy, hostTags, keepFromGmail, make, makeHost, mark } from './dom.ts'
import { createLineMenu } from './line-menu.ts'
import { around } from './selectors.ts'
import { baseCss, lineCss } from './styles.ts'

/**
 * The line under a thread's subject. Its 22 px stand from the frame in which the subject appears, so nothing moves when
 * the words come. One host follows the shown thread; words are text, whoever chose them. What is pressed goes to the panel.
 */
export function createSubjectLine(press: (threadId: string | undefined, id: string) => void) {
  const { host, root } = makeHost(hostTags.line, baseCss, lineCss)
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
  }
  // Gmail moves its heading with the window's width, some time after the window's own event.
  new ResizeObserver(place).observe(host)
  const tell = (id: string) => press(threadId, id)
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
    const pieces = line.text.map((piece) => pieceOf(piece, tell))
    // Where it is narrow the records are cut off first; who sees it comes after them and stays.
    const after = line.text.findLastIndex((piece) => piece.strong) + 1 || pieces.length
    words.replaceChildren(
      make('span', {}, ...pieces.slice(0, after)),
      make('span', {}, ...pieces.slice(after)),
    )
    words.title = line.text.map((piece) => piece.text).join('')
    row.style.visibility = line.text.length > 0 ? 'visible' : 'hidden'
    const again = [...words.querySelectorAll('button')].find((one) => one.dataset['press'] === had)
    if (had !== undefined) again?.focus()
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

function pieceOf({ text, strong, press }: LinePiece, tell: (id: string) => void): Node {
  if (press === undefined) return strong ? make('b', {}, text) : document.createTextNode(text)
  const button = make('button', { type: 'button', class: strong ? '' : 'plain', 'data-press': press }, text)
  button.addEventListener('click', () => tell(press))
  return button
}

/** How far the subject starts from the edge of our line, CSS px, in either writing direction. */
function indentOf(heading: HTMLElement, host: HTMLElement): number {
  const [subject, line] = [heading.getBoundingClientRect(), host.getBoundingClientRect()]
  const rightToLeft = getComputedStyle(heading).direction === 'rtl'
  return Math.max(0, Math.round(rightToLeft ? line.right - subject.right : subject.left - line.left))
}
