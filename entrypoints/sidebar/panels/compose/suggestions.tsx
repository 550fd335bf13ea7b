import { useEffect } from 'preact/hooks'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Marked } from '@/lib/extension/ui/marked.tsx'
import type { Field } from '../../load/compose/parties.ts'
import { modules } from '../../state.ts'
import type { RecipientRow } from '../../state-compose.ts'
import { moduleIcon } from '../record-icons.ts'

/** Without an address a record is shown, and can't be written to. */
export function isInsertable(row: RecipientRow): boolean {
  return row.addresses.length > 0
}

/** 07 B: the records that may be meant; the field keeps the focus and has the keys. */
export function Suggestions(props: {
  field: Field
  rows: readonly RecipientRow[]
  q: string
  at: number
  onTake: (row: RecipientRow) => void
}) {
  const { field, rows, at } = props
  const q = props.q.trim().replace(/^@/, '')
  useEffect(() => {
    document.getElementById(`suggestion-${field}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [field, at])
  return (
    <div class="suggestions" data-testid="suggestions">
      <div id={`suggestions-${field}`} role="listbox" aria-label={t('compose.suggestions')}>
        {rows.map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and has the keys.
          <div
            key={`${row.record.id} ${row.addresses[0]?.address ?? ''} ${row.through}`}
            id={`suggestion-${field}-${index}`}
            role="option"
            tabIndex={-1}
            class={index === at ? 'suggestion suggestion-marked' : 'suggestion'}
            aria-selected={index === at}
            aria-disabled={!isInsertable(row)}
            data-testid="suggestion"
            // The field keeps the focus, or leaving it would close the list first.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => isInsertable(row) && props.onTake(row)}
          >
            <Face row={row} />
            <span class="suggestion-words">
              <span class="cut" dir="auto">
                <Marked text={plainName(row.record.name)} q={q} />
              </span>
              <small class="cut" dir="auto">
                {belowOf(row)}
              </small>
            </span>
            <small class="suggestion-module">{moduleName(row.record.module, modules.value)}</small>
          </div>
        ))}
      </div>
      <p class="suggestions-keys" aria-hidden="true">
        <kbd>↵</kbd> {t('compose.keys.insert')} <kbd>↑</kbd>
        <kbd>↓</kbd> {t('compose.keys.choose')} <span>{t('compose.keys.any')}</span>
      </p>
    </div>
  )
}

function Face({ row }: { row: RecipientRow }) {
  const { module, name } = row.record
  if (row.through !== '')
    return (
      <span class="suggestion-icon">
        <Icon name={moduleIcon(module)} />
      </span>
    )
  return <Avatar name={name} address={row.addresses[0]?.address ?? name} unknown={!isInsertable(row)} />
}

function belowOf(row: RecipientRow): string {
  if (!isInsertable(row)) return t('compose.no_address')
  if (row.through !== '') return t('compose.through', { name: plainName(row.through) })
  return row.addresses[0]?.address ?? ''
}
