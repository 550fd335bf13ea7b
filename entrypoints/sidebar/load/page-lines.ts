import { computed, effect } from '@preact/signals'
import { dateOf, fileSize } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { CardState, PageAttachment, PanelToPage } from '@/lib/extension/messages.ts'
import { type FilingView, mailbox, page, stage, targets, view } from '../state.ts'
import { chipWords } from './chips.ts'
import { factsOf, filingOf } from './files.ts'
import { toPage } from './host.ts'
import { subjectLine } from './line.ts'
import { afterPaint } from './marks.ts'
import { problemSentence, reasonSentence } from './words.ts'

/** Keeps what stands in Gmail's own page true: the cards' buttons, the line under the subject, the counter. */
export function startPageLines(): void {
  tell('panel.labels', () => ({
    file: t('files.file'),
    undo: t('common.undo'),
    openPanel: t('files.panel'),
    closePanel: t('files.panel_close'),
    cancel: t('files.cancel'),
  }))
  tell('panel.cards', () => ({ cards: cardStates.value }))
  tell('panel.subject-line', () => subjectLine.value)
  tell('panel.chips', () => ({ chips: chipWords() }))
  tell('panel.badge', () => ({ held: mailbox.value?.held ?? 0 }))
}

/** Sends whenever the value really differs; after the panel's own paint, so that the card comes first. */
function tell<Name extends keyof PanelToPage>(name: Name, value: () => PanelToPage[Name]): void {
  let latest: PanelToPage[Name]
  let told = ''
  let isWaiting = false
  effect(() => {
    latest = value()
    if (isWaiting) return
    isWaiting = true
    void afterPaint().then(() => {
      isWaiting = false
      const text = JSON.stringify(latest)
      if (text !== told) toPage(name, latest)
      told = text
    })
  })
}

const cardStates = computed<CardState[]>(() => {
  if (stage.value !== 'ready') return []
  return (page.value?.thread?.attachments ?? []).map((one) => ({ ...cardState(one), key: one.key }))
})

type Answer = Omit<CardState, 'key'>

const plain = { percent: undefined, undo: false, tooltip: '' }

function cardState(one: PageAttachment): Answer {
  if (one.isDriveLink) return { ...plain, state: 'off', label: t('files.file'), tooltip: t('files.drive') }
  const running = filingOf(one)
  if (running !== undefined) return filingState(running)
  const filed = factsOf(one)?.filed[0]
  if (filed !== undefined) {
    const date = dateOf(Date.parse(filed.at), view.value)
    const tooltip = t('files.already_by', { name: filed.by, date })
    return { ...plain, state: 'filed', label: t('files.on', { record: filed.recordName }), tooltip }
  }
  return { ...plain, state: 'rest', label: t('files.file'), tooltip: restTooltip() }
}

function restTooltip(): string {
  if (mailbox.value?.canRead !== true) return t('files.stage')
  const best = targets.value?.targets[0]
  return targets.value?.sure && best !== undefined
    ? t('files.to', { record: best.name })
    : t('files.to_question')
}

/** What one filing says, on the card in Gmail's page and in the list of this panel. */
export function filingState(one: FilingView): Answer {
  switch (one.state) {
    case 'asking':
      return { ...plain, state: 'busy', label: t('files.filing'), undo: false }
    case 'running': {
      const { percent } = one
      const label = percent === undefined ? t('files.filing') : t('files.filing_percent', { n: percent })
      // The other waits end by themselves; this one needs the person.
      const tooltip = one.filing?.reason === 'mailbox_reauth' ? t('error.mailbox_reauth') : ''
      return { ...plain, state: 'busy', label, percent, undo: true, tooltip }
    }
    case 'done':
      return { ...plain, state: 'filed', label: t('files.on', { record: one.recordName }), undo: true }
    case 'already':
      return { ...plain, state: 'filed', label: t('files.already'), tooltip: alreadySentence(one) }
    case 'failed':
      return { ...plain, state: 'failed', label: t('files.failed'), tooltip: failedSentence(one) }
  }
}

function alreadySentence({ filing, recordName }: FilingView): string {
  const { by, at } = filing?.facts ?? {}
  if (typeof by !== 'string' || typeof at !== 'string') return t('files.on', { record: recordName })
  return t('files.already_by', { name: by, date: dateOf(Date.parse(at), view.value) })
}

function failedSentence({ filing, problem }: FilingView): string {
  const facts = (problem?.kind === 'refused' ? problem.facts : filing?.facts) ?? {}
  const reason = problem?.kind === 'refused' ? problem.reason : filing?.reason
  const { need, free } = facts
  if (reason === 'quota_full' && typeof need === 'number' && typeof free === 'number') {
    const { language } = view.value
    return t('files.quota', { need: fileSize(need, language), free: fileSize(free, language) })
  }
  const why = problem ? problemSentence(problem) : reasonSentence(reason)
  return `${why} ${t('files.nothing_filed')}`
}
