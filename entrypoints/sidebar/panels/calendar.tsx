import { useEffect, useRef, useState } from 'preact/hooks'
import { dateOf, monthTitle, weekdayNames } from '@/lib/domain/format.ts'
import { clockChanges } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { IconButton } from '@/lib/extension/ui/button.tsx'
import { view } from '../state.ts'

const steps: Record<string, { days?: number; months?: number } | undefined> = {
  ArrowLeft: { days: -1 },
  ArrowRight: { days: 1 },
  ArrowUp: { days: -7 },
  ArrowDown: { days: 7 },
  PageUp: { months: -1 },
  PageDown: { months: 1 },
}

/** One month, Monday first. Today is ringed, the past can't be chosen, a dot marks a change of clocks. Days are ISO dates. */
export function Calendar(props: {
  day: string
  today: string
  zone: string
  onChoose: (day: string) => void
}) {
  const chosen = Temporal.PlainDate.from(props.day)
  const [month, setMonth] = useState(chosen.toPlainYearMonth().toString())
  const grid = useRef<HTMLTableElement>(null)
  const moved = useRef(false)
  useEffect(() => setMonth(chosen.toPlainYearMonth().toString()), [props.day])
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    moved.current = false
  })
  const shown = Temporal.PlainYearMonth.from(month)
  const changes = daysOfChange(shown, props.zone)
  return (
    <div data-testid="calendar">
      <MonthHead month={shown} onTurn={(by) => setMonth(shown.add({ months: by }).toString())} />
      <table
        class="calendar"
        ref={grid}
        onKeyDown={(event) => {
          const step = steps[event.key]
          if (step === undefined) return
          event.preventDefault()
          event.stopPropagation()
          const next = chosen.add(step)
          if (Temporal.PlainDate.compare(next, props.today) < 0) return
          moved.current = true
          props.onChoose(next.toString())
        }}
      >
        <Weekdays />
        <tbody>
          {weeksOf(shown).map((week) => (
            <tr key={week[0]?.toString()}>
              {week.map((date) => (
                <Day key={date.toString()} date={date} month={shown} {...props} changes={changes} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Weekdays() {
  return (
    <thead>
      <tr>
        {weekdayNames(view.value.language).map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function MonthHead({ month, onTurn }: { month: Temporal.PlainYearMonth; onTurn: (by: 1 | -1) => void }) {
  const { language } = view.value
  return (
    <div class="spread calendar-head">
      <h2 aria-live="polite">{monthTitle(month.year, month.month, language)}</h2>
      <span>
        <IconButton
          icon="left"
          small
          label={t('schedule.previous')}
          onPress={() => onTurn(-1)}
          testid="month-before"
        />
        <IconButton
          icon="right"
          small
          label={t('schedule.next')}
          onPress={() => onTurn(1)}
          testid="month-after"
        />
      </span>
    </div>
  )
}

function Day(props: {
  date: Temporal.PlainDate
  month: Temporal.PlainYearMonth
  day: string
  today: string
  changes: ReadonlySet<string>
  onChoose: (day: string) => void
}) {
  const day = props.date.toString()
  if (!props.date.toPlainYearMonth().equals(props.month)) return <td />
  const isChosen = day === props.day
  const isPast = day < props.today
  const changes = props.changes.has(day)
  const name = dateOf(Date.UTC(props.date.year, props.date.month - 1, props.date.day), {
    ...view.value,
    zone: 'UTC',
  })
  const marks = [day === props.today && 'day-today', isChosen && 'day-chosen', changes && 'day-change']
  return (
    <td>
      <button
        type="button"
        class={['day', ...marks].filter(Boolean).join(' ')}
        tabIndex={isChosen ? 0 : -1}
        aria-pressed={isChosen}
        aria-disabled={isPast ? 'true' : undefined}
        aria-current={day === props.today ? 'date' : undefined}
        aria-label={changes ? t('schedule.clock_change', { date: name }) : name}
        data-testid={`day-${day}`}
        onClick={() => {
          if (!isPast) props.onChoose(day)
        }}
      >
        {props.date.day}
      </button>
    </td>
  )
}

function weeksOf(month: Temporal.PlainYearMonth): Temporal.PlainDate[][] {
  const first = month.toPlainDate({ day: 1 })
  const start = first.subtract({ days: first.dayOfWeek - 1 })
  const weeks = Math.ceil((first.dayOfWeek - 1 + month.daysInMonth) / 7)
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, day) => start.add({ days: week * 7 + day })),
  )
}

function daysOfChange(month: Temporal.PlainYearMonth, zone: string): Set<string> {
  const start = month.toPlainDate({ day: 1 }).toZonedDateTime(zone)
  const end = start.add({ months: 1 })
  const found = clockChanges(zone, start.epochMilliseconds - 1, end.epochMilliseconds)
  return new Set(found.map((change) => change.day))
}
