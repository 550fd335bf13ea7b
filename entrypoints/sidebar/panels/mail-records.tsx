import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import type { MessageDetail, Standing } from '@/lib/contract/messages.ts'
import { dateOf, joined } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { openRecord } from '../load/records.ts'
import { findRecordFor, takeMailOff } from '../load/standing.ts'
import { view } from '../state.ts'
import type { WhoSeesAbout } from '../state-sharing.ts'
import { moduleIcon } from './record-icons.ts'

/** How many records stand before the rest is asked for: the text of the mail comes first. */
const atFirst = 2

/** One mail of mine as the sheets about it name it; a colleague's is not mine to put anywhere. */
export function aboutMail({ gmail, subject, at }: MessageDetail): WhoSeesAbout | undefined {
  if (gmail === null) return undefined
  return { account: gmail.account, threadId: gmail.threadId, gmailId: gmail.messageId, subject, at }
}

/** This one mail on a record by hand, without its thread. */
export function PutOn({ about }: { about: WhoSeesAbout | undefined }) {
  if (about === undefined) return null
  return (
    <Button kind="text" small icon="plus" onPress={() => findRecordFor(about)} testid="put-mail">
      {t('emails.put_one')}
    </Button>
  )
}

/** Records with the same reason stand together above it. */
export function OnRecords({
  standings,
  about,
}: {
  standings: readonly Standing[]
  about: WhoSeesAbout | undefined
}) {
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
              <span key={record.id} class="on-record">
                <button
                  type="button"
                  class="link-button"
                  data-testid="on-record"
                  onClick={() => openRecord(record.id)}
                >
                  <Icon name={moduleIcon(record.module)} size={14} />
                  <bdi class="cut">{plainName(record.name) || t('value.closed')}</bdi>
                </button>
                {about !== undefined && (
                  <IconButton
                    icon="close"
                    small
                    label={t('emails.off_one', { record: plainName(record.name) })}
                    onPress={() => void takeMailOff(about, record)}
                    testid="take-mail-off"
                  />
                )}
              </span>
            ))}
            <span class="quiet small" dir="auto">
              <Breakable text={why} />
            </span>
          </li>
        ))}
      </ul>
      {/* The text of the mail stays high: with a long list it comes once all of that is asked for. */}
      {left === 0 && <PutOn about={about} />}
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
