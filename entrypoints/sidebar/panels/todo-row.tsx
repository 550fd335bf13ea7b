import { useId } from 'preact/hooks'
import type { Todo } from '@/lib/contract/records.ts'
import { relativeFormat } from '@/lib/domain/intl.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Alarm } from '@/lib/extension/ui/badge.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { dateWords } from '@/lib/extension/value-words.ts'
import { tick } from '../load/jottings.ts'
import { whyNoRecords } from '../load/rights.ts'
import { me, view } from '../state.ts'
import { ticked } from '../state-cards.ts'

/** Whole days from the viewer's today to an ISO date; negative for the past. */
export function daysUntil(date: string): number {
  const { now, zone } = view.value
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  return today.until(Temporal.PlainDate.from(date), { largestUnit: 'day' }).days
}

/** A box, what is to be done, and when. */
export function TodoRow(props: { todo: Todo; recordId: string; first?: boolean; testid: string }) {
  const { todo } = props
  const isDone = ticked.value.get(todo.id) ?? todo.doneAt !== null
  const why = whyNoRecords()
  const theirs = todo.assignee.id !== me.value?.user.id
  const id = useId()
  const box = (
    <input
      id={id}
      type="checkbox"
      data-row
      tabIndex={props.first ? 0 : -1}
      checked={isDone}
      aria-label={t('todo.tick', { title: plainName(todo.title) })}
      aria-disabled={why === undefined ? undefined : 'true'}
      aria-description={why}
      data-testid="todo-tick"
      onClick={(event) => {
        if (why !== undefined) event.preventDefault()
      }}
      onChange={(event) => void tick(todo, props.recordId, event.currentTarget.checked)}
    />
  )
  return (
    <li class={theirs ? 'row todo row-two' : 'row todo'} data-testid={props.testid}>
      <label class="row-main" htmlFor={id}>
        {why === undefined ? box : <Tooltip text={why}>{box}</Tooltip>}
        <span class={isDone ? 'row-title cut todo-done' : 'row-title cut'} dir="auto">
          {plainName(todo.title)}
        </span>
        <span class="row-aside">{todo.dueOn !== null && !isDone && <Due date={todo.dueOn} />}</span>
        {theirs && <span class="row-below">{todo.assignee.name}</span>}
      </label>
    </li>
  )
}

/** Late in danger, today and tomorrow in warning, later quietly. */
function Due({ date }: { date: string }) {
  const days = daysUntil(date)
  if (days < 0) return <Alarm tone="danger">{t('card.late', { n: -days })}</Alarm>
  if (days > 1) return <>{dateWords(date, view.value)}</>
  const word = relativeFormat(view.value.language, { numeric: 'auto' }).format(days, 'day')
  return <span class="due-soon">{word.charAt(0).toUpperCase() + word.slice(1)}</span>
}
