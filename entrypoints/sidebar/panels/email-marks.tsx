import type { EmailRow } from '@/lib/contract/emails.ts'
import { listOf, placeOf, timeOf } from '@/lib/domain/format.ts'
import { numberFormat } from '@/lib/domain/intl.ts'
import { displayName, plainName, shortName } from '@/lib/domain/people.ts'
import { isZone, localAt } from '@/lib/domain/schedule.ts'
import { sendStatuses } from '@/lib/domain/statuses.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { type EmailStatus, StatusBadge } from '@/lib/extension/ui/badge.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { holdReason } from '../load/words.ts'
import { cards, me, people, view } from '../state.ts'
import type { ListedEmail } from '../state-emails.ts'

/** What rows and pages of mail say alike: status, parties, who sees it. */

/** So many are counted. */
const most = 1000

/** `64`, and `1,000+` where counting ended. */
export function countWord(count: number): string {
  const text = numberFormat(view.value.language, {}).format(Math.min(count, most))
  return count > most ? `${text}+` : text
}

/** A status that comes as text; one we don't know is what its direction says. */
export function statusOf(row: Pick<EmailRow, 'status' | 'direction'> & Partial<EmailRow>): EmailStatus {
  // Sent, not scheduled: it only waits for its undo time.
  if (row.status === 'scheduled' && row.send?.undoUntil != null) return 'sending'
  const known = sendStatuses.find((status) => status === row.status)
  return known ?? (row.direction === 'received' ? 'received' : 'sent')
}

export function Status({ status }: { status: EmailStatus }) {
  const hints = ['sent', 'delivered', 'delayed', 'bounced_soft', 'bounced_hard'] as const
  const hint = hints.find((one) => one === status)
  return <StatusBadge status={status} word={t(`status.${status}`)} hint={hint && t(`status_hint.${hint}`)} />
}

/** Its subject; of a mail that shows who and when only, that there is none to see. */
export function Subject({ row }: { row: EmailRow }) {
  if (row.level === 'metadata') return <i class="unshared">{t('emails.not_shared')}</i>
  return <>{plainName(row.subject) || t('emails.no_subject')}</>
}

/** What another row of its kind would be read out as, and the title of its page. */
export function subjectWords(row: Pick<EmailRow, 'level' | 'subject'>): string {
  return row.level === 'metadata' ? t('emails.not_shared') : plainName(row.subject) || t('emails.no_subject')
}

const markIcons: Record<EmailRow['mark'], IconName> = {
  only_me: 'lock',
  who_and_when: 'eye',
  shared: 'people',
}

/** Who sees a mail: mine, how much others do; a colleague's, how much they let me. */
export function markWords({ mark, mailbox }: Pick<EmailRow, 'mark' | 'mailbox'>): string {
  return mailbox.isMine ? t(`emails.mark.${mark}`) : t(`emails.theirs.${mark}`, { name: mailbox.name })
}

/** The sharing mark at the end of a row, and whose mailbox it is when it is not mine. */
export function Marks({ row }: { row: EmailRow }) {
  const { mailbox } = row
  return (
    <Tooltip text={markWords(row)}>
      <span class="marks" data-testid="mark" data-mark={row.mark}>
        <Icon name={markIcons[row.mark]} size={14} />
        {!mailbox.isMine && (
          <span class="marks-avatar" data-testid="whose" data-whose={mailbox.name}>
            <Avatar name={mailbox.name} address={mailbox.userId} />
          </span>
        )}
        <span class="hidden">{markWords(row)}</span>
      </span>
    </Tooltip>
  )
}

export function Clip() {
  return (
    <>
      <Icon name="clip" size={14} />
      <span class="hidden">{t('emails.has_files')}</span>
    </>
  )
}

/** Their clock beside mine for what goes out; else who it was from or to, and that it stands here by hand. */
export function partiesOf(row: ListedEmail, status: EmailStatus, recordId: string | undefined): string {
  const clock = status === 'scheduled' ? theirClock(row, recordId) : undefined
  const words = clock ?? whoTo(row, recordId)
  return row.why.by === 'hand' ? t('emails.with_hand', { words }) : words
}

function theirClock(row: ListedEmail, recordId: string | undefined): string | undefined {
  const at = Date.parse(row.at)
  const record = recordId === undefined ? undefined : cards.value.get(recordId)?.record
  const zone = record?.fields['zone'] || row.send?.zone || ''
  if (zone === '' || !isZone(zone) || localAt(at, zone) === localAt(at, view.value.zone)) return undefined
  return t('emails.their_clock', { time: timeOf(at, zone), place: placeOf(zone, view.value.language) })
}

function whoTo(row: ListedEmail, recordId: string | undefined): string {
  const from = shortName(row.from.name, row.from.address)
  const names = namesOf([...row.to, ...row.cc])
  // Without a subject the row says both ends.
  if (row.level === 'metadata') return t('emails.from_to', { from, names })
  if (row.direction === 'sent') return t('emails.to', { names })
  const record = recordId === undefined ? undefined : cards.value.get(recordId)?.record
  const theirs = [record?.primaryAddress, record?.secondaryAddress]
  return theirs.includes(row.from.address) ? t('emails.to', { names }) : t('emails.from', { names: from })
}

/** What stands at the beginning of a wide row: who wrote, to whom I wrote, or both ends of a colleague's. */
export function writerOf(row: ListedEmail): string {
  const to = [...row.to, ...row.cc]
  if (row.level !== 'metadata' && row.direction === 'received')
    return displayName(row.from.name, row.from.address)
  if (row.level !== 'metadata' && row.mailbox.isMine) return t('emails.mine_to', { names: namesOf(to) })
  return t('emails.from_to', {
    from: shortName(row.from.name, row.from.address),
    names: namesOf(to.slice(0, 1)),
  })
}

/** First names; I am "you". At most three, then a number. */
export function namesOf(parties: EmailRow['to']): string {
  const mine = myAddresses()
  const names = parties.map((party) =>
    mine.has(party.address) ? t('emails.you') : shortName(party.name, party.address),
  )
  const rest = names.length - 3
  if (rest <= 0) return listOf(names, view.value.language)
  return t('common.and_more', { names: names.slice(0, 3).join(', '), n: rest })
}

export function myAddresses(): ReadonlySet<string | undefined> {
  return new Set([
    me.value?.user.email,
    ...(me.value?.mailboxes.map((one) => one.email) ?? []),
    ...people.value.filter((one) => one.kind === 'me').map((one) => one.address),
  ])
}

/** Said only when the person must know more than the word. */
export function sentenceOf(row: Pick<EmailRow, 'reason'>, status: EmailStatus): string | undefined {
  const why = holdReason(row.reason)
  if (status === 'held') return why && t('held.sentence', { reason: why })
  if (status === 'failed' || (status === 'scheduled' && why !== undefined)) return why
  if (status === 'delayed' || status === 'bounced_soft' || status === 'bounced_hard') {
    return t(`status_hint.${status}`)
  }
  return undefined
}
