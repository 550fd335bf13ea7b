import type { MassSend } from '@/lib/contract/mass.ts'
import { timeOf, whenFull, whenShort } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { plainName } from '@/lib/domain/people.ts'
import { sendStatuses } from '@/lib/domain/statuses.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import { StatusBadge } from '@/lib/extension/ui/badge.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import { steerMass } from '../../load/mass.ts'
import { busy, view } from '../../state.ts'
import { massShown } from '../../state-templates.ts'
import { LeftOut } from './confirm.tsx'
import { titleOf } from './title.ts'
import './mass.css'

/** How far a mass send is; paused, gone on with or stopped here. What has gone out has gone. */
export function MassProgressSheet() {
  const shown = massShown.value
  if (shown === undefined) return null
  const { send, rows } = shown
  const { language, zone } = view.value
  const begins = beginsLater(send)
  const live = send.status === 'running' || send.status === 'paused'
  return (
    <Sheet
      title={titleOf(send.subject)}
      subtitle={t(`mass.status.${begins === undefined ? send.status : 'waiting'}`)}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="mass-progress"
      bar={live && <Steer paused={send.status === 'paused'} waiting={send.waiting} />}
    >
      <div class="pad pad-block mass">
        <progress
          class="mass-bar"
          max={send.total}
          value={send.total - send.waiting}
          aria-label={t('mass.done')}
        />
        <p class="number" data-testid="mass-counts">
          {t('mass.counts', {
            sent: plainNumber(send.sent, language),
            all: plainNumber(send.total, language),
          })}
          {begins !== undefined && ` · ${t('mass.begins', { when: whenFull(begins, view.value) })}`}
          {send.endsAt !== null &&
            begins === undefined &&
            send.status === 'running' &&
            ` · ${t('mass.ends', { time: timeOf(Date.parse(send.endsAt), zone) })}`}
        </p>
        <p class="quiet small">{others(send)}</p>
        {rows && <LeftOut of={rows.leftOut} />}
      </div>
      {rows && (
        <div class="pad">
          <Rows label={t('mass.mails')}>
            {rows.rows.map((row, index) => (
              <Row
                key={row.sendId}
                first={index === 0}
                icon="out"
                title={plainName(row.name) || row.address}
                aside={whenShort(Date.parse(row.at), view.value)}
                below={<Status status={row.status} />}
                testid="mass-row"
                onOpen={() => undefined}
              />
            ))}
          </Rows>
        </div>
      )}
    </Sheet>
  )
}

/** Epoch ms of its first mail, when that is planned and not just being held for the undo time. */
function beginsLater({ status, sent, startsAt }: MassSend): number | undefined {
  const at = status === 'running' && sent === 0 && startsAt !== null ? Date.parse(startsAt) : 0
  return at > now() + 60_000 ? at : undefined
}

function Status({ status }: { status: string }) {
  const known = sendStatuses.find((one) => one === status)
  return known === undefined ? null : <StatusBadge status={known} word={t(`status.${known}`)} />
}

function others(send: { held: number; failed: number; cancelled: number; leftOut: number }): string {
  const parts = (['held', 'failed', 'cancelled', 'leftOut'] as const).filter((key) => send[key] > 0)
  return parts.map((key) => t(`mass.n.${key}`, { n: send[key] })).join(' · ')
}

function Steer({ paused, waiting }: { paused: boolean; waiting: number }) {
  return (
    <div class="compose-buttons">
      {paused ? (
        <Button
          kind="filled"
          busy={busy.value.has('mass:resume')}
          onPress={() => void steerMass('resume')}
          testid="mass-resume"
        >
          {t('mass.resume')}
        </Button>
      ) : (
        <Button
          kind="outline"
          busy={busy.value.has('mass:pause')}
          onPress={() => void steerMass('pause')}
          testid="mass-pause"
        >
          {t('mass.pause')}
        </Button>
      )}
      <span class="end">
        <Button
          kind="danger"
          busy={busy.value.has('mass:stop')}
          onPress={() => void steerMass('stop')}
          testid="mass-stop"
        >
          {t('mass.stop', { n: waiting })}
        </Button>
      </span>
    </div>
  )
}
