import { useEffect, useRef, useState } from 'preact/hooks'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence, modulesName } from '@/lib/extension/record-words.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { useTyped } from '@/lib/extension/ui/use-typed.ts'
import { startCreateNamed } from '../../load/create.ts'
import { whyNoRecords } from '../../load/rights.ts'
import { showFresh } from '../../load/workspace/fresh.ts'
import { changeQuestion } from '../../load/workspace/list.ts'
import { switchWidth } from '../../load/workspace/place.ts'
import { selectedCount } from '../../load/workspace/select.ts'
import { modules, view } from '../../state.ts'
import type { ListState } from '../../state-workspace.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { FilterBuilder } from './filter-builder.tsx'
import { ViewMenu } from './view-menu.tsx'

/** Ms without a key before the list follows. */
const rest = 200

/** Title, view, exact count; filter, columns and the one filled button. */
export function ListHead({ list }: { list: ListState }) {
  const { module, total, fresh } = list
  const [filterAt, setFilterAt] = useState<HTMLElement | undefined>(undefined)
  const [columnsAt, setColumnsAt] = useState<HTMLElement | undefined>(undefined)
  return (
    <header class="place-head">
      <h1 dir="auto">{modulesName(module, modules.value)}</h1>
      <ViewMenu list={list} />
      <span class="second number" role="status" data-testid="list-total">
        {total === undefined ? '' : plainNumber(total, view.value.language)}
      </span>
      {fresh > 0 && (
        <Button kind="soft" small icon="refresh" onPress={() => void showFresh(module)} testid="list-fresh">
          {t('list.new', { n: fresh })}
        </Button>
      )}
      <div class="place-tools">
        <QuickFilter list={list} />
        <IconButton
          icon="filter"
          label={t('filter.title')}
          expanded={filterAt !== undefined}
          onPress={setFilterAt}
          testid="open-filter"
        />
        <IconButton
          icon="columns"
          label={t('columns.title')}
          expanded={columnsAt !== undefined}
          onPress={setColumnsAt}
          testid="open-columns"
        />
        <Button
          kind={selectedCount(list) > 0 ? 'neutral' : 'filled'}
          icon="plus"
          off={whyNoRecords()}
          onPress={() => startCreateNamed(module, '')}
          testid="new-record"
        >
          {t('table.new_record', { module: moduleInSentence(module, modules.value) })}
        </Button>
        <IconButton
          icon="narrow"
          label={t('nav.narrow')}
          onPress={() => void switchWidth()}
          testid="narrow"
        />
      </div>
      {filterAt && <FilterBuilder at={filterAt} list={list} onClose={() => setFilterAt(undefined)} />}
      {columnsAt && <ColumnChooser at={columnsAt} list={list} onClose={() => setColumnsAt(undefined)} />}
    </header>
  )
}

/** Filters as one types; `/` leads here, Esc empties it. */
function QuickFilter({ list }: { list: ListState }) {
  const { typed, setTyped, asked } = useTyped(list.q, list.module)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (q: string, ms: number) => {
    setTyped(q)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      asked.current = q.trim()
      if (q.trim() !== list.q) void changeQuestion(list.module, { q: q.trim() })
    }, ms)
  }
  return (
    <div class="quick-filter">
      <Icon name="search" />
      <input
        type="search"
        dir="auto"
        autocomplete="off"
        maxLength={200}
        aria-label={t('table.filter')}
        placeholder={t('table.filter')}
        value={typed}
        data-slash=""
        data-testid="quick-filter"
        onInput={(event) => ask(event.currentTarget.value, rest)}
        onKeyDown={(event) => {
          if (event.isComposing || event.keyCode === 229) return
          if (event.key === 'Escape' && typed !== '') {
            event.preventDefault()
            ask('', 0)
          } else if (event.key === 'ArrowDown') {
            event.preventDefault()
            document.querySelector<HTMLElement>('[data-testid=list] [data-row][tabindex="0"]')?.focus()
          }
        }}
      />
      <span aria-hidden="true">
        <kbd>/</kbd>
      </span>
    </div>
  )
}
