import { listenAsPage } from '@/lib/extension/relay.ts'
import type { createCards } from './cards.ts'
import type { createChips } from './chips.ts'
import type { PanelFrame } from './frame.ts'
import type { createSubjectLine } from './subject-line.ts'

interface Drawn {
  line: ReturnType<typeof createSubjectLine>
  cards: ReturnType<typeof createCards>
  chips: ReturnType<typeof createChips>
  frame(): PanelFrame | undefined
  /** The panel is there, perhaps anew, and knows nothing yet. */
  ready(): void
  fileAll(): void
  /** To a place of the workspace, or out of it. */
  go(route: string | undefined, replace: boolean, stay: boolean): void
}

/** Does in the page what the panel of this tab and the browser's own buttons say. Returns a function that ends it. */
export function listenToPanel({ line, cards, chips, frame, ready, fileAll, go }: Drawn): () => void {
  return listenAsPage({
    'panel.ready': ready,
    'panel.cards': (message) => cards.setStates(message.cards),
    'panel.subject-line': (message) => line.say(message),
    'panel.chips': (message) => chips.setChips(message.chips),
    'panel.open': ({ open }) => frame()?.setOpen(open),
    'panel.focus-page': () => frame()?.goBack(),
    'panel.front': ({ front }) => frame()?.setFront(front),
    'panel.route': ({ route, replace, stay }) => go(route, replace, stay),
    'panel.badge': ({ held }) => frame()?.setHeld(held),
    'panel.labels': ({ file, undo, openPanel, cancel, closePanel }) => {
      cards.setLabels({ file, undo, cancel: cancel ?? undo })
      frame()?.setNames(openPanel, closePanel ?? openPanel)
    },
    'command.toggle-panel': () => frame()?.toggle(),
    'command.focus-panel': () => frame()?.switchFocus(),
    'command.file-attachments': fileAll,
  })
}
