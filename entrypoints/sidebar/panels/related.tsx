import type { RecordCard, RecordSummary } from '@/lib/contract/records.ts'
import { joined, money } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { isOverdue, type ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { choiceName, moduleInSentence, modulesName } from '@/lib/extension/record-words.ts'
import { Alarm } from '@/lib/extension/ui/badge.tsx'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { FoldedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { dateWords } from '@/lib/extension/value-words.ts'
import { startCreateFor } from '../load/create.ts'
import { fold } from '../load/modules.ts'
import { openRecord } from '../load/records.ts'
import { whyNoRecords } from '../load/rights.ts'
import { goToRecord } from '../load/workspace/place.ts'
import { modules, view } from '../state.ts'
import { moduleOf, unfolded } from '../state-cards.ts'
import { NotesSection } from './notes.tsx'
import { moduleIcon } from './record-icons.ts'
import { daysUntil, TodoRow } from './todo-row.tsx'

/** What belongs to a record, folded with its count; which lists stand open is kept per module. */
export function Related({ card }: { card: RecordCard }) {
  const { record } = card
  const order = [...modules.value.keys()]
  const lists = [...card.related].sort((a, b) => order.indexOf(a.module) - order.indexOf(b.module))
  // A contact's people are their account's; the account's page shows them.
  const withPeople = record.module === 'accounts' || card.people.length > 0
  return (
    <>
      {withPeople && <People card={card} />}
      {lists.map((list) => (
        <ModuleList key={list.module} card={card} list={list} />
      ))}
      {card.todos.length > 0 && (
        <Fold of={record.module} name="todos" title={t('list.todos')} count={card.todos.length}>
          <Rows label={t('list.todos')}>
            {card.todos.map((todo, index) => (
              <TodoRow key={todo.id} todo={todo} recordId={record.id} first={index === 0} testid="todo-row" />
            ))}
          </Rows>
        </Fold>
      )}
      <NotesSection card={card} />
    </>
  )
}

/** One list with its fold remembered for the module. */
export function Fold(props: {
  of: ModuleKey
  name: string
  title: string
  count: number
  tools?: preact.ComponentChildren
  children: preact.ComponentChildren
}) {
  const mark = `${props.of} ${props.name}`
  return (
    <FoldedList
      title={props.title}
      count={plainNumber(props.count, view.value.language)}
      open={unfolded.value.has(mark)}
      onFold={(open) => fold(mark, open)}
      tools={props.tools}
      testid={props.name}
    >
      {props.children}
    </FoldedList>
  )
}

function People({ card }: { card: RecordCard }) {
  const { record, people } = card
  return (
    <Fold
      of={record.module}
      name="people"
      title={t('list.people')}
      count={people.length}
      tools={record.module === 'accounts' && <Add module="contacts" card={card} />}
    >
      <Rows label={t('list.people')}>
        {people.map((one, index) => (
          <Row
            key={one.id}
            first={index === 0}
            icon="person"
            title={one.name}
            aside={one.id === record.mainContactId ? t('people.main') : undefined}
            below={
              <span class="cut" dir="auto">
                {joined([one.fields['title'], one.primaryAddress ?? undefined], view.value.language)}
              </span>
            }
            testid="person-row"
            onOpen={() => openRecord(one.id)}
          />
        ))}
      </Rows>
    </Fold>
  )
}

function ModuleList({ card, list }: { card: RecordCard; list: RecordCard['related'][number] }) {
  const name = modulesName(list.module, modules.value)
  return (
    <Fold
      of={card.record.module}
      name={list.module}
      title={name}
      count={list.total}
      tools={<Add module={list.module} card={card} />}
    >
      <Rows label={name}>
        {list.rows.map((one, index) => (
          <Row
            key={one.id}
            first={index === 0}
            icon={moduleIcon(one.module)}
            title={one.name}
            aside={<Worth record={one} />}
            below={<Below record={one} />}
            testid="related-row"
            onOpen={() => openRecord(one.id)}
          />
        ))}
      </Rows>
      {list.total > list.rows.length && (
        <span class="section-all">
          <Button kind="text" small onPress={() => goToRecord(card.record.id)} testid="all-related">
            {t('list.all', { n: list.total })}
          </Button>
        </span>
      )}
    </Fold>
  )
}

export function Add({ module, card }: { module: ModuleKey; card: RecordCard }) {
  return (
    <IconButton
      icon="plus"
      small
      label={t('list.add', { module: moduleInSentence(module, modules.value) })}
      off={whyNoRecords()}
      onPress={() => startCreateFor(module, card)}
      testid={`add-${module}`}
    />
  )
}

export function Worth({ record }: { record: RecordSummary }) {
  const { amount, total, currency = '' } = record.fields
  return <strong>{money(amount ?? total ?? '', currency, view.value.language)}</strong>
}

/** Stage or status, and the day that counts. */
export function Below({ record }: { record: RecordSummary }) {
  const { fields } = moduleOf(record.module)
  const status = fields.find((field) => field.key === 'stage' || field.key === 'status')
  const word = status ? choiceName(record.module, status, record.fields[status.key] ?? '') : ''
  const day = record.fields['dueOn'] ?? record.fields['validUntil'] ?? record.fields['closingOn'] ?? ''
  const today = new Date(view.value.now).toISOString().slice(0, 10)
  return (
    <>
      <span class="cut" dir="auto">
        {joined([word, record.fields['subject']], view.value.language)}
      </span>
      <span class="end number">
        {isOverdue(record.module, record.fields, today) ? (
          <Alarm tone="danger">{t('card.overdue', { n: Math.max(1, -daysUntil(day)) })}</Alarm>
        ) : (
          day !== '' && dateWords(day, view.value)
        )}
      </span>
    </>
  )
}
