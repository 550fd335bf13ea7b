import type { When } from '@/lib/contract/sends.ts'
import { clockOf, dayDistance, listOf, nearDay, placeOf, timeOf, whenShort } from '@/lib/domain/format.ts'
import { shortName } from '@/lib/domain/people.ts'
import { isNight, isZone, type UsualTime, usualTimes } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { sendDraft } from '../load/compose/send.ts'
import { startMass } from '../load/mass.ts'
import { placeSend } from '../load/sends.ts'
import { cards, draft, openSend, type Purpose, sheets, view } from '../state.ts'
import { AnyTime } from './any-time.tsx'
import './schedule.css'

/** S-031: groups of times. One click schedules, undo follows (S-034); the group of best times comes with their data. */
export function ScheduleSheet({ purpose, any }: { purpose: Purpose; any: boolean }) {
  const theirZone = zoneOf(purpose)
  const { now, zone, language } = view.value
  const names = namesFor(purpose)
  const subtitle =
    theirZone === undefined
      ? t('schedule.to', { names })
      : t('schedule.to_at', { names, place: placeOf(theirZone, language), time: clockOf(now, theirZone) })
  if (any)
    return <AnyTime subtitle={subtitle} theirZone={theirZone} onChoose={(when) => place(purpose, when)} />
  return (
    <Sheet
      title={t('schedule.title')}
      subtitle={subtitle}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="schedule-sheet"
    >
      <div class="pad pad-block">
        <h2 class="group-title">{t('schedule.usual')}</h2>
        <Rows label={t('schedule.usual')}>
          {purpose.kind === 'release' && (
            <Row
              icon="plane"
              title={t('send.now')}
              testid="time-now"
              onOpen={() => place(purpose, { kind: 'now' })}
            />
          )}
          {usualTimes({ now, zone, theirZone }).map((time, index) => (
            <Row
              key={time.key}
              first={index === 0}
              icon={theirZone !== undefined && isNight(time.at, theirZone) ? 'moon' : 'clock'}
              title={titleOf(time)}
              aside={<Aside time={time} theirZone={theirZone} />}
              testid={`time-${time.key}`}
              onOpen={() => place(purpose, { kind: 'at', local: time.local, zone: time.zone })}
            />
          ))}
        </Rows>
      </div>
      <div class="section">
        <h2 class="group-title">{t('schedule.any')}</h2>
        <Rows label={t('schedule.any')}>
          <Row
            icon="calendar"
            first
            title={t('schedule.choose')}
            aside={<Icon name="right" />}
            testid="time-any"
            onOpen={() => {
              sheets.value = [...sheets.value.slice(0, -1), { kind: 'schedule', purpose, any: true }]
            }}
          />
        </Rows>
      </div>
    </Sheet>
  )
}

/** The other clock, and that it is night there. */
function Aside({ time, theirZone }: { time: UsualTime; theirZone: string | undefined }) {
  const { zone, language } = view.value
  const other =
    time.key === 'their_9'
      ? t('schedule.for_you', { time: whenForMe(time.at) })
      : theirZone === undefined || timeOf(time.at, theirZone) === timeOf(time.at, zone)
        ? ''
        : t('emails.their_clock', { time: timeOf(time.at, theirZone), place: placeOf(theirZone, language) })
  const night = theirZone !== undefined && isNight(time.at, theirZone)
  return (
    <>
      <span>{other}</span>
      {night && <span class="hidden">, {t('schedule.night')}</span>}
      <span class="pill" aria-hidden="true">
        {t('schedule.row_button')}
      </span>
    </>
  )
}

/** Today's time alone, else with its day: their tomorrow may be my today. */
function whenForMe(at: number): string {
  return dayDistance(at, view.value) === 1 ? timeOf(at, view.value.zone) : whenShort(at, view.value)
}

function titleOf(time: UsualTime): string {
  if (time.key !== 'their_9') return t(`schedule.key.${time.key}`)
  const day = nearDay(time.at, { ...view.value, zone: time.zone }) ?? whenShort(time.at, view.value)
  return t('schedule.key.their_9', { day })
}

/** Their zone, when the record says it and it is a zone. */
function zoneOf(purpose: Purpose): string | undefined {
  // Each of many has a zone of their own.
  if (purpose.kind === 'mass') return undefined
  const recordId = purpose.kind === 'draft' ? draft.value?.recordId : purpose.recordId
  const zone = recordId === undefined ? undefined : cards.value.get(recordId)?.record.fields['zone']
  return zone && isZone(zone) ? zone : undefined
}

function namesFor(purpose: Purpose): string {
  if (purpose.kind === 'mass') return t('mass.people', { n: purpose.count })
  if (purpose.kind !== 'draft') return purpose.names
  const to = draft.value?.to ?? []
  return listOf(
    to
      .slice(0, 3)
      .map((party) => (to.length === 1 ? party.name || party.address : shortName(party.name, party.address))),
    view.value.language,
  )
}

function place(purpose: Purpose, when: When): void {
  if (purpose.kind === 'draft') void sendDraft(when)
  else if (purpose.kind === 'mass') void startMass(purpose, when)
  else void placeSend(purpose, when, openSend.value?.id === purpose.sendId ? openSend.value : undefined)
}
