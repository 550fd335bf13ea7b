import { batch } from '@preact/signals'
import type { EmailRow } from '@/lib/contract/emails.ts'
import type { Send, When } from '@/lib/contract/sends.ts'
import { placeOf, timeOf, whenFull } from '@/lib/domain/format.ts'
import { localAt } from '@/lib/domain/schedule.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { cards, openSend, type Purpose, sheets, type Undo, view } from '../state.ts'
import { emails, goneSend, mailTab } from '../state-emails.ts'
import { attempt, once, say } from './core.ts'
import { readAnew } from './emails.ts'
import { refreshList } from './lists.ts'
import { newest, outdate } from './newest.ts'
import { refreshCard } from './records.ts'
import { problemSentence } from './words.ts'

/** A time for a mail in the queue (S-040), or for one that is held. */
export function placeSend(
  purpose: Exclude<Purpose, { kind: 'draft' | 'mass' }>,
  when: When,
  before: Send | undefined,
): Promise<void> {
  return once(`place:${purpose.sendId}`, async () => {
    const { sendId, version } = purpose
    const answer = await attempt(({ backend }) =>
      purpose.kind === 'move'
        ? backend.updateSend(sendId, { version, when })
        : backend.resumeSend(sendId, version, when),
    )
    sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'schedule')
    if (!answer.ok) return lost(sendId, answer.problem)
    took(answer.value)
    const undo: Undo | undefined =
      purpose.kind === 'move' && before !== undefined
        ? {
            kind: 'move-back',
            sendId,
            version: answer.value.version,
            local: before.localTime,
            zone: before.zone,
            offset: offsetThen(before),
          }
        : undefined
    say(goesOut(answer.value), undo)
  })
}

/** Send now, cancel (S-041), and what takes them back. */
export function actOnSend(
  kind: 'now' | 'cancel' | 'restore',
  sendId: string,
  version: number,
): Promise<void> {
  return once(`${kind}:${sendId}`, async () => {
    const answer = await attempt(({ backend }) =>
      kind === 'now'
        ? backend.sendNow(sendId, version)
        : kind === 'cancel'
          ? backend.cancelSend(sendId, version)
          : backend.restoreSend(sendId, version),
    )
    if (!answer.ok) return lost(sendId, answer.problem)
    took(answer.value)
    if (kind === 'cancel') {
      say(t('send.cancelled'), { kind: 'restore-send', sendId, version: answer.value.version })
    } else say(kind === 'now' ? t('send.going') : t('send.restored'))
  })
}

/** Puts a moved mail back to the time it had. */
export async function moveBack(undo: Extract<Undo, { kind: 'move-back' }>): Promise<void> {
  const { sendId, version, local, zone, offset } = undo
  const when: When = { kind: 'at', local, zone, ...(offset === undefined ? {} : { offset }) }
  const answer = await attempt(({ backend }) => backend.updateSend(sendId, { version, when }))
  if (!answer.ok) return lost(sendId, answer.problem)
  took(answer.value)
  say(goesOut(answer.value))
}

/** The steps of one mail (its page), and a newer version for the rows. */
export async function readSend(sendId: string): Promise<Send | undefined> {
  const answer = await newest(`send:${sendId}`, ({ backend }) => backend.send(sendId))
  if (answer === undefined) return undefined
  if (!answer.ok) {
    const { problem } = answer
    if (problem.kind !== 'refused' || problem.reason !== 'message_missing') return undefined
    // Withdrawn: nothing of it stays on the screen.
    goneSend.value = sendId
    if (openSend.value?.id === sendId) openSend.value = undefined
    return undefined
  }
  if (goneSend.value === sendId) goneSend.value = undefined
  openSend.value = answer.value
  return answer.value
}

