import { joined, whenShort } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { EmailStatus } from '@/lib/extension/ui/badge.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { openSent } from '../load/compose/open.ts'
import { undoSending } from '../load/compose/send.ts'
import { openMail } from '../load/messages.ts'
import { actOnSend, openMove } from '../load/sends.ts'
import { view } from '../state.ts'
import type { ListedEmail } from '../state-emails.ts'
import { isGoing, useUndoLeft } from './compose/undo-left.ts'
import { Clip, Marks, partiesOf, Status, Subject, sentenceOf, statusOf, writerOf } from './email-marks.tsx'

interface RowProps {
  row: ListedEmail
  /** Whose list it stands in; undefined in the mail tab. */
  recordId: string | undefined
  first: boolean
}

/** One mail of a list: what it is, how it stands, who sees it, and what its author may still do (design 04 A). */
export function MailRow({ row, recordId, first }: RowProps) {
  const status = statusOf(row)
  const sentence = sentenceOf(row, status)
  const left = useUndoLeft(row)
  const changeable = left !== undefined || isChangeable(row, status)
  return (
    <Row
      icon={iconOf(row, status)}
      first={first}
      rowId={row.key}
      title={<Subject row={row} />}
      aside={
        <>
          {row.hasAttachments && <Clip />}
          {left === undefined
            ? whenShort(Date.parse(row.at), view.value)
            : t('compose.in_seconds', { n: left })}
        </>
      }
      below={
        <>
          <Status status={status} />
          <span class="cut" dir="auto">
            {joined([partiesOf(row, status, recordId), recordNames(row)], view.value.language)}
          </span>
          <span class="end">
            <Marks row={row} />
          </span>
        </>
      }
      {...(sentence === undefined ? {} : { sentence })}
      needs={status === 'held' && changeable}
      {...(changeable ? { actions: <SendActions row={row} status={status} recordId={recordId} /> } : {})}
      testid="email-row"
      onOpen={() => openMail(row, recordId)}
    />
  )
}

/** The same in one line, where there is room (design 10). */
export function WideMailRow({ row, recordId, first }: RowProps) {
  const status = statusOf(row)
  const sentence = sentenceOf(row, status)
  const left = useUndoLeft(row)
  const changeable = left !== undefined || isChangeable(row, status)
  const more = row.level === 'metadata' ? '' : (sentence ?? plainName(row.snippet))
  return (
    <li
      class={status === 'held' && changeable ? 'row wide-row row-needs' : 'row wide-row'}
      data-testid="email-row"
      data-row-id={row.key}
    >
      <button
        type="button"
        class={recordId === undefined ? 'row-main wide-main wide-tab' : 'row-main wide-main'}
        data-row
        tabIndex={first ? 0 : -1}
        onClick={() => openMail(row, recordId)}
      >
        <Icon name={iconOf(row, status)} />
        <span class="cut" dir="auto">
          {writerOf(row)}
        </span>
        <span class="cut wide-what" dir="auto">
          <span class="row-title">
            <Subject row={row} />
          </span>
          <span class="second">
            {' '}
            {more !== '' && more}
            {row.why.by === 'hand' && t('emails.by_hand_note')}
          </span>
        </span>
        <span class="wide-clip">{row.hasAttachments && <Clip />}</span>
        {recordId === undefined && (
          <span class="cut wide-records second" dir="auto" data-testid="row-records">
            {recordNames(row)}
          </span>
        )}
        <span class="wide-status">
          <Status status={status} />
        </span>
        <span class="wide-marks">
          <Marks row={row} />
        </span>
        <span class="row-aside wide-when">
          {left === undefined
            ? whenShort(Date.parse(row.at), view.value)
            : t('compose.in_seconds', { n: left })}
        </span>
      </button>
      {changeable && (
        <div class="row-actions">
          <SendActions row={row} status={status} recordId={recordId} />
        </div>
      )}
    </li>
  )
}

/** The records a row of the mail tab stands on. */
function recordNames(row: ListedEmail): string {
  return (row.records ?? []).map((one) => plainName(one.name) || t('value.closed')).join(', ')
}

function iconOf(row: ListedEmail, status: EmailStatus): IconName {
  return status === 'draft' ? 'file' : row.direction === 'received' ? 'in' : 'out'
}

function isChangeable(row: ListedEmail, status: EmailStatus): boolean {
  return row.send?.mine === true && (status === 'scheduled' || status === 'held')
}

/** Edit, move, send now, cancel (S-040, S-041): only for the author (S-042) and only before it is claimed. */
export function SendActions(props: { row: ListedEmail; status: EmailStatus; recordId: string | undefined }) {
  const { row, status, recordId } = props
  const { send } = row
  if (send === null) return null
  const held = status === 'held'
  if (isGoing(row)) return <UndoActions send={send} />
  return (
    <>
      <Button kind="text" small onPress={() => void openSent(send.id)} testid="send-edit">
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

/** A mail in its undo time: back into the composer, or out at once. */
function UndoActions({ send }: { send: NonNullable<ListedEmail['send']> }) {
  const { id, version, undoUntil } = send
  const sending = {
    ...{ sendId: id, version, draft: undefined },
    ...{ from: now(), until: Date.parse(undoUntil ?? '') },
  }
  return (
    <>
      <Button kind="text" small onPress={() => void undoSending(sending)} testid="send-undo">
        {t('common.undo')}
      </Button>
      <Button kind="text" small onPress={() => void actOnSend('now', id, version)} testid="send-now">
        {t('send.now')}
      </Button>
    </>
  )
}
