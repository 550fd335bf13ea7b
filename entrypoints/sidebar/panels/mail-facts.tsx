import type { ComponentChildren } from 'preact'
import type { MessageDetail } from '@/lib/contract/messages.ts'
import { fileSize, joined, listOf } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { askForText, readText } from '../load/messages.ts'
import { busy, page, places, sheets, view } from '../state.ts'
import { openMessage } from '../state-emails.ts'
import { aboutMail, OnRecords, PutOn } from './mail-records.tsx'

/** On which records and why, whose mailbox, who sees it, its text and files (design 04 C). */
export function MailFacts({ detail }: { detail: MessageDetail }) {
  const { standings, parts, level, gmail } = detail
  return (
    <dl class="mail-facts" data-testid="mail-facts">
      <Fact name={t('emails.on_records')} testid="on-records">
        {standings.length === 0 ? (
          <>
            <span class="second">{t('emails.on_none')}</span>
            <PutOn about={aboutMail(detail)} />
          </>
        ) : (
          <OnRecords standings={standings} about={aboutMail(detail)} />
        )}
      </Fact>
      <Fact name={t('emails.mailbox')} testid="whose-mailbox">
        {mailboxWords(detail)}
      </Fact>
      <Fact name={t(detail.share === null ? 'emails.why_seen' : 'emails.who_sees')} testid="who-sees-it">
        {detail.share === null ? sightWords(detail) : <MySharing detail={detail} />}
      </Fact>
      {level === 'metadata' ? (
        <Fact name={t('emails.text')} testid="no-text">
          <Ask detail={detail} />
        </Fact>
      ) : (
        gmail === null && (
          <Fact name={t('emails.text')} testid="their-text">
            <Show detail={detail} />
          </Fact>
        )
      )}
      {parts.length > 0 && (
        <Fact name={t('emails.files')} testid="mail-files">
          <ul>
            {parts.map((part) => (
              <li key={part.partId}>
                <bdi>{plainName(part.name) || t('emails.no_name')}</bdi>
                <span class="quiet number">{`, ${fileSize(part.size, view.value.language)}`}</span>
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {gmail !== null && (
        <Fact name={t('emails.in_gmail')} testid="in-gmail">
          <GmailLink {...gmail} />
          {detail.archived && <span class="quiet">{` ${t('emails.archived')}`}</span>}
        </Fact>
      )}
    </dl>
  )
}

function Fact(props: { name: string; testid: string; children: ComponentChildren }) {
  return (
    <div data-testid={props.testid}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}

/**
 * Within the tab one is in, when it shows that mailbox. By Gmail's own search, which finds a Message-ID for certain; that
 * Gmail's addresses take the API's thread ids is nowhere promised, and is only for mail whose Message-ID nobody knows.
 */
export function GmailLink(props: { threadId: string; account?: string; messageIdHeader?: string | null }) {
  const { threadId, account, messageIdHeader } = props
  const here = page.value
  const isHere = account === undefined || account.toLowerCase() === here?.account?.toLowerCase()
  // Gmail finds the account by its address too, and then opens it beside this one.
  const index = isHere ? String(here?.accountIndex ?? 0) : encodeURIComponent(account)
  const place = messageIdHeader
    ? `search/${encodeURIComponent(`rfc822msgid:${messageIdHeader.replace(/^<|>$/g, '')}`)}`
    : `all/${threadId}`
  return (
    <a
      class="link"
      target={isHere ? '_top' : '_blank'}
      rel="noopener"
      href={`https://mail.google.com/mail/u/${index}/#${place}`}
      data-testid="open-in-gmail"
    >
      <Icon name="external" />
      {t('mail.open_in_gmail')}
    </a>
  )
}

function mailboxWords({ mailboxes }: MessageDetail): string {
  const mine = mailboxes.some((one) => one.isMine)
  const others = mailboxes.filter((one) => !one.isMine).map((one) => one.name)
  const names = listOf(others, view.value.language)
  if (mine) return others.length === 0 ? t('emails.mailbox.mine') : t('emails.mailbox.mine_and', { names })
  return t('emails.mailbox.theirs', { names })
}

/** By which rule I see a colleague's mail. */
function sightWords({ sight, mailboxes, level }: MessageDetail): string {
  const name = mailboxes.find((one) => !one.isMine)?.name ?? ''
  if (sight === 'granted') return t('emails.sight.granted', { name })
  if (sight === 'this_mail')
    return t(level === 'full' ? 'emails.sight.this_mail' : 'emails.sight.this_mail_who', { name })
  if (sight === 'switch') return t('emails.sight.switch', { name })
  return t(level === 'full' ? 'emails.sight.mode' : 'emails.sight.mode_who', { name })
}

/** Who sees only who and when is never said to see it. */
function seenWords(share: MessageDetail['share']): string {
  const { seenBy = 0, whoAndWhen = 0 } = share ?? {}
  const [full, who] = [seenBy - whoAndWhen, whoAndWhen]
  if (seenBy === 0) return t('emails.mark.only_me')
  return joined(
    [
      full > 0 ? t('emails.seen_by', { n: full }) : undefined,
      who > 0 ? t('standing.who.count', { n: who }) : undefined,
    ],
    view.value.language,
  )
}

/** What others see of my mail, the way to change it, and who has opened it. */
function MySharing({ detail }: { detail: MessageDetail }) {
  const { share, id, subject } = detail
  const about = aboutMail(detail)
  return (
    <div class="share-line">
      <span data-testid="share-state">{seenWords(share)}</span>
      {about !== undefined && (
        <Button
          kind="text"
          small
          onPress={() => {
            sheets.value = [...sheets.value, { kind: 'who-sees', about }]
          }}
          testid="change-sharing"
        >
          {t('emails.change')}
        </Button>
      )}
      <Button
        kind="text"
        small
        onPress={() => {
          places.value = [
            ...places.value,
            { kind: 'ledger', messageId: id, subject, ...(about && { of: about }) },
          ]
        }}
        testid="open-ledger"
      >
        {t('emails.ledger')}
      </Button>
    </div>
  )
}

/** A colleague's text is fetched only when I ask for it, and they learn that I did. */
function Show({ detail }: { detail: MessageDetail }) {
  const { text } = openMessage.value ?? { text: 'not_asked' as const }
  const name = detail.mailboxes.find((one) => !one.isMine)?.name ?? ''
  const isShown = typeof text === 'object' && 'body' in text
  if (isShown) return <>{t('emails.fetched', { name: text.body.from.name })}</>
  return (
    <>
      <Button
        kind="text"
        small
        busy={text === 'asking'}
        onPress={() => void readText(detail.id)}
        testid="show-text"
      >
        {t('emails.show_text')}
      </Button>
      <span class="quiet small">{t('emails.show_text_note', { name })}</span>
    </>
  )
}

/** Of a mail that shows who and when its owner may be asked for the rest. */
function Ask({ detail }: { detail: MessageDetail }) {
  const { id, request } = detail
  const name = detail.mailboxes.find((one) => !one.isMine)?.name ?? ''
  return (
    <>
      <span class="second" data-testid="request-state">
        {request === null || request === 'granted'
          ? t('emails.ask.not_shared', { name })
          : t(`emails.ask.${request}`, { name })}
      </span>{' '}
      {request !== 'open' && (
        <Button
          kind="soft"
          small
          busy={busy.value.has(`ask:${id}`)}
          onPress={() => void askForText(id)}
          testid="ask-for-text"
        >
          {request === null ? t('emails.ask') : t('emails.ask_again')}
        </Button>
      )}
    </>
  )
}
