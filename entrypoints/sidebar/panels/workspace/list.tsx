import { useMemo } from 'preact/hooks'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { VirtualTable } from '@/lib/extension/ui/virtual-table.tsx'
import { startCreateNamed } from '../../load/create.ts'
import { whyNoRecords } from '../../load/rights.ts'
import { problemSentence } from '../../load/words.ts'
import { ask, changeQuestion, patchList, placeOfList, rowAt } from '../../load/workspace/list.ts'
import { needRows } from '../../load/workspace/pages.ts'
import { goToRecord } from '../../load/workspace/place.ts'
import { isSelected, selectedCount, selectTo, toggleAll, toggleRow } from '../../load/workspace/select.ts'
import { modules, view } from '../../state.ts'
import { moduleOf } from '../../state-cards.ts'
import { type ListState, lists } from '../../state-workspace.ts'
import { cellOf, rowName, twoLinesOf } from './cells.tsx'
import { columnName, nextSort, tableColumns } from './columns.ts'
import { ListBar } from './list-bar.tsx'
import { ListFoot } from './list-foot.tsx'
import { ListHead } from './list-head.tsx'
import { modulesInSentence } from './many-words.ts'
import { useNarrow } from './narrow.ts'
import './list.css'

/** 10, above: the list of one module. */
export function ListPlace({ module }: { module: ModuleKey }) {
  const list = lists.value.get(module)
  const bones = useSkeleton(list === undefined || (list.total === undefined && list.asking))
  if (list === undefined) return <main class="place-list" tabIndex={-1} data-testid="list-place" />
  return (
    <main class="place-list" tabIndex={-1} data-testid="list-place" data-module={module}>
      <ListHead list={list} />
      <ListBar list={list} />
      {list.problem !== undefined && <Problem list={list} />}
      {list.total === undefined ? (
        list.asking && bones && <Bones />
      ) : list.total === 0 ? (
        <Nothing list={list} />
      ) : (
        <Table list={list} total={list.total} />
      )}
      <ListFoot list={list} />
    </main>
  )
}

function Table({ list, total }: { list: ListState; total: number }) {
  const { module } = list
  const narrow = useNarrow()
  const description = moduleOf(module)
  const { columns, minWidth } = useMemo(
    () => tableColumns(description, list.columns, list.sort),
    [description, list.columns, list.sort],
  )
  const count = selectedCount(list)
  const name = modulesName(module, modules.value)
  return (
    <VirtualTable
      label={name}
      columns={columns}
      minWidth={minWidth}
      total={total}
      row={(index) => rowAt(list, index)}
      nameOf={rowName}
      cell={cellOf}
      twoLines={narrow ? twoLinesOf : undefined}
      rowHeight={narrow ? 56 : 40}
      stamp={view.value}
      at={list.at}
      onAt={(at) => patchList(module, { at })}
      onOpen={(index) => {
        const row = rowAt(list, index)
        if (row !== undefined) goToRecord(row.id)
      }}
      onView={(first, last) => needRows(module, first, last)}
      onSort={(key) => void changeQuestion(module, { sort: nextSort(list.sort, key) })}
      selection={{
        has: (row) => isSelected(list, row),
        whole: count === 0 ? 'none' : count >= total ? 'all' : 'some',
        toggle: (index) => toggleRow(module, index),
        extend: (index) => void selectTo(module, index),
        toggleAll: () => toggleAll(module),
        nameAll: t('table.select_all', { n: total }),
        nameOf: (row) => t('table.select', { name: rowName(row) }),
      }}
      place={placeOfList(module)}
      takesFocus
      busy={list.asking}
      testid="list"
    />
  )
}

/** Why nothing is here, and the one thing to do about it. */
function Nothing({ list }: { list: ListState }) {
  const { module, q, filter } = list
  const many = modulesName(module, modules.value)
  if (q !== '' || filter.length > 0) {
    const names = filter.map((one) => columnName(module, one.field)).join(', ')
    return (
      <div class="list-empty">
        <Empty
          title={t('table.none_title', { module: modulesInSentence(module) })}
          text={q === '' ? t('table.none_filter', { fields: names }) : t('table.none_q', { q })}
          action={
            <Button
              kind="neutral"
              onPress={() => void changeQuestion(module, { q: '', filter: [] })}
              testid="clear-filter"
            >
              {t('table.show_all')}
            </Button>
          }
          testid="list-none"
        />
      </div>
    )
  }
  return (
    <div class="list-empty">
      <Empty
        title={t('table.empty_title', { module: modulesInSentence(module) })}
        text={t('table.empty_text', { module: many })}
        action={
          <Button
            kind="neutral"
            icon="plus"
            off={whyNoRecords()}
            onPress={() => startCreateNamed(module, '')}
            testid="empty-new"
          >
            {t('table.new')}
          </Button>
        }
        testid="list-empty"
      />
    </div>
  )
}

function Problem({ list }: { list: ListState }) {
  if (list.problem === undefined) return null
  return (
    <div class="list-note">
      <Note
        tone="warn"
        bold={t('table.failed')}
        actions={
          <Button kind="outline" small onPress={() => void ask(list.module)} testid="list-again">
            {t('common.try_again')}
          </Button>
        }
        testid="list-problem"
      >
        {problemSentence(list.problem)}
      </Note>
    </div>
  )
}

/** The boxes of a table, where it will stand. */
function Bones() {
  return (
    <div class="list-bones" aria-hidden="true" data-testid="list-skeleton">
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} class="list-bone">
          <Bone width="18px" height="18px" />
          <Bone width="24px" height="24px" round />
          <Bone width={`${140 + ((index * 37) % 60)}px`} height="12px" />
          <Bone width="16%" height="12px" />
          <Bone width="20%" height="12px" />
          <Bone width="10%" height="12px" />
        </div>
      ))}
    </div>
  )
}
