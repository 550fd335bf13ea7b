import { useState } from 'preact/hooks'
import type { RecordCard, RecordSummary } from '@/lib/contract/records.ts'
import { ago, clockOf, dateOf, money, placeOf } from '@/lib/domain/format.ts'
import { dealStages, isOpenStage } from '@/lib/domain/modules.ts'
import { isZone, localAt } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Tag } from '@/lib/extension/ui/badge.tsx'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { StageBar } from '@/lib/extension/ui/progress.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { composeTo } from '../load/drafts.ts'
import { openRecord, startCreate } from '../load/records.ts'
import { whyNoMail } from '../load/words.ts'
import { cards, me, type Person, page, view } from '../state.ts'
import { AttachmentsSection, InThisMail } from './attachments.tsx'
import { EmailsSection } from './emails.tsx'
import './record.css'

/** A record as a place of its own, e.g. a deal reached from its contact. */
export function RecordPage({ recordId }: { recordId: string }) {
  const found = cards.value.get(recordId)
  return (
    <Page
      title={found?.record.name ?? ''}
      subtitle={found && moduleName(found.record.module)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="record-page"
    >
      {found ? (
        <RecordBody card={found} person={undefined} />
      ) : (
        <div class="pad">
          <Note tone="neutral">{t('error.record_missing')}</Note>
        </div>
      )}
    </Page>
  )
}

/** The card and its lists. `person` is the person of the open mail, when the card is theirs. */
export function RecordBody({ card, person }: { card: RecordCard; person: Person | undefined }) {
  const gmailChanged = page.value?.health.ok === false
  const files = person !== undefined && <InThisMail />
  return (
    <div data-testid="card" data-record-id={card.record.id}>
      <CardHead card={card} />
      <Actions card={card} person={person} />
      <Now card={card} />
      {gmailChanged && files}
      <EmailsSection card={card} person={person} />
      <AttachmentsSection card={card} />
      {!gmailChanged && files}
    </div>
  )
}

function CardHead({ card }: { card: RecordCard }) {
  const { record } = card
  const isDeal = record.module === 'deals'
  const company = card.company || record.fields['company']
  const role = [record.fields['title'], company].filter(Boolean)
  return (
    <div class="card-head">
      {isDeal ? (
        <span class="avatar avatar-large avatar-2" aria-hidden="true">
          <Icon name="deal" size={20} />
        </span>
      ) : (
        <Avatar name={record.name} address={record.primaryAddress ?? record.id} large />
      )}
      <div class="card-names">
        <div class="spread">
          <h1 class="cut" dir="auto" data-testid="card-name">
            {record.name}
          </h1>
          {record.module === 'leads' && <Tag>{t('module.leads')}</Tag>}
          <LocalTime zone={record.fields['zone'] ?? ''} />
        </div>
        <p class="cut second" dir="auto">
          {role.length > 0 ? role.join(' · ') : (record.primaryAddress ?? moduleName(record.module))}
        </p>
      </div>
    </div>
  )
}

/** Only when their clock differs from mine. */
function LocalTime({ zone }: { zone: string }) {
  const { now, zone: mine, language } = view.value
  if (zone === '' || !isZone(zone) || localAt(now, zone) === localAt(now, mine)) return null
  return (
    <span class="local-time quiet number" data-testid="local-time">
      <Icon name="clock" size={14} />
      {t('card.local_time', { place: placeOf(zone, language), time: clockOf(now, zone) })}
    </span>
  )
}

function Actions({ card, person }: { card: RecordCard; person: Person | undefined }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const viewer = me.value?.user.role === 'viewer'
  const { record } = card
  const canWrite = record.module !== 'deals' || record.mainContactId !== null
  const about = person ?? {
    address: record.primaryAddress ?? '',
    name: record.name,
    kind: 'known' as const,
    cardIds: [record.id],
  }
  return (
    <div class="pad actions">
      {canWrite && (
        <Button
          kind="soft"
          icon="mail"
          off={whyNoMail()}
          onPress={() => void composeTo(person, writableCard(card))}
          testid="email"
        >
          {t('card.email')}
        </Button>
      )}
      {record.module === 'contacts' && !viewer && (
        <span class="end">
          <IconButton
            icon="more"
            label={t('common.more')}
            expanded={at !== undefined}
            onPress={setAt}
            testid="card-more"
          />
        </span>
      )}
      {at && (
        <Menu
          at={at}
          label={t('common.more')}
          onClose={() => setAt(undefined)}
          items={[
            {
              id: 'new-deal',
              icon: 'deal',
              label: t('menu.create_deal'),
              run: () => startCreate('deals', about, record.id),
            },
          ]}
        />
      )}
    </div>
  )
}

/** A deal is written to through its contact. */
function writableCard(card: RecordCard): RecordCard {
  const contact = card.record.mainContactId
  return (card.record.module === 'deals' && contact ? cards.value.get(contact) : undefined) ?? card
}

/** What matters now, only what there is. */
function Now({ card }: { card: RecordCard }) {
  const { lastContact } = card
  const open = (card.record.module === 'deals' ? [card.record] : card.deals)
    .filter((deal) => isOpenStage(deal.fields['stage']))
    .slice(0, 3)
  if (lastContact === null && open.length === 0) return null
  return (
    <div class="now">
      <Rows label={t('card.now')}>
        {lastContact !== null && (
          <Row
            key="last"
            icon="history"
            title={lastContact.direction === 'received' ? t('card.they_wrote') : t('card.you_wrote')}
            aside={ago(Date.parse(lastContact.at), view.value)}
            testid="last-contact"
          />
        )}
        {open.map((deal, index) => (
          <DealRow key={deal.id} deal={deal} first={index === 0} isSelf={deal.id === card.record.id} />
        ))}
      </Rows>
    </div>
  )
}

function DealRow({ deal, first, isSelf }: { deal: RecordSummary; first: boolean; isSelf: boolean }) {
  const { amount = '', currency = '', closingOn = '' } = deal.fields
  const stage = dealStages.find((one) => one === deal.fields['stage']) ?? 'qualification'
  const step = dealStages.indexOf(stage) + 1
  const { language } = view.value
  const stageName = t(`stage.${stage}`)
  return (
    <Row
      icon="deal"
      first={first}
      title={deal.name}
      aside={<strong>{money(amount, currency, language)}</strong>}
      below={
        <>
          <StageBar
            step={step}
            of={dealStages.length}
            label={t('stage.progress', { step, all: dealStages.length })}
          />
          <span class="cut">{stageName}</span>
          {closingOn !== '' && (
            <span class="end number">
              {t('card.closes', { date: dateOf(Date.parse(`${closingOn}T12:00:00`), view.value) })}
            </span>
          )}
        </>
      }
      testid="deal-row"
      {...(isSelf ? {} : { onOpen: () => openRecord(deal.id) })}
    />
  )
}