/** Opens the schedule sheet for a row of a list. */
export async function openMove(
  row: EmailRow,
  kind: 'move' | 'release',
  recordId: string | undefined,
): Promise<void> {
  if (row.send === null) return
  const { id, version } = row.send
  const names = row.to.map((party) => party.name || party.address).join(', ')
  sheets.value = [
    ...sheets.value,
    { kind: 'schedule', any: false, purpose: { kind, sendId: id, version, names, recordId } },
  ]
  await readSend(id)
}

/** What the server has made of this mail stands at once in its rows; the lists and cards it stands in are read again. */
export function took(sent: Send): void {
  if (outdate(`send:${sent.id}`) || openSend.value?.id === sent.id) openSend.value = sent
  showAs(sent)
  const ids = new Set(
    [...cards.value.values()].filter((card) => concerns(card, sent)).map((card) => card.record.id),
  )
  if (sent.recordId !== null) ids.add(sent.recordId)
  for (const id of ids) {
    outdate(`card:${id}`)
    void refreshCard(id)
    refreshList(id)
  }
}

/** Nobody is to act on the row as it was before their own change. */
function showAs(sent: Send): void {
  const { id, status, reason, version, zone, localTime, claimedAt, undoUntil } = sent
  // Taken back, it leaves the lists with the next answer.
  if (status === 'draft') return
  const isIts = (row: EmailRow) => row.key === id && row.send !== null && row.send.version < version
  const next = <Row extends EmailRow>(row: Row): Row =>
    isIts(row) && row.send !== null
      ? {
          ...row,
          ...{ status, reason, subject: sent.subject, to: sent.to, cc: sent.cc },
          at: sent.sentAt ?? sent.dueAt,
          send: { ...row.send, version, zone, localTime, claimedAt, undoUntil },
        }
      : row
  batch(() => {
    for (const card of cards.value.values())
      if (card.emails.rows.some(isIts)) {
        const shown = { ...card.emails, rows: card.emails.rows.map(next) }
        cards.value = new Map(cards.value).set(card.record.id, { ...card, emails: shown })
      }
    for (const list of [emails, mailTab])
      if (list.value?.rows.some(isIts)) {
        list.value = { ...list.value, rows: list.value.rows.map(next) }
        readAnew(list.value)
      }
  })
}

/** The lists this mail stands in, as far as this panel can know: by its people, by its row, by its record. */
function concerns(
  card: {
    record: { primaryAddress: string | null; secondaryAddress: string | null }
    emails: { rows: EmailRow[] }
  },
  sent: Send,
): boolean {
  const all = new Set([...sent.to, ...sent.cc, ...sent.bcc].map((party) => party.address))
  const { primaryAddress, secondaryAddress } = card.record
  return (
    all.has(primaryAddress ?? '') ||
    all.has(secondaryAddress ?? '') ||
    card.emails.rows.some((row) => row.key === sent.id)
  )
}

/** Nothing changed; what is true instead is fetched, so that the row says it. */
function lost(sendId: string, problem: ApiProblem): void {
  say(problemSentence(problem))
  void readSend(sendId).then((sent) => sent && took(sent))
}

function mine(sent: Pick<Send, 'dueAt'>): string {
  return whenFull(Date.parse(sent.dueAt), view.value)
}

export function saidSaved(sent: Send): string {
  return t('send.saved', { when: mine(sent) })
}

/** When it goes: both clocks, whenever they differ. */
export function goesOut(sent: Pick<Send, 'status' | 'dueAt' | 'recordId' | 'zone'>): string {
  if (sent.status !== 'scheduled') return t('send.going')
  const due = Date.parse(sent.dueAt)
  const card = sent.recordId === null ? undefined : cards.value.get(sent.recordId)
  const zone = card?.record.fields['zone'] || sent.zone
  if (localAt(due, zone) === localAt(due, view.value.zone)) return t('send.scheduled', { mine: mine(sent) })
  const place = placeOf(zone, view.value.language)
  return t('send.scheduled_both', { mine: mine(sent), theirs: timeOf(due, zone), place })
}

function offsetThen(sent: Send): string {
  return Temporal.Instant.from(sent.dueAt).toZonedDateTimeISO(sent.zone).offset
}
