import { type ComponentChildren, Fragment } from 'preact'
import { useState } from 'preact/hooks'
import type { MessageDetail, Standing } from '@/lib/contract/messages.ts'
import { dateOf, fileSize, joined, listOf } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { askForText, readText } from '../load/messages.ts'
import { openRecord } from '../load/records.ts'
import { busy, page, places, sheets, view } from '../state.ts'
import { openMessage } from '../state-emails.ts'
import type { WhoSeesAbout } from '../state-sharing.ts'
import { moduleIcon } from './record-icons.ts'

/** On which records and why, whose mailbox, who sees it, its text and files (design 04 C). */
export function MailFacts({ detail }: { detail: MessageDetail }) {
  const { standings, parts, level, gmail } = detail
  return (
    <dl class="mail-facts" data-testid="mail-facts">
      <Fact name={t('emails.on_records')} testid="on-records">
        {standings.length === 0 ? (
          <span class="second">{t('emails.on_none')}</span>
        ) : (
          <OnRecords standings={standings} />
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

/** How many records stand before the rest is asked for: the text of the mail comes first. */
const atFirst = 2

/** Records with the same reason stand together above it; reasons are cut to a line until all is asked for. */
function OnRecords({ standings }: { standings: readonly Standing[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? standings : standings.slice(0, atFirst)
  const left = standings.length - shown.length
  const groups = Map.groupBy(shown, whyThere)
  return (
    <>
      <ul>
        {[...groups].map(([why, ones]) => (
          <li key={why}>
            {ones.map(({ record }) => (
              <button
                key={record.id}
                type="button"
                class="link-button"
                data-testid="on-record"
                onClick={() => openRecord(record.id)}
              >
                <Icon name={moduleIcon(record.module)} size={14} />
                <bdi class="cut">{plainName(record.name) || t('value.closed')}</bdi>
              </button>
            ))}
            <span
              class={`quiet small${left > 0 ? ' cut' : ''}`}
              dir="auto"
              title={left > 0 ? why : undefined}
            >
              {left > 0 ? why : <Breakable text={why} />}
            </span>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <Button kind="text" small onPress={() => setAll(true)} testid="all-records">
          {t('emails.on_more', { n: left })}
        </Button>
      )}
    </>
  )
}

/** An address breaks before its host rather than anywhere. */
function Breakable({ text }: { text: string }) {
  const [first, ...rest] = text.split('@')
  return (
    <>
      {first}
      {rest.map((part, at) => (
        <Fragment key={at}>
          <wbr />@{part}
        </Fragment>
      ))}
    </>
  )
}

/** Why a mail stands on a record, in one line. */
function whyThere(standing: Standing): string {
  const { by, address, party, through, madeBy, madeAt, wholeThread, chosen } = standing
  const { language } = view.value
  if (by === 'hand') {
    const name = madeBy?.name ?? ''
    const date = madeAt === null ? '' : dateOf(Date.parse(madeAt), view.value)
    return joined(
      [
        t(wholeThread ? 'emails.why.hand_thread' : 'emails.why.hand', { name, date }),
        chosen ? t('emails.why.chosen') : undefined,
      ],
      language,
    )
  }
  // Whose address it is belongs to the colleague's copy alone.
  if (address === '')
    return joined([t('emails.why.some_address'), chosen ? t('emails.why.chosen') : undefined], language)
  const place =
    party === null ? '' : t(party === 'from' || party === 'to' ? `emails.party.${party}` : `compose.${party}`)
  const why =
    through === null
      ? t('emails.why.address', { address, party: place })
      : t('emails.why.contact', { address, party: place, name: plainName(through.name) })
  return joined([why, chosen ? t('emails.why.chosen') : undefined], language)
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

/** What others see of my mail, the way to change it, and who has opened it. */
function MySharing({ detail }: { detail: MessageDetail }) {
  const { share, gmail, id, subject } = detail
  const about: WhoSeesAbout | undefined =
    gmail === null
      ? undefined
      : { account: gmail.account, threadId: gmail.threadId, gmailId: gmail.messageId, subject, at: detail.at }
  const seenBy = share?.seenBy ?? 0
  return (
    <div class="share-line">
      <span data-testid="share-state">
        {seenBy === 0 ? t('emails.mark.only_me') : t('emails.seen_by', { n: seenBy })}
      </span>
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
