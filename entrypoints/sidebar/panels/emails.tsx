import { useState } from 'preact/hooks'
import type { RecordCard } from '@/lib/contract/records.ts'
import { joined } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { composeTo } from '../load/compose/begin.ts'
import { openEmails } from '../load/emails.ts'
import { whyNoMail } from '../load/words.ts'
import { cards, type Person, person, view } from '../state.ts'
import { emails } from '../state-emails.ts'
import { EmailBar, EmailGroups, EmptyEmails, useStill } from './email-list.tsx'
import { countWord } from './email-marks.tsx'
import { MailRow } from './email-row.tsx'
import { EmailSearch } from './email-search.tsx'
import './emails.css'

/** The newest three mails of a record; all of them are one step away. */
export function EmailsSection({ card, person: one }: { card: RecordCard; person: Person | undefined }) {
  const { rows, total, emptyReason } = card.emails
  const { id } = card.record
  const still = useStill(rows, id)
  return (
    <RelatedList
      title={t('list.emails')}
      count={countWord(total)}
      testid="emails"
      tools={
        <>
          {still.held > 0 && (
            <Button kind="text" small onPress={still.release} testid="new-rows">
              {t('list.new', { n: still.held })}
            </Button>
          )}
          {total > 0 && (
            <IconButton
              icon="filter"
              small
              label={t('emails.filter.open')}
              onPress={() => openEmails(id, 'all', 'filter')}
              testid="filter-emails"
            />
          )}
          <IconButton
            icon="pencil"
            small
            label={t('list.compose')}
            off={whyNoMail()}
            onPress={() => void composeTo(one, card)}
            testid="compose-email"
          />
        </>
      }
    >
      {rows.length === 0 ? (
        <EmptyEmails name={card.record.name} module={card.record.module} reason={emptyReason} />
      ) : (
        <div onPointerEnter={still.hold} onPointerLeave={still.release}>
          <Rows label={t('list.emails')}>
            {still.rows.slice(0, 3).map((row, index) => (
              <MailRow key={row.key} row={row} recordId={id} first={index === 0} />
            ))}
          </Rows>
          {total > 3 && (
            <span class="section-all">
              <Button kind="text" small onPress={() => openEmails(id)} testid="all-emails">
                {t('emails.all', { count: countWord(total) })}
              </Button>
            </span>
          )}
        </div>
      )}
    </RelatedList>
  )
}

/** 04 A: everything, in groups, with each mail's status. */
export function EmailsPage({ recordId }: { recordId: string }) {
  const list = emails.value
  const [searches, setSearches] = useState(list?.begin === 'search' || (list?.ask.q ?? '') !== '')
  const card = cards.value.get(recordId)
  const name = card?.record.name ?? ''
  if (list === undefined) return null
  const { language } = view.value
  return (
    <Page
      title={t('list.emails')}
      subtitle={joined([name, countWord(list.all ?? list.total)], language)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="emails-page"
      tools={
        <>
          {!searches && (
            <IconButton
              icon="search"
              label={t('emails.search')}
              onPress={() => setSearches(true)}
              testid="open-email-search"
            />
          )}
          <Button
            kind="soft"
            small
            icon="pencil"
            off={whyNoMail()}
            onPress={() =>
              void composeTo(person.value?.cardIds.includes(recordId) ? person.value : undefined, card)
            }
            testid="compose"
          >
            {t('list.compose')}
          </Button>
        </>
      }
    >
      {searches && (
        <div class="search-line">
          <EmailSearch list={list} onEmpty={() => setSearches(false)} />
        </div>
      )}
      <EmailBar list={list} />
      <EmailGroups list={list} name={name} />
    </Page>
  )
}
