import type { CardState } from '@/lib/extension/messages.ts'
import type { Card } from './attachments.ts'
import { type CardEvents, type CardView, createCardView } from './card-view.ts'

export type CardLabels = { file: string; undo: string; cancel: string }

/**
 * Our File button on every shown attachment card. What each card says comes from the panel; until it has told its words
 * there are no buttons, since nobody could answer a click.
 */
export function createCards(events: CardEvents) {
  const views = new Map<HTMLElement, CardView>()
  let states = new Map<string, CardState>()
  let shown: readonly Card[] = []
  let labels: CardLabels | undefined
  let theme = 'light'

  const stateOf = (key: string): CardState =>
    states.get(key) ?? {
      key,
      state: 'rest',
      label: labels?.file ?? '',
      tooltip: '',
      percent: undefined,
      undo: false,
    }

  const draw = () => {
    const standing = new Set(shown.map((card) => card.element))
    for (const [element, view] of views) {
      if (standing.has(element) && labels) continue
      view.stop()
      views.delete(element)
    }
    if (!labels) return
    for (const { element, attachment } of shown) {
      const known = views.get(element)
      const view = known ?? createCardView(element, events)
      if (!known) views.set(element, view)
      view.setTheme(theme)
      view.update(attachment, stateOf(attachment.key), labels)
    }
  }

  return {
    /** The cards of the shown thread, after each look at the page. */
    follow(cards: readonly Card[]): void {
      shown = cards
      draw()
    },
    setStates(cards: readonly CardState[]): void {
      states = new Map(cards.map((card) => [card.key, card]))
      draw()
    },
    setLabels(next: CardLabels): void {
      labels = next
      draw()
    },
    setTheme(next: string): void {
      theme = next
      for (const view of views.values()) view.setTheme(theme)
    },
    /** Keys that can still be filed, of the message with `key`'s card, or of the newest message that has such cards. */
    filable(key?: string): string[] {
      const open = shown.filter(
        ({ attachment }) => !attachment.isDriveLink && stateOf(attachment.key).state === 'rest',
      )
      const asked = open.find(({ attachment }) => attachment.key === key) ?? open.at(-1)
      return open
        .filter(({ attachment }) => attachment.messageId === asked?.attachment.messageId)
        .map(({ attachment }) => attachment.key)
    },
    stop(): void {
      for (const view of views.values()) view.stop()
      views.clear()
    },
  }
}
