import { useState } from 'preact/hooks'
import type { When } from '@/lib/contract/sends.ts'
import { dateTimeOf, joined, offsetOf, placeOf, timeOf } from '@/lib/domain/format.ts'
import {
  earliestTime,
  isZone,
  localAt,
  readTime,
  resolveWallTime,
  type WallTime,
} from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Segmented, TextField } from '@/lib/extension/ui/field.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { busy, view } from '../state.ts'
import { Calendar } from './calendar.tsx'
import { BothClocks, ChangeNote, Question } from './time-answers.tsx'

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
  const wish = useWish(props.theirZone)
  const { day, zone, found, past, offset } = wish
  const here = isZone(zone) ? zone : view.value.zone
  return (
    <Sheet
      title={t('schedule.any')}
      subtitle={props.subtitle}
      closeLabel={t('common.close')}
      backLabel={t('common.back')}
      onClose={closeSheet}
      testid="any-time"
      bar={<Confirm wish={wish} onChoose={props.onChoose} />}
    >
      <div class="pad pad-block stack">
        <Calendar
          day={day}
          today={localAt(view.value.now, here).slice(0, 10)}
          zone={here}
          onChoose={(next) => wish.set({ day: next })}
        />
        <TimeAndZone wish={wish} theirZone={props.theirZone} />
        <Question
          asked={wish.asked}
          offset={offset}
          onTime={(local) => wish.set({ day: local.slice(0, 10), typed: local.slice(11).replace(/^0/, '') })}
          onOffset={(chosen) => wish.set({ offset: chosen })}
        />
        {past && (
          <Note tone="danger" testid="time-past">
            {pastSentence(zone)}
          </Note>
        )}
        {found.kind === 'ok' && !past && <BothClocks at={found.at} zone={zone} theirZone={props.theirZone} />}
        {found.kind === 'ok' && !past && zone !== view.value.zone && <ChangeNote at={found.at} zone={zone} />}
      </div>
    </Sheet>
  )
}

/** What is being wished for, and what it means. */
interface Wish {
  day: string
  typed: string
  choice: ZoneChoice
  other: string
  offset: string | undefined
  zone: string
  time: string | undefined
  /** What the time is by itself, and with the answer to a doubled one. */
  asked: WallTime
  found: WallTime
  past: boolean
  /** Another day or time is another question: the answer to a doubled one is forgotten. */
  set(part: Partial<Typed>): void
}

interface Typed {
  day: string
  typed: string
  choice: ZoneChoice
  other: string
  offset: string | undefined
}

function useWish(theirZone: string | undefined): Wish {
  const { now, zone: mine } = view.value
  const [state, setState] = useState<Typed>(() => ({
    day: tomorrowIn(theirZone ?? mine, now),
    typed: '9:00',
    choice: theirZone === undefined ? 'mine' : 'theirs',
    other: '',
    offset: undefined,
  }))
  const zone = state.choice === 'mine' ? mine : state.choice === 'theirs' ? (theirZone ?? mine) : state.other
  const time = readTime(state.typed)
  const local = `${state.day}T${time}`
  const asked: WallTime = time === undefined ? { kind: 'invalid' } : resolveWallTime({ local, zone })
  const found = asked.kind === 'twice' ? resolveWallTime({ local, zone, offset: state.offset }) : asked
  return {
    ...state,
    ...{ zone, time, asked, found },
    past: found.kind === 'ok' && found.at <= now,
    set: (part) => setState((before) => ({ ...before, offset: undefined, ...part })),
  }
}

function Confirm({ wish, onChoose }: { wish: Wish; onChoose: (when: When) => void }) {
  const { day, time, zone, offset, found, past } = wish
  const ready = found.kind === 'ok' && !past
  return (
    <>
      <Button
        kind="filled"
        icon="clock"
        busy={busy.value.has('send')}
        off={ready ? undefined : past ? pastSentence(zone) : whyNot(found)}
        onPress={() => onChoose({ kind: 'at', local: `${day}T${time}`, zone, ...(offset && { offset }) })}
        testid="schedule-confirm"
      >
        {ready ? t('schedule.confirm', { when: dateTimeOf(found.at, view.value) }) : t('compose.schedule')}
      </Button>
      <Button kind="text" onPress={closeSheet}>
        {t('common.back')}
      </Button>
    </>
  )
}

function TimeAndZone({ wish, theirZone }: { wish: Wish; theirZone: string | undefined }) {
  const { choice, other, zone, found } = wish
  const { now, language } = view.value
  return (
    <>
      <div class="when">
        <TextField
          label={t('schedule.time')}
          value={wish.typed}
          list={halfHours}
          error={wish.time === undefined ? t('schedule.invalid') : undefined}
          onInput={(typed) => wish.set({ typed })}
          testid="time-input"
        />
        <div class="field">
          <span class="field-label">{t('schedule.zone')}</span>
          <Segmented
            label={t('schedule.zone')}
            value={choice}
            options={[
              { value: 'mine', label: t('schedule.mine') },
              ...(theirZone === undefined ? [] : [{ value: 'theirs' as const, label: t('schedule.theirs') }]),
              { value: 'other', label: t('schedule.other') },
            ]}
            onChange={(next) => wish.set({ choice: next })}
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
          onInput={(text) => wish.set({ other: text.trim() })}
          testid="zone-input"
        />
      )}
      {isZone(zone) && (
        <p class="quiet small zone-line">
          <Icon name="globe" size={14} />
          <span>
            {joined(
              [placeOf(zone, language), offsetOf(found.kind === 'ok' ? found.at : now, zone)],
              language,
            )}
          </span>
        </p>
      )}
    </>
  )
}

/** Tomorrow there: with 9:00 a time nobody regrets, and never in the past. */
function tomorrowIn(zone: string, now: number): string {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  return today.add({ days: 1 }).toString()
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
