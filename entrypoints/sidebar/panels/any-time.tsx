import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { When } from '@/lib/contract/sends.ts'
import { dateOf, dateTimeOf, joined, offsetOf, placeOf, timeOf, whenFull } from '@/lib/domain/format.ts'
import {
  clockChanges,
  earliestTime,
  isZone,
  localAt,
  resolveWallTime,
  type WallTime,
} from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, Segmented, TextField } from '@/lib/extension/ui/field.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { busy, view } from '../state.ts'
import { Calendar } from './calendar.tsx'

type ZoneChoice = 'mine' | 'theirs' | 'other'

const allZones = Intl.supportedValuesOf('timeZone')
const halfHours = Array.from(
  { length: 48 },
  (_, index) => `${Math.trunc(index / 2)}:${index % 2 === 0 ? '00' : '30'}`,
)

/** S-037: any date, time and zone, both clocks shown; a time that doesn't exist or comes twice is asked about. */
export function AnyTime(props: {
  subtitle: string
  theirZone: string | undefined
  onChoose: (when: When) => void
}) {
  const { now, zone: mine } = view.value
  const start = startAt(props.theirZone ?? mine, now)
  const [day, setDay] = useState(start.day)
  const [typed, setTyped] = useState(start.time)
  const [choice, setChoice] = useState<ZoneChoice>(props.theirZone === undefined ? 'mine' : 'theirs')
  const [other, setOther] = useState('')
  const [offset, setOffset] = useState<string | undefined>(undefined)
  const zone = choice === 'mine' ? mine : choice === 'theirs' ? (props.theirZone ?? mine) : other
  const time = readTime(typed)
  const found =
    time === undefined
      ? { kind: 'invalid' as const }
      : resolveWallTime({ local: `${day}T${time}`, zone, offset })
  const past = found.kind === 'ok' && found.at <= now
  const ready = found.kind === 'ok' && !past && time !== undefined
  const set = (local: string) => {
    setDay(local.slice(0, 10))
    setTyped(local.slice(11).replace(/^0/, ''))
  }
  const reason = past ? pastSentence(zone) : whyNot(found)
  return (
    <Sheet
      title={t('schedule.any')}
      subtitle={props.subtitle}
      closeLabel={t('common.close')}
      backLabel={t('common.back')}
      onClose={closeSheet}
      testid="any-time"
      bar={
        <>
          <Button
            kind="filled"
            icon="clock"
            busy={busy.value.has('send')}
            off={ready ? undefined : reason}
            onPress={() => {
              if (ready)
                props.onChoose({ kind: 'at', local: `${day}T${time}`, zone, ...(offset && { offset }) })
            }}
            testid="schedule-confirm"
          >
            {ready && found.kind === 'ok'
              ? t('schedule.confirm', { when: dateTimeOf(found.at, view.value) })
              : t('compose.schedule')}
          </Button>
          <Button kind="text" onPress={closeSheet}>
            {t('common.back')}
          </Button>
        </>
      }
    >
      <div class="pad pad-block stack">
        <Calendar
          day={day}
          today={localAt(now, isZone(zone) ? zone : mine).slice(0, 10)}
          zone={isZone(zone) ? zone : mine}
          onChoose={(next) => {
            setDay(next)
            setOffset(undefined)
          }}
        />
        <div class="when">
          <TextField
            label={t('schedule.time')}
            value={typed}
            list={halfHours}
            error={time === undefined ? t('schedule.invalid') : undefined}
            onInput={(text) => {
              setTyped(text)
              setOffset(undefined)
            }}
            testid="time-input"
          />
          <div class="field">
            <span class="field-label">{t('schedule.zone')}</span>
            <Segmented
              label={t('schedule.zone')}
              value={choice}
              options={[
                { value: 'mine', label: t('schedule.mine') },
                ...(props.theirZone === undefined
                  ? []
                  : [{ value: 'theirs' as const, label: t('schedule.theirs') }]),
                { value: 'other', label: t('schedule.other') },
              ]}
              onChange={setChoice}
              testid="zone"
            />
          </div>
        </div>
        {choice === 'other' && (
          <TextField
            label={t('schedule.zone')}
            value={other}
            list={allZones}
            autofocus
            error={other !== '' && !isZone(other) ? t('error.zone_unknown') : undefined}
            onInput={(text) => setOther(text.trim())}
            testid="zone-input"
          />
        )}
        {isZone(zone) && (
          <p class="quiet small zone-line">
            <Icon name="globe" size={14} />
            <span>
              {joined(
                [placeOf(zone, view.value.language), offsetOf(found.kind === 'ok' ? found.at : now, zone)],
                view.value.language,
              )}
            </span>
          </p>
        )}
        <Question found={found} onTime={set} offset={offset} onOffset={setOffset} />
        {past && (
          <Note tone="danger" testid="time-past">
            {pastSentence(zone)}
          </Note>
        )}
        {found.kind === 'ok' && !past && <Both at={found.at} zone={zone} theirZone={props.theirZone} />}
        {found.kind === 'ok' && !past && zone !== mine && <ChangeNote at={found.at} zone={zone} />}
      </div>
    </Sheet>
  )
}

/** A skipped time offers its two neighbours; a doubled one asks which is meant. Never shifted silently. */
function Question(props: {
  found: WallTime
  offset: string | undefined
  onTime: (local: string) => void
  onOffset: (offset: string) => void
}): ComponentChildren {
  const { found } = props
  const mine = view.value.zone
  if (found.kind === 'skipped') {
    const { before, after } = found
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
  const both = found.kind === 'twice' ? found : undefined
  if (both === undefined) return null
  return (
    <div class="stack-small" data-testid="time-twice">
      <p class="second">{t('schedule.twice')}</p>
      <Segmented
        label={t('schedule.twice')}
        value={props.offset}
        options={[both.first, both.second].map((one, index) => {
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
function Both({ at, zone, theirZone }: { at: number; zone: string; theirZone: string | undefined }) {
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
function ChangeNote({ at, zone }: { at: number; zone: string }) {
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

/** `9`, `9:5`, `09:00`, `900`, `９：００` as `HH:MM`; undefined for anything else. */
export function readTime(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const match = /^(\d{1,2})(?:[:.h時]?(\d{2})分?)?時?$/.exec(plain)
  if (match === null) return undefined
  const [, hours = '', minutes = '00'] = match
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return `${hours.padStart(2, '0')}:${minutes}`
}

/** Tomorrow 9:00 there: a time nobody regrets, and never in the past. */
function startAt(zone: string, now: number): { day: string; time: string } {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  return { day: today.add({ days: 1 }).toString(), time: '9:00' }
}

function whyNot(found: WallTime): string {
  if (found.kind === 'skipped') return t('error.time_skipped')
  if (found.kind === 'twice') return t('error.time_twice')
  return found.kind === 'zone_unknown' ? t('error.zone_unknown') : t('schedule.invalid')
}

function pastSentence(zone: string): string {
  const { now, zone: mine, language } = view.value
  const time = timeOf(earliestTime(now), zone)
  return zone === mine
    ? t('schedule.past', { time })
    : t('schedule.past_there', { time, place: placeOf(zone, language) })
}

const hour = (local: string) => local.slice(11).replace(/^0/, '')

/** On the wall clock, not in time: what the clocks show when they jump. */
function minuteAfter(local: string): string {
  return Temporal.PlainDateTime.from(local).add({ minutes: 1 }).toString({ smallestUnit: 'minute' })
}
