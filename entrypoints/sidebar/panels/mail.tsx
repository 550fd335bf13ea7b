import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { MessageDetail } from '@/lib/contract/messages.ts'
import type { Send } from '@/lib/contract/sends.ts'
import { whenFull } from '@/lib/domain/format.ts'
import { shortName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { leavePlace } from '../keys.ts'
import { closeMessage, readMessage } from '../load/messages.ts'
import { readSend } from '../load/sends.ts'
import { problemSentence } from '../load/words.ts'
import { cards, mailbox, openSend, view } from '../state.ts'
import { emails, goneSend, type ListedEmail, mailTab, openMessage } from '../state-emails.ts'
import { isGoing } from './compose/undo-left.ts'
import { namesOf, Status, sentenceOf, statusOf, subjectWords } from './email-marks.tsx'
import { SendActions } from './email-row.tsx'
import { GmailLink, MailFacts } from './mail-facts.tsx'
import { Claimed, Clocks, marked, Recipients, Steps } from './mail-parts.tsx'
import { MailText } from './mail-text.tsx'
import { WrittenText } from './written-text.tsx'
import './emails.css'

/** One mail: who, how it stands, for a mail of ours every step on its way, and what is known of it (design 04 C). */
export function MailPage({ row: opened, recordId }: { row: ListedEmail; recordId: string | undefined }) {
  const listed = newest(opened, recordId)
  const send = useSend(opened.send?.id)
  const message = useMessage(listed.messageId ?? undefined)
  const known = message.detail === undefined ? listed : asShown(listed, message.detail)
  const row = send === undefined ? known : asSent(known, send)
  const isGone = row.send === null ? message.isGone : goneSend.value === row.send.id
  if (isGone) return <GonePage mine={row.mailbox.isMine} />
  const status = statusOf(row)
  const changeable = row.send?.mine === true && (isGoing(row) || status === 'scheduled' || status === 'held')
  const sentence = sentenceOf(row, status)
  const { detail } = message
  return (
    <Page
      title={row.level === 'metadata' ? <i class="unshared">{subjectWords(row)}</i> : subjectWords(row)}
      subtitle={fromTo(row)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="mail-page"
      bar={changeable && <SendActions row={row} status={status} recordId={recordId} />}
    >
      <div class="mail">
        <div class="pad pad-block stack">
          <p class="spread">
            <Status status={status} />
            <span class="number second">{whenFull(Date.parse(row.at), view.value)}</span>
          </p>
          {sentence && (
            <Note tone={status === 'failed' || status === 'bounced_hard' ? 'danger' : 'warn'}>
              {sentence}
            </Note>
          )}
          {status === 'scheduled' && <Clocks row={row} recordId={recordId} />}
          {row.status === 'sending' && <Claimed row={row} />}
          {row.send?.mine === false && (status === 'scheduled' || status === 'held') && (
            <Note tone="neutral" icon="lock" testid="not-author">
              {t('mail.not_mine', { name: row.send.authorName })}
            </Note>
          )}
          <Recipients
            parties={
              send !== undefined
                ? marked(send)
                : detail !== undefined
                  ? marked(detail)
                  : marked({ ...row, bcc: [] })
            }
            from={row.direction === 'received' ? row.from : undefined}
          />
        </div>
        {listed.messageId === null ? <OwnWords row={row} send={send} /> : <Message {...message} />}
        {send && send.steps.length > 0 && <Steps send={send} />}
      </div>
    </Page>
  )
}

/** The same for a mail of which only the id is known. */
export function MessagePage({ messageId }: { messageId: string }) {
  const message = useMessage(messageId)
  const { detail } = message
  if (message.isGone) return <GonePage mine={message.wasMine} />
  return (
    <Page
      title={detail === undefined ? t('emails.one') : subjectWords(detail)}
      subtitle={detail && fromTo(detail)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="mail-page"
    >
      <div class="mail">
        {detail && (
          <div class="pad pad-block stack">
            <p class="spread">
              <Status status={statusOf(detail)} />
              <span class="number second">{whenFull(Date.parse(detail.at), view.value)}</span>
            </p>
            <Recipients
              parties={marked(detail)}
              from={detail.direction === 'received' ? detail.from : undefined}
            />
          </div>
        )}
        <Message {...message} />
      </div>
    </Page>
  )
}

/** Withdrawn, hidden or gone: one true sentence, and nothing of what stood here. `mine` undefined: never seen whose it was. */
function GonePage({ mine }: { mine: boolean | undefined }) {
  const away = mine === true && mailbox.value !== undefined && mailbox.value.status === 'disconnected'
  const words = mine === false ? 'emails.gone.theirs' : away ? 'emails.gone.away' : 'error.message_missing'
  return (
    <Page title={t('emails.one')} backLabel={t('common.back')} onBack={leavePlace} testid="mail-page">
      <div class="pad pad-block">
        <Note tone="neutral" icon="lock" testid="mail-gone">
          {t(mine === undefined ? 'emails.gone.unknown' : words)}
        </Note>
      </div>
    </Page>
  )
}

function fromTo({ from, to, cc }: Pick<ListedEmail, 'from' | 'to' | 'cc'>): string {
  const names = namesOf([...to, ...cc])
  return t('emails.from_to', { from: shortName(from.name, from.address), names })
}

/** What the server knows of it, and its text. */
function Message({ detail, problem }: { detail: MessageDetail | undefined; problem?: ComponentChildren }) {
  const bones = useSkeleton(detail === undefined && problem === undefined)
  return (
    <>
      {problem !== undefined && (
        <div class="pad pad-block">
          <Note tone="warn" testid="mail-problem">
            {problem}
          </Note>
        </div>
      )}
      {detail === undefined && bones && (
        <div class="section pad-block emails-bones" aria-hidden="true">
          {['64%', '52%', '58%'].map((width) => (
            <Bone key={width} width={width} height="13px" />
          ))}
        </div>
      )}
      {detail !== undefined && (
        <>
          <div class="section pad-block">
            <MailFacts detail={detail} />
          </div>
          {detail.level === 'full' && (
            <div class="pad mail-body">
              <MailText detail={detail} />
            </div>
          )}
        </>
      )}
    </>
  )
}

/** Of a send that no mailbox holds yet: its text, at first the beginning of it, and Gmail's own view of it. */
function OwnWords({ row, send }: { row: ListedEmail; send: Send | undefined }) {
  return (
    <>
      {send === undefined && row.snippet !== '' && (
        <p class="section pad-block second" dir="auto">
          {row.snippet}
        </p>
      )}
      {send && <WrittenText send={send} />}
      {row.gmailThreadId !== null && (
        <div class="section pad-block">
          <GmailLink threadId={row.gmailThreadId} />
        </div>
      )}
    </>
  )
}

/** The list may know a newer version of the row than the one that was opened. */
function newest(opened: ListedEmail, recordId: string | undefined): ListedEmail {
  const card = recordId === undefined ? undefined : cards.value.get(recordId)
  const lists = [...(emails.value?.rows ?? []), ...(mailTab.value?.rows ?? []), ...(card?.emails.rows ?? [])]
  return lists.find((one) => one.key === opened.key) ?? opened
}

/** The send with its steps, while its page stands. */
function useSend(id: string | undefined): Send | undefined {
  useEffect(() => {
    if (id === undefined) return
    void readSend(id)
    return () => {
      openSend.value = undefined
      goneSend.value = undefined
    }
  }, [id])
  return openSend.value?.id === id ? openSend.value : undefined
}

function useMessage(id: string | undefined) {
  useEffect(() => {
    if (id === undefined) return
    void readMessage(id)
    return () => closeMessage(id)
  }, [id])
  const open = openMessage.value?.id === id ? openMessage.value : undefined
  const { problem } = open ?? {}
  return {
    detail: open?.detail,
    problem: problem && problemSentence(problem),
    isGone: problem?.kind === 'refused' && problem.reason === 'message_missing',
    wasMine: open?.wasMine,
  }
}

/** No more of it than the mail itself shows by now, whatever its row said when it was opened. */
function asShown(row: ListedEmail, { level, subject, snippet, parts }: MessageDetail): ListedEmail {
  return { ...row, level, subject, snippet, hasAttachments: parts.length > 0 }
}

/** The row as its mail stands now: a card keeps only its newest rows, and this one may have left them. */
function asSent(row: ListedEmail, sent: Send): ListedEmail {
  if (row.send === null || row.send.version > sent.version) return row
  const { status, reason, version, claimedAt, undoUntil, sentAt, dueAt, level, subject } = sent
  const shown = level === 'metadata' ? { level, subject: '', snippet: '' } : { level, subject }
  return {
    ...row,
    ...shown,
    status,
    reason,
    at: sentAt ?? dueAt,
    send: { ...row.send, version, claimedAt, undoUntil },
  }
}
