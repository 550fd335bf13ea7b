import type { EmailRow } from '@/lib/contract/records.ts'
import { listOf, placeOf, timeOf, whenShort } from '@/lib/domain/format.ts'
import { shortName } from '@/lib/domain/people.ts'
import { isZone, localAt } from '@/lib/domain/schedule.ts'
import { sendStatuses } from '@/lib/domain/statuses.ts'
import { t } from '@/lib/extension/i18n.ts'
import { type EmailStatus, StatusBadge } from '@/lib/extension/ui/badge.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { actOnSend, editSend, openMove } from '../load/sends.ts'
import { holdReason } from '../load/words.ts'
import { cards, me, people, places, view } from '../state.ts'

/** A status that comes as text; one we don't know is what its direction says. */
export function statusOf(row: EmailRow): EmailStatus {
  const known = sendStatuses.find((status) => status === row.status)
  return known ?? (row.direction === 'received' ? 'received' : 'sent')
}

/** One mail of a list: what it is, how it stands, and what its author may still do. */
export function MailRow({ row, recordId, first }: { row: EmailRow; recordId: string; first: boolean }) {
  const status = statusOf(row)
  const sentence = sentenceOf(row, status)
  const mine = row.send?.mine === true
  const changeable = mine && (status === 'scheduled' || status === 'held')
  const icon: IconName = status === 'draft' ? 'file' : row.direction === 'received' ? 'in' : 'out'
  return (
    <Row
      icon={icon}
      first={first}
      rowId={row.key}
      title={row.subject || t('emails.no_subject')}
      aside={
        <>
          {row.hasAttachments && <Clip />}
          {whenShort(Date.parse(row.at), view.value)}
        </>
      }
      below={
        <>
          <Status status={status} />
          <span class="cut" dir="auto">
            {whoOrWhen(row, status, recordId)}
          </span>
        </>
      }
      {...(sentence === undefined ? {} : { sentence })}
      needs={status === 'held' && mine}
      {...(changeable ? { actions: <SendActions row={row} status={status} recordId={recordId} /> } : {})}
      testid="email-row"
      onOpen={() => {
        places.value = [...places.value, { kind: 'mail', row, recordId }]
      }}
    />
  )
}

export function Status({ status }: { status: EmailStatus }) {
  const hints = ['sent', 'delivered', 'delayed', 'bounced_soft', 'bounced_hard'] as const
  const hint = hints.find((one) => one === status)
  return <StatusBadge status={status} word={t(`status.${status}`)} hint={hint && t(`status_hint.${hint}`)} />
}

/** Edit, move, send now, cancel (S-040, S-041): only for the author (S-042) and only before it is claimed. */
export function SendActions(props: { row: EmailRow; status: EmailStatus; recordId: string }) {
  const { row, status, recordId } = props
  const { send } = row
  if (send === null) return null
  const held = status === 'held'
  return (
    <>
      <Button kind="text" small onPress={() => void editSend(send.id)} testid="send-edit">
        {t('send.edit')}
      </Button>
      <Button
        kind="text"
        small
        onPress={() => void openMove(row, held ? 'release' : 'move', recordId)}
        testid={held ? 'send-release' : 'send-move'}
      >
        {held ? t('send.release') : t('send.move')}
      </Button>
      {!held && (
        <Button
          kind="text"
          small
          onPress={() => void actOnSend('now', send.id, send.version)}
          testid="send-now"
        >
          {t('send.now')}
        </Button>
      )}
      <Button
        kind="text"
        small
        onPress={() => void actOnSend('cancel', send.id, send.version)}
        testid="send-cancel"
      >
        {t('send.cancel')}
      </Button>
    </>
  )
}

/** Their clock beside mine for what goes out; else who it was from or to. */
function whoOrWhen(row: EmailRow, status: EmailStatus, recordId: string): string {
  if (status === 'scheduled') {
    const at = Date.parse(row.at)
    const zone = cards.value.get(recordId)?.record.fields['zone'] || row.send?.zone || ''
    if (zone !== '' && isZone(zone) && localAt(at, zone) !== localAt(at, view.value.zone)) {
      return t('emails.their_clock', { time: timeOf(at, zone), place: placeOf(zone, view.value.language) })
    }
  }
  const record = cards.value.get(recordId)?.record
  const theirs = [record?.primaryAddress, record?.secondaryAddress]
  if (row.direction === 'received' && !theirs.includes(row.from.address)) {
    return t('emails.from', { names: shortName(row.from.name, row.from.address) })
  }
  return t('emails.to', { names: namesOf([...row.to, ...row.cc]) })
}

/** First names; I am "you". At most three, then a number. */
export function namesOf(parties: EmailRow['to']): string {
  const mine = new Set([
    me.value?.user.email,
    ...people.value.filter((one) => one.kind === 'me').map((one) => one.address),
  ])
  const names = parties.map((party) =>
    mine.has(party.address) ? t('emails.you') : shortName(party.name, party.address),
  )
  const rest = names.length - 3
  if (rest <= 0) return listOf(names, view.value.language)
  return t('common.and_more', { names: names.slice(0, 3).join(', '), n: rest })
}

/** Said only when the person must know more than the word. */
export function sentenceOf(row: EmailRow, status: EmailStatus): string | undefined {
  const why = holdReason(row.reason)
  if (status === 'held') return why && t('held.sentence', { reason: why })
  if (status === 'failed' || (status === 'scheduled' && why !== undefined)) return why
  if (status === 'delayed' || status === 'bounced_soft' || status === 'bounced_hard') {
    return t(`status_hint.${status}`)
  }
  return undefined
}

function Clip() {
  return (
    <>
      <Icon name="clip" size={14} />
      <span class="hidden">{t('emails.has_files')}</span>
    </>
  )
}
