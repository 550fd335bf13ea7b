import { useEffect } from 'preact/hooks'
import type { MassPlan } from '@/lib/contract/mass.ts'
import { dateOf } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { closeSheet } from '../../keys.ts'
import { planMass, scheduleMass, showNth, startMass } from '../../load/mass.ts'
import { templateProblem } from '../../load/templates.ts'
import { busy, me, sheetProblem, view } from '../../state.ts'
import { massPlan, massPreview, massTopic } from '../../state-templates.ts'
import { PreviewText } from '../templates/preview-text.tsx'
import './mass.css'

interface Props {
  draftId: string
  version: number
  recordIds: readonly string[]
}

/** 07 F: how many get a mail of their own, who is left out and why, one of them as its recipient gets it. */
export function MassSheet(sheet: Props) {
  useEffect(() => void planMass(sheet), [sheet.draftId, sheet.version])
  const plan = massPlan.value?.draftId === sheet.draftId ? massPlan.value.plan : undefined
  const bones = useSkeleton(plan === undefined && sheetProblem.value === undefined)
  const off = plan === undefined ? t('mass.counting') : offReason(plan)
  return (
    <Sheet
      title={plan === undefined ? t('mass.title_open') : t('mass.title', { n: plan.willBeMailed })}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="mass"
      bar={
        <div class="compose-buttons">
          <Button
            kind="filled"
            busy={busy.value.has('send')}
            off={off}
            onPress={() => void startMass(sheet, { kind: 'now' })}
            testid="mass-send"
          >
            {plan === undefined ? t('compose.send') : t('mass.send', { n: plan.willBeMailed })}
          </Button>
          {me.value?.permissions.includes('mail.schedule') !== false && (
            <Button
              kind="outline"
              icon="clock"
              off={off}
              onPress={() => scheduleMass(sheet)}
              testid="mass-schedule"
            >
              {t('mass.schedule')}
            </Button>
          )}
          <span class="end">
            <Button kind="text" onPress={closeSheet} testid="mass-back">
              {t('common.back')}
            </Button>
          </span>
        </div>
      }
    >
      <div class="pad pad-block mass" data-testid="mass-plan">
        {sheetProblem.value && (
          <Note tone="danger" bold={t('mass.not_sent')} testid="mass-problem">
            {templateProblem(sheetProblem.value)}
          </Note>
        )}
        <p class="second">{t('mass.each')}</p>
        {plan === undefined ? (
          bones && <Bone width="100%" height="220px" />
        ) : (
          <Plan plan={plan} sheet={sheet} />
        )}
        {plan !== undefined && (
          <TextField
            label={t('mass.topic')}
            value={massTopic.value}
            onInput={(topic) => {
              massTopic.value = topic
            }}
            testid="mass-topic"
          />
        )}
      </div>
    </Sheet>
  )
}

function offReason(plan: MassPlan): string | undefined {
  if (plan.unsubscribe === null) return t('error.no_unsubscribe')
  return plan.willBeMailed === 0 ? t('error.mass_nobody') : undefined
}

function Plan({ plan, sheet }: { plan: MassPlan; sheet: Props }) {
  const { language } = view.value
  const number = (n: number) => plainNumber(n, language)
  return (
    <>
      <div class="mass-numbers">
        <Figure n={number(plan.willBeMailed)} text={t('mass.mailed')} testid="mass-mailed" />
        <Figure n={number(plan.leftOut.length)} text={t('mass.left_out')} testid="mass-left" />
        <Figure
          n={t('mass.minutes', { n: plan.minutes })}
          text={t('mass.paced', { n: plan.perMinute })}
          testid="mass-minutes"
        />
      </div>
      <LeftOut of={plan.leftOut} />
      <Anyway plan={plan} sheet={sheet} />
      {plan.willBeMailed > 0 && <One sheet={sheet} />}
      <Note tone={plan.unsubscribe === null ? 'danger' : 'neutral'} icon="unlink" testid="mass-unsubscribe">
        {plan.unsubscribe === null ? t('error.no_unsubscribe') : t(`mass.unsubscribe.${plan.unsubscribe}`)}
      </Note>
      <p class="quiet small mass-line" data-testid="mass-allowance">
        <Icon name="bars" size={14} />
        {t('compose.allowance', { used: number(plan.usedToday), all: number(plan.perDay) })}
      </p>
    </>
  )
}

function Figure({ n, text, testid }: { n: string; text: string; testid: string }) {
  return (
    <div data-testid={testid}>
      <b class="mass-number number">{n}</b>
      <span class="quiet small">{text}</span>
    </div>
  )
}

/** Each with its reason; none is dropped silently. */
export function LeftOut({ of }: { of: MassPlan['leftOut'] }) {
  if (of.length === 0) return null
  return (
    <section class="mass-out" aria-label={t('mass.left_out')}>
      <ul>
        {of.slice(0, 200).map((one) => (
          <li key={one.recordId} data-testid="left-out">
            <span class="cut" dir="auto">
              {plainName(one.name) || one.address || t('value.closed')}
            </span>
            <span class="quiet small">{whyOut(one)}</span>
          </li>
        ))}
      </ul>
      {of.length > 200 && <p class="quiet small">{t('mass.more_out', { n: of.length - 200 })}</p>}
    </section>
  )
}

/** Those who are left out for an empty field alone may be mailed with the hole. */
function Anyway({ plan, sheet }: { plan: MassPlan; sheet: Props }) {
  const evenEmpty = massPlan.value?.evenEmpty === true
  const n = plan.leftOut.filter(({ reason }) => reason === 'unresolved').length
  if (n === 0 && !evenEmpty) return null
  return (
    <p class="actions">
      <Button kind="text" small onPress={() => void planMass(sheet, !evenEmpty)} testid="mass-anyway">
        {evenEmpty ? t('mass.leave_empty_out') : t('mass.anyway', { n })}
      </Button>
    </p>
  )
}

function whyOut({ reason, at, fields }: MassPlan['leftOut'][number]): string {
  if (fields.length > 0 && reason === 'unresolved')
    return t('mass.why_empty', { fields: fields.slice(0, 3).join(', ') })
  const why = t(`mass.why.${reason}`)
  return at === null ? why : `${why} · ${dateOf(Date.parse(at), view.value)}`
}

function One({ sheet }: { sheet: Props }) {
  const shown = massPreview.value
  if (shown === undefined) return <Bone width="100%" height="120px" />
  const go = (step: number) => void showNth(sheet, (shown.nth + step + shown.of) % shown.of)
  const { nth, of, name } = shown
  return (
    <section class="mass-one" aria-label={t('mass.preview')} data-testid="mass-preview">
      <header>
        <span class="quiet small cut" dir="auto">
          {t('mass.nth', { nth: nth + 1, of, name: plainName(name) })}
        </span>
        <span class="actions">
          <IconButton
            icon="left"
            small
            label={t('templates.before')}
            onPress={() => go(-1)}
            testid="mass-before"
          />
          <IconButton
            icon="right"
            small
            label={t('templates.after')}
            onPress={() => go(1)}
            testid="mass-after"
          />
        </span>
      </header>
      <PreviewText subject={shown.subject} html={shown.html} open={shown.unresolved} />
    </section>
  )
}
