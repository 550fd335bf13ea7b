import { dateOf, placeOf, timeOf, whenFull } from '@/lib/domain/format.ts'
import { clockChanges, localAt, type WallTime } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, Segmented } from '@/lib/extension/ui/field.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { view } from '../state.ts'

/** A skipped time offers its two neighbours; a doubled one asks which is meant. Never shifted silently. */
export function Question(props: {
  asked: WallTime
  offset: string | undefined
  onTime: (local: string) => void
  onOffset: (offset: string) => void
}) {
  const { asked } = props
  const mine = view.value.zone
  if (asked.kind === 'skipped') {
    const { before, after } = asked
    const jump = { before: hour(minuteAfter(before.local)), after: hour(after.local) }
    return (
      <div class="stack-small" data-testid="time-skipped">
        <FieldError id="time-gap" text={t('schedule.gap', jump)} />
        <div class="actions">
          {[before, after].map((one) => (
            <Button
              key={one.local}
              kind="outline"
              small
              onPress={() => props.onTime(one.local)}
              testid="neighbour"
            >
              {hour(one.local)}
            </Button>
          ))}
        </div>
      </div>
    )
  }
  if (asked.kind !== 'twice') return null
  return (
    <div class="stack-small" data-testid="time-twice">
      <p class="second">{t('schedule.twice')}</p>
      <Segmented
        label={t('schedule.twice')}
        value={props.offset}
        options={[asked.first, asked.second].map((one, index) => {
          const facts = { mine: timeOf(one.at, mine) }
          return {
            value: one.offset,
            label: index === 0 ? t('schedule.first', facts) : t('schedule.second', facts),
          }
        })}
        onChange={props.onOffset}
        testid="twice"
      />
    </div>
  )
}

/** Both clocks, always: theirs or the chosen one, and mine. */
export function BothClocks({
  at,
  zone,
  theirZone,
}: {
  at: number
  zone: string
  theirZone: string | undefined
}) {
  const { zone: mine, language } = view.value
  const other = zone === mine ? theirZone : zone
  const differs = other !== undefined && localAt(at, other) !== localAt(at, mine)
  return (
    <dl class="clocks" data-testid="clocks">
      {differs && (
        <div>
          <dt>{placeOf(other, language)}</dt>
          <dd class="number">{whenFull(at, { ...view.value, zone: other })}</dd>
        </div>
      )}
      <div>
        <dt>{t('schedule.you', { place: placeOf(mine, language) })}</dt>
        <dd class="number">{whenFull(at, view.value)}</dd>
      </div>
    </dl>
  )
}

/** Clocks change there before it is due, so the usual difference no longer holds. */
export function ChangeNote({ at, zone }: { at: number; zone: string }) {
  const { now, zone: mine, language } = view.value
  const change = clockChanges(zone, now, at).at(-1)
  if (change === undefined) return null
  const before = timeOf(at + (change.after - change.before) * 60_000, mine)
  const after = timeOf(at, mine)
  if (before === after) return null
  const facts = { place: placeOf(zone, language), date: dateOf(change.at, { ...view.value, zone }) }
  const bold =
    change.after < change.before
      ? t('schedule.change_back.bold', facts)
      : t('schedule.change_forward.bold', facts)
  return (
    <Note tone="info" bold={bold} testid="clock-change">
      {t('schedule.change', { there: timeOf(at, zone), after, before })}
    </Note>
  )
}

/** On the wall clock, not in time: what the clocks show when they jump. */
function minuteAfter(local: string): string {
  return Temporal.PlainDateTime.from(local).add({ minutes: 1 }).toString({ smallestUnit: 'minute' })
}

const hour = (local: string) => local.slice(11).replace(/^0/, '')
