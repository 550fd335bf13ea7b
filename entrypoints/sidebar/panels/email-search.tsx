import { useEffect, useRef } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { useTyped } from '@/lib/extension/ui/use-typed.ts'
import { askEmails } from '../load/emails.ts'
import type { EmailList } from '../state-emails.ts'

/** Ms without a key before Gmail is asked; Enter asks at once. */
const rest = 600

/** Gmail's own search over mail whose text one may open (decisions 7, S-068). `/` leads here, Esc empties it. */
export function EmailSearch({ list, onEmpty }: { list: EmailList; onEmpty?: () => void }) {
  const { typed, setTyped, asked } = useTyped(list.ask.q, list.recordId)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (onEmpty !== undefined && list.ask.q === '') field.current?.focus()
  }, [])
  const ask = (q: string, ms: number) => {
    setTyped(q)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      asked.current = q.trim()
      askEmails(list, { q: q.trim() })
    }, ms)
  }
  return (
    <div class="quick-filter email-search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        dir="auto"
        autocomplete="off"
        maxLength={200}
        aria-label={t('emails.search')}
        placeholder={t('emails.search')}
        value={typed}
        data-slash=""
        data-testid="email-search"
        onInput={(event) => {
          if (!event.isComposing) ask(event.currentTarget.value, rest)
        }}
        onCompositionEnd={(event) => ask(event.currentTarget.value, rest)}
        onKeyDown={(event) => {
          if (event.isComposing || event.keyCode === 229) return
          if (event.key === 'Enter') ask(typed, 0)
          else if (event.key === 'ArrowDown') {
            event.preventDefault()
            document.querySelector<HTMLElement>('.groups [data-row][tabindex="0"]')?.focus()
          } else if (event.key === 'Escape' && (typed !== '' || onEmpty !== undefined)) {
            event.preventDefault()
            event.stopPropagation()
            if (typed === '') onEmpty?.()
            else ask('', 0)
          }
        }}
      />
      <span aria-hidden="true">
        <kbd>/</kbd>
      </span>
    </div>
  )
}
