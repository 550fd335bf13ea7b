import { browser } from '@/lib/extension/browser.ts'
import type { ComposeAct, PanelToPage } from '@/lib/extension/messages.ts'
import { listenAsPage, roadToPanel } from '@/lib/extension/relay.ts'
import { readTheme } from '../gmail.content/look.ts'
import { observe } from '../gmail.content/observe.ts'
import { putFile, putNodes, putSubject } from './put.ts'
import { readMail } from './read.ts'
import { all, around, one } from './selectors.ts'
import { createWindow } from './window.ts'

interface Open {
  id: string
  root: HTMLElement
  view: ReturnType<typeof createWindow>
  /** Where somebody wrote last. */
  caret: Range | undefined
  /** Pieces of a file on its way. */
  pieces: Map<string, Uint8Array<ArrayBuffer>[]>
}

const visible = (element: Element) => element.checkVisibility({ visibilityProperty: true })

/** Follows Gmail's compose windows: draws in each what is ours, and does in it what the panel says. Returns its end. */
export function startComposes(): () => void {
  const windows = new Map<HTMLElement, Open>()
  const toPanel = roadToPanel()
  let words: PanelToPage['panel.compose-words'] | undefined
  const hello = () => void toPanel('page.compose-hello', {})
  const done = (window: string, act: ComposeAct, ok: boolean) =>
    void toPanel('page.compose-done', { window, act, ok })

  const begin = (root: HTMLElement): Open => {
    const id = crypto.randomUUID()
    const view = createWindow(root, (row) => void toPanel('page.compose', { row, mail: readMail(id, root) }))
    return { id, root, view, caret: undefined, pieces: new Map() }
  }
  const look = () => {
    if (browser.runtime?.id === undefined) return stop()
    // Without its words the button would open nothing.
    if (words === undefined) return
    const roots = new Set(all('mark', document).flatMap((mark) => around('window', mark) ?? []))
    const theme = readTheme(document, visible)
    for (const [root, open] of windows)
      if (!roots.has(root)) {
        open.view.stop()
        windows.delete(root)
      }
    for (const root of roots) {
      const open = windows.get(root) ?? begin(root)
      windows.set(root, open)
      open.view.follow(words, theme)
    }
  }
  const named = (id: string) => [...windows.values()].find((open) => open.id === id)
  const eyes = observe(window, look)
  const ending = new AbortController()
  document.addEventListener('selectionchange', () => noteCaret(windows.values()), { signal: ending.signal })
  const deaf = listenAsPage({
    'panel.ready': hello,
    'panel.compose-words': (next) => {
      words = next
      look()
    },
    'panel.compose-look': ({ window: id }) => {
      const open = named(id)
      const mail = open?.root.isConnected ? readMail(id, open.root) : undefined
      void toPanel('page.compose-mail', { window: id, mail })
    },
    'panel.compose-put': ({ window: id, nodes, subject }) => {
      const open = named(id)
      if (open) putSubject(open.root, subject)
      done(id, 'put', open !== undefined && putNodes(open.root, open.caret, nodes))
    },
    'panel.compose-file': (message) => {
      const open = named(message.window)
      const ok = open !== undefined && takePiece(open, message)
      if (message.last || !ok) done(message.window, 'file', ok)
    },
    'panel.compose-close': (message) => {
      const closed = named(message.window)?.view.close(message) ?? Promise.resolve(true)
      void closed.then((ok) => done(message.window, 'close', ok))
    },
  })
  const stop = () => {
    eyes.stop()
    ending.abort()
    // In a dead copy the browser's own interfaces are gone, and what they held with them.
    if (browser.runtime?.id !== undefined) deaf()
    for (const { view } of windows.values()) view.stop()
    windows.clear()
  }
  hello()
  return stop
}

function noteCaret(windows: Iterable<Open>): void {
  const selection = getSelection()
  const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined
  if (!range) return
  for (const open of windows)
    if (one('body', open.root)?.contains(range.commonAncestorContainer)) open.caret = range.cloneRange()
}

/** Gmail itself takes no more than 25 MB. */
const largest = 25 * 1024 * 1024

function takePiece(open: Open, message: PanelToPage['panel.compose-file']): boolean {
  const { id, name, type, piece, last } = message
  const pieces = [
    ...(open.pieces.get(id) ?? []),
    Uint8Array.from(atob(piece), (letter) => letter.charCodeAt(0)),
  ]
  const size = pieces.reduce((sum, one) => sum + one.length, 0)
  if (size > largest || !open.root.isConnected) {
    open.pieces.delete(id)
    return false
  }
  if (!last) {
    open.pieces.set(id, pieces)
    return true
  }
  open.pieces.delete(id)
  return putFile(open.root, new File(pieces, name, { type }))
}
