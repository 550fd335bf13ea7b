import { mailEditor } from '../../state-compose.ts'
import { takeText } from './save.ts'

/** The editor is fetched once, when somebody is about to write; the panel's start is not made longer by it. */
let loaded: Promise<EditorCode> | undefined
let ready: EditorCode | undefined

type EditorCode = typeof import('../../panels/compose/editor.ts')

export function loadEditor(): Promise<EditorCode> {
  if (loaded !== undefined) return loaded
  loaded = import('../../panels/compose/editor.ts')
  loaded.then(
    (code) => {
      ready = code
    },
    // A build that was replaced under an open tab: the next try may find it.
    () => {
      loaded = undefined
    },
  )
  return loaded
}

/** The editor, when it is there already. */
export function readyEditor(): EditorCode | undefined {
  return ready
}

/** The person has begun to use the panel: the editor is fetched while nothing else happens. */
export function foreseeWriting(): void {
  const begin = () => void loadEditor().catch(() => undefined)
  const soon = () => requestIdleCallback(begin, { timeout: 2000 })
  for (const kind of ['pointerover', 'focusin'] as const) addEventListener(kind, soon, { once: true })
}

/** The editor goes, with everything it had to say taken over. */
export function dropEditor(): void {
  takeText()
  const editor = mailEditor.value
  mailEditor.value = undefined
  editor?.destroy()
}
