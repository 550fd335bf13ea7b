import { useEffect, useState } from 'preact/hooks'
import type { EmailRow } from '@/lib/contract/emails.ts'
import type { RecordCard } from '@/lib/contract/records.ts'
import type { EmailFilter } from '@/lib/extension/api.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { composeTo } from '../../load/compose/begin.ts'
import { attempt } from '../../load/core.ts'
import { openEmails } from '../../load/emails.ts'
import { whyNoMail } from '../../load/words.ts'
import { EmptyEmails, useStill, useWide } from '../email-list.tsx'
import { countWord } from '../email-marks.tsx'
import { MailRow, WideMailRow } from '../email-row.tsx'

const filters: readonly EmailFilter[] = ['all', 'received', 'sent', 'scheduled']
/** So many rows; all of them are one step away. */
const most = 6

/** S-007, S-060: a record's mail with Compose email at the top right. */
export function WideEmails({ card }: { card: RecordCard }) {
  const { total, emptyReason } = card.emails
  const { id, name } = card.record
  const [filter, setFilter] = useState<EmailFilter>('all')
  const shown = useRows(card, filter)
  const still = useStill(shown.rows, `${id} ${filter} ${shown.asked}`)
  const wide = useWide()
  return (
    <RelatedList
      title={t('list.emails')}
      count={countWord(total)}
      testid="emails"
      tools={<Tools card={card} filter={filter} held={still.held} onRelease={still.release} />}
    >
      {total === 0 ? (
        <EmptyEmails name={name} module={card.record.module} reason={emptyReason} />
      ) : (
        <>
          <span class="actions">
            <fieldset class="wide-filters">
              <legend class="hidden">{t('emails.filter')}</legend>
              {filters.map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={filter === one}
                  data-testid={`filter-${one}`}
                  onClick={() => setFilter(one)}
                >
                  {t(`emails.filter.${one}`)}
                </button>
              ))}
            </fieldset>
          </span>
          {shown.rows.length === 0 && shown.asked && (
            <EmptyEmails name={name} module={card.record.module} reason="filter" />
          )}
          <div class="wide-emails" onPointerEnter={still.hold} onPointerLeave={still.release}>
            <Rows label={t('list.emails')}>
              {still.rows
                .slice(0, most)
                .map((row, index) =>
                  wide ? (
                    <WideMailRow key={row.key} row={row} recordId={id} first={index === 0} />
                  ) : (
                    <MailRow key={row.key} row={row} recordId={id} first={index === 0} />
                  ),
                )}
            </Rows>
          </div>
          {shown.total > most && (
            <span class="section-all">
              <Button kind="text" small onPress={() => openEmails(id, filter)} testid="all-emails">
                {t('emails.all', { count: countWord(shown.total) })}
              </Button>
            </span>
          )}
        </>
      )}
    </RelatedList>
  )
}

/** What waits, the way to search and filter, and Compose email. */
function Tools(props: { card: RecordCard; filter: EmailFilter; held: number; onRelease: () => void }) {
  const { card, filter, held, onRelease } = props
  const { id } = card.record
  const { total } = card.emails
  return (
    <>
      {held > 0 && (
        <Button kind="text" small onPress={onRelease} testid="new-rows">
          {t('list.new', { n: held })}
        </Button>
      )}
      {total > 0 && (
        <>
          <IconButton
            icon="search"
            small
            label={t('emails.search')}
            onPress={() => openEmails(id, filter, 'search')}
            testid="search-emails"
          />
          <IconButton
            icon="filter"
            small
            label={t('emails.filter.open')}
            onPress={() => openEmails(id, filter, 'filter')}
            testid="filter-emails"
          />
        </>
      )}
      <Button
        kind="soft"
        small
        icon="pencil"
        off={whyNoMail()}
        onPress={() => void composeTo(undefined, card)}
        testid="compose-email"
      >
        {t('list.compose')}
      </Button>
    </>
  )
}

interface Shown {
  rows: readonly EmailRow[]
  total: number
  asked: boolean
}

/** What the card knows at once, and more of it as soon as the server has said; again whenever the card changes. */
function useRows(card: RecordCard, filter: EmailFilter): Shown {
  const known: Shown = { rows: card.emails.rows, total: card.emails.total, asked: false }
  const [more, setMore] = useState<(Shown & { filter: EmailFilter }) | undefined>(undefined)
  useEffect(() => {
    let gone = false
    void attempt(({ backend }) => backend.emails(card.record.id, { filter })).then((answer) => {
      if (!gone && answer.ok) {
        const { rows, total } = answer.value
        setMore({ rows, total, asked: true, filter })
      }
    })
    return () => {
      gone = true
    }
  }, [card.record.id, card.emails, filter])
  if (more?.filter === filter) return more
  return filter === 'all' ? known : { rows: more?.rows ?? [], total: more?.total ?? 0, asked: false }
}
