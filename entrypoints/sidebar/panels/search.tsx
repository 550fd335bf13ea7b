import { useEffect } from 'preact/hooks'
import type { RecordSummary } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { findRecords, openRecord } from '../load/records.ts'
import { search } from '../state.ts'

/** Any record, by name, company or address. */
export function SearchSheet() {
  return (
    <Sheet
      title={t('search.title')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="search-sheet"
    >
      <div class="pad pad-block">
        <RecordSearch label={t('search.title')} autofocus onChoose={(record) => openRecord(record.id)} />
      </div>
    </Sheet>
  )
}

/** A field and what it finds; arrows lead from the field into the rows. */
export function RecordSearch(props: {
  label: string
  hint?: string
  autofocus?: boolean
  onChoose: (record: RecordSummary) => void
}) {
  const { q, records, done } = search.value
  useEffect(() => () => void findRecords(''), [])
  return (
    <div class="stack-small">
      <input
        class="input"
        type="search"
        dir="auto"
        aria-label={props.label}
        placeholder={props.hint ?? t('search.hint')}
        value={q}
        data-autofocus={props.autofocus ? '' : undefined}
        data-testid="search-input"
        autocomplete="off"
        onInput={(event) => void findRecords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || event.isComposing) return
          event.preventDefault()
          document.querySelector<HTMLElement>('[data-testid=search-row] [data-row]')?.focus()
        }}
      />
      <p class="hidden" role="status">
        {done && records.length === 0 ? t('search.none', { q }) : ''}
      </p>
      {done && records.length === 0 && q.trim() !== '' && <p class="second">{t('search.none', { q })}</p>}
      {records.length > 0 && (
        <Rows label={t('search.title')}>
          {records.map((record, index) => (
            <Row
              key={record.id}
              first={index === 0}
              icon={record.module === 'deals' ? 'deal' : 'person'}
              title={record.name}
              aside={moduleName(record.module)}
              below={
                <span class="cut" dir="auto">
                  {record.fields['company'] || record.primaryAddress || ''}
                </span>
              }
              testid="search-row"
              onOpen={() => props.onChoose(record)}
            />
          ))}
        </Rows>
      )}
    </div>
  )
}
