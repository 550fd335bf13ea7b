import type { SubjectLine } from '@/lib/extension/messages.ts'
import { hostTags, make, makeHost, mark } from './dom.ts'
import { around } from './selectors.ts'
import { baseCss, lineCss } from './styles.ts'

/**
 * The line under a thread's subject. Its 22 px stand from the frame in which the subject appears, so nothing moves when
 * the words come. One host follows the shown thread; words are text, whoever chose them.
 */
export function createSubjectLine() {
  const { host, root } = makeHost(hostTags.line, baseCss, lineCss)
  const words = make('span')
  const row = make('div', { dir: 'auto' }, mark(), words)
  row.style.visibility = 'hidden'
  root.append(row)
  let heading: HTMLElement | undefined
  let threadId: string | undefined

  const say = (line: SubjectLine) => {
    const pieces = line.text.map(({ text, strong }) => (strong ? make('b', {}, text) : text))
    words.replaceChildren(...pieces)
    words.title = line.text.map(({ text }) => text).join('')
    row.style.visibility = pieces.length > 0 ? 'visible' : 'hidden'
  }

  return {
    /** Stands below the subject that is shown now; without one it leaves the page. */
    follow(next: HTMLElement | undefined, id: string | undefined): void {
      if (next === undefined) host.remove()
      else if (next !== heading || !host.isConnected) {
        const above = around('subjectRow', next) ?? next
        above.after(host)
        row.style.paddingInlineStart = `${indentOf(next, host)}px`
      }
      if (next !== heading || id !== threadId) say({ text: [] })
      heading = next
      threadId = id
    },
    /** Words of the panel; of another thread they came too late. */
    say(line: SubjectLine): void {
      if (line.threadId === undefined || line.threadId === threadId) say(line)
    },
    setTheme: (theme: string) => host.setAttribute('data-theme', theme),
    stop: () => host.remove(),
  }
}

/** How far the subject starts from the edge of our line, CSS px, in either writing direction. */
function indentOf(heading: HTMLElement, host: HTMLElement): number {
  const [subject, line] = [heading.getBoundingClientRect(), host.getBoundingClientRect()]
  const rightToLeft = getComputedStyle(heading).direction === 'rtl'
  return Math.max(0, Math.round(rightToLeft ? line.right - subject.right : subject.left - line.left))
}
