import { useEffect } from 'preact/hooks'
import type { EmailRow } from '@/lib/contract/records.ts'
import type { Send } from '@/lib/contract/sends.ts'
import { dateTimeOf, dayDistance, placeOf, timeOf, whenFull } from '@/lib/domain/format.ts'
import { displayName, shortName } from '@/lib/domain/people.ts'
import { isZone, localAt } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { readSend } from '../load/sends.ts'
import { cards, emails, openSend, page, view } from '../state.ts'
import { namesOf, SendActions, Status, sentenceOf, statusOf } from './email-row.tsx'

const stepIcons: Record<Send['steps'][number]['step'], IconName> = {
  created: 'pencil',
  edited: 'pencil',
  moved: 'clock',
  claimed: 'history',
  draft_created: 'file',
  draft_found: 'file',
  handed_over: 'plane',
  accepted: 'check',
  seen_in_sent: 'checks',
  uncertain: 'warning',
  refused: 'octagon',
  returned: 'turn',
  held: 'pause',
  failed: 'alert',
  cancelled: 'slash',
  restored: 'turn',
  resumed: 'clock',
}

/** One mail: who, how it stands, and for a mail of ours every step on its way. */
export function MailPage({ row: opened, recordId }: { row: EmailRow; recordId: string }) {
  // The list may know a newer version of the row than the one that was opened.
  const lists = [...(emails.value?.rows ?? []), ...(cards.value.get(recordId)?.emails.rows ?? [])]
  const listed = lists.find((one) => one.key === opened.key) ?? opened
  const sendId = opened.send?.id
  useEffect(() => {
    if (sendId === undefined) return
    void readSend(sendId)
    return () => {
      openSend.value = undefined
    }
  }, [sendId])
  const send = openSend.value?.id === sendId ? openSend.value : undefined
  const row = send === undefined ? listed : asSent(listed, send)
  const status = statusOf(row)
  const changeable = row.send?.mine === true && (status === 'scheduled' || status === 'held')
  const sentence = sentenceOf(row, status)
  return (
    <Page
      title={row.subject || t('emails.no_subject')}
      subtitle={`${shortName(row.from.name, row.from.address)} ${t('emails.to', { names: namesOf([...row.to, ...row.cc]) })}`}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="mail-page"
      bar={changeable && <SendActions row={row} status={status} recordId={recordId} />}
    >
      <div class="pad pad-block stack">
        <p class="spread">
          <Status status={status} />
          <span class="number second">{whenFull(Date.parse(row.at), view.value)}</span>
        </p>
        {sentence && (
          <Note tone={status === 'failed' || status === 'bounced_hard' ? 'danger' : 'warn'}>{sentence}</Note>
        )}
        {status === 'scheduled' && <Clocks row={row} recordId={recordId} />}
        {status === 'sending' && <Claimed row={row} />}
        {row.send?.mine === false && (status === 'scheduled' || status === 'held') && (
          <Note tone="neutral" icon="lock" testid="not-author">
            {t('mail.not_mine', { name: row.send.authorName })}
          </Note>
        )}
        <Recipients row={row} send={send} />
      </div>
      {send && send.steps.length > 0 && <Steps send={send} />}
      {(row.kind === 'message' || row.snippet || row.gmailThreadId) && <Text row={row} />}
    </Page>
  )
}

/** What is known of the text, and the way to the whole of it. */
function Text({ row }: { row: EmailRow }) {
  return (
    <div class="section pad-block stack">
      {row.snippet && (
        <p class="second" dir="auto">
          {row.snippet}
        </p>
      )}
      {row.kind === 'message' && <p class="quiet">{t('mail.text_in_gmail')}</p>}
      {row.gmailThreadId && (
        <a
          class="link"
          target="_top"
          rel="noopener"
          href={`https://mail.google.com/mail/u/${page.value?.accountIndex ?? 0}/#all/${row.gmailThreadId}`}
          data-testid="open-in-gmail"
        >
          <Icon name="external" />
          {t('mail.open_in_gmail')}
        </a>
      )}
    </div>
  )
}

/** The row as its mail stands now: a card keeps only its newest rows, and this one may have left them. */
function asSent(row: EmailRow, sent: Send): EmailRow {
  if (row.send === null || row.send.version > sent.version) return row
  const { status, reason, version, claimedAt, sentAt, dueAt } = sent
  return { ...row, status, reason, at: sentAt ?? dueAt, send: { ...row.send, version, claimedAt } }
}

/** Both clocks of a mail that waits. */
export function Clocks({ row, recordId }: { row: EmailRow; recordId: string }) {
  const at = Date.parse(row.at)
  const zone = cards.value.get(recordId)?.record.fields['zone'] || row.send?.zone || ''
  const { zone: mine, language } = view.value
  const differs = zone !== '' && isZone(zone) && localAt(at, zone) !== localAt(at, mine)
  return (
    <dl class="clocks" data-testid="clocks">
      {differs && (
        <div>
          <dt>{placeOf(zone, language)}</dt>
          <dd class="number">{whenFull(at, { ...view.value, zone })}</dd>
        </div>
      )}
      <div>
        <dt>{t('schedule.you', { place: placeOf(mine, language) })}</dt>
        <dd class="number">{whenFull(at, view.value)}</dd>
      </div>
    </dl>
  )
}

function Claimed({ row }: { row: EmailRow }) {
  const at = row.send?.claimedAt
  return (
    <Note tone="info" bold={t('mail.claimed')}>
      {at && t('mail.claimed_at', { time: timeOf(Date.parse(at), view.value.zone) })}
    </Note>
  )
}

function Recipients({ row, send }: { row: EmailRow; send: Send | undefined }) {
  const all = send === undefined ? [...row.to, ...row.cc] : [...send.to, ...send.cc, ...send.bcc]
  return (
    <div>
      <h2>{t('mail.recipients')}</h2>
      <ul class="plain">
        {all.map((party, index) => (
          <li key={`${party.address} ${index}`}>
            <bdi>{displayName(party.name, party.address)}</bdi>{' '}
            <span class="quiet">
              <bdi>{party.address}</bdi>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Steps({ send }: { send: Send }) {
  return (
    <section class="section pad-block" data-testid="steps">
      <h2>{t('mail.what_happened')}</h2>
      <ol class="steps">
        {send.steps.map((step, index) => (
          <li key={index} data-testid={`step-${step.step}`}>
            <Icon name={stepIcons[step.step]} />
            <span>
              {step.step === 'created'
                ? t('step.created', { name: send.author.name })
                : t(`step.${step.step}`)}
            </span>
            <span class="quiet number">{stepTime(step.at)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** To the second, as steps of one send follow each other closely; with its day unless that is today. */
function stepTime(at: string): string {
  const when = Date.parse(at)
  const seconds = String(new Date(at).getSeconds()).padStart(2, '0')
  const clock =
    dayDistance(when, view.value) === 0 ? timeOf(when, view.value.zone) : dateTimeOf(when, view.value)
  return `${clock}:${seconds}`
}
