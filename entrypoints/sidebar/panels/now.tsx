import { useState } from 'preact/hooks'
import type { RecordCard, RecordSummary, Todo } from '@/lib/contract/records.ts'
import { ago, money } from '@/lib/domain/format.ts'
import { dealStages, isOpenStage } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { choiceName, fieldName } from '@/lib/extension/record-words.ts'
import { Alarm } from '@/lib/extension/ui/badge.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import { StageBar } from '@/lib/extension/ui/progress.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { dateWords } from '@/lib/extension/value-words.ts'
import { setValues } from '../load/edits.ts'
import { startJotting } from '../load/jottings.ts'
import { openRecord } from '../load/records.ts'
import { whyNoRecords, whyReadOnly } from '../load/rights.ts'
import { view } from '../state.ts'
import { jotting, moduleOf, valueIn } from '../state-cards.ts'
import { openStanding } from '../state-standing.ts'
import { daysUntil, TodoRow } from './todo-row.tsx'

/** What matters now, only what there is, in a fixed order (design 3). */
export function Now({ card }: { card: RecordCard }) {
  const { record, lastContact, overdue } = card
  // Its own card says of a deal also how it ended.
  const deals =
    record.module === 'deals' ? [record] : card.deals.filter((deal) => isOpenStage(valueIn(deal, 'stage')))
  // What the open mail is about comes first.
  const about = openStanding.value?.chosenDealId
  const sorted = [...deals.filter((deal) => deal.id === about), ...deals.filter((deal) => deal.id !== about)]
  return (
    <div class="now">
      <Rows label={t('card.now')}>
        <NextStep todo={card.nextStep} recordId={record.id} />
        {lastContact !== null && (
          <Row
            icon="history"
            title={lastContact.direction === 'received' ? t('card.they_wrote') : t('card.you_wrote')}
            aside={ago(Date.parse(lastContact.at), view.value)}
            testid="last-contact"
          />
        )}
        {sorted.slice(0, 3).map((deal) => (
          <DealRow key={deal.id} deal={deal} isSelf={deal.id === record.id} />
        ))}
        {overdue !== null && <OverdueRow invoice={overdue} isSelf={overdue.id === record.id} />}
        {card.colleagues.slice(0, 2).map((one) => (
          <Row
            key={one.id}
            icon="radar"
            title={t('card.colleague', { name: one.name })}
            aside={ago(Date.parse(one.at), view.value)}
            testid="colleague"
          />
        ))}
      </Rows>
    </div>
  )
}

function NextStep({ todo, recordId }: { todo: Todo | null; recordId: string }) {
  if (todo !== null) return <TodoRow todo={todo} recordId={recordId} first testid="next-step" />
  if (whyNoRecords() !== undefined || jotting.value?.recordId === recordId) return null
  return (
    <Row
      icon="plus"
      first
      title={<span class="second">{t('card.next_step')}</span>}
      testid="add-next-step"
      onOpen={() => startJotting('todo', recordId)}
    />
  )
}

function DealRow({ deal, isSelf }: { deal: RecordSummary; isSelf: boolean }) {
  const closingOn = valueIn(deal, 'closingOn')
  const date = dateWords(closingOn, view.value)
  const field = moduleOf('deals').fields.find((one) => one.key === 'closingOn')
  // Nobody knows whether a closed deal was closed on that day.
  const closing = field ? fieldName(field) : ''
  return (
    <Row
      icon="deal"
      title={deal.name}
      aside={
        <strong>{money(valueIn(deal, 'amount'), valueIn(deal, 'currency'), view.value.language)}</strong>
      }
      below={
        closingOn !== '' && (
          <span class="end number">
            {isOpenStage(valueIn(deal, 'stage')) ? t('card.closes', { date }) : `${closing} ${date}`}
          </span>
        )
      }
      beside={<StageMenu deal={deal} />}
      testid="deal-row"
      {...(isSelf ? {} : { onOpen: () => openRecord(deal.id) })}
    />
  )
}

/** The bar and the name of the stage; it opens a menu of all of them. */
function StageMenu({ deal }: { deal: RecordSummary }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const field = moduleOf('deals').fields.find((one) => one.key === 'stage')
  const choices = field?.choices ?? dealStages.map((key) => ({ key }))
  const stage = valueIn(deal, 'stage') || 'qualification'
  const step = choices.findIndex((one) => one.key === stage) + 1
  const name = field ? choiceName('deals', field, stage) : stage
  const why = whyReadOnly(deal)
  return (
    <>
      <button
        type="button"
        class="stage-button"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        aria-label={`${name}, ${t('edit.stage')}`}
        aria-disabled={why === undefined ? undefined : 'true'}
        aria-description={why}
        data-testid="stage"
        onClick={(event) => why === undefined && setAt(event.currentTarget)}
      >
        {isOpenStage(stage) && (
          <StageBar
            step={step}
            of={choices.length}
            label={t('stage.progress', { step, all: choices.length })}
          />
        )}
        <span class="cut">{name}</span>
        {why === undefined && <Icon name="down" size={14} />}
      </button>
      {at && field && (
        <Menu
          at={at}
          label={t('edit.stage')}
          onClose={() => setAt(undefined)}
          items={choices.map(({ key }) => ({
            id: `stage-${key}`,
            label: choiceName('deals', field, key),
            chosen: key === stage,
            run: () => void setValues(deal, { stage: key }),
          }))}
        />
      )}
    </>
  )
}

function OverdueRow({ invoice, isSelf }: { invoice: RecordSummary; isSelf: boolean }) {
  const { total = '', currency = '', dueOn = '' } = invoice.fields
  return (
    <Row
      icon="receipt"
      title={
        <>
          {invoice.name}{' '}
          <span class="second number plain-weight">{money(total, currency, view.value.language)}</span>
        </>
      }
      aside={<Alarm tone="danger">{t('card.overdue', { n: Math.max(1, -daysUntil(dueOn)) })}</Alarm>}
      testid="overdue"
      {...(isSelf ? {} : { onOpen: () => openRecord(invoice.id) })}
    />
  )
}
