import { useEffect, useState } from 'preact/hooks'
import type { RecordCard } from '@/lib/contract/records.ts'
import { money } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Tag } from '@/lib/extension/ui/badge.tsx'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Empty, RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { dateWords } from '@/lib/extension/value-words.ts'
import { startJotting } from '../../load/jottings.ts'
import { openRecord, refreshCard } from '../../load/records.ts'
import { whyNoRecords } from '../../load/rights.ts'
import { goTo, leaveRecord, switchWidth } from '../../load/workspace/place.ts'
import { cards, modules, offline, view } from '../../state.ts'
import { moduleOf, valueIn } from '../../state-cards.ts'
import { AttachmentsSection } from '../attachments.tsx'
import { CardActions } from '../card-actions.tsx'
import { CardDrafts } from '../compose/waits-line.tsx'
import { Facts } from '../facts.tsx'
import { JottingForm } from '../jotting.tsx'
import { NoteList } from '../notes.tsx'
import { RecordSwitch } from '../sharing/record-switch.tsx'
import { TodoRow } from '../todo-row.tsx'
import { RelatedLists } from './related-lists.tsx'
import { StagePath } from './stage-path.tsx'
import { WideEmails } from './wide-emails.tsx'
import './record.css'

/** 10, below: a record's page. Its lists left, its facts right; below 1100 px of window the facts go below. */
export function RecordPlace({ recordId }: { recordId: string }) {
  const card = cards.value.get(recordId)
  const [asked, setAsked] = useState('')
  useEffect(() => {
    void refreshCard(recordId).then(() => setAsked(recordId))
  }, [recordId])
  const bones = useSkeleton(card === undefined && asked !== recordId)
  return (
    <main class="place-record" tabIndex={-1} data-testid="record-place" data-record-id={recordId}>
      {card !== undefined ? (
        <Whole card={card} key={recordId} />
      ) : bones ? (
        <Bones />
      ) : (
        asked === recordId && !offline.value && <Missing />
      )}
    </main>
  )
}

function Whole({ card }: { card: RecordCard }) {
  const { record } = card
  const reached = moduleOf(record.module).reach !== 'none'
  return (
    <>
      <Head card={card} />
      <StagePath record={record} />
      <div class="record-columns">
        <div class="record-lists">
          <CardDrafts card={card} person={undefined} />
          <JottingForm recordId={record.id} />
          {reached && <WideEmails card={card} />}
          <RecordSwitch record={card.record} />
          <AttachmentsSection card={card} />
          <RelatedLists card={card} />
          <Notes card={card} />
        </div>
        <aside class="record-facts" aria-label={t('record.facts')}>
          <NextSteps card={card} />
          <RelatedList title={t('edit.details')} testid="details">
            <Facts record={record} whole />
          </RelatedList>
          <People card={card} />
        </aside>
      </div>
    </>
  )
}

function Head({ card }: { card: RecordCard }) {
  const { record } = card
  return (
    <header class="place-head record-head">
      <IconButton icon="back" label={t('record.to_list')} onPress={leaveRecord} testid="back" />
      <h1 class="cut" dir="auto" data-testid="record-name">
        {plainName(record.name) || t('table.no_name', { module: moduleName(record.module, modules.value) })}
      </h1>
      <Tag>{moduleName(record.module, modules.value)}</Tag>
      <Worth card={card} />
      <div class="place-tools">
        <CardActions card={card} person={undefined} />
        <IconButton
          icon="narrow"
          label={t('nav.narrow')}
          onPress={() => void switchWidth()}
          testid="narrow"
        />
      </div>
    </header>
  )
}

/** `€184,000 closes 30 Sep`; of a document its total and when it is due. */
function Worth({ card: { record } }: { card: RecordCard }) {
  const amount = valueIn(record, 'amount') || valueIn(record, 'total')
  const closes = valueIn(record, 'closingOn')
  const due = valueIn(record, 'dueOn') || valueIn(record, 'validUntil')
  const { language } = view.value
  return (
    <>
      {amount !== '' && (
        <strong class="record-worth number" data-testid="record-worth">
          {money(amount, valueIn(record, 'currency'), language)}
        </strong>
      )}
      {closes !== '' && (
        <span class="second number">{t('card.closes', { date: dateWords(closes, view.value) })}</span>
      )}
      {due !== '' && closes === '' && (
        <span class="second number">{t('record.due', { date: dateWords(due, view.value) })}</span>
      )}
    </>
  )
}

function NextSteps({ card }: { card: RecordCard }) {
  const { record, todos, nextStep } = card
  const open = todos.length > 0 ? todos : nextStep === null ? [] : [nextStep]
  return (
    <RelatedList
      title={t('field.nextStep')}
      testid="next-steps"
      tools={
        <IconButton
          icon="plus"
          small
          label={t('todo.add')}
          off={whyNoRecords()}
          onPress={() => startJotting('todo', record.id)}
          testid="add-todo"
        />
      }
    >
      {open.length === 0 ? (
        <p class="quiet">{t('record.no_step')}</p>
      ) : (
        <Rows label={t('field.nextStep')}>
          {open.map((todo, index) => (
            <TodoRow key={todo.id} todo={todo} recordId={record.id} first={index === 0} testid="todo-row" />
          ))}
        </Rows>
      )}
    </RelatedList>
  )
}

function Notes({ card }: { card: RecordCard }) {
  const { record, notes } = card
  if (notes.total === 0) return null
  return (
    <RelatedList
      title={t('list.notes')}
      count={String(notes.total)}
      testid="notes"
      tools={
        <IconButton
          icon="plus"
          small
          label={t('note.add')}
          off={whyNoRecords()}
          onPress={() => startJotting('note', record.id)}
          testid="add-note"
        />
      }
    >
      <NoteList card={card} />
    </RelatedList>
  )
}

function People({ card }: { card: RecordCard }) {
  if (card.people.length === 0) return null
  return (
    <RelatedList title={t('list.people')} count={String(card.people.length)} testid="people">
      <Rows label={t('list.people')}>
        {card.people.map((one, index) => (
          <Row
            key={one.id}
            first={index === 0}
            icon="person"
            title={one.name}
            aside={one.id === card.record.mainContactId ? t('people.main') : undefined}
            below={
              <span class="cut" dir="auto">
                {one.fields['title'] ?? one.primaryAddress ?? ''}
              </span>
            }
            testid="person-row"
            onOpen={() => openRecord(one.id)}
          />
        ))}
      </Rows>
    </RelatedList>
  )
}

/** Deleted, never there, or not for this person: the server does not say which. */
function Missing() {
  return (
    <div class="list-empty">
      <h1 class="hidden">{t('record.missing')}</h1>
      <Empty
        title={t('record.missing')}
        text={t('record.missing_text')}
        action={
          <Button kind="neutral" onPress={() => goTo('contacts')} testid="to-contacts">
            {t('nav.to_contacts')}
          </Button>
        }
        testid="record-missing"
      />
    </div>
  )
}

function Bones() {
  return (
    <div class="list-bones" aria-hidden="true" data-testid="record-skeleton">
      <div class="list-bone">
        <Bone width="240px" height="20px" />
      </div>
      {['60%', '72%', '54%', '66%', '48%'].map((width) => (
        <div key={width} class="list-bone">
          <Bone width={width} height="12px" />
        </div>
      ))}
    </div>
  )
}
