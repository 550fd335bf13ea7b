import type { RecordChange } from '@/lib/contract/history.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { whenFull } from '@/lib/domain/format.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldValue } from '@/lib/extension/ui/field-value.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { dateWords, type Telling, valueWords } from '@/lib/extension/value-words.ts'
import { leavePlace } from '../keys.ts'
import { lookBack, moreHistory } from '../load/history.ts'
import { openRecord } from '../load/records.ts'
import { problemSentence } from '../load/words.ts'
import { cards, view } from '../state.ts'
import { history, moduleOf, nameOf } from '../state-cards.ts'
import './history.css'

/** Who changed what and when, newest first; or the record as it stood at the end of a day. */
export function HistoryPage({ recordId }: { recordId: string }) {
  const open = history.value
  if (open === undefined) return null
  const name = cards.value.get(recordId)?.record.name ?? ''
  const today = Temporal.Instant.fromEpochMilliseconds(view.value.now)
    .toZonedDateTimeISO(view.value.zone)
    .toPlainDate()
    .toString()
  return (
    <Page
      title={t('history.title')}
      subtitle={name}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="history-page"
    >
      <div class="as-of pad">
        <label for="as-of">{t('history.as_of')}</label>
        <input
          id="as-of"
          class="input"
          type="date"
          max={today}
          value={open.asOfDate}
          data-testid="as-of-date"
          onInput={(event) => void lookBack(event.currentTarget.value, view.value.zone)}
        />
        {open.asOfDate !== '' && (
          <Button kind="text" small onPress={() => void lookBack('', view.value.zone)} testid="as-of-now">
            {t('history.now')}
          </Button>
        )}
      </div>
      <div class="pad pad-block" aria-busy={open.loading}>
        {open.problem && <Note tone="warn">{problemSentence(open.problem)}</Note>}
        {open.asOfDate === '' ? <Changes /> : <AsOf />}
      </div>
    </Page>
  )
}

function Changes() {
  const open = history.value
  if (open === undefined) return null
  const module = cards.value.get(open.recordId)?.record.module
  return (
    <>
      <ol class="changes" aria-label={t('history.title')}>
        {open.rows.map((row) => (
          <li key={row.id} data-testid="change">
            <Change row={row} module={module} />
          </li>
        ))}
      </ol>
      {open.nextCursor !== undefined && (
        <Button kind="text" busy={open.loading} onPress={moreHistory} testid="more-history">
          {t('list.more')}
        </Button>
      )}
      {!open.loading && open.nextCursor === undefined && open.problem === undefined && (
        <p class="quiet small">{t('history.nothing')}</p>
      )}
    </>
  )
}

function Change({ row, module }: { row: RecordChange; module: ModuleKey | undefined }) {
  const isFirst = row.kind === 'created' || row.kind === 'imported'
  return (
    <>
      <p class="spread">
        <span>
          <strong dir="auto">{row.by?.name ?? t('history.inlay')}</strong>{' '}
          <span class="second">{t(`history.kind.${row.kind}`)}</span>
        </span>
        <time class="quiet number small" dateTime={row.at}>
          {whenFull(Date.parse(row.at), view.value)}
        </time>
      </p>
      {row.changes.length > 0 && (
        <dl class="change-fields">
          {row.changes.map(({ field, old, new: now_ }) => (
            <div key={field}>
              <dt>{fieldName(fieldOf(module, field))}</dt>
              <dd dir="auto">
                <Turn
                  old={words(module, field, old, row)}
                  now={words(module, field, now_, row)}
                  isFirst={isFirst}
                />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

/** What a new record starts with came out of nothing, which need not be said. */
function Turn(props: { old: string; now: string; isFirst: boolean }) {
  const empty = t('history.empty')
  if (props.isFirst && props.old === '') return <>{props.now}</>
  return <>{t('history.to', { old: props.old || empty, new: props.now || empty })}</>
}

/** A field that was deleted since is named by its key, its values stay as they were written. */
function fieldOf(module: ModuleKey | undefined, key: string): FieldDescription {
  const known = module && moduleOf(module).fields.find((field) => field.key === key)
  return known ?? { key, type: 'text' }
}

function words(module: ModuleKey | undefined, key: string, value: string, row: RecordChange): string {
  const field = fieldOf(module, key)
  const code = field.currencyKey
  const beside = row.changes.find((one) => one.field === code)
  const record = cards.value.get(history.value?.recordId ?? '')?.record
  const currency = beside?.new ?? (code === undefined ? '' : (record?.fields[code] ?? ''))
  return valueWords(field, value, { ...telling(module), currency })
}

function telling(module: ModuleKey | undefined): Telling {
  const open = history.value
  const known = [...(open?.refs ?? []), ...(open?.people ?? []), ...(open?.asOf?.refs ?? [])]
  const more = open?.asOf?.people ?? []
  return {
    module: module ?? '',
    view: view.value,
    nameOf: (id) => [...known, ...more].find((one) => one.id === id)?.name ?? nameOf(undefined, id),
  }
}

/** Every field that had a value then. */
function AsOf() {
  const { asOf, asOfDate } = history.value ?? {}
  if (asOf === undefined || asOfDate === undefined) return null
  const { fields } = moduleOf(asOf.module)
  const currencies = new Set(fields.flatMap((field) => field.currencyKey ?? []))
  const shown = fields.filter((field) => (asOf.values[field.key] ?? '') !== '' && !currencies.has(field.key))
  return (
    <section aria-label={t('history.end_of', { date: dateWords(asOfDate, view.value) })} data-testid="as-of">
      <p class="group-head">{t('history.end_of', { date: dateWords(asOfDate, view.value) })}</p>
      {asOf.exists ? (
        <>
          <h2 dir="auto">{asOf.name}</h2>
          <dl class="facts">
            {shown.map((field) => (
              <div class="fact" key={field.key}>
                <dt class="cut">{fieldName(field)}</dt>
                <dd class="fact-line">
                  <FieldValue
                    field={field}
                    value={asOf.values[field.key] ?? ''}
                    telling={{
                      ...telling(asOf.module),
                      currency: asOf.values[field.currencyKey ?? ''] ?? '',
                    }}
                    onOpen={openRecord}
                  />
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : (
        <p class="second">{t('history.absent')}</p>
      )}
    </section>
  )
}
